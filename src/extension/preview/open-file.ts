import * as vscode from "vscode";
import { findDiagramFile, tellThatThereIsNone } from "../diagram-file.js";

/**
 * The `.diag` file that a command is for: the one that is named, else that of the active editor.
 * @returns `undefined` when there is none; the user has been told.
 */
export async function openDiagFile(uri: unknown): Promise<vscode.TextDocument | undefined> {
  if (uri === undefined) {
    return findDiagramFile();
  }
  let document: vscode.TextDocument | undefined;
  try {
    if (uri instanceof vscode.Uri) {
      document = await vscode.workspace.openTextDocument(uri);
    }
    if (typeof uri === "string") {
      document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
    }
  } catch {
    document = undefined;
  }
  if (document?.languageId === "diag") {
    return document;
  }
  return tellThatThereIsNone();
}
