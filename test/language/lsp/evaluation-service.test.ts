import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CancellationTokenSource } from "vscode-languageserver";
import type { Landscape } from "../../../src/landscape/index.js";
import type { AskOptions } from "../../../src/server/evaluation/questions.js";
import { WorkerEvaluationService, type WorkerLimits } from "../../../src/server/evaluation/service.js";
import type { Task } from "../../../src/server/evaluation/tasks.js";
import { FakeWorkers } from "./fake-worker.js";

// Workers answer when the test says so, and time is the test's.

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const landscape = (name: string, start = 0): Landscape => ({
  name,
  weights: [{ name: "w", start }],
  data: [],
  loss: { kind: "symbol", name: "w" },
});

const a = "file:///a.diag";
const b = "file:///b.diag";

function set(change: Partial<WorkerLimits> = {}) {
  const workers = new FakeWorkers();
  const service = new WorkerEvaluationService({
    ...{ longestTask: 30_000, shortTask: 400, lease: 10_000 },
    ...change,
    start: workers.start,
  });
  /** Hovers over a landscape of a document. */
  const hover = (name: string, uri = a, more: Partial<AskOptions> & { start?: number } = {}) => {
    const { start = 0, ...options } = more;
    return service.landscapeTensors(landscape(name, start), {
      ...{ deadline: 2000, subject: { uri, name } },
      ...options,
    });
  };
  const hint = (name: string, uri = a) => hover(name, uri, { deadline: 0 });
  /** What a worker was asked for last. */
  const at = (index: number) => {
    const task = workers.all[index]?.messages.at(-1) as Task | undefined;
    return task?.kind === "tensors" ? task.landscape.name : undefined;
  };
  return { workers, service, hover, hint, at };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const done = (value: string) => ({ state: "done", value });
const computing = { state: "computing" };

describe("an evaluation service", () => {
  test("answers each question once, whoever asks, and remembers it", async () => {
    const { workers, service, hover, hint } = set();
    const asked = [hover("x"), hover("x", b), hint("x")];
    workers.all[0]!.ready().say({ value: "X" });
    expect(await Promise.all(asked)).toEqual([done("X"), done("X"), computing]);
    await service.close();
    service.setTrusted(true);
    expect(await hover("x")).toEqual(done("X"));
    expect(workers.all.map(({ messages }) => messages.length)).toEqual([1]);
  });

  test("does not have a hover wait for an abandoned evaluation of another file", async () => {
    const { workers, service, hover, at } = set();
    const slow = hover("slow", a);
    workers.all[0]!.ready();
    await pass(5000);
    expect(await slow).toEqual({ state: "computing", seconds: 2 });
    service.release(a);
    await pass(0);
    expect(workers.all[0]!.isTerminated).toBe(true);
    const quick = hover("quick", b);
    expect(at(1)).toBe("quick");
    workers.all[1]!.ready().say({ value: "Q" });
    expect(await quick).toEqual(done("Q"));
  });

  test("does not have a hover wait for a long evaluation that is wanted, either", async () => {
    const { workers, hover, hint } = set();
    await hint("long", a);
    await hint("longer", a);
    workers.all[0]!.ready();
    await pass(400);
    workers.all[1]!.ready();
    await pass(400);
    const quick = hover("quick", b);
    workers.all[2]!.ready().say({ value: "Q" });
    expect(await quick).toEqual(done("Q"));
    // Both go on, and a third one waits for its turn among the long ones.
    expect(workers.alive).toHaveLength(3);
    await hint("third", a);
    await pass(400);
    const quicker = hover("quicker", b);
    expect(workers.alive).toHaveLength(3);
    workers.all[3]!.ready().say({ value: "R" });
    expect(await quicker).toEqual(done("R"));
    workers.all[0]!.say({ value: "long" });
    expect(workers.all[0]!.messages).toHaveLength(2);
    workers.all[0]!.say({ value: "third" });
    expect(await hover("third", a)).toEqual(done("third"));
  });

  test("has a hover go before hints", async () => {
    const { workers, hint, hover, at } = set();
    await hint("running");
    await hint("hint", b);
    const asked = hover("hover", b);
    workers.all[0]!.ready().say({ value: 1 });
    expect(at(0)).toBe("hover");
    workers.all[0]!.say({ value: "H" });
    expect(await asked).toEqual(done("H"));
    expect(at(0)).toBe("hint");
  });

  test("gives up what a cancelled hover waited for, unless somebody else wants it", async () => {
    const { workers, service, hover, hint } = set();
    const source = new CancellationTokenSource();
    const given = hover("x", a, { token: source.token });
    workers.all[0]!.ready();
    await pass(1000);
    source.cancel();
    expect(await given).toEqual({ state: "computing", seconds: 1 });
    await pass(0);
    expect(workers.all[0]!.isTerminated).toBe(true);

    // Cancelled beforehand, nothing is begun.
    await hover("y", a, { token: source.token });
    expect(workers.all).toHaveLength(1);

    const again = new CancellationTokenSource();
    await hint("x", b);
    const other = hover("x", a, { token: again.token });
    workers.all[1]!.ready();
    await pass(1000);
    again.cancel();
    await other;
    service.release(a);
    await pass(0);
    expect(workers.all[1]!.isTerminated).toBe(false);
    workers.all[1]!.say({ value: "X" });
    expect(await hover("x")).toEqual(done("X"));
  });

  test("goes on after the deadline as long as the document is open, and tells when the answer is there", async () => {
    const { workers, service, hover } = set();
    let arrivals = 0;
    service.onArrival(() => arrivals++);
    const first = hover("x");
    workers.all[0]!.ready();
    await pass(20_000);
    expect(await first).toEqual({ state: "computing", seconds: 2 });
    expect(arrivals).toBe(0);
    const second = hover("x");
    await pass(500);
    workers.all[0]!.say({ value: "X" });
    expect(await second).toEqual(done("X"));
    expect(arrivals).toBe(1);
    expect(workers.all.map(({ messages }) => messages.length)).toEqual([1]);
  });

  test("goes on only for a while where nobody will tell that a document is closed", async () => {
    const { workers, hover } = set({ isOpen: (uri) => uri === b });
    const first = hover("x", a);
    workers.all[0]!.ready();
    await pass(2000);
    await first;
    await pass(9000);
    // Asked again, it has a while more.
    const second = hover("x", a);
    await pass(2000);
    await second;
    await pass(9999);
    expect(workers.alive).toHaveLength(1);
    await pass(1);
    expect(workers.alive).toHaveLength(0);
    void hover("x", b);
    workers.all[1]!.ready();
    await pass(25_000);
    expect(workers.alive).toHaveLength(1);
  });

  test("gives the question before an edit up, also in the middle of a hover", async () => {
    const { workers, hover, at } = set();
    const before = hover("x", a, { start: 1 });
    workers.all[0]!.ready();
    await pass(1000);
    const after = hover("x", a, { start: 2 });
    expect(await before).toEqual({ state: "computing", seconds: 1 });
    await pass(0);
    expect(workers.all[0]!.isTerminated).toBe(true);
    expect(at(1)).toBe("x");
    workers.all[1]!.ready().say({ value: "X" });
    expect(await after).toEqual(done("X"));
  });

  test("gives up what a document says no more when it is read anew, and nothing else", async () => {
    const { workers, service, hint } = set();
    await hint("changed");
    await hint("kept");
    workers.all[0]!.ready();
    await pass(400);
    workers.all[1]!.ready();
    await pass(400);
    const now = (start: number) => (_: string, name: string) =>
      landscape(name, name === "changed" ? start : 0);
    service.renew(a, now(0));
    service.renew(b, () => undefined);
    await pass(0);
    expect(workers.alive).toHaveLength(2);
    service.renew(a, now(1));
    await pass(0);
    expect(workers.all.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
    service.renew(a, () => undefined);
    await pass(0);
    expect(workers.alive).toHaveLength(0);
  });

  test("works on after a crash, without trying again what crashed", async () => {
    const { workers, hover } = set();
    const crash = hover("crash");
    workers.all[0]!.ready().crash(new Error("no good"));
    const failed = { state: "failed", problem: "the evaluation failed: no good" };
    expect(await crash).toEqual(failed);
    expect(await hover("crash")).toEqual(failed);
    const large = hover("large");
    workers.all[1]!.ready().crash(Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" }));
    expect(await large).toEqual({ state: "failed", problem: "it needs too much memory; use a lower order" });
    expect(workers.all).toHaveLength(2);
  });

  test("fails what takes too long, and does not begin it again", async () => {
    const { workers, hint, hover } = set();
    await hint("x");
    workers.all[0]!.ready();
    await pass(30_000);
    const failed = { state: "failed", problem: "it takes longer than 30 s; use a lower order" };
    expect(await hover("x")).toEqual(failed);
    expect(workers.alive).toHaveLength(0);
  });

  test("says in one line why something cannot be evaluated, and evaluates no large table", async () => {
    const { workers, service, hover } = set();
    const asked = hover("x");
    workers.all[0]!.ready().say({ problem: "it is not finite" });
    expect(await asked).toEqual({ state: "failed", problem: "it is not finite" });
    const rows = Array.from({ length: 250_001 }, () => [1, 2]);
    const large = {
      ...landscape("large"),
      data: [{ kind: "rows" as const, names: ["u", "v"], values: rows.flat() }],
    };
    const options = { deadline: 2000, subject: { uri: a, name: "large" } };
    expect(await service.landscapeTensors(large, options)).toMatchObject({ state: "failed" });
    expect(workers.all[0]!.messages).toHaveLength(1);
  });

  test("begins nothing in an untrusted workspace, and ends what runs", async () => {
    const { workers, service, hover } = set();
    const running = hover("x");
    workers.all[0]!.ready();
    service.setTrusted(false);
    expect(await running).toEqual({ state: "untrusted" });
    expect(await hover("y")).toEqual({ state: "untrusted" });
    expect(workers.alive).toHaveLength(0);
    service.setTrusted(true);
    const again = hover("x");
    workers.all[1]!.ready().say({ value: "X" });
    expect(await again).toEqual(done("X"));
  });

  test("keeps what is asked for within bounds", async () => {
    const { workers, hint, hover } = set();
    for (let index = 0; index < 200; index++) {
      await hint(`x${index}`);
    }
    workers.all[0]!.ready();
    for (let index = 0; index < 200 && workers.all[0]!.messages.length > index; index++) {
      workers.all[0]!.say({ value: index });
    }
    expect(workers.all[0]!.messages.length).toBeLessThanOrEqual(65);
    // The latest are not those that were given up.
    expect(await hover("x199")).toMatchObject({ state: "done" });
  });
});
