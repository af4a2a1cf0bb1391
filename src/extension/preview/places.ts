import { posix } from "node:path";
import * as vscode from "vscode";
import type { TextPosition, TextRange } from "../../preview/index.js";

/** The name of a file, without its folders. */
export function fileName(uri: vscode.Uri): string {
  return posix.basename(uri.path) || uri.path;
}

/** Whether two addresses are of one document. */
export function isSame(one: vscode.Uri, other: vscode.Uri): boolean {
  return one.toString() === other.toString();
}

/** An editor in sight that shows the document; the active one before others. */
export function visibleEditor(uri: vscode.Uri): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  if (activeTextEditor && isSame(activeTextEditor.document.uri, uri)) {
    return activeTextEditor;
  }
  return visibleTextEditors.find(({ document }) => isSame(document.uri, uri));
}

/** The column of a tab that holds the document's text, in sight or not. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  return vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && isSame(input.uri, uri)),
  )?.viewColumn;
}

export function toPosition({ line, character }: TextPosition): vscode.Position {
  return new vscode.Position(line, character);
}

export function toRange({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(toPosition(start), toPosition(end));
}

/**
 * Selects text and brings it in sight, in the editor that has it. Without `focus` the keyboard stays where it is,
 * and nothing that is in sight is covered: when the text is in no other column than the preview, nothing is done.
 * @param panelColumn where the preview is.
 */
export async function revealText(
  uri: vscode.Uri,
  range: vscode.Range,
  { focus, panelColumn }: { readonly focus: boolean; readonly panelColumn: vscode.ViewColumn | undefined },
): Promise<void> {
  let editor = visibleEditor(uri);
  if (editor === undefined || focus) {
    const column = editor?.viewColumn ?? columnOf(uri);
    if (!focus && (column === undefined || column === panelColumn)) {
      return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    editor = await vscode.window.showTextDocument(document, {
      viewColumn: column ?? panelColumn ?? vscode.ViewColumn.Active,
      preserveFocus: !focus,
    });
  }
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
