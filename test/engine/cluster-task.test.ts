/** What a task of a run on a cluster does: the local run's trials, whatever ends it on the way and whatever lies in its folder. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { workerExits } from "../../src/cluster/index.js";
import { type RunFolder, readUnfitNodes, writeShard } from "../../src/cluster-runs/index.js";
import { NodeEngines } from "../../src/cluster-runs/worker/node-engines.js";
import { doTask, type TaskOptions } from "../../src/cluster-runs/worker/task.js";
import { simulateLocally } from "../../src/engines/index.js";
import type { PreparedVerification } from "../../src/verify/index.js";
import { shared } from "../shared.js";
import {
  checkpointOf,
  known,
  mergedOf,
  nothing,
  preparedOf,
  RunsDirectory,
  resultOf,
  specificationsOf,
  submitted,
  termsOf,
  trialsIn,
} from "./cluster-runs.js";
import { lacksCompiler, titled } from "./native-machine.js";
import { type Pretence, pretended } from "./pretended-engines.js";

const directory = new RunsDirectory();

afterAll(() => directory.remove());

/** The first learning rate of a block. */
async function preparedBlock(
  file: string,
  name: string,
  trials: number,
  testPoints?: number,
): Promise<PreparedVerification> {
  const specification = (await specificationsOf(file)).find((one) => one.name === name)!;
  const asked = { ...specification, etas: specification.etas.slice(0, 1) };
  return await preparedOf(testPoints === undefined ? asked : { ...asked, testPoints }, trials);
}

const gauss = shared(() => preparedBlock("gauss.diag", "gauss_excess", 1000));
const controlled = shared(() => preparedBlock("gauss.diag", "gauss_excess", 30_000));
/** Of tensors, with two test points, or all rows as if there were no more. */
const tensors = shared(() => preparedBlock("tensors/convolution.diag", "strokes_excess", 64, 2));
const allRows = shared(() => preparedBlock("tensors/convolution.diag", "strokes_excess", 64, 1e6));

async function runOf(prepared: PreparedVerification, shards: number): Promise<RunFolder> {
  return await directory.runOf([prepared], shards, { lay: nothing });
}

interface Done {
  readonly status: number | undefined;
  readonly lines: readonly string[];
}

async function done(
  folder: RunFolder,
  token: string,
  index = 0,
  options: Partial<TaskOptions> = {},
): Promise<Done> {
  const lines: string[] = [];
  const status = await doTask(
    { folder: folder.path, token, index },
    {
      ...{ signal: new AbortController().signal, environment: {}, host: "host-1", waits: [] },
      say: (line) => lines.push(line),
      ...options,
    },
  );
  expect(lines.filter((line) => line.includes("\n") || line === "")).toEqual([]);
  return { status, lines };
}

/** A node of which other engines are pretended. */
function node(engines: Parameters<typeof pretended>[0]): Partial<TaskOptions> {
  return { engines: (threads, only) => new NodeEngines(threads, only, pretended(engines)) };
}

/** Engines of trials in single precision, as those of tensors, so slow by what they say that each segment is short. */
const slow = { isSingle: true, slowness: 1e7 } satisfies Pretence;

/** A clock on which half a minute passes between any two looks. */
function fastClock(): () => number {
  let time = 0;
  return () => {
    time += 30_000;
    return time;
  };
}

async function expectLocal(folder: RunFolder, { points }: PreparedVerification): Promise<void> {
  const local = await simulateLocally(points[0]!.request, { workers: 0 });
  expect(known(await mergedOf(folder))).toEqual(known(local));
}

describe("shards that tasks have done", () => {
  test("are of all that requests may have", async () => {
    expect((await controlled()).points[0]!.request.controls).toBeDefined();
    const [withPoints, whole] = [await tensors(), await allRows()].map(({ points }) => points[0]!);
    expect(withPoints!.request.testPoints).toBe(2);
    expect(withPoints!.request.controls).toBeDefined();
    expect(withPoints!.facts.floors.size).toBeGreaterThan(0);
    expect(whole!.request.testPoints).toBeUndefined();
    expect(whole!.arithmetic).toMatch(/^cpu single /);
  });

  test.each([
    ["scalars", () => gauss(), [1, 4, 7]],
    ["controls", () => controlled(), [4]],
    ["covariances", () => preparedBlock("covariances.diag", "spread", 200), [4]],
    ["a difference of descents", () => preparedBlock("paper/corollary_4.diag", "sgd_less_gd", 200), [4]],
    ["a difference from a flow", () => preparedBlock("paper/corollary_5.diag", "sgd_less_ode", 200), [4]],
    ["a flow", () => preparedBlock("metric.diag", "flow", 7), [1, 4]],
    ["tensors", () => allRows(), [4]],
    ["tensors with test points", () => tensors(), [1, 4, 7]],
  ])("add up to the local run, to the last bit: %s", async (_, prepare, cuts) => {
    const prepared = await prepare();
    for (const shards of cuts) {
      const folder = await runOf(prepared, shards);
      const numbers = Array.from({ length: folder.run.points[0]!.shards }, (_, number) => number);
      const tasks = [numbers.slice(0, 2), numbers.slice(2)].filter((task) => task.length > 0);
      const token = await submitted(folder, tasks);
      for (const index of tasks.keys()) {
        expect(await done(folder, token, index)).toMatchObject({ status: workerExits.done });
      }
      await expectLocal(folder, prepared);
      expect(readdirSync(folder.at("checkpoints"))).toEqual([]);
    }
  });
});

