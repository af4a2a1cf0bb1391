/** What is refused of a run's trials is told before its predictions are estimated, which may take minutes, and in one line. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCommand } from "../../src/cli/command.js";
import { SimulationError } from "../../src/compile/index.js";
import type { DeviceLink } from "../../src/device/index.js";
import type { EngineSource } from "../../src/engines/index.js";
import { LinkedEngine } from "../../src/engines/linked-engine.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { shaderOf } from "../../src/engines/webgpu/shader.js";
import { runTarget } from "../../src/runner/run.js";
import type { BackendChoice, RunEvent } from "../../src/runs/index.js";
import { lacksCompiler, titled } from "./native-machine.js";
import { pretended } from "./pretended-engines.js";

const large = (spacetime: string) => `landscape net {
  data keep[3] ~ bernoulli(0.5)
  weights A[2000, 3] = randn(1)
  loss sum(tanh(A @ keep)^2)
}
verify v { landscape net ${spacetime} eta = 1/1000 observe test_loss predict series 2 samples = 65000 trials = 8 }`;

const small = (spacetime: string, eta = "1/1000") => `landscape net {
  data keep[2] ~ bernoulli(0.5)
  weights a[2] = 1/2
  loss sum(tanh(a * keep)^2)
}
verify v { landscape net ${spacetime} eta = ${eta} observe test_loss predict series 2 samples = 65000 trials = 8 }`;

/** What a run in the editor tells; it is stopped as soon as it estimates. */
async function run(text: string, backend: BackendChoice, engines: EngineSource) {
  const stop = new AbortController();
  const events: RunEvent[] = [];
  await runTarget(
    {
      ...{ id: "1", kind: "verification", target: { kind: "verify", name: "v" }, backend },
      source: { uri: "file:///main.diag", path: "/main.diag", text },
    },
    {
      ...{ engines, note: () => undefined, signal: stop.signal },
      tell(event) {
        events.push(event);
        if (event.type === "estimating") {
          stop.abort();
        }
      },
    },
  );
  const ended = events.at(-1)!;
  return {
    estimates: events.some(({ type }) => type === "estimating"),
    state: ended.type === "ended" ? ended.state : undefined,
    message: ended.type === "ended" ? ended.message : undefined,
  };
}

/** A device that answers that it is there. */
const idle: DeviceLink = {
  ask: async () => ({ name: "idle", software: false, facts: [] }) as never,
  heard: 0,
  close: () => undefined,
};
const withShaders: EngineSource = {
  open: () => LinkedEngine.open("webgpu", idle, {}, { of: shaderOf }),
};

describe("before predictions are estimated", () => {
  test.each([
    [
      "webgpu",
      "sgd(N = 4, E = 1, B = 1)",
      /^trials on a landscape as large as "net" are not simulated by webgpu; choose cpu or tfjs$/,
    ],
    [
      "tfjs",
      "gdc(N = 4, T = 3)",
      /^descent with a penalty is simulated on the processor alone; choose cpu, or leave the choice open$/,
    ],
    ["cpu", "sgd(N = 2^50, E = 1, B = 1)", /^N = \d+ is too large to simulate; /],
  ] as const)(
    "%s refuses trials that it has none of, and is not opened",
    async (backend, spacetime, line) => {
      const source = pretended({ cpu: {}, native: {}, webgpu: {}, tfjs: {} });
      const { message, state, estimates } = await run(large(spacetime), backend, source);
      expect([state, estimates]).toEqual(["failed", false]);
      expect(message).toMatch(line);
      expect(source.opened).toEqual([]);
    },
  );

  test.each([
    ["is not there", small("sgd(N = 4, E = 1, B = 1)"), pretended({ cpu: {} }), /^no webgpu here$/],
    [
      "has no room for training points",
      small("sgd(N = 2^32, E = 1, B = 1)"),
      withShaders,
      /^N = 4294967296 is too large for a GPU; use --backend cpu$/,
    ],
    [
      "does not reach a number of one learning rate",
      small("sgd(N = 4, E = 1, B = 1)", "1/1000, 1e-43"),
      withShaders,
      /^the simulation has the number 1e-43, which single precision does not reach; /,
    ],
    [
      "has no descent of that kind",
      small("gdc(N = 4, T = 3)"),
      withShaders,
      /^gdc is simulated on the processor alone; /,
    ],
  ])("it is told that an engine which was asked for %s", async (_, text, source, line) => {
    const { message, state, estimates } = await run(text, "webgpu", source);
    expect([state, estimates]).toEqual(["failed", false]);
    expect(message).toMatch(line);
  });

  test.skipIf(lacksCompiler !== undefined)(
    titled("native refuses numbers beyond single precision, and nothing is compiled"),
    async () => {
      const far = large("sgd(N = 4, E = 1, B = 1)")
        .replace("randn(1)", "10^39")
        .replace("A @ keep", "A / 10^39 @ keep");
      const programs = join(tmpdir(), "diag-refusals-nothing-is-kept-here");
      const source: EngineSource = { open: () => openNativeEngine({ programs }) };
      const { message, state, estimates } = await run(far, "native", source);
      expect([state, estimates]).toEqual(["failed", false]);
      expect(message).toBe(
        'no trials on landscape "net" are compiled: its numbers go beyond single precision; choose cpu',
      );
      expect(existsSync(programs)).toBe(false);
    },
  );

  test("an engine that was asked for is opened, and closed again, for an estimate may need what it holds", async () => {
    const source = pretended({ cpu: {}, tfjs: {} });
    const { estimates, state } = await run(large("sgd(N = 4, E = 1, B = 1)"), "tfjs", source);
    expect([estimates, state]).toEqual([true, "cancelled"]);
    expect([source.opened, source.closed]).toEqual([["tfjs"], ["tfjs"]]);
  });

  test("nothing is opened where the choice is free", async () => {
    const source = pretended({ cpu: {}, tfjs: {} });
    expect((await run(large("sgd(N = 4, E = 1, B = 1)"), "auto", source)).estimates).toBe(true);
    expect(source.opened).toEqual([]);
  });

  test.each(["verify", "report"])("diag %s says so too", async (verb) => {
    const folder = mkdtempSync(join(tmpdir(), "diag-refusals-"));
    const file = join(folder, "net.diag");
    writeFileSync(file, large("sgd(N = 4, E = 1, B = 1)"));
    const notes: string[] = [];
    const stop = new AbortController();
    const nothing = () => undefined;
    const words = [
      verb,
      file,
      "--backend",
      "webgpu",
      ...(verb === "report" ? ["--output", join(folder, "out")] : []),
    ];
    const status = await runCommand(words, {
      ...{ interrupt: stop.signal, print: nothing, known: nothing, doing: nothing },
      note: (line) => notes.push(line),
      // An estimate tells how far it has come.
      progress: () => stop.abort(new SimulationError("it estimates")),
    }).finally(() => rmSync(folder, { recursive: true }));
    expect(stop.signal.aborted).toBe(false);
    expect([status, notes.at(-1)]).toEqual([
      2,
      'diag: trials on a landscape as large as "net" are not simulated by webgpu; choose cpu or tfjs',
    ]);
  });
});
