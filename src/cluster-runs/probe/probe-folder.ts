import { randomBytes } from "node:crypto";
import { mkdir, readdir, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import * as v from "valibot";
import { makeFolders, readTextFile, writeWhole } from "../../files/index.js";
import { ClusterFault } from "../fault.js";
import { lineOf, ownMode, parsed, refuseOthers, shown } from "../folder.js";
import { layProbe } from "../lay-worker.js";
import { type ProbeReport, questionFile, reportFile, reportSchema } from "./report.js";

const folders = ["worker", "logs"] as const;

/** Larger than a report, in bytes. */
const largestReport = 16_384;

/** The folder of one small job, in a directory that nodes share. All that is made is taken away again. */
export class ProbeFolder {
  private constructor(
    readonly path: string,
    /** By which its job is found in the queue. */
    readonly token: string,
    /** What a node is to read and to tell. */
    private readonly question: string,
    /** Folders that were made for it, from the top down. */
    private readonly made: readonly string[],
  ) {}

  /**
   * Makes it as the folder of a run is made.
   * @throws ClusterFault, UnwritableFile in one line.
   */
  static async make(directory: string): Promise<ProbeFolder> {
    if (!isAbsolute(directory)) {
      throw new ClusterFault(`the directory of runs must be an absolute path, not ${shown(directory)}`);
    }
    const missing = await missingAbove(directory);
    const token = `diag-doctor-${randomBytes(6).toString("hex")}`;
    const path = join(directory, token);
    const probe = new ProbeFolder(path, token, randomBytes(16).toString("hex"), [...missing, path]);
    try {
      await makeFolders(directory).catch((error) => refuse(directory, error));
      for (const one of [path, ...folders.map((name) => join(path, name))]) {
        await mkdir(one, { mode: ownMode }).catch((error) => refuse(one, error));
      }
      // A disk may give what is made there to others.
      await refuseOthers(path);
      await layProbe(path);
      await writeWhole(join(path, questionFile), probe.question);
      return probe;
    } catch (error) {
      await probe.remove();
      throw error;
    }
  }

  /** What the node told; nothing while that is not seen here. @throws ClusterFault when it is no answer. */
  async report(): Promise<ProbeReport | undefined> {
    const path = join(this.path, reportFile);
    const text = await readTextFile(path, largestReport).catch((error: { code?: string }) => {
      if (error.code === "ENOENT") {
        return undefined;
      }
      throw new ClusterFault(`${shown(path)} ${lineOf(error)}`);
    });
    if (text === undefined) {
      return undefined;
    }
    const read = v.safeParse(reportSchema, parsed(text));
    if (!read.success || read.output.question !== this.question) {
      throw new ClusterFault("what the node wrote is not what it was asked for");
    }
    return read.output as ProbeReport;
  }

  /** Takes everything away that was made, and nothing else. @returns what is left, in one line. */
  async remove(): Promise<string | undefined> {
    for (const folder of [...folders.map((name) => join(this.path, name)), this.path]) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries.filter((one) => !one.isDirectory())) {
        await unlink(join(folder, entry.name)).catch(() => undefined);
      }
      if (folder !== this.path) {
        await rmdir(folder).catch(() => undefined);
      }
    }
    for (const folder of [...this.made].reverse()) {
      // Somebody else may use by now what was made above it.
      await rmdir(folder).catch(() => undefined);
    }
    const isLeft = await stat(this.path).then(
      () => true,
      () => false,
    );
    return isLeft ? `${shown(this.path)} could not be removed; remove it` : undefined;
  }
}

/** The folders that are not there of a path, from the top down. */
async function missingAbove(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let above = path; above !== dirname(above); above = dirname(above)) {
    const isThere = await stat(above).then(
      () => true,
      () => false,
    );
    if (isThere) {
      break;
    }
    missing.unshift(above);
  }
  return missing;
}

function refuse(path: string, error: unknown): never {
  throw new ClusterFault(`${shown(path)} cannot be made: ${lineOf(error)}`);
}
