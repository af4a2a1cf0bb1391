/** Runs of the editor on a cluster: made, watched to their end, cancelled and left alone, with a scheduler of the test's own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Meaning, SubmissionRequest } from "../../src/cluster/index.js";
import { doTask } from "../../src/cluster-runs/worker/task.js";
import { machineEngines } from "../../src/engines/index.js";
import type { RunParameters } from "../../src/runner/index.js";
import { type RunContext, runTarget } from "../../src/runner/run.js";
import { sendTarget } from "../../src/runner/send.js";
import { Watches } from "../../src/runner/watch.js";
import {
  type RunEvent,
  type RunPoint,
  type RunRecord,
  startedRecord,
  withEvent,
} from "../../src/runs/index.js";
import { FakeScheduler, failed, runs } from "../unit/cluster-runs/fake-scheduler.js";
import { RunsDirectory } from "./cluster-runs.js";

const directory = new RunsDirectory();
const path = join(import.meta.dirname, "../../examples/gauss.diag");
const source = { uri: "file:///w/gauss.diag", path, text: readFileSync(path, "utf8") };
const etas = [0.025, 0.05];
const parameters: RunParameters = {
  ...{ id: "run-1", kind: "verification", source, trials: 2000, seed: 7, backend: "cpu" },
  target: { kind: "verify", name: "gauss_excess", etas },
};
const cluster = { directory: directory.path, node: process.execPath, options: { processors: 1 } };

/** A queue that takes everything; its tasks are done when the test says so. */
class Queue extends FakeScheduler {
  readonly requests: SubmissionRequest[] = [];
  override async submit(request: SubmissionRequest): Promise<never> {
    const array = this.requests.push(request);
    this.add(array, request.token, ...request.indices.map(() => runs));
    return { kind: "submitted", array, cluster: undefined } as never;
  }

  /** Does tasks of the last array, which are then over. */
  async work(indices: readonly number[]): Promise<void> {
    const { folder, token } = this.requests.at(-1)!;
    for (const index of indices) {
      const signal = new AbortController().signal;
      const options = { signal, environment: {}, host: "host-1", waits: [], say: () => undefined };
      expect(await doTask({ folder, token, index }, options)).toBe(0);
      this.end(index, { phase: "ended", outcome: "completed", fault: "nobody", line: "ended" });
    }
  }

  end(index: number, meaning: Meaning): void {
    this.arrays.get(this.requests.length)!.tasks.set(index, meaning);
  }
}

let events: RunEvent[];
let queue: Queue;
let steps: (() => unknown)[];
let now: number;

const tell = (event: RunEvent) => void events.push(structuredClone(event));
const contextOf = (signal = new AbortController().signal): RunContext => ({
  ...{ signal, tell, note: () => undefined },
  engines: machineEngines(),
});
const recordOf = (): RunRecord => events.reduce(withEvent, startedRecord({} as RunRecord));
const told = () => recordOf().cluster!.told;

/** What is measured, without how fast. */
const withoutSpeed = ({ stepsPerSecond: _, ...point }: RunPoint) => point;

function watches(): Watches {
  const clock = {
    now: () => now,
    async wait(seconds: number) {
      now += seconds;
      await steps.shift()?.();
    },
  };
  return new Watches({ scheduler: queue, tell: (_, event) => tell(event), clock });
}

beforeAll(() => {
  vi.stubEnv("XDG_STATE_HOME", join(directory.path, "state"));
  return () => vi.unstubAllEnvs();
});

afterAll(() => directory.remove());

beforeEach(() => {
  events = [];
  queue = new Queue();
  steps = [];
  now = 0;
});

async function sent(): Promise<{ id: string; folder: string }> {
  const folder = await sendTarget({ ...parameters, cluster }, contextOf(), () => undefined);
  return { id: parameters.id, folder: folder! };
}

