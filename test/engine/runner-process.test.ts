import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { RunnerProcess } from "../../src/extension/runs/runner-process.js";

// The process as the extension starts it, without an editor.

const module = fileURLToPath(new URL(join("..", "..", "dist", "runner.js"), import.meta.url));
const source = { uri: "file:///nowhere/a.diag", path: "/nowhere/a.diag", text: "diagram d = (0-1)(01)\n" };
const started: RunnerProcess[] = [];

afterEach(() => {
  for (const runner of started.splice(0)) {
    runner.dispose();
  }
});

function runnerWith(idle?: number) {
  const count = { starts: 0 };
  const settings = () => ({ module, memory: 256 });
  const serve = () => {
    count.starts++;
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
