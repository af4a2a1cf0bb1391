import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { RunnerProcess, type RunnerServer } from "../../src/extension/runs/runner-process.js";
import { isRunnerEvent, type RunnerEvent, runnerEvent } from "../../src/runner/index.js";

// The process as the extension starts it, without an editor.

const module = fileURLToPath(new URL(join("..", "..", "dist", "runner.js"), import.meta.url));
const source = { uri: "file:///nowhere/a.diag", path: "/nowhere/a.diag", text: "diagram d = (0-1)(01)\n" };
const started: RunnerProcess[] = [];

afterEach(() => {
  for (const runner of started.splice(0)) {
    runner.dispose();
  }
});

function runnerWith(idle?: number, hear: (told: unknown) => void = () => undefined) {
  const count = { starts: 0 };
  const settings = () => ({ module, memory: 256 });
  const serve: RunnerServer = (connection) => {
    count.starts++;
    connection.onNotification(runnerEvent, hear);
    return { dispose: () => undefined };
  };
  const runner = new RunnerProcess(settings, serve, () => undefined, idle);
  started.push(runner);
  return { runner, count };
}

async function namesFrom(runner: RunnerProcess): Promise<string[]> {
  const { diagrams } = await runner.ask("describe", { source });
  return diagrams.map(({ name }) => name);
}

test("a process that nothing is asked of is let go, and started anew when something is", async () => {
  const { runner, count } = runnerWith(0);
  expect(await Promise.all([namesFrom(runner), namesFrom(runner)])).toEqual([["d"], ["d"]]);
  expect(count.starts).toBe(1);
  await expect.poll(() => runner.processId, { timeout: 60_000 }).toBeUndefined();
  expect(await namesFrom(runner)).toEqual(["d"]);
  expect(count.starts).toBe(2);
});

test("a process is kept where no time is given", async () => {
  const { runner, count } = runnerWith();
  for (let times = 0; times < 3; times++) {
    expect(await namesFrom(runner)).toEqual(["d"]);
  }
  expect(count.starts).toBe(1);
});

test("what a process answers and tells is what is believed, of each kind of run", async () => {
  const told: unknown[] = [];
  const { runner } = runnerWith(undefined, (one) => told.push(one));
  const text = `landscape bowl { weights w = 1  data x ~ normal(0, 1)  loss w^2/2 + w*x }
    verify v { landscape bowl  sgd(N = 3, E = 1, B = 1)  eta = 0.1, 0.2  observe test_loss  predict order 1  trials = 300 }`;
  const order = { source: { ...source, text }, target: { kind: "verify", name: "v" } } as const;
  for (const kind of ["evaluation", "verification"] as const) {
    expect((await runner.ask("meaning", { ...order, kind })).meaning).not.toBe("");
    told.length = 0;
    await runner.ask("run", { ...order, kind, id: kind });
    expect(told.filter((one) => !isRunnerEvent(one))).toEqual([]);
    const events = (told as RunnerEvent[]).map(({ event }) => event);
    expect(events[0]!.type).toBe("started");
    expect(events.at(-1)).toMatchObject({ type: "ended", state: "done" });
    expect(events.filter(({ type }) => type === "point")).toHaveLength(kind === "verification" ? 2 : 0);
  }
  expect(
    (await runner.ask("enumerate", { edges: 1, irreducible: true, pathCondition: true })).diagrams,
  ).not.toEqual([]);
  expect(await runner.ask("examine", { only: "cpu" })).toMatchObject([{ works: true }]);
});
