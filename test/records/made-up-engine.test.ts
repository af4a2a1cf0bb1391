/** An engine that is added by its record alone, as docs/how-to/add-an-engine.md says. */
import "./add-twin.js";
import { fileURLToPath } from "node:url";
import { describe, expect, it as test } from "vitest";
import { runCommand } from "../../src/cli/command.js";
import { SimulationError } from "../../src/compile/index.js";
import {
  type Engine,
  engineCandidates,
  examine,
  machineEngines,
  openCpuEngine,
} from "../../src/engines/index.js";
import { enginesText } from "../../src/extension/engines/engines-text.js";
import type { BackendChoice, EngineName } from "../../src/runs/index.js";
import { EngineChoice } from "../../src/verify/engine-choice.js";
import { type EngineNote, runVerification, type VerifySpecification } from "../../src/verify/index.js";
import { trialsOfPilot } from "../../src/verify/pilot-trials.js";
import { gd, requests } from "../engine/large-requests.js";
import { memoryStore } from "../engine/memory-store.js";
import { gauss, sgd } from "../engine/simulate-landscapes.js";
import { dense } from "../unit/tensors/networks.js";
import { twin, twinEngine } from "./twin.js";

const name = twin.name as EngineName;

async function diag(...words: string[]): Promise<{ status: number; output: string; notes: string }> {
  let output = "";
  let notes = "";
  const nothing = () => undefined;
  const status = await runCommand(words, {
    interrupt: new AbortController().signal,
    print: (text) => {
      output += `${text}\n`;
    },
    note: (line) => {
      notes += `${line}\n`;
    },
    ...{ progress: nothing, doing: nothing, known: nothing },
  });
  return { status, output, notes };
}

const file = fileURLToPath(new URL("../../examples/gauss.diag", import.meta.url));

const specification: VerifySpecification = {
  ...{ name: "kept", landscape: gauss, spacetime: sgd(10), etas: [0.1], sum: "exact", seed: 2 },
  observables: [{ name: "test_loss", weights: [] }],
  prediction: { kind: "order", order: 1 },
};

/** An engine that says that it takes so many times as long. */
const slowed = (engine: Engine, times: number): Engine => ({
  ...engine,
  simulate: async (request, options) => {
    const result = await engine.simulate(request, options);
    return { ...result, seconds: result.steps * 1e-8 * times };
  },
});

describe("an engine that is added", () => {
  test("verifies, with the same numbers as the processor", async () => {
    const measured = async (backend: string) => {
      const { output } = await diag(
        ...["verify", file, "gauss_excess", "--trials", "500", "--backend", backend, "--json"],
      );
      return (JSON.parse(output) as { runs: Record<string, unknown>[] }).runs;
    };
    const own = await measured(twin.name);
    const processor = await measured("cpu");
    expect(own.length).toBeGreaterThan(0);
    expect(own.map((run) => run.backend)).toEqual(own.map(() => twin.name));
    expect(own.map((run) => run.device)).toEqual(own.map(() => "JavaScript on 1 thread"));
    for (const key of ["measured", "standardError", "verdict", "trials"]) {
      expect(own.map((run) => run[key])).toEqual(processor.map((run) => run[key]));
    }
  });

  test("is offered by the command, in its help and where a name is wrong", async () => {
    const { output } = await diag("verify", "--help");
    expect(output.replace(/\s+/g, " ")).toContain("cpu, native, webgpu, tfjs, twin");
    const { status, notes } = await diag("verify", file, "--backend", "twins");
    expect(status).toBe(2);
    expect(notes).toBe(
      "diag: --backend twins is not known; it takes auto, cpu, native, webgpu, tfjs, twin\n",
    );
  });

  test("is examined, and told of in the editor", async () => {
    const candidates = engineCandidates();
    expect(candidates.at(-1)!.name).toBe(twin.name);
    const [finding, ...others] = await Promise.all(
      engineCandidates({}, name).map((candidate) => examine(candidate)),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ engine: twin.name, works: true, device: "JavaScript on 1 thread" });
    expect(finding!.facts).toContainEqual(["largest difference to the processor in 256 trials", "none"]);
    const text = enginesText([finding!], name);
    expect(text).toContain("diag.engine.backend is twin: the reference simulates.");
    expect(text).toContain("twin: works: JavaScript on 1 thread");
  });

  test.each([
    { times: 1e4, why: /^it is 100 times as fast as the processor$/, backend: twin.name },
    {
      times: 1e6,
      why: /^there is no compiler to use: no driver; there is no GPU to use: no driver; JavaScript on 1 thread is 1\.0 times as fast, which its one thread is not worth$/,
      backend: "cpu",
    },
  ])("is taken by auto on its own terms: $backend", async ({ times, why, backend }) => {
    const notes: EngineNote[] = [];
    const runs = await runVerification(specification, {
      engines: {
        open: async (wanted) => {
          if (wanted === name) {
            return slowed(await twinEngine.open({}), times);
          }
          if (wanted === "cpu") {
            return slowed(openCpuEngine(0), 1e6);
          }
          throw new SimulationError("no driver");
        },
      },
      trials: 1000,
      onEngine: (note) => notes.push(note),
    });
    expect(notes.map((note) => note.backend)).toEqual([backend]);
    expect(notes[0]!.why).toMatch(why);
    expect(runs.map((run) => run.backend)).toEqual([backend]);
  });

  test("is timed by few trials where the landscape is large, and taken", async () => {
    const asked: number[] = [];
    const counted = (engine: Engine, times: number): Engine => {
      const slow = slowed(engine, times);
      return {
        ...slow,
        simulate(request, options) {
          asked.push(request.trials);
          return slow.simulate(request, options);
        },
      };
    };
    const choice = new EngineChoice(
      {
        open: async (wanted) =>
          wanted === "cpu" ? counted(openCpuEngine(0), 1e6) : counted(await twinEngine.open({}), 1e4),
      },
      "auto",
    );
    const [, request] = requests(dense(), gd);
    const { engine, why } = await choice.choose({ ...request, trials: 10 ** 9 });
    expect([engine.name, why]).toEqual([name, "it is 100 times as fast as the processor"]);
    expect(Math.max(...asked)).toBeLessThan(trialsOfPilot(request) / 15);
    await choice.close();
  });

  test("goes on with what it has done, and with nothing of another engine", async () => {
    const { store } = memoryStore();
    const run = async (backend: BackendChoice, trials: number) => {
      const resumed: number[] = [];
      const runs = await runVerification(specification, {
        ...{ backend, trials, checkpoints: store, engines: machineEngines({ workers: 0 }), resume: true },
        onResume: (_, done) => resumed.push(done),
        onSettle: (settle) => void settle(true),
      });
      return { resumed, measured: runs[0]!.measured };
    };
    await run(name, 500);
    expect((await run("cpu", 1000)).resumed).toEqual([]);
    const own = await run(name, 1000);
    expect(own.resumed).toEqual([500]);
    expect((await run(name, 1000)).measured).toBe(own.measured);
  });
});
