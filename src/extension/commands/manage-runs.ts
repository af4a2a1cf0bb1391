import * as vscode from "vscode";
import type { Workshop } from "./workshop.js";

/** `diag.cancel`: ends the run under way; where others wait for their turn, the user may end them too. */
export async function cancelRun({ runs }: Pick<Workshop, "runs">): Promise<void> {
  const [current] = runs.running;
  if (current === undefined || runs.waiting === 0) {
    runs.cancel();
    return;
  }
  const all = `All runs: this one and ${runs.waiting} waiting`;
  const items = [
    { label: current.title, description: current.file, id: current.id },
    { label: all, description: "", id: undefined },
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
