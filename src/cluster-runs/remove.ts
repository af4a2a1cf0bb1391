import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isNodeName, type Scheduler } from "../cluster/index.js";
import { ClusterFault } from "./fault.js";
import { lineOf, RunFolder, shown } from "./folder.js";
import { isRunId } from "./record.js";
import { mayBeQueued, readProgress, stateOf, tokensOf, wordsOfTasks } from "./state.js";

/** What became of a run that was to be removed. */
export type RemoveEnd =
  | { readonly kind: "removed"; readonly line: string }
  /** It is as it was, in one line that says why and what to do. */
  | { readonly kind: "kept"; readonly line: string };

/** The files of a run that lie in its folder itself; `run.json` goes last, since without it the folder is no run's. */
const ownFiles = new Set(["work", "script", "clock", "cancelled"]);
const recordFile = "run.json";

/** The files of a run in its folders, by their names. Those of the worker are put there as they are called. */
const filesOf: Readonly<Record<string, (name: string) => boolean>> = {
  worker: () => true,
  results: isNumber,
  checkpoints: isNumber,
  logs: (name) => /^\d{1,10}_\d{1,10}\.log$/.test(name),
  nodes: isNodeName,
  endings: (name) => /^\d{1,7}-\d{1,7}\.json$/.test(name),
  submissions: (name) => /^\d{1,7}\.(?:json|job)$/.test(name),
};

/** What somebody who was ended while writing may have left. */
const unfinished = /^\.diag-[0-9a-f]{16}\.new$/;

function isNumber(name: string): boolean {
  return /^\d{1,7}$/.test(name);
}

/**
 * Removes a run: exactly its files and its folder, and nothing while tasks of it may live. Links are not followed.
 * @param path of the run's folder.
 * @throws ClusterFault of one line, when it is no run's folder, or something cannot be removed.
 */
export async function removeRun(
  path: string,
  scheduler: Scheduler,
  signal?: AbortSignal,
): Promise<RemoveEnd> {
  const place = resolve(path);
  if (await isRemnant(place)) {
    await removeFolders(place);
    return { kind: "removed", line: "removed" };
  }
  const folder = await openOwn(place);
  await filesIn(place);
  const living = await livingIn(folder, scheduler, signal);
  if (living !== undefined) {
    return { kind: "kept", line: `not removed: ${living}` };
  }
  // Who waits for it submits nothing from now on.
  await folder.markCancelled();
  await removeFiles(await filesIn(place));
  // While there is a record it can be removed again; what a file system still holds for others is in the way.
  for (const path of await filesIn(place)) {
    refuse(path, "it has come back, or something has it open");
  }
  await removeFiles([join(place, recordFile)]);
  await removeFolders(place);
  return { kind: "removed", line: "removed" };
}

/** Opens a run's folder, which must be one itself and bear its run's name. */
async function openOwn(path: string): Promise<RunFolder> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink()) {
    throw new ClusterFault(`${shown(path)} is a link; name the run's folder itself`);
  }
  const folder = await RunFolder.open(path);
  if (folder.run.id !== basename(path)) {
    throw new ClusterFault(
      `${shown(path)} does not bear the name of its run, ${shown(folder.run.id)}; give it that name again first`,
    );
  }
  return folder;
}

/** Why a run is not to be removed yet, in one line that says what to do; `undefined` when nothing of it lives. */
async function livingIn(
  folder: RunFolder,
  scheduler: Scheduler,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const progress = await readProgress(folder);
  if (!mayBeQueued(progress)) {
    return undefined;
  }
  const { id } = folder.run;
  const state = stateOf(progress, await scheduler.look(tokensOf([progress]), signal));
  if (state.unasked !== undefined) {
    return `the queue cannot be asked whether tasks of it live (${state.unasked}); remove it when it answers`;
  }
  const alive = wordsOfTasks(state.tasks);
  if (alive !== "") {
    return `${alive}; cancel it first (diag runs cancel ${id})`;
  }
  return state.submissions.some(({ isUnderWay }) => isUnderWay)
    ? `somebody is about to submit tasks of it; cancel it first (diag runs cancel ${id})`
    : undefined;
}

/** All files of a run but its record. @throws ClusterFault where there is something that is no file of a run. */
async function filesIn(path: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(path)) {
    const place = join(path, entry.name);
    if (Object.hasOwn(filesOf, entry.name) && entry.isDirectory()) {
      for (const inner of await entriesOf(place)) {
        const isOwn = unfinished.test(inner.name) || filesOf[entry.name]!(inner.name);
        if (inner.isDirectory() || !isOwn) {
          refuseStranger(join(place, inner.name));
        }
        files.push(join(place, inner.name));
      }
    } else if (entry.isDirectory() || !(ownFiles.has(entry.name) || unfinished.test(entry.name))) {
      if (entry.name !== recordFile) {
        refuseStranger(place);
      }
    } else {
      files.push(place);
    }
  }
  return files;
}

function refuseStranger(path: string): never {
  throw new ClusterFault(`${shown(path)} is no file of a run; move it away, and remove the run then`);
}

/** Whether a folder is what a removal that was broken off has left: empty folders of a run. */
async function isRemnant(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (!isRunId(basename(path)) || !found?.isDirectory()) {
    return false;
  }
  for (const entry of await entriesOf(path)) {
    const isEmptyOwn =
      Object.hasOwn(filesOf, entry.name) &&
      entry.isDirectory() &&
      (await entriesOf(join(path, entry.name))).length === 0;
    if (!isEmptyOwn) {
      return false;
    }
  }
  return true;
}

/** Only entries of a folder itself are taken away, and a link is one. */
async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") {
        refuse(path, error);
      }
    });
  }
}

async function removeFolders(path: string): Promise<void> {
  for (const one of [...Object.keys(filesOf).map((name) => join(path, name)), path]) {
    // One that has got files meanwhile stays.
    await rmdir(one).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") {
        refuse(one, error);
      }
    });
  }
}

async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    throw new ClusterFault(`${shown(path)} cannot be listed: ${lineOf(error)}`);
  }
}

function refuse(path: string, error: unknown): never {
  throw new ClusterFault(`${shown(path)} cannot be removed: ${lineOf(error)}; remove the run again`);
}
