/**
 * An observable that is added by its record alone: whatever checks, offers, explains, predicts, simulates and shows observables
 * has it. Of the rest of the product only the list of records is another here.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readObservable } from "../../src/cli/readings.js";
import { describeFile } from "../../src/cli/verbs/describe.js";
import type { Engine, EngineName } from "../../src/engines/index.js";
import { simulateLocally } from "../../src/engines/processor/local.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { Evaluator } from "../../src/evaluate/index.js";
import { blockLike, writeVerifyBlock } from "../../src/extension/commands/verify-block.js";
import { formatCsv } from "../../src/runs/formats/index.js";
import type { RunRecord } from "../../src/runs/index.js";
import { RunStore } from "../../src/server/evaluation/runs.js";
import type { EvaluationService } from "../../src/server/evaluation/service.js";
import { predictionsOf } from "../../src/server/evaluation/tasks.js";
import { predictionBlocks } from "../../src/server/hover/verify-hover.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { observedNumbers, type SimulatedSpecification } from "../../src/verify/specification.js";
import { softwareGpu } from "../engine/software-gpu.js";
import { Editor } from "../language/lsp/editor.js";
import { hoverAt } from "../language/lsp/reading-editor.js";
import { analyze } from "../language/workspace.js";
import { simulated } from "../written.js";
import { expectDrawn, expectSameTrials, openTwoEngines, verifiedOn } from "./verified.js";

vi.mock("../../src/observables/list.js", async (original) => {
  const { observableRecords } = await original<typeof import("../../src/observables/list.js")>();
  const { toll } = await import("./toll.js");
  return { observableRecords: [...observableRecords, toll] };
});

const landscape = `landscape two {
  weights u = 1, v = -1/2
  data x ~ discrete(-1: 1/2, 2: 1/2)
  loss (u - x)^2 / 2 + (v - 2*x)^2
}`;
/** Both losses have it; only one of a train diagram does. */
const diagrams = "diagram drift = (0-1)(01)\ntrain diagram lag = (01)(01)";

const verify = (observe: string, predict = "order 2") =>
  `${landscape}\n${diagrams}\nverify added {
  landscape two
  sgd(N = 4, E = 1, B = 1)
  eta = 0.05, 0.1
  observe ${observe}
  predict ${predict}
  trials = 6000
}`;

async function specified(observe: string): Promise<SimulatedSpecification> {
  const { verifies, diagnostics } = await analyze(verify(observe));
  expect(diagnostics).toEqual([]);
  return simulated(verifies.get("added"));
}

/**
 * The expectations after one epoch over four points, in closed form. For a weight of loss `h/2 (w - a x)^2` they are those of
 * `w = k^4 w_0 + Σ c_n x_n` with `k = 1 - eta h`: of squares of sums of independent data with a mean and a variance.
 */
function expected(eta: number): Record<string, number> {
  const [mean, variance] = [1 / 2, 9 / 4];
  const weights = [
    { name: "u", h: 1, a: 1, start: 1 },
    { name: "v", h: 2, a: 2, start: -1 / 2 },
  ];
  const places = [0, 1, 2, 3];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  let [test, train] = [0, 0];
  const moved = new Map<string, number>();
  for (const { name, h, a, start } of weights) {
    const k = 1 - eta * h;
    const c = places.map((n) => eta * h * a * k ** (3 - n));
    const rest = k ** 4 * start;
    const square = (factors: readonly number[]) =>
      (rest + mean * sum(factors)) ** 2 + variance * sum(factors.map((factor) => factor ** 2));
    test += (h / 2) * square([...c, -a]);
    train += (h / 2) * (sum(places.map((m) => square(c.map((one, n) => (n === m ? one - a : one))))) / 4);
    moved.set(name, rest - start + mean * sum(c));
  }
  return {
    test_loss: test,
    ...Object.fromEntries(
      [...moved].map(([name, distance]) => [`toll(${name})`, 2 * train - test / 2 + 3 * distance]),
    ),
  };
}

