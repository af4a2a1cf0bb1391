import * as vscode from "vscode";
import type { PreviewDiagram } from "../../preview/index.js";
import { showMessage } from "../messages.js";

/**
 * Lets the user choose one of a file's diagrams; the only one is taken without asking.
 * @param first the id of the one to offer first.
 * @returns `undefined` when there is none, which the user is told, or when they changed their mind.
 */
export async function chooseDiagram(
  diagrams: readonly PreviewDiagram[],
  title: string,
  first: string | undefined,
): Promise<PreviewDiagram | undefined> {
  if (diagrams.length === 0) {
    void showMessage("information", "This file has no diagram.");
  }
  if (diagrams.length < 2) {
    return diagrams[0];
  }
  const choices = diagrams.map((diagram) => ({ label: diagram.name, description: diagram.facts, diagram }));
  choices.sort((one, other) => Number(other.diagram.id === first) - Number(one.diagram.id === first));
  return (await vscode.window.showQuickPick(choices, { title, matchOnDescription: true }))?.diagram;
}
