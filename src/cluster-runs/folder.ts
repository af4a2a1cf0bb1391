import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import * as v from "valibot";
import { faultOfFolder } from "../cluster/index.js";
import { makeFolders, readTextFile, UnreadableFile, withFile, writeWhole } from "../files/index.js";
import { cutText, printableLine } from "../printable/index.js";
import type { PreparedPoint, PreparedVerification } from "../verify/index.js";
import { ClusterFault } from "./fault.js";
import { type ClusterRun, isRunId, recordSchema } from "./record.js";

/*
 * The files of a run, in a folder that the cluster's nodes share. None is ever changed but for checkpoints, and each appears whole:
 *
 *   run.json                what the run is (`record`); written last, so that a folder without it is none yet
 *   work                    its prepared verifications, as structured clones
 *   worker/node, program    the paths of Node and of the program that does a task; its files lie beside them
 *   script                  the batch script
 *   submissions/K.json      what is to be submitted, before it is (`submissions`)
 *   submissions/K.job       what became of that
 *   endings/K-INDEX.json    how a task ended that left shards undone
 *   nodes/NAME              nodes that have no engine of the run's arithmetic
 *   results/SHARD           exact sums of a shard: the only proof that it is done (`results`)
 *   checkpoints/SHARD       the same of its first trials
 *   logs/ARRAY_INDEX.log    what tasks printed
 *   cancelled               somebody wants no more of it
 */

/** Folders of a run. */
const folders = ["worker", "submissions", "endings", "nodes", "results", "checkpoints", "logs"] as const;

/** A run's file in bytes at most, and its prepared work. */
const largestRecord = 64 * 2 ** 20;
const largestWork = 2 ** 31;

/** Nobody else may write what is carried out in the user's name. */
export const ownMode = 0o700;
const othersMayWrite = 0o022;

/** A point of a run with what it is prepared from. */
export interface PointOfWork {
  readonly verification: PreparedVerification;
  readonly point: PreparedPoint;
}

/** A run's folder. */
export class RunFolder {
  private constructor(
    readonly path: string,
    readonly run: ClusterRun,
  ) {}

  /**
   * Makes a run's folder with all that its tasks need.
   * @param directory that nodes share, absolute; it is made where it is not there.
   * @param lay puts the worker's files into a folder, and the script into the run's.
   * @throws ClusterFault, UnwritableFile in one line.
   */
  static async create(
    directory: string,
    run: Omit<ClusterRun, "digest">,
    work: readonly PreparedVerification[],
    lay: (folder: string) => Promise<void>,
  ): Promise<RunFolder> {
    if (!isAbsolute(directory)) {
      throw new ClusterFault(`the directory of runs must be an absolute path, not ${shown(directory)}`);
    }
    const path = join(directory, run.id);
    // Before anything is made: what Slurm would not take is no place for a run.
    const strange = faultOfFolder(path);
    if (strange !== undefined) {
      throw new ClusterFault(`${strange}; name another by --directory`);
    }
    await makeFolders(directory).catch((error) => refuse(directory, error));
    await refuseOpenDirectory(directory);
    await mkdir(path, { mode: ownMode }).catch((error) => refuse(path, error));
    for (const folder of folders) {
      await mkdir(join(path, folder), { mode: ownMode }).catch((error) => refuse(path, error));
    }
    const bytes = serialize(work);
    await writeWhole(join(path, "work"), bytes);
    await lay(path);
    const record: ClusterRun = { ...run, digest: digestOf([bytes]) };
    await writeWhole(join(path, "run.json"), `${JSON.stringify(record, undefined, 2)}\n`);
    return new RunFolder(path, record);
  }

  /** @throws ClusterFault in one line where there is no run, or one that others could have changed. */
  static async open(path: string): Promise<RunFolder> {
    await refuseOthers(path);
    const text = await readTextFile(join(path, "run.json"), largestRecord).catch(async (error) => {
      throw new ClusterFault(
        error instanceof UnreadableFile && error.code === "ENOENT"
          ? `${shown(path)} is no run's folder: there is no run.json in it${(await mayBeRun(path)) ? withoutRecord : ""}`
          : `${shown(path)}: run.json ${lineOf(error)}`,
      );
    });
    const read = v.safeParse(recordSchema, parsed(text));
    if (!read.success) {
      throw new ClusterFault(
        `${shown(path)}: run.json is damaged, or of another version of diag; use the version that made it, or remove the folder`,
      );
    }
    return new RunFolder(path, read.output as ClusterRun);
  }

