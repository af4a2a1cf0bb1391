import * as vscode from "vscode";
import { counted } from "../../printable/index.js";
import type { RunOrder } from "../../runner/index.js";
import type { RunRecord } from "../../runs/index.js";
import { showMessage } from "../messages.js";
import { trustedTo } from "../target.js";
import { showFault } from "../working.js";
import { evaluateOrder } from "./evaluate.js";
import { withPresentTexts } from "./run-order.js";
import { endingOf, isResumable, isUnfinished } from "./run-words.js";
import { announce, verifyOrder } from "./verify.js";
import type { Workshop } from "./workshop.js";

type Keeper = Pick<Workshop, "runs" | "history" | "showResults" | "isShown">;

/**
 * Offers to go on with verifications that stopped before their end, when there are any: those whose window or
 * runner was gone, not those that were cancelled.
 */
export async function offerUnfinished(workshop: Keeper): Promise<void> {
  const { history, showResults } = workshop;
  const runs = (await history.list()).filter((record) => isUnfinished(record, Date.now()));
  const [newest] = runs;
  if (newest === undefined || !vscode.workspace.isTrusted) {
    return;
  }
  const what = counted(runs.length, "verification");
  const answers = ["Resume", "Show", "Dismiss"] as const;
  const answer = await showMessage("information", `${what} stopped before the end. Resume?`, ...answers);
  if (answer === "Resume") {
    for (const { id } of [...runs].reverse()) {
      void resumeRun(workshop, id);
    }
  }
  if (answer === "Show") {
    showResults(newest.id);
  }
  if (answer === "Dismiss") {
    for (const { id } of runs) {
      await dismiss(workshop, id);
    }
  }
}

/**
 * Goes on watching runs on a cluster that were under way when their window closed, and says how they end.
 * @param ended called with each when it has ended.
 */
export function watchAgain(workshop: Keeper, ended: (record: RunRecord) => void): Promise<void> {
  return workshop.runs.watchAgain((record) => {
    announceEnded(workshop, record);
    ended(record);
  });
}

function announceEnded(workshop: Keeper, record: RunRecord): void {
  if (record.state !== "running") {
    announce(workshop, endingOf(record), record);
  }
}

/**
 * Goes on with a kept run where it stopped. The run that goes on takes the place of the one that stopped; one on a cluster is watched
 * again.
 * @returns the run as it ended; `undefined` when there is none, and the user knows why.
 */
export async function resumeRun(workshop: Keeper, id: string): Promise<RunRecord | undefined> {
  const record = await workshop.history.get(id);
  if (record?.cluster !== undefined && isResumable(record)) {
    if (!trustedTo("watch runs on a cluster")) {
      return undefined;
    }
    workshop.showResults(id);
    try {
      const ended = await workshop.runs.watch(id);
      announceEnded(workshop, ended);
      return ended;
    } catch (error) {
      showFault(`${record.title} cannot be resumed`, error);
      return undefined;
    }
  }
  return runAgain(workshop, id, { resume: true });
}

/** Runs a kept run again, as it was ordered, or with other trials or another engine; what its file says is read from it as it is now. */
export async function runAgain(
  workshop: Keeper,
  id: string,
  change: Pick<RunOrder, "trials" | "backend" | "resume">,
): Promise<RunRecord | undefined> {
  const { history } = workshop;
  const [record, kept] = await Promise.all([history.get(id), history.order(id)]);
  if (record === undefined || kept === undefined) {
    showFault("The run cannot be repeated", "it is not kept any more");
    return undefined;
  }
  const { title, kind } = record;
  if (!trustedTo(kind === "evaluation" ? "evaluate diagrams" : "simulate")) {
    return undefined;
  }
  let order: typeof kept;
  try {
    const { resume: _, ...again } = await withPresentTexts(kept);
    order = { ...again, ...change };
  } catch (error) {
    showFault(`${title} cannot be run again`, error);
    return undefined;
  }
  const showResults = (fresh?: string): void => {
    workshop.showResults(fresh);
    if (change.resume) {
      void history.delete(id);
    }
  };
  const surroundings = {
    runs: workshop.runs,
    showResults,
    isShown: (shown: string): boolean => workshop.isShown(shown),
  };
  return kind === "evaluation"
    ? evaluateOrder(surroundings, order, title)
    : verifyOrder(surroundings, order, title);
}

async function dismiss({ history }: Keeper, id: string): Promise<void> {
  const [record, order] = await Promise.all([history.get(id), history.order(id)]);
  if (record === undefined || order === undefined) {
    return;
  }
  const { message: _, ...rest } = record;
  await history.put({ ...rest, state: "cancelled" }, order);
}