describe("a task that does not come to its end", () => {
  test("keeps how far it has come now and then, and goes on from there", async () => {
    const prepared = await tensors();
    const folder = await runOf(prepared, 1);
    const token = await submitted(folder, [[0]]);
    let pieces = 0;
    const onPiece = () => {
      pieces++;
      // Of the pilot are the first ones.
      if (trialsKept(folder) >= 24) {
        throw new Error("somebody pulled the plug");
      }
    };
    const broken = await done(folder, token, 0, { ...node({ cpu: { ...slow, onPiece } }), now: fastClock() });
    expect(broken.status).toBe(workerExits.trials);
    expect(broken.lines.at(-1)).toBe("somebody pulled the plug");
    const kept = trialsIn(await checkpointOf(folder, 0)).trials;
    expect(kept).toBeGreaterThanOrEqual(24);
    expect(kept).toBeLessThan(64);
    expect(await resultOf(folder, 0)).toEqual({ kind: "none" });
    const whole = await done(folder, token);
    expect(whole.status).toBe(workerExits.done);
    expect(whole.lines.join()).toContain(
      `64 trials at eta = ${prepared.points[0]!.eta} of "strokes_excess", of which ${kept} are done`,
    );
    expect(pieces).toBeGreaterThan(3);
    await expectLocal(folder, prepared);
    expect(readdirSync(folder.at("checkpoints"))).toEqual([]);
  });

  test("keeps all that is done when it is asked to end, and no shard after that is begun", async () => {
    const prepared = await tensors();
    const folder = await runOf(prepared, 2);
    const token = await submitted(folder, [[0, 1]]);
    const stop = new AbortController();
    let pieces = 0;
    const onPiece = () => {
      if (++pieces === 5) {
        stop.abort();
      }
    };
    const stopped = await done(folder, token, 0, {
      ...node({ cpu: { ...slow, onPiece } }),
      signal: stop.signal,
    });
    expect(stopped.status).toBeUndefined();
    expect(stopped.lines.at(-1)).toBe("it was asked to end, and has kept how far it has come");
    const kept = trialsIn(await checkpointOf(folder, 0)).trials;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(32);
    expect(await checkpointOf(folder, 1)).toEqual({ kind: "none" });
    expect((await done(folder, token)).lines.join()).toContain(`of which ${kept} are done`);
    await expectLocal(folder, prepared);
  });

  test("that was asked to end before it began does nothing", async () => {
    const folder = await runOf(await gauss(), 1);
    const token = await submitted(folder, [[0]]);
    expect((await done(folder, token, 0, { signal: AbortSignal.abort() })).status).toBeUndefined();
    expect(readdirSync(folder.at("results"))).toEqual([]);
  });

  test("tells how far it has come once a minute at most", async () => {
    const folder = await runOf(await tensors(), 1);
    const token = await submitted(folder, [[0]]);
    let time = 0;
    const onPiece = () => {
      time += 20_000;
    };
    const { lines } = await done(folder, token, 0, {
      ...node({ cpu: { ...slow, onPiece } }),
      now: () => time,
    });
    const told = lines.filter((line) => /^shard 0: [\d,]+ of 64 trials/.test(line));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(Math.ceil(time / 60_000));
    expect(told[0]).toMatch(/ of 64 trials, about \d+ min left$/);
  });
});

/** How many trials the text of a checkpoint tells of. */
function trialsKept(folder: RunFolder): number {
  try {
    const { results } = JSON.parse(readFileSync(folder.at("checkpoints", "0"), "utf8"));
    return results[0].trials;
  } catch {
    return 0;
  }
}