test("a run that is sent and watched tells what a local one does, to the last bit", async () => {
  await runTarget(parameters, contextOf());
  const local = recordOf();
  events = [];
  const run = await sent();
  expect(recordOf()).toMatchObject({ state: "running", backend: "cpu", engine: { device: "Slurm" } });
  expect(recordOf().cluster).toMatchObject({ folder: run.folder, tasks: [], told: [] });
  expect(queue.requests).toEqual([]);
  steps = [
    () => queue.work(queue.requests[0]!.indices),
    () => expect(recordOf().cluster!.tasks[0]).toMatchObject({ array: 1, index: 0, line: "runs" }),
  ];
  await watches().watch(run, new AbortController().signal);
  const record = recordOf();
  expect(record.state).toBe("done");
  expect(record.points.map(withoutSpeed)).toEqual(local.points.map(withoutSpeed));
  expect(record.points).toHaveLength(etas.length);
  expect(record.terms).toEqual(local.terms);
  expect(record.cluster!.progress).toMatchObject({ trials: 4000, totalTrials: 4000, running: 0 });
  expect(told()).toEqual([expect.stringMatching(/^submitted \d+ tasks? as array 1$/)]);
});

test("a run that was watched before goes on from its folder, in another process too", async () => {
  const run = await sent();
  const leave = new AbortController();
  steps = [() => leave.abort()];
  await watches().watch(run, leave.signal);
  expect(events.some(({ type }) => type === "ended")).toBe(false);
  expect(queue.requests).toHaveLength(1);
  await queue.work(queue.requests[0]!.indices);
  await watches().watch(run, new AbortController().signal);
  expect(recordOf()).toMatchObject({ state: "done", points: [{ trials: 2000 }, { trials: 2000 }] });
  expect(queue.requests).toHaveLength(1);
});

test("a run that cannot finish says what is missing, why, and shows the rest as a part", async () => {
  const run = await sent();
  const end = () => {
    for (const index of queue.requests.at(-1)!.indices) {
      queue.end(index, failed);
    }
  };
  steps = Array.from({ length: 30 }, () => end);
  await watches().watch(run, new AbortController().signal);
  const { state, message, points, cluster: known } = recordOf();
  expect(state).toBe("failed");
  expect(message).toMatch(
    /^\d+ shards? (?:is|are) missing \(.*exit code 3.*\), and nothing of the run goes on by itself$/,
  );
  expect(points).toEqual([]);
  expect(known!.tasks.length).toBeGreaterThan(0);
  expect(known!.tasks.every(({ ended, line }) => ended && line.includes("exit code 3"))).toBe(true);
  expect(known!.told.join("\n")).toMatch(
    /shard 0 is missing, trials 0 to \d+ of gauss_excess at eta = 0\.025: /,
  );
});

test("cancelling cancels it on the cluster, and says what became of it", async () => {
  const run = await sent();
  const all = watches();
  let line: string | undefined;
  let cancelling: Promise<void> | undefined;
  steps = [
    () => undefined,
    async () => {
      await expect.poll(() => recordOf().cluster!.tasks.map(({ line }) => line)).toEqual(["runs"]);
      cancelling = all.cancel(run).then((answer) => {
        line = answer.line;
      });
    },
  ];
  await all.watch(run, new AbortController().signal);
  await cancelling;
  expect(queue.asked.filter((asked) => asked.startsWith("cancel"))).toEqual(["cancel 1"]);
  expect(line).toMatch(/^cancelled; no task of it lives/);
  expect(recordOf()).toMatchObject({ state: "cancelled", message: line });
  expect(told().at(-1)).toBe("it is being cancelled on the cluster");
  expect(recordOf().cluster!.tasks).toEqual([]);
});

test("what became of it is told also where that is known before the run is seen to be cancelled", async () => {
  const run = await sent();
  const all = watches();
  const lines: string[] = [];
  steps = [() => undefined, async () => void lines.push((await all.cancel(run)).line)];
  await all.watch(run, new AbortController().signal);
  expect(lines).toEqual([expect.stringMatching(/^cancelled; no task of it lives/)]);
  expect(recordOf()).toMatchObject({ state: "cancelled", message: lines[0] });
});

test("what a cluster is of no use for is refused before the run begins, in one line", async () => {
  const refusal = (change: object, fault?: string) =>
    sendTarget({ ...parameters, cluster, ...change }, contextOf(), () => fault).catch(
      (error: Error) => error.message,
    );
  expect(await refusal({}, "sbatch: there is no such program")).toBe("sbatch: there is no such program");
  expect(await refusal({ backend: "webgpu" })).toMatch(/^webgpu has bits of its own device/);
  expect(await refusal({ kind: "evaluation" })).toBe("an evaluation has no trials that a cluster could do");
  expect(await refusal({ cluster: { ...cluster, options: { processors: 0 } } })).toMatch(
    /at least one processor/,
  );
  expect(events).toEqual([]);
});
