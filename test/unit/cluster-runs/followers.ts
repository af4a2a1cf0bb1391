import type { Scheduler } from "../../../src/cluster/index.js";
import {
  type FollowOptions,
  followRun,
  Gathered,
  type RunEnd,
  type RunFolder,
} from "../../../src/cluster-runs/index.js";
import type { PreparedVerification } from "../../../src/verify/index.js";
import type { VirtualTime } from "./virtual-time.js";
import { watching } from "./watched-files.js";

/** What became of a process that waited for a run. */
export interface Follower {
  readonly gathered: Gathered;
  /** Undefined of one that was killed, or failed. */
  readonly end: RunEnd | undefined;
  /** Why it failed. */
  readonly fault: Error | undefined;
  readonly notes: readonly string[];
  /** What it has asked of the disk and the scheduler, in this order. */
  readonly steps: readonly string[];
}

/** What happens to a process between two of its steps. */
export interface Disturbance {
  /** How many steps it takes until it is killed. */
  readonly killBefore?: number | ((step: string, steps: readonly string[]) => boolean);
  /** How many steps it takes until its machine sleeps for so many seconds. */
  readonly sleepBefore?: number;
  readonly sleepFor?: number;
  /** What is wrong with the disk before a step of it; a machine's other steps know nothing of that. */
  readonly faultOf?: (operation: string, path: string) => Error | undefined;
}

/** A process that waits for a run. It may be ended from outside before any step: then nothing of it goes on, and nothing is tidied up. */
export function follow(
  { folder, work }: { readonly folder: RunFolder; readonly work: readonly PreparedVerification[] },
  scheduler: Scheduler,
  time: VirtualTime,
  {
    killBefore = Number.POSITIVE_INFINITY,
    sleepBefore,
    sleepFor = 0,
    faultOf,
    ...options
  }: Partial<FollowOptions> & Disturbance = {},
): Promise<Follower> {
  const gathered = new Gathered(folder, work);
  const steps: string[] = [];
  const notes: string[] = [];
  let kill: (end: undefined) => void = () => undefined;
  const killed = new Promise<undefined>((resolve) => {
    kill = resolve;
  });
  const step = async (name: string) => {
    const isKilled = typeof killBefore === "number" ? steps.length >= killBefore : killBefore(name, steps);
    if (isKilled) {
      kill(undefined);
      return time.hang();
    }
    steps.push(name);
    if (steps.length - 1 === sleepBefore) {
      await time.wait(sleepFor);
    }
    return time.turn();
  };
  const watcher = {
    before: async (operation: string, path: string) => {
      await step(`${operation} ${path.slice(folder.path.length)}`);
      const fault = faultOf?.(operation, path);
      if (fault !== undefined) {
        throw fault;
      }
    },
    now: () => time.now(),
  };
  const asked: Scheduler = {
    name: scheduler.name,
    limits: async (...words) => step("limits").then(() => scheduler.limits(...words)),
    submit: async (...words) => step("submit").then(() => scheduler.submit(...words)),
    look: async (...words) => step("look").then(() => scheduler.look(...words)),
    cancel: async (...words) => step("cancel").then(() => scheduler.cancel(...words)),
    release: async (...words) => step("release").then(() => scheduler.release(...words)),
  };
  const end = time.join(() =>
    watching(watcher, () =>
      followRun(gathered, {
        scheduler: asked,
        clock: time,
        onNote: (line) => notes.push(line),
        ...options,
      }),
    ),
  );
  return Promise.race([end, killed]).then(
    (how) => ({ gathered, end: how, fault: undefined, notes, steps }),
    (fault: Error) => ({ gathered, end: undefined, fault, notes, steps }),
  );
}

/** Missing shards of which a follower that ended does not say why they are. */
export function unexplained({ gathered, end }: Follower): number[] {
  const total = gathered.folder.run.points.reduce((sum, { shards }) => sum + shards, 0);
  const stuck = new Set(end?.stuck.flatMap(({ shards }) => shards));
  return Array.from({ length: total }, (_, shard) => shard).filter(
    (shard) => !gathered.done.has(shard) && !end?.givenUp.has(shard) && !stuck.has(shard),
  );
}