describe("what lies in the folder and is not valid", () => {
  /** A run of two shards that are done. */
  async function doneRun(): Promise<{ readonly folder: RunFolder; readonly token: string }> {
    const folder = await runOf(await gauss(), 2);
    const token = await submitted(folder, [[0, 1]]);
    expect((await done(folder, token)).status).toBe(workerExits.done);
    return { folder, token };
  }

  test.each([
    ["cut", (text: string) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["changed", (text: string) => text.replace(/"sum":"(-?)./, '"sum":"$17')],
  ])("is done again where it is a result that is %s", async (_, change) => {
    const { folder, token } = await doneRun();
    const path = folder.at("results", "1");
    const before = readFileSync(path, "utf8");
    writeFileSync(path, change(before));
    expect((await resultOf(folder, 1)).kind).toBe("invalid");
    const { status, lines } = await done(folder, token);
    expect(status).toBe(workerExits.done);
    expect(lines.filter((line) => /^shard 1: its result .*, and is done again$/.test(line))).toHaveLength(1);
    expect(lines).toContain("1 of 2 shards is done already");
    await expectLocal(folder, await gauss());
  });

  test("is not gone on from where it is a checkpoint of another shard, or one that is cut", async () => {
    const prepared = await gauss();
    const part = await simulateLocally({ ...prepared.points[0]!.request, trials: 100 }, { workers: 0 });
    for (const spoil of [
      (folder: RunFolder) => renameSync(folder.at("checkpoints", "0"), folder.at("checkpoints", "1")),
      (folder: RunFolder) => {
        const path = folder.at("checkpoints", "0");
        writeFileSync(path, readFileSync(path, "utf8").slice(0, -20));
      },
    ]) {
      const folder = await runOf(prepared, 2);
      const token = await submitted(folder, [[0, 1]]);
      await writeShard(folder, await termsOf(folder, 0), part, new Map());
      expect(trialsIn(await checkpointOf(folder, 0)).trials).toBe(100);
      spoil(folder);
      const { lines } = await done(folder, token);
      expect(
        lines.filter((line) => /^shard [01]: its checkpoint .*, and is not used$/.test(line)),
      ).toHaveLength(1);
      expect(lines.join()).not.toContain("of which");
      await expectLocal(folder, prepared);
    }
  });

  test("is not counted where single precision has no floors, and said to be no result", async () => {
    const prepared = await tensors();
    const [point] = prepared.points;
    const strange = { ...prepared, points: [{ ...point!, facts: { ...point!.facts, floors: new Map() } }] };
    const folder = await runOf(strange, 1);
    const { status, lines } = await done(folder, await submitted(folder, [[0]]));
    expect(status).toBe(workerExits.trials);
    expect(lines.at(-1)).toMatch(/^the result of shard 0 is not valid as it was written: /);
  });
});

describe("engines of a node", () => {
  test("are compared, and one that is lost is replaced where it was", async () => {
    const prepared = await tensors();
    const folder = await runOf(prepared, 1);
    const engines = {
      cpu: slow,
      native: { ...slow, slowness: 5e6, lostAfter: 4 },
    };
    const { status, lines } = await done(folder, await submitted(folder, [[0]]), 0, node(engines));
    expect(status).toBe(workerExits.done);
    expect(lines.join("\n")).toMatch(/^native carries them out \(a native\): it is [\d.]+ times as fast/m);
    expect(lines).toContain("cpu goes on (a cpu): the GPU fell off the bus");
    await expectLocal(folder, prepared);
  });

  test("are closed when they are not worth it, with the reason in the log", async () => {
    const folder = await runOf(await tensors(), 1);
    const source = pretended({ cpu: slow, native: { ...slow, slowness: 2e7 } });
    const engines = (threads: number) => new NodeEngines(threads, undefined, source);
    const { lines } = await done(folder, await submitted(folder, [[0]]), 0, { engines });
    expect(lines.join("\n")).toMatch(
      /^cpu carries them out \(a cpu\): a program a native, is 0\.\d+ times as fast/m,
    );
    expect(source.closed).toEqual(["native", "cpu"]);
  });

  test("may be one only that the run allows", async () => {
    const prepared = await tensors();
    const folder = await directory.runOf([prepared], 1, { lay: nothing, engine: "native" });
    const token = await submitted(folder, [[0]]);
    const lost = node({ cpu: slow, native: { ...slow, lostAfter: 2 } });
    const { status, lines } = await done(folder, token, 0, lost);
    expect(status).toBe(workerExits.trials);
    expect(lines.at(-1)).toBe("native was lost, and the run allows nothing else: the GPU fell off the bus");
    const none = await done(folder, token, 0, {
      ...node({ cpu: slow }),
      environment: { SLURMD_NODENAME: "n1" },
    });
    expect(none.status).toBe(workerExits.arithmetic);
    expect(none.lines.at(-1)).toBe("this node has no engine native: no native here");
    expect([...(await readUnfitNodes(folder)).keys()]).toEqual(["n1"]);
    const other = await directory.runOf([prepared], 1, { lay: nothing, engine: "webgpu" });
    const gpu = await done(other, await submitted(other, [[0]]), 0, node({ cpu: slow }));
    expect(gpu.status).toBe(workerExits.arithmetic);
  });

  test.skipIf(lacksCompiler !== undefined)(
    titled("have the same bits when their programs are compiled"),
    async () => {
      const prepared = await gauss();
      const folder = await directory.runOf([prepared], 4, { lay: nothing, engine: "native" });
      const { status, lines } = await done(folder, await submitted(folder, [[0, 1, 2, 3]]));
      expect(status).toBe(workerExits.done);
      expect(lines[1]).toMatch(/^native carries them out \(compiled for \d+ bits, on 1 thread\)/);
      expect(trialsIn(await resultOf(folder, 2)).backend).toBe("native");
      await expectLocal(folder, prepared);
    },
  );
});

describe("a node", () => {
  test("that rounds otherwise has none of the trials, and is noted by its name", async () => {
    const prepared = await gauss();
    const [point] = prepared.points;
    const arithmetic = point!.arithmetic.endsWith("once") ? "cpu rounding twice" : "cpu rounding once";
    const folder = await runOf({ ...prepared, points: [{ ...point!, arithmetic }] }, 2);
    const token = await submitted(folder, [[0, 1]]);
    const { status, lines } = await done(folder, token, 0, {
      environment: { SLURMD_NODENAME: "node-7.of_it" },
    });
    expect(status).toBe(workerExits.arithmetic);
    expect(lines.at(-1)).toBe(
      `this node has other arithmetic (${point!.arithmetic}) than the run (${arithmetic})`,
    );
    expect([...(await readUnfitNodes(folder))]).toEqual([["node-7.of_it", lines.at(-1)]]);
    expect(readdirSync(folder.at("results"))).toEqual([]);
    // A name that could lead elsewhere is none.
    await done(folder, token, 0, { environment: { SLURMD_NODENAME: "../node" }, host: "host-2" });
    expect((await readUnfitNodes(folder)).has("host-2")).toBe(true);
    const nameless = await done(folder, token, 0, { environment: { SLURMD_NODENAME: "a b" }, host: "" });
    expect(nameless).toEqual({ status: workerExits.folder, lines: [expect.stringContaining("has no name")] });
  });

  test("takes as many threads as it was given processors, and one where nobody says", async () => {
    const folder = await runOf(await gauss(), 1);
    const token = await submitted(folder, [[0]]);
    const first = async (environment: Record<string, string>) =>
      (await done(folder, token, 0, { environment })).lines[0];
    expect(await first({ SLURM_CPUS_ON_NODE: "64", SLURMD_NODENAME: "n1" })).toBe(
      `task 0 of ${token} on node n1, on 1 thread`,
    );
    expect(await first({ SLURM_CPUS_PER_TASK: "1e3" })).toMatch(/, on 1 thread$/);
    expect(await first({ SLURM_CPUS_PER_TASK: "1", SLURM_RESTART_COUNT: "2" })).toMatch(
      /, on 1 thread, started again for the 2\. time$/,
    );
  });
});

describe("a task that is none", () => {
  test.each([
    ["its submission is not there", "run-0-9", 0, /has no submission run-0-9$/],
    ["its submission has fewer", undefined, 5, /^submission run-\w+-1 has no task 5$/],
    ["the run has no such shard", undefined, 1, /^the run has no shard 99; /],
  ])("is told in a line: %s", async (_, other, index, line) => {
    const folder = await runOf(await gauss(), 1);
    const token = await submitted(folder, [[0], [99]]);
    const { status, lines } = await done(folder, other ?? token, index);
    expect(status).toBe(workerExits.folder);
    expect(lines.at(-1)).toMatch(line);
  });

  test("is looked for again, since what was written elsewhere is seen late", async () => {
    const folder = await runOf(await gauss(), 1);
    const token = `${folder.run.id}-1`;
    const late = done(folder, token, 0, { waits: [0, 0.05, 30] });
    await submitted(folder, [[0]]);
    expect((await late).status).toBe(workerExits.done);
  });

  test("has nothing to do where the run is cancelled", async () => {
    const folder = await runOf(await gauss(), 1);
    await folder.markCancelled();
    const { status, lines } = await done(folder, await submitted(folder, [[0]]));
    expect({ status, line: lines.at(-1) }).toEqual({
      status: workerExits.done,
      line: "the run is cancelled",
    });
    expect(readdirSync(folder.at("results"))).toEqual([]);
  });

  test("does not go by a record that tells something else than its work", async () => {
    const prepared = await gauss();
    const folder = await directory.runOf([prepared], 1, {
      lay: nothing,
      points: [
        { verify: "x", eta: 0.5, trials: 1000, shards: 1, arithmetic: prepared.points[0]!.arithmetic },
      ],
    });
    const { status, lines } = await done(folder, await submitted(folder, [[0]]));
    expect(status).toBe(workerExits.folder);
    expect(lines.at(-1)).toMatch(/^run\.json and work do not tell the same of point 0; /);
  });
});
