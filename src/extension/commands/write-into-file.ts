import * as vscode from "vscode";
import { defaultTrials } from "../../runs/index.js";
import { declarationsOf } from "../declarations.js";
import { fileName, revealText } from "../preview/places.js";
import { showFault } from "../working.js";
import type { ChosenDiagrams } from "./ask-diagrams.js";
import { addImport, type ImportEdit, importedPaths, importPath } from "./imports.js";
import { freshVerifyName, indentOf, writeVerifyBlock } from "./verify-block.js";

/**
 * Writes what was verified into the file of its diagrams as a `verify` block, at the end, with an import of the
 * landscape's file where the landscape is declared in another. One step of the editor's undo; nothing is saved.
 */
export async function writeIntoFile(uri: vscode.Uri, chosen: ChosenDiagrams): Promise<void> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const { edit, block } = await editFor(document, chosen);
    if (!(await vscode.workspace.applyEdit(edit))) {
      throw new Error(`${fileName(uri)} could not be changed; it may be read-only`);
    }
    const start = document.positionAt(document.getText().lastIndexOf(block));
    const range = new vscode.Range(start, start);
    await revealText(uri, range, { focus: true, panelColumn: undefined });
  } catch (error) {
    showFault("The verify block was not written", error);
  }
}

async function editFor(
  document: vscode.TextDocument,
  { names, setting, trials, description }: ChosenDiagrams,
): Promise<{ readonly edit: vscode.WorkspaceEdit; readonly block: string }> {
  const text = document.getText();
  const lineBreak = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  const edit = new vscode.WorkspaceEdit();
  const imported = importFor(document, setting, lineBreak);
  if (imported !== undefined) {
    edit.insert(document.uri, document.positionAt(imported.offset), imported.text);
  }
  const taken = [
    ...declarationsOf(text),
    ...description.diagrams,
    ...description.landscapes,
    ...description.verifies,
    ...(await namesIn(setting.landscapeSource?.uri)),
  ].map(({ name }) => name);
  const name = freshVerifyName(names, taken);
  const indent = indentOf(text, editorIndent(document));
  const block = writeVerifyBlock(
    { name, diagrams: names, setting, trials: trials ?? defaultTrials },
    indent,
    lineBreak,
  );
  const written = text.trimEnd();
  const gap = written === "" ? "" : lineBreak + lineBreak;
  const rest = new vscode.Range(document.positionAt(written.length), document.positionAt(text.length));
  edit.replace(document.uri, rest, gap + block + lineBreak);
  return { edit, block };
}

/** @throws when the landscape's file cannot be imported. */
function importFor(
  document: vscode.TextDocument,
  { landscape, landscapeSource }: ChosenDiagrams["setting"],
  lineBreak: string,
): ImportEdit | undefined {
  if (landscapeSource === undefined) {
    return undefined;
  }
  const text = document.getText();
  const other = vscode.Uri.parse(landscapeSource.uri, true);
  const { scheme, authority } = document.uri;
  if (other.scheme !== scheme || other.authority !== authority) {
    throw new Error(`${fileName(other)} cannot be imported; save this file beside it first`);
  }
  if (declarationsOf(text).some(({ name }) => name === landscape)) {
    throw new Error(`this file has a ${landscape} of its own, beside which the other cannot be imported`);
  }
  const path = importPath(document.uri.path, other.path);
  if (/["\n\r]/.test(path)) {
    throw new Error(`${fileName(other)} cannot be imported: its name has a quote`);
  }
  return importedPaths(text).includes(path) ? undefined : addImport(text, path, lineBreak);
}

async function namesIn(uri: string | undefined): Promise<readonly { readonly name: string }[]> {
  if (uri === undefined) {
    return [];
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  return declarationsOf(document.getText());
}

function editorIndent({ uri }: vscode.TextDocument): string {
  const settings = vscode.workspace.getConfiguration("editor", { uri, languageId: "diag" });
  return settings.get("insertSpaces", true) ? " ".repeat(settings.get("tabSize", 2)) : "\t";
}
