import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, posix } from "node:path";

/** How many threads this process should work with, and why no more. */
export interface ThreadCount {
  readonly threads: number;
  /** Part of a line: `SLURM_CPUS_PER_TASK is 2`. */
  readonly why: string;
}

/** Where limits are looked up. */
export interface ThreadSources {
  /** The folder in which `proc` and `sys` are; `/` when absent. */
  readonly root?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Processors on which the system lets this process run. */
  readonly processors?: number;
}

/**
 * The fewest of: the processors in the affinity mask, what Slurm gave to a task, and the time that control groups (of
 * version 1 or 2) leave to the process, its group's and those of all groups around it, rounded up to whole processors.
 */
export function availableThreads({
  root = "/",
  environment = process.env,
  processors = availableParallelism(),
}: ThreadSources = {}): ThreadCount {
  const task = environment.SLURM_CPUS_PER_TASK ?? "";
  const slurm = /^[1-9]\d{0,8}$/.test(task)
    ? [{ threads: Number(task), why: `SLURM_CPUS_PER_TASK is ${task}` }]
    : [];
  const groups = quotas(root).map(({ processors: share, file }) => ({
    threads: Math.max(1, Math.ceil(share)),
    why: `${file} allows ${Number(share.toPrecision(3))} processors`,
  }));
  const all = { threads: processors, why: "so many processors may be used" };
  return [...slurm, ...groups].reduce((least, one) => (one.threads < least.threads ? one : least), all);
}

/** What a control group allows. */
interface Quota {
  /** As a share of time: 1.5 for one and a half. */
  readonly processors: number;
  /** Where it is written. */
  readonly file: string;
}

function quotas(root: string): Quota[] {
  return groupFolders(root).flatMap(({ folder, top, isUnified }) => {
    const found: Quota[] = [];
    for (let at = folder; ; at = posix.dirname(at)) {
      const quota = isUnified ? quotaOf2(root, at) : quotaOf1(root, at);
      if (quota !== undefined) {
        found.push(quota);
      }
      if (at === top || at === "/" || at === ".") {
        return found;
      }
    }
  });
}

/** `150000 100000`, or `max 100000` where there is no limit. */
function quotaOf2(root: string, folder: string): Quota | undefined {
  const file = posix.join(folder, "cpu.max");
  const match = /^(\d+) (\d+)/.exec(textOf(root, file));
  return match === null ? undefined : quotaOf(Number(match[1]), Number(match[2]), file);
}

/** Two files; -1 where there is no limit. */
function quotaOf1(root: string, folder: string): Quota | undefined {
  const file = posix.join(folder, "cpu.cfs_quota_us");
  const period = posix.join(folder, "cpu.cfs_period_us");
  const [quota, length] = [file, period].map((one) => Number(textOf(root, one) || Number.NaN));
  return quotaOf(quota!, length!, file);
}

function quotaOf(quota: number, period: number, file: string): Quota | undefined {
  const processors = quota / period;
  return processors > 0 && Number.isFinite(processors) ? { processors, file } : undefined;
}

/** The folder of a control group of this process, and the topmost one that can be seen from here. */
interface GroupFolder {
  readonly folder: string;
  readonly top: string;
  /** Whether it is of version 2, which has one tree for all that is controlled. */
  readonly isUnified: boolean;
}

function groupFolders(root: string): GroupFolder[] {
  const mounts = mountsOf(root);
  // A line is `0::/group` in version 2 and `4:cpu,cpuacct:/group` in version 1.
  const lines = textOf(root, "/proc/self/cgroup").split("\n");
  return lines.flatMap((line): GroupFolder[] => {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (match === null) {
      return [];
    }
    const [, controllers, group] = match;
    const isUnified = controllers === "";
    if (!isUnified && !controllers!.split(",").includes("cpu")) {
      return [];
    }
    const mount = mounts.find((one) => one.isUnified === isUnified && (isUnified || one.controlsProcessors));
    if (mount === undefined) {
      return [];
    }
    // In a container the tree may begin at the container's own group.
    const inside = mount.begins === "/" ? group! : insideOf(group!, mount.begins);
    return [{ folder: posix.join(mount.place, inside), top: mount.place, isUnified }];
  });
}

function insideOf(group: string, begins: string): string {
  return group === begins || group.startsWith(`${begins}/`) ? group.slice(begins.length) : "/";
}

interface GroupMount {
  /** The group at which the tree begins, and the folder where that is. */
  readonly begins: string;
  readonly place: string;
  readonly isUnified: boolean;
  readonly controlsProcessors: boolean;
}

/** `35 24 0:30 /begins /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw`: places first, the kind after the dash. */
function mountsOf(root: string): GroupMount[] {
  return textOf(root, "/proc/self/mountinfo")
    .split("\n")
    .flatMap((line): GroupMount[] => {
      const [places = "", kinds = ""] = line.split(" - ");
      const [, , , begins, place] = places.split(" ").map(unescaped);
      const [kind, , options = ""] = kinds.split(" ");
      if (begins === undefined || place === undefined || !/^cgroup2?$/.test(kind ?? "")) {
        return [];
      }
      const controlsProcessors = options.split(",").includes("cpu");
      return [{ begins, place, isUnified: kind === "cgroup2", controlsProcessors }];
    });
}

/** Spaces and their like are written as octal numbers. */
function unescaped(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The text of a small file of the system's; empty where there is none. */
function textOf(root: string, path: string): string {
  try {
    return readFileSync(join(root, path), "utf8").trim();
  } catch {
    return "";
  }
}