describe("an observable that is added by its record", () => {
  test("is read in a file, of all weights and of some", async () => {
    const { observables } = await specified("toll, toll(v), test_loss");
    expect(observables).toEqual([
      { name: "toll", weights: [0, 1] },
      { name: "toll", weights: [1] },
      { name: "test_loss", weights: [] },
    ]);
  });

  test.each([
    ["tol", "there is no observable `tol`; did you mean `toll`?"],
    ["levy", "there is no observable `levy`; did you mean `toll`?"],
    ["toll(x)", "`x` is no weight of `two`; a toll is for weights"],
    ["toll(u, u)", "`u` stands twice; remove one"],
    ["test_loss(u)", "`test_loss` takes no weight; only `displacement` and `toll` do"],
  ])("is refused where it is %s", async (observe, message) => {
    const { diagnostics } = await analyze(verify(observe));
    expect(diagnostics.map((one) => one.message)).toEqual([message]);
  });

  test("has the diagrams of all of its quantities", async () => {
    const problems = async (observe: string, predict: string) =>
      (await analyze(verify(observe, predict))).diagnostics.map(({ message }) => message);
    expect(await problems("toll(u)", "drift + lag")).toEqual([]);
    expect(await problems("test_loss", "lag")).toEqual([
      expect.stringContaining("which only train_loss, gen_gap and toll have"),
    ]);
  });

  test("is read from the command's option", async () => {
    const { landscape: two } = await specified("toll");
    expect(readObservable("toll", two)).toEqual({ name: "toll", weights: [0, 1] });
    expect(readObservable("toll(v, u)", two)).toEqual({ name: "toll", weights: [1, 0] });
    expect(() => readObservable("levy", two)).toThrow(
      /displacement\(WEIGHT\), .*, toll, toll\(WEIGHT\) or a function of the weights/,
    );
  });

  test("is offered, with the weights that are left", async () => {
    const offered = async (observe: string) => {
      const text = verify(observe);
      const { main } = await Editor.of(text.replace("|", ""));
      const position = main.document.textDocument.positionAt(text.indexOf("|"));
      const asked = { ...main.identifier, position };
      const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, asked);
      return list!.items.map(({ label }) => label);
    };
    expect(await offered("|")).toContain("toll");
    expect(await offered("toll, |")).not.toContain("toll");
    expect(await offered("toll(|")).toEqual(["u", "v"]);
    expect(await offered("toll(v, |)")).toEqual(["u"]);
  });

  test("is explained, and seen by the diagrams it has", async () => {
    const text = verify("toll(u)");
    const hovered = async (word: string) => hoverAt(text.replace(word, `¦${word}`));
    expect(await hovered("toll(u)")).toMatch(/Twice the train loss.*observe toll\(u\)/s);
    expect(await hovered("observe")).toMatch(/`displacement`, .*`toll`\..*displacement\(u\), toll\(u\)/s);
    expect(await hovered("drift")).toContain("so `displacement` and `toll` see this diagram too");
    expect(await hovered("lag")).toContain("only `train_loss`, `gen_gap` and `toll` have this diagram");
  });

  test("is predicted as its closed form", async () => {
    const specification = await specified("toll(v, u), test_loss");
    const { spacetime, observables, prediction, sum } = specification;
    const evaluator = new Evaluator(specification.landscape, { order: 2 });
    for (const eta of specification.etas) {
      const [both, loss] = observables.map(
        (observable) => evaluator.evaluate({ spacetime, eta, observable, selection: prediction!, sum }).total,
      );
      const closed = expected(eta);
      expect(both![0]).toBeCloseTo(closed["toll(v)"]!, 12);
      expect(both![1]).toBeCloseTo(closed["toll(u)"]!, 12);
      expect(loss![0]).toBeCloseTo(closed.test_loss!, 12);
    }
  });

  test("is in the table that a verification's hover has", async () => {
    const specification = await specified("toll");
    const service = {
      predict: async () => ({ state: "done", value: predictionsOf(specification) }),
    } as unknown as EvaluationService;
    const asking = { document: "file:///added.diag" };
    const blocks = await predictionBlocks(specification, service, new RunStore(), asking.document, asking);
    const table = blocks.map((block) => ("markdown" in block ? block.markdown : "")).join("\n");
    const rows = [...table.matchAll(/^\| ([\d.]+) \| `(toll\(\w\))` \| ([−\d.]+) \|/gm)];
    expect(rows.map(([, eta, label]) => [eta, label])).toEqual([
      ["0.05", "toll(u)"],
      ["0.05", "toll(v)"],
      ["0.1", "toll(u)"],
      ["0.1", "toll(v)"],
    ]);
    for (const [, eta, label, value] of rows) {
      expect(Number(value!.replace("−", "-"))).toBeCloseTo(expected(Number(eta))[label!]!, 4);
    }
  });

  test("is in the block that the palette writes", async () => {
    const text = verify("toll(v), toll");
    const block = blockLike(
      describeFile(await analyze(text)),
      { name: "again", landscape: "two", predict: "lag" },
      500,
    );
    expect(block.observables).toEqual(["toll(v)", "toll"]);
    const again = await analyze(`${text}\n${writeVerifyBlock(block, "  ", "\n")}`);
    expect(again.diagnostics).toEqual([]);
    expect(simulated(again.verifies.get("again")).observables).toEqual(
      simulated(again.verifies.get("added")).observables,
    );
  });

  describe("simulated", () => {
    let open: ReadonlyMap<EngineName, Engine> = new Map();
    const records = new Map<EngineName, RunRecord>();

    beforeAll(async () => {
      open = await openTwoEngines();
      for (const name of open.keys()) {
        records.set(name, await verifiedOn(name, open, verify("toll, test_loss")));
      }
    });

    afterAll(async () => {
      for (const engine of open.values()) {
        await engine.close();
      }
    });

    test.each(["cpu", "tfjs"] as const)("on %s: agrees with its closed form", (backend) => {
      const record = records.get(backend)!;
      const observables = ["toll(u)", "toll(v)", "test_loss"];
      expect(record).toMatchObject({ state: "done", observables, backend });
      expect(record.points.map(({ eta, observable }) => [eta, observable])).toEqual(
        [0.05, 0.1].flatMap((eta) => observables.map((observable) => [eta, observable])),
      );
      for (const { eta, observable, ...point } of record.points) {
        const value = expected(eta)[observable]!;
        const { measured, predicted, standardError, roundingFloor = 0, verdict } = point;
        expect(predicted).toBeCloseTo(value, 12);
        expect(Math.abs(measured! - value), `${observable} at ${eta}`).toBeLessThan(
          5 * standardError! + roundingFloor,
        );
        expect(verdict).toBe("agrees");
      }
    });

    test("the engines draw the same trials", () => {
      expectSameTrials(records.get("cpu")!, records.get("tfjs")!);
    });

    /** Trials of its own, and of another number beside it. */
    async function request(trials: number): Promise<SimulationRequest> {
      const specification = await specified("toll, test_loss");
      const { landscape: two, spacetime } = specification;
      const numbers = observedNumbers(specification);
      return { landscape: two, spacetime, eta: 0.1, numbers, trials, seed: 3 };
    }

    test("WebAssembly and its twin in JavaScript have the same bits", async () => {
      const asked = await request(2000);
      const [here, there] = [
        await simulateLocally(asked, { workers: 1, backend: "wasm" }),
        await simulateLocally(asked, { workers: 1, backend: "js" }),
      ];
      expect(here.statistics).toEqual(there.statistics);
      expect(here.statistics.map(({ label }) => label)).toEqual(["toll(u)", "toll(v)", "test_loss"]);
    });

    test("a shader measures the same trials", async ({ skip }) => {
      skip(softwareGpu.lacks !== undefined, softwareGpu.lacks);
      const asked = await request(64);
      const gpu = await openWebGpuEngine(softwareGpu);
      try {
        const exact = await open.get("cpu")!.trialValues(asked);
        expect(await gpu.trialValues(asked)).toEqual(
          exact.map((values) => [...values].map((value) => expect.closeTo(value, 4))),
        );
      } finally {
        await gpu.close();
      }
    });

    test("the results page draws it, and its tables have it", () => {
      const record = records.get("cpu")!;
      for (const observable of record.observables) {
        expectDrawn(record, observable);
      }
      expect(formatCsv(record, "points").match(/^0\.1,toll\(\w\)/gm)).toEqual(["0.1,toll(u)", "0.1,toll(v)"]);
      expect(formatCsv(record, "terms")).toMatch(/^0\.1,toll\(u\),\(01\)\(01\),/m);
    });
  });
});
