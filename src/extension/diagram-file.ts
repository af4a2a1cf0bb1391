import * as vscode from "vscode";
import { showMessage } from "./messages.js";

/**
 * The `.diag` file that a command is for when none is named: that of the active editor, else one in view, else one that has a
 * tab, of which the user chooses where there are several. So a command finds its file from a page of the editor too.
 * @returns `undefined` when there is none; the user has been told, with a way to a new one, or changed their mind.
 */
export async function findDiagramFile(): Promise<vscode.TextDocument | undefined> {
  const { activeTextEditor, visibleTextEditors = [] } = vscode.window;
  const inView = [activeTextEditor, ...visibleTextEditors].flatMap((editor) => editor?.document ?? []);
  const chosen = inView.find(isDiagramFile);
  if (chosen !== undefined) {
    return chosen;
  }
  const inTabs = documentsOfTabs();
  if (inTabs.length < 2) {
    return inTabs[0] ?? tellThatThereIsNone();
  }
  const items = inTabs.map((document) => ({
    label: vscode.workspace.asRelativePath(document.uri),
    document,
  }));
  return (await vscode.window.showQuickPick(items, { title: "Which File?" }))?.document;
}

/** Says that a file has to be open first, and offers one. */
export function tellThatThereIsNone(): undefined {
  const create = "New Diagram File";
  void showMessage("information", "Open a .diag file first.", create).then(
    (answer) => answer && vscode.commands.executeCommand("diag.newFile"),
  );
  return undefined;
}

const isDiagramFile = ({ languageId }: vscode.TextDocument): boolean => languageId === "diag";

function documentsOfTabs(): vscode.TextDocument[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = new Set(
    tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : [])),
  );
  return vscode.workspace.textDocuments.filter(
    (document) => isDiagramFile(document) && shown.has(document.uri.toString()),
  );
}
