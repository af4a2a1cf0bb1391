import * as vscode from "vscode";
import type { EditAnswer, Problem, RenameAnswer, TextEdit } from "../../preview/index.js";
import { fileName, toRange } from "./places.js";

const changedMeanwhile = "the text has changed meanwhile; try again";

/**
 * Puts the edits that the language server worked out into the text, as one step of its undo, whether an editor
 * shows the text or not. Nothing is saved.
 * @returns why nothing was changed, in one line; else the name that the edits want selected, if any.
 */
export async function writeEdits(
  uri: vscode.Uri,
  answer: EditAnswer,
): Promise<Problem | { readonly select?: string }> {
  if ("problem" in answer) {
    return { problem: answer.problem };
  }
  const problem = await apply(uri, answer.version, [[uri, answer.edits]]);
  if (problem !== undefined) {
    return { problem };
  }
  return answer.select === undefined ? {} : { select: answer.select };
}

/** Puts a new name into every text that has the old one, as one step. @returns why nothing was changed, in one line. */
export async function writeRename(uri: vscode.Uri, answer: RenameAnswer): Promise<Partial<Problem>> {
  if ("problem" in answer) {
    return { problem: answer.problem };
  }
  const files = answer.files.map((file) => [vscode.Uri.parse(file.uri), file.edits] as const);
  const problem = await apply(uri, answer.version, files);
  return problem === undefined ? {} : { problem };
}

/** @param version of the text at `uri` that the edits are of. */
async function apply(
  uri: vscode.Uri,
  version: number,
  files: readonly (readonly [uri: vscode.Uri, edits: readonly TextEdit[]])[],
): Promise<string | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  for (const [file, edits] of files) {
    // The editor would change such a text all the same, and then could not save it.
    if (await isReadOnly(file)) {
      return `${fileName(file)} is read-only and stays as it is; save a copy of it and edit that`;
    }
    for (const { range, newText } of edits) {
      edit.replace(file, toRange(range), newText);
    }
  }
  // Nothing is waited for behind this: places of an older text would be somewhere else by now.
  if (document.version !== version) {
    return changedMeanwhile;
  }
  if (await vscode.workspace.applyEdit(edit)) {
    return undefined;
  }
  // The editor refuses edits of a text that a key has changed before they came to it.
  return document.version === version
    ? `${fileName(uri)} could not be changed; it may be read-only`
    : changedMeanwhile;
}

/** Whether a text cannot be saved where it is: its file system takes no files, or the file is marked so. */
async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme === "untitled") {
    return false;
  }
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) {
    return true;
  }
  try {
    const { permissions = 0 } = await vscode.workspace.fs.stat(uri);
    return (permissions & vscode.FilePermission.Readonly) !== 0;
  } catch {
    // What has no file yet is written for the first time.
    return false;
  }
}
