import * as vscode from "vscode";
import type { Problem } from "../../preview/index.js";
import { columnOf, fileName, visibleEditor } from "./places.js";

/** A step in the history of a text. */
export type HistoryStep = "undo" | "redo";

/**
 * Takes the last change of a text back, or makes it again, while the keyboard is in a preview of it. The editor takes
 * steps back for the text that has the keyboard only, so the text gets it for that moment, where its tab is.
 * @returns why nothing was changed, in one line.
 */
export async function stepInHistory(
  uri: vscode.Uri,
  step: HistoryStep,
  panel: vscode.WebviewPanel,
): Promise<Partial<Problem>> {
  const document = await vscode.workspace.openTextDocument(uri);
  const { version } = document;
  const viewColumn =
    visibleEditor(uri)?.viewColumn ?? columnOf(uri) ?? panel.viewColumn ?? vscode.ViewColumn.Active;
  const panelColumn = panel.viewColumn;
  await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: false });
  await vscode.commands.executeCommand(step);
  panel.reveal(panelColumn, false);
  return document.version === version ? { problem: `there is nothing to ${step} in ${fileName(uri)}` } : {};
}

/** Saves the text that a preview shows. */
export async function saveText(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await document.save();
}
