import * as vscode from "vscode";
import { type Declared, declarationsOf, declaredAt } from "./declarations.js";
import { findDiagramFile } from "./diagram-file.js";
import { showMessage } from "./messages.js";

/** What a command works on. */
export interface Target {
  readonly document: vscode.TextDocument;
  readonly declared: Declared;
}

/**
 * The declaration a command is for: the one that a code lens names, or the one at the cursor, or one that
 * the user chooses.
 * @returns `undefined` when there is none; the user has been told why, or changed their mind.
 */
export async function findTarget(
  kinds: readonly Declared["kind"][],
  uri: unknown,
  name: unknown,
): Promise<Target | undefined> {
  const document = await findDocument(uri);
  if (document === undefined) {
    return undefined;
  }
  const all = declarationsOf(document.getText());
  const fitting = all.filter(({ kind }) => kinds.includes(kind));
  if (typeof name === "string") {
    const declared = fitting.find((one) => one.name === name);
    if (declared) {
      return { document, declared };
    }
  }
  if (fitting.length === 0 || typeof name === "string") {
    const what = typeof name === "string" ? `${kinds.join(" or ")} ${name}` : kinds.join(" or ");
    void showMessage("information", `This file has no ${what}.`);
    return undefined;
  }
  const editor = vscode.window.activeTextEditor;
  if (editor?.document === document) {
    const here = declaredAt(all, document.offsetAt(editor.selection.active));
    if (here && kinds.includes(here.kind)) {
      return { document, declared: here };
    }
  }
  if (fitting.length === 1) {
    return { document, declared: fitting[0]! };
  }
  const choices = fitting.map((declared) => ({ label: declared.name, description: declared.kind, declared }));
  const choice = await vscode.window.showQuickPick(choices, { title: `Which ${kinds.join(" or ")}?` });
  return choice && { document, declared: choice.declared };
}

async function findDocument(uri: unknown): Promise<vscode.TextDocument | undefined> {
  if (typeof uri === "string") {
    return vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  }
  if (uri instanceof vscode.Uri) {
    return vscode.workspace.openTextDocument(uri);
  }
  return findDiagramFile();
}

/** Whether the workspace is trusted to evaluate and simulate; says why not, with a way out. */
export function trustedTo(what: string): boolean {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const manage = "Manage Trust";
  void showMessage(
    "warning",
    `In Restricted Mode, Diag does not ${what}: trust this workspace first.`,
    manage,
  ).then((answer) => answer && vscode.commands.executeCommand("workbench.trust.manage"));
  return false;
}
