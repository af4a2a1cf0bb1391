import * as vscode from "vscode";
import { usualMostTrials } from "../runs/index.js";

/** Settings that are whole numbers, as the manifest has them: what counts without one, and what makes sense. */
const counts = {
  "engine.memory": { usual: 4096, least: 64, most: 2 ** 24 }, // MiB
  "cluster.processors": { usual: 1, least: 1, most: 4096 },
  "engine.maximumTrials": { usual: usualMostTrials, least: 1, most: Number.MAX_SAFE_INTEGER },
} as const;

/**
 * A setting that is a whole number. The editor hands over whatever stands in a file of settings, that of a workspace
 * too, and a process is started by it: anything else than a number that makes sense is as if it were not there.
 */
export function countSetting(name: keyof typeof counts): number {
  const { usual, least, most } = counts[name];
  const value: unknown = vscode.workspace.getConfiguration("diag").get(name);
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
    ? (value as number)
    : usual;
}

/** Whether the user allows that imports and data outside the workspace's folders are read. No workspace can say so. */
export function readsOutside(): boolean {
  return vscode.workspace.getConfiguration("diag").get("files.outsideWorkspace") === true;
}
