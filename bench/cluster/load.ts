import type { Scheduler } from "../../src/cluster/index.js";
import { type Clock, followRun, Gathered, sharesOf } from "../../src/cluster-runs/index.js";
import { openCpuEngine } from "../../src/engines/index.js";
import { writeTrials } from "../../src/verify/index.js";
import type { Fate } from "../../test/unit/cluster-runs/fates.js";
import { RunsDirectory, wrongSums } from "../../test/unit/cluster-runs/made-up-run.js";
import { quiet, StandIn } from "../../test/unit/cluster-runs/stand-in.js";
import { randomOf, VirtualTime } from "../../test/unit/cluster-runs/virtual-time.js";
import { watchFiles, watching } from "../../test/unit/cluster-runs/watched-files.js";
import type { Figure } from "../figure.js";
import { convnetRequest } from "../networks/request.js";

/** What `npm run bench -- slurm` measured, in seconds. */
const latencies = {
  submit: () => 0.02,
  look: (lines: number) => 0.01 + 0.00028 * lines,
  other: 0.02,
};

const nodes = 1000;

/**
 * Trials of the convnet in a second on one thread, as `npm run bench -- convnet` has them: by WebAssembly, which a run is cut by, and by the compiled
 * programs that long tasks run as.
 */
const trialsASecond = { wasm: 6_201, native: 17_803 } as const;

/** How fast nodes are: their speeds are lognormal, and one in a hundred is ten times slower. */
const spread = 0.3;
const slow = { share: 0.01, times: 10 } as const;

/** How many tasks end before their time, one half by their node. */
const lost = 0.01;

/** A large run of the convnet on many nodes that are not there: what it costs whoever waits for it, and its cluster. */
export async function benchLoad(): Promise<Figure[]> {
  const unwatch = watchFiles();
  const directory = new RunsDirectory();
  try {
    const { bytes, numbers } = await sizeOfResult();
    const figures: Figure[] = [
      {
        what: "a result of the convnet's trials",
        measured: `${(bytes / 1024).toFixed(1)} KiB, of ${numbers} number`,
      },
    ];
    for (const { trials, shards } of [
      { trials: 1e9, shards: undefined },
      { trials: 1e9, shards: 4000 },
      { trials: 4e10, shards: undefined },
    ]) {
      figures.push(...(await loadOf(directory, trials, shards, bytes)));
    }
    return figures;
  } finally {
    directory.remove();
    unwatch();
  }
}

async function sizeOfResult(): Promise<{ bytes: number; numbers: number }> {
  const request = await convnetRequest(256);
  const engine = await openCpuEngine(1);
  try {
    const result = await engine.simulate(request);
    const known = { eta: 0.01, wanted: 256, result, engines: ["cpu single"], floors: new Map() };
    return { bytes: writeTrials("a".repeat(80), [known]).length, numbers: result.statistics.length };
  } finally {
    await engine.close();
  }
}

/** Time that a process computes: it is stopped while it waits. */
class Stopwatch {
  total = 0;
  longest = 0;
  private piece = 0;
  private since = performance.now();

  /** Waits for something else. */
  async outside<Result>(wait: () => Promise<Result>): Promise<Result> {
    this.piece += performance.now() - this.since;
    const result = await wait();
    this.since = performance.now();
    return result;
  }

  /** Between two looks. */
  lap(): void {
    const own = this.piece + performance.now() - this.since;
    this.total += own;
    this.longest = Math.max(this.longest, own);
    this.piece = 0;
    this.since = performance.now();
  }
}

async function loadOf(
  directory: RunsDirectory,
  trials: number,
  wanted: number | undefined,
  bytes: number,
): Promise<Figure[]> {
  const random = randomOf(20);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const speeds = Array.from(
    { length: nodes },
    () => Math.exp(spread * normal()) / (random() < slow.share ? slow.times : 1),
  );
  const secondsOfTrial = 1 / trialsASecond.native;
  const cut = { trials, secondsOfTrial: 1 / trialsASecond.wasm };
  const { shards, shardsOfTask } = sharesOf([cut], { processors: 1, shards: wanted });
  const time = new VirtualTime();
  const { folder, work } = await directory.run([{ trials, shards: shards[0]! }], shardsOfTask);
  const fateOf = (): Fate =>
    random() >= lost
      ? { kind: "well" }
      : random() < 0.5
        ? { kind: "ends", how: "killed", part: random(), isKept: true }
        : { kind: "put back", part: random(), isKept: true, isHeld: false, isCopied: false };
  const standIn = new StandIn(time, folder, {
    ...quiet,
    ...{ nodes, latencies, fateOf, secondsOfTrial: (node) => secondsOfTrial / speeds[node]! },
  });
  const watch = new Stopwatch();
  const scheduler: Scheduler = {
    name: standIn.name,
    limits: (...words) => watch.outside(() => standIn.limits(...words)),
    submit: (...words) => watch.outside(() => standIn.submit(...words)),
    look: (...words) => watch.outside(() => standIn.look(...words)),
    cancel: (...words) => watch.outside(() => standIn.cancel(...words)),
    release: (...words) => watch.outside(() => standIn.release(...words)),
  };
  let heap = 0;
  let looks = 0;
  const clock: Clock = {
    now: () => time.now(),
    wait(seconds, signal) {
      watch.lap();
      looks++;
      heap = Math.max(heap, process.memoryUsage().heapUsed);
      return watch.outside(() => time.wait(seconds, signal));
    },
  };
  const gathered = new Gathered(folder, work);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  // Files are as old as its own clock says.
  const watcher = { before: async () => undefined, now: () => time.now() };
  const follower = time.join(() => watching(watcher, () => followRun(gathered, { scheduler, clock })));
  await time.pass(1e7);
  const end = await follower;
  watch.lap();
  if (end.state !== "done" || wrongSums(gathered).length > 0) {
    throw new Error(`the run is ${end.state}, with ${wrongSums(gathered).join()}`);
  }
  const minutes = new Map<number, number>();
  for (const { at } of standIn.messages) {
    const minute = Math.floor(at / 60);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  const ideal = (trials * secondsOfTrial) / speeds.reduce((sum, one) => sum + one, 0);
  const took = time.now();
  const minutesTaken = took / 60;
  const anew = new Gathered(folder, work);
  const began = performance.now();
  await anew.refresh();
  const again = performance.now() - began;
  return [
    {
      what: `${trials.toExponential()} trials on ${nodes} nodes: ${shards[0]} shards in ${Math.ceil(shards[0]! / shardsOfTask)} tasks`,
      measured: `the verdict after ${inMinutes(took)}; ideally after ${inMinutes(ideal)}`,
    },
    {
      what: "    messages to the controller in a minute",
      measured: `${(standIn.messages.length / minutesTaken).toFixed(1)}, at most ${Math.max(...minutes.values())}; ${standIn.messages.length} in all, ${standIn.taken.size} arrays, ${standIn.started} tasks started`,
    },
    {
      what: "    bytes merged",
      measured: `${((shards[0]! * bytes) / 2 ** 20).toFixed(1)} MiB in ${shards[0]} files; all read anew in ${(again / 1000).toFixed(1)} s`,
    },
    {
      what: "    what the follower computes",
      measured: `${(watch.total / looks).toFixed(0)} ms a look, at most ${watch.longest.toFixed(0)} ms, over ${looks} looks; heap at most ${((heap - before) / 2 ** 20).toFixed(0)} MiB with the stand-in's`,
    },
  ];
}

const inMinutes = (seconds: number) => `${(seconds / 60).toFixed(1)} min`;
