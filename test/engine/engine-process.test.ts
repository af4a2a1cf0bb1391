import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { EngineProcess } from "../../src/extension/runs/engine-process.js";

// The process as the extension starts it, without an editor.

const module = fileURLToPath(new URL(join("..", "..", "dist", "runner.js"), import.meta.url));
const source = { uri: "file:///nowhere/a.diag", path: "/nowhere/a.diag", text: "diagram d = (0-1)(01)\n" };
const started: EngineProcess[] = [];

afterEach(() => {
  for (const engine of started.splice(0)) {
    engine.dispose();
  }
});

function engineWith(idle?: number) {
  const count = { starts: 0 };
  const settings = () => ({ module, memory: 256 });
  const serve = () => {
    count.starts++;
    return { dispose: () => undefined };
  };
  const engine = new EngineProcess(settings, serve, () => undefined, idle);
  started.push(engine);
  return { engine, count };
}

async function namesFrom(engine: EngineProcess): Promise<string[]> {
  const { diagrams } = await engine.ask("describe", { source });
  return diagrams.map(({ name }) => name);
}

test("a process that nothing is asked of is let go, and started anew when something is", async () => {
  const { engine, count } = engineWith(0);
  expect(await Promise.all([namesFrom(engine), namesFrom(engine)])).toEqual([["d"], ["d"]]);
  expect(count.starts).toBe(1);
  await expect.poll(() => engine.processId, { timeout: 20_000 }).toBeUndefined();
  expect(await namesFrom(engine)).toEqual(["d"]);
  expect(count.starts).toBe(2);
});

test("a process is kept where no time is given", async () => {
  const { engine, count } = engineWith();
  for (let times = 0; times < 3; times++) {
    expect(await namesFrom(engine)).toEqual(["d"]);
  }
  expect(count.starts).toBe(1);
});
