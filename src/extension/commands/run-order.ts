import * as vscode from "vscode";
import type { RunOrder } from "../../runner/index.js";
import type { RunRecord } from "../../runs/index.js";
import { sourceOf } from "../runs/index.js";
import type { Report } from "../working.js";
import { progressWords, shareDone } from "./run-words.js";
import type { Workshop } from "./workshop.js";

/**
 * Has something run, shows it in the results panel once it has started, and reports how far it has come.
 * @returns the run as it ended.
 * @throws RunRefused, CancellationError.
 */
export function runShown(
  { runs, showResults }: Pick<Workshop, "runs" | "showResults">,
  order: RunOrder,
  token: vscode.CancellationToken,
  report: Report,
): Promise<RunRecord> {
  if (order.kind === "verification" && runs.running.some(isInTheWay)) {
    report("waiting for the run before it");
  }
  return runs.start(order, {
    token,
    onEvent: (event, record) => {
      if (event.type === "started") {
        showResults(record.id);
      }
      if (event.type !== "ended") {
        report(progressWords(record), shareDone(record));
      }
    },
  });
}

/** Whether a verification waits for this one. */
function isInTheWay({ kind, cluster }: RunRecord): boolean {
  return kind === "verification" && cluster === undefined;
}

/**
 * A kept order with the texts as they are now.
 * @throws when its file cannot be read.
 */
export async function withPresentTexts(order: RunOrder): Promise<RunOrder> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(order.source.uri, true));
  return { ...order, source: sourceOf(document) };
}
