import * as vscode from "vscode";
import { asLabel } from "../../markdown/index.js";
import { confirms, showMessage } from "../messages.js";
import type { Workshop } from "./workshop.js";

/** `diag.cancel`: ends the run under way; where there are others, or some wait for their turn, the user chooses. */
export async function cancelRun({ runs }: Pick<Workshop, "runs">): Promise<void> {
  const { running, waiting } = runs;
  if (running.length + waiting < 2) {
    runs.cancel();
    return;
  }
  const under = running.length === 1 ? "this one" : `${running.length} under way`;
  const all = `All runs: ${under}${waiting === 0 ? "" : ` and ${waiting} waiting`}`;
  const items = [
    ...running.map(({ title, file, id }) => ({ label: title, description: asLabel(file), id })),
    { label: all, description: "", id: undefined },
  ];
  const choice = await vscode.window.showQuickPick(items, { title: "Cancel Which Run?" });
  if (choice !== undefined) {
    runs.cancel(choice.id);
  }
}

/** `diag.clearHistory`: deletes all results but those of runs under way, once the user is sure. */
export async function clearHistory({ history }: Pick<Workshop, "history">): Promise<void> {
  const kept = (await history.list()).filter(({ state }) => state !== "running");
  if (kept.length === 0) {
    void showMessage("information", "There are no results to delete.");
    return;
  }
  const message =
    kept.length === 1 ? "Delete the one kept result?" : `Delete all ${kept.length} kept results?`;
  const remove = "Delete";
  const detail = "They cannot be brought back.";
  if (await confirms("warning", message, detail, remove)) {
    await history.clear();
  }
}
