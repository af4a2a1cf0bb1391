import { deepEqual, equal, ok } from "node:assert/strict";
import * as vscode from "vscode";
import {
  ask,
  codeOf,
  diagnosticsOnce,
  openFile,
  positionOf,
  type Tests,
  until,
  workspaceFolder,
  writeFile,
} from "./testing.js";

const gauss =
  "landscape gauss {\n  weights h = 0\n  data x ~ normal(0, 1)\n  loss (h + x^2 * exp(-h)) / 2\n}\n";
const verify =
  "verify v {\n  landscape gauss\n  sgd(N = 2, E = 1, B = 1)\n  eta = 0.1\n  observe test_loss\n  predict order 1\n}\n";

export const editing: Tests = {
  "renaming changes all files": async () => {
    const library = await writeFile("rename-library.diag", gauss);
    const document = await openFile("rename-user.diag", `import "./rename-library.diag"\n${verify}`);
    const edit = await until("the edit of a rename", async () => {
      const found = await ask<vscode.WorkspaceEdit | undefined>(
        "vscode.executeDocumentRenameProvider",
        document.uri,
        positionOf(document, "gauss"),
        "bell",
      ).then(undefined, () => undefined);
      return found !== undefined && found.size > 0 && found;
    });
    equal(await vscode.workspace.applyEdit(edit), true);
    ok(document.getText().includes("landscape bell\n"));
    const changed = await vscode.workspace.openTextDocument(library);
    ok(changed.getText().startsWith("landscape bell {"));
    await diagnosticsOnce(document.uri, []);
    await vscode.workspace.saveAll();
  },

  "renaming a file changes what imports it": async () => {
    const old = await writeFile("moved-before.diag", gauss);
    const document = await openFile("moved-user.diag", `import "./moved-before.diag"\n${verify}`);
    await diagnosticsOnce(document.uri, []);
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(old, vscode.Uri.joinPath(workspaceFolder(), "moved-after.diag"));
    equal(await vscode.workspace.applyEdit(edit), true);
    await until("the import to follow", () => document.getText().includes('import "./moved-after.diag"'));
    await diagnosticsOnce(document.uri, []);
  },

  "formatting tidies a file, keeps its comments and is done at once": async () => {
    const text = "diagram  pair{ // noise\na,b   ->test\n      part{a,b}}\n";
    const document = await openFile("format.diag", text);
    const format = async (): Promise<number> => {
      const edits = await ask<vscode.TextEdit[] | undefined>(
        "vscode.executeFormatDocumentProvider",
        document.uri,
        { tabSize: 2, insertSpaces: true },
      );
      const edit = new vscode.WorkspaceEdit();
      edit.set(document.uri, edits ?? []);
      await vscode.workspace.applyEdit(edit);
      return edits?.length ?? 0;
    };
    ok((await format()) > 0, "there is something to format");
    const once = document.getText();
    equal(once, "diagram pair { // noise\n  a, b -> test\n  part {a, b}\n}\n");
    await format();
    equal(document.getText(), once);
  },

  "a quick fix contracts a link": async () => {
    const document = await openFile("link-fix.diag", "diagram long {\n  a -> link -> test\n}\n");
    const [diagnostic] = await diagnosticsOnce(document.uri, ["reducible"]);
    const actions = await ask<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      diagnostic!.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => /contract/i.test(title));
    ok(fix?.edit, `a fix with an edit among: ${actions.map(({ title }) => title).join(", ")}`);
    equal(await vscode.workspace.applyEdit(fix.edit), true);
    await diagnosticsOnce(document.uri, []);
    ok(!/\blink\b/.test(document.getText()), document.getText());
  },

  "a quick fix mends a misspelt name": async () => {
    const document = await openFile("typo.diag", `${gauss}${verify.replace("gauss", "guass")}`);
    const [diagnostic] = await diagnosticsOnce(document.uri, ["unresolved"]);
    const actions = await ask<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      diagnostic!.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title.includes("gauss"));
    ok(fix?.edit, `a fix with an edit among: ${actions.map(({ title }) => title).join(", ")}`);
    equal(await vscode.workspace.applyEdit(fix.edit), true);
    await diagnosticsOnce(document.uri, []);
  },

  "unsaved files have everything that needs no disk": async () => {
    const document = await vscode.workspace.openTextDocument({
      language: "diag",
      content: "diagram bent {\n  a -> b -> c\n  part P = {a, b}\n}\n",
    });
    await vscode.window.showTextDocument(document);
    const diagnostics = await diagnosticsOnce(document.uri, ["path-condition"]);
    deepEqual(diagnostics.map(codeOf), ["path-condition"]);
    await ask("workbench.action.revertAndCloseActiveEditor");
  },
};
