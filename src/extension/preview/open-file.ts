import * as vscode from "vscode";
import { showMessage } from "../messages.js";

/**
 * The `.diag` file that a command is for: the one that is named, else that of the active editor.
 * @returns `undefined` when there is none; the user has been told.
 */
export async function openDiagFile(uri: unknown): Promise<vscode.TextDocument | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  let document = active;
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
  void showMessage("information", "Open a .diag file first.");
  return undefined;
}
