/**
 * What the extension's commands do: they ask the user for what a file does not say, order runs of the runner, and say
 * how these ended. What is written and read in words, without an editor, is in files of its own.
 */
import { showClusterRuns } from "./cluster-runs.js";
import { enumerate } from "./enumerate.js";
import { evaluate } from "./evaluate.js";
import { cancelRun, clearHistory } from "./manage-runs.js";
import { verify, verifyFile } from "./verify.js";
import type { Workshop } from "./workshop.js";

export { amendVerify } from "./amend-verify.js";
export { ClusterContext } from "./cluster-runs.js";
export { isResumable, knownRuns } from "./run-words.js";
export { offerUnfinished, resumeRun, runAgain, watchAgain } from "./unfinished.js";
export type { Workshop } from "./workshop.js";

/** The commands by name. */
export function runCommands(workshop: Workshop): Readonly<Record<string, (...words: unknown[]) => unknown>> {
  return {
    "diag.evaluate": (uri, name) => evaluate(workshop, uri, name),
    "diag.verify": (uri, name) => verify(workshop, uri, name),
    "diag.verifyFile": (uri) => verifyFile(workshop, uri),
    "diag.enumerate": (wanted) => enumerate(workshop, wanted),
    "diag.openResults": () => workshop.showResults(),
    "diag.showClusterRuns": () => showClusterRuns(workshop),
    "diag.cancel": () => cancelRun(workshop),
    "diag.clearHistory": () => clearHistory(workshop),
  };
}
