import * as vscode from "vscode";
import type { Description } from "../../runner/index.js";
import { declarationsOf } from "../declarations.js";
import { fileName, revealText } from "../preview/places.js";
import { countSetting } from "../settings.js";
import { addImport, type ImportEdit, importedPaths, importPath } from "./imports.js";
import { chooseLandscape, type LandscapeChoice } from "./landscapes.js";
import { blockLike, freshVerifyName, indentBy, indentOf, writeVerifyBlock } from "./verify-block.js";

/**
 * Writes a `verify` block at the end of a file, with an import of the landscape's file where the landscape is declared in
 * another, and puts the cursor at what it says: the rest is edited there, with completion, checks and hovers. One step of the
 * editor's undo; nothing is saved. Only a landscape is asked for, where there are several.
 * @param names of the diagrams, after which the block is named.
 * @param predict what it predicts, as a file writes it.
 * @returns its name; `undefined` when the user changed their mind.
 * @throws in one line: why it is not written.
 */
export async function writeNewBlock(
  document: vscode.TextDocument,
  description: Description,
  title: string,
  { names, predict }: { readonly names: readonly string[]; readonly predict: string },
): Promise<string | undefined> {
  const landscape = await chooseLandscape(document, description, title);
  if (landscape === undefined) {
    return undefined;
  }
  const text = document.getText();
  const lineBreak = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  const edit = new vscode.WorkspaceEdit();
  const imported = importFor(document, landscape, lineBreak);
  if (imported !== undefined) {
    edit.insert(document.uri, document.positionAt(imported.offset), imported.text);
  }
  const { diagrams, landscapes, verifies } = description;
  const others = landscape.uri && (await vscode.workspace.openTextDocument(landscape.uri)).getText();
  const taken = [
    ...[...declarationsOf(text), ...declarationsOf(others ?? "")],
    ...[...diagrams, ...landscapes, ...verifies],
  ].map(({ name }) => name);
  const name = freshVerifyName(names, taken);
  const said = blockLike(
    description,
    { name, landscape: landscape.name, predict },
    countSetting("engine.maximumTrials"),
  );
  const block = writeVerifyBlock(said, indentOf(text, editorIndent(document)), lineBreak);
  const written = text.trimEnd();
  const gap = written === "" ? "" : lineBreak + lineBreak;
  const rest = new vscode.Range(document.positionAt(written.length), document.positionAt(text.length));
  edit.replace(document.uri, rest, gap + block + lineBreak);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Error(
      `${fileName(document.uri)} could not be changed; write the verify block in a file that imports it`,
    );
  }
  const start = document.positionAt(document.getText().lastIndexOf(block) + block.indexOf(said.spacetime));
  await revealText(document.uri, new vscode.Range(start, start), { focus: true, panelColumn: undefined });
  return name;
}

/** @throws when the landscape's file cannot be imported. */
function importFor(
  document: vscode.TextDocument,
  { name, uri }: LandscapeChoice,
  lineBreak: string,
): ImportEdit | undefined {
  if (uri === undefined) {
    return undefined;
  }
  const text = document.getText();
  const { scheme, authority } = document.uri;
  if (uri.scheme !== scheme || uri.authority !== authority) {
    throw new Error(`${fileName(uri)} cannot be imported; save this file beside it first`);
  }
  if (declarationsOf(text).some((one) => one.name === name)) {
    throw new Error(`this file has a ${name} of its own, beside which the other cannot be imported`);
  }
  const path = importPath(document.uri.path, uri.path);
  if (/["\n\r]/.test(path)) {
    throw new Error(`${fileName(uri)} cannot be imported: its name has a quote`);
  }
  return importedPaths(text).includes(path) ? undefined : addImport(text, path, lineBreak);
}

function editorIndent({ uri }: vscode.TextDocument): string {
  const settings = vscode.workspace.getConfiguration("editor", { uri, languageId: "diag" });
  return indentBy(settings.get("insertSpaces"), settings.get("tabSize"));
}
