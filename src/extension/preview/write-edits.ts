import * as vscode from "vscode";
import type { EditAnswer, Problem } from "../../preview/index.js";
import { fileName, toRange } from "./places.js";

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
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.version !== answer.version) {
    return { problem: "the text has changed meanwhile; try again" };
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of answer.edits) {
    edit.replace(uri, toRange(range), newText);
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    return { problem: `${fileName(uri)} could not be changed; it may be read-only` };
  }
  return answer.select === undefined ? {} : { select: answer.select };
}
