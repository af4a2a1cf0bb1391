import { lstat } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { counted } from "../printable/index.js";
import { ClusterFault } from "./fault.js";
import { type RunFolder, runsIn, shown } from "./folder.js";
import { isRunId } from "./record.js";

/** A run, as it is listed. */
export interface FoundRuns {
  /** The newest first. */
  readonly runs: readonly RunFolder[];
  /** Lines about what could not be read. */
  readonly notes: readonly string[];
}

/** All runs of some directories. */
export async function runsOf(directories: readonly string[]): Promise<FoundRuns> {
  const runs: RunFolder[] = [];
  const notes: string[] = [];
  for (const directory of new Set(directories)) {
    try {
      const found = await runsIn(directory);
      runs.push(...found.runs);
      notes.push(...found.unreadable);
    } catch (error) {
      if (!(error instanceof ClusterFault)) {
        throw error;
      }
      notes.push(error.message);
    }
  }
  const newestFirst = (one: RunFolder, other: RunFolder) =>
    other.run.created.localeCompare(one.run.created) || one.run.id.localeCompare(other.run.id);
  return { runs: runs.sort(newestFirst), notes };
}

/**
 * The path of a run's folder.
 * @param named its id, or a path to it.
 * @throws ClusterFault of one line that says what to do, when there is none, or several.
 */
export async function findRun(named: string, directories: readonly string[]): Promise<string> {
  if (named.includes(sep) || named.includes("/") || named === "." || named === "..") {
    return resolve(named);
  }
  if (!isRunId(named)) {
    throw new ClusterFault(
      `${shown(named)} is no run's id, which has letters, digits and hyphens; \`diag runs\` lists those that are known`,
    );
  }
  const places = [...new Set(directories)].map((directory) => resolve(directory, named));
  const found: string[] = [];
  for (const place of places) {
    // One that cannot be opened is told of then.
    if ((await lstat(place).catch(() => undefined)) !== undefined) {
      found.push(place);
    }
  }
  const [first, second] = found;
  if (first === undefined) {
    throw new ClusterFault(
      `there is no run ${named} in ${wordsOfDirectories(directories)}; ` +
        "`diag runs` lists those that are known, --directory names another place",
    );
  }
  if (second !== undefined) {
    throw new ClusterFault(
      `there are several runs ${named}; name one by its path: ${found.map(shown).join(", ")}`,
    );
  }
  return first;
}

/** Where nothing was found: the first directory by its path, the others by their number, of which there may be many. */
export function wordsOfDirectories(directories: readonly string[]): string {
  const [first, ...others] = [...new Set(directories.map((directory) => resolve(directory)))];
  const beside =
    others.length === 0
      ? ""
      : `, nor in ${counted(others.length, "other directory", "other directories")} that runs were sent to`;
  return `${shown(first ?? "no directory")}${beside}`;
}