  /**
   * What is carried out, as it was written.
   * @throws ClusterFault in one line when it is not.
   */
  async work(): Promise<readonly PreparedVerification[]> {
    const path = this.at("work");
    const bytes = await withFile(path, largestWork, async (file) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of file.chunks()) {
        chunks.push(Uint8Array.from(chunk));
      }
      return Buffer.concat(chunks);
    }).catch((error) => {
      throw new ClusterFault(`${shown(path)} ${lineOf(error)}; remove the run, and send it again`);
    });
    if (digestOf([bytes]) !== this.run.digest) {
      throw new ClusterFault(`${shown(path)} is not as it was written; remove the run, and send it again`);
    }
    return deserialize(bytes) as readonly PreparedVerification[];
  }

  /** The path of a file in it. */
  at(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /**
   * The names of files in one of its folders that have these endings, in no order.
   * @throws ClusterFault in one line when that cannot be known.
   */
  async names(folder: (typeof folders)[number]): Promise<string[]> {
    try {
      return (await readdir(this.at(folder))).filter((name) => !name.startsWith("."));
    } catch (error) {
      throw new ClusterFault(`${shown(this.at(folder))} cannot be listed: ${lineOf(error)}`);
    }
  }

  /** Says that no more of it is wanted. */
  async markCancelled(): Promise<void> {
    await writeWhole(this.at("cancelled"), "");
  }

  async isCancelled(): Promise<boolean> {
    return lstat(this.at("cancelled")).then(
      () => true,
      () => false,
    );
  }
}

/** All points of a run's work, in the order of its record. */
export function pointsOfWork(work: readonly PreparedVerification[]): PointOfWork[] {
  return work.flatMap((verification) => verification.points.map((point) => ({ verification, point })));
}

/** The runs of a directory, those that cannot be read with a line that says why. What else is there is passed over. */
export async function runsIn(
  directory: string,
): Promise<{ readonly runs: readonly RunFolder[]; readonly unreadable: readonly string[] }> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return [];
    }
    throw new ClusterFault(`${shown(directory)} cannot be listed: ${lineOf(error)}`);
  });
  const runs: RunFolder[] = [];
  const unreadable: string[] = [];
  for (const name of names.filter(isRunId).sort()) {
    const path = join(directory, name);
    if (!(await mayBeRun(path))) {
      continue;
    }
    try {
      runs.push(await RunFolder.open(path));
    } catch (error) {
      unreadable.push(lineOf(error));
    }
  }
  return { runs, unreadable };
}

/** What to do with all folders of a run and no record. */
const withoutRecord =
  "; it was never wholly made, or has lost its record: end what runs of it (scancel), and remove the folder";

/** Whether a record is there, or all folders of a run that was never made wholly; also of what may not be looked into. */
async function mayBeRun(path: string): Promise<boolean> {
  const isThere = (name: string): Promise<boolean> =>
    lstat(join(path, name)).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
    );
  return (await isThere("run.json")) || (await Promise.all(folders.map(isThere))).every((one) => one);
}

/** What tasks carry out is made into programs: who else could write it could have any program run in the user's name. */
export async function refuseOthers(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isDirectory()) {
    throw new ClusterFault(
      `there is no run's folder ${shown(path)}; \`diag runs\` lists those that are known`,
    );
  }
  const own = process.getuid?.();
  if (own !== undefined && found.uid !== own) {
    throw new ClusterFault(`${shown(path)} is of another user, and is not used`);
  }
  if (own !== undefined && (found.mode & othersMayWrite) !== 0) {
    throw new ClusterFault(
      `${shown(path)} may be written by others; take that from them (chmod go-w), and look at what is in it`,
    );
  }
}

/** Whose bits say that anybody may put another folder in a run's place. */
const anybodyMayWrite = 0o002;
const onlyOwnersRemove = 0o1000;

async function refuseOpenDirectory(directory: string): Promise<void> {
  const { mode } = await stat(directory).catch((error) => refuse(directory, error));
  if (process.getuid !== undefined && (mode & anybodyMayWrite) !== 0 && (mode & onlyOwnersRemove) === 0) {
    throw new ClusterFault(
      `${shown(directory)} may be written by anybody, who could put another folder in a run's place; take that from them (chmod o-w), or name another by --directory`,
    );
  }
}

function refuse(path: string, error: unknown): never {
  throw new ClusterFault(`${shown(path)} cannot be made: ${lineOf(error)}`);
}

export function shown(text: string): string {
  return cutText(printableLine(text), 200);
}

export function lineOf(error: unknown): string {
  return printableLine(error instanceof Error ? error.message.split("\n")[0]! : String(error));
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest("hex");
}
