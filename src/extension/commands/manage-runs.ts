import * as vscode from "vscode";
import type { Workshop } from "./workshop.js";

/** `diag.cancel`: ends the run under way; of several, the one that the user chooses. */
export async function cancelRun({ runs }: Pick<Workshop, "runs">): Promise<void> {
  const { running } = runs;
  if (running.length < 2) {
    // Also what waits for its turn, or has only just begun.
    runs.cancel(running[0]?.id);
    return;
  }
  const items = [
    ...running.map(({ id, title, file }) => ({ label: title, description: file, id })),
    { label: "All runs", description: "", id: undefined },
  ];
  const choice = await vscode.window.showQuickPick(items, { title: "Cancel Which Run?" });
  if (choice !== undefined) runs.cancel(choice.id);
}

/** `diag.clearHistory`: deletes all results but those of runs under way, once the user is sure. */
export async function clearHistory({ history }: Pick<Workshop, "history">): Promise<void> {
  const kept = (await history.list()).filter(({ state }) => state !== "running");
  if (kept.length === 0) {
    void vscode.window.showInformationMessage("There are no results to delete.");
    return;
  }
  const message =
    kept.length === 1 ? "Delete the one kept result?" : `Delete all ${kept.length} kept results?`;
  const remove = "Delete";
  const detail = "They cannot be brought back.";
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, remove);
  if (answer === remove) await history.clear();
}
