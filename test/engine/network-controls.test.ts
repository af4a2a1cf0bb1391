import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import { largeLandscape } from "../../src/evaluate/index.js";
import type { Run } from "../../src/runs/index.js";
import { runVerification } from "../../src/verify/index.js";
import type { VerifySpecification } from "../../src/verify/specification.js";
import {
  add,
  call,
  datum,
  landscapeOf,
  matrixProduct,
  numbers,
  rowsOf,
  weight,
} from "../unit/tensors/make.js";
import { tanh } from "../unit/tensors/networks.js";
import { memoryStore } from "./memory-store.js";
import { sgd } from "./simulate-landscapes.js";

/** Verifications of networks whose trials have controls: what they tell, and that it is the same bits however it came about. */

function netOf(rows: number) {
  const hidden = tanh(add(matrixProduct(weight("A", 4, 3), datum("x", 3)), weight("a", 4)));
  const net = landscapeOf(
    call("squared_error", [matrixProduct(weight("b", 4), hidden), datum("y")]),
    { A: [4, 3], a: [4], b: [4] },
    [
      rowsOf(rows, {
        x: { shape: [3], values: numbers(3 * rows, 5) },
        y: { shape: [], values: numbers(rows, 6) },
      }),
    ],
  );
  return largeLandscape(net, "it is tried so");
}

const specification: VerifySpecification = {
  name: "controlled",
  landscape: netOf(300),
  spacetime: sgd(10),
  etas: [0.005],
  observables: [
    { name: "test_loss", weights: [] },
    { name: "gen_gap", weights: [] },
  ],
  sum: "exact",
  seed: 3,
};
const trials = 400;
const engine = openCpuEngine(0);
const engines = { open: async () => ({ ...engine, close: async () => undefined }) };

const bits = (runs: readonly Run[]) => runs.map(({ stepsPerSecond: _, device: __, ...rest }) => rest);

describe("a run on a network with controls", () => {
  test("measures far more closely than its trials do, whose mean stands beside and agrees", async () => {
    const runs = await runVerification(specification, { engines, trials });
    expect(runs.map(({ observable }) => observable)).toEqual(["test_loss", "gen_gap"]);
    for (const { measured, standardError, plain } of runs) {
      expect(standardError!).toBeLessThan(plain!.standardError! / 10);
      expect(Math.abs(measured! - plain!.measured!)).toBeLessThan(4 * plain!.standardError!);
    }
    // Another seed's trials have the same expectation, and so has a difference of what they say.
    const other = await runVerification({ ...specification, seed: 4 }, { engines, trials });
    runs.forEach(({ measured, standardError }, place) => {
      const error = Math.hypot(standardError!, other[place]!.standardError!);
      expect(Math.abs(measured! - other[place]!.measured!)).toBeLessThan(4.5 * error);
    });
  });

  test("has as many test points as its block says, or as are best with controls", async () => {
    const [own] = await runVerification({ ...specification, testPoints: 3 }, { engines, trials });
    expect(own!.testPoints).toBe(3);
    expect(own!.standardError!).toBeLessThan(own!.plain!.standardError! / 10);
  });

  test("is the same bits on any number of workers", async () => {
    const alone = await runVerification(specification, { engines, trials });
    const shared = await runVerification(specification, { workers: 2, trials, backend: "cpu" });
    expect(bits(shared)).toEqual(bits(alone));
  });

  test("is one of a difference, of which each descent has its own", async () => {
    const spacetime = { first: sgd(6), minus: { optimiser: "gd", parameters: { N: 6, T: 6 } } };
    const [run] = await runVerification({ ...specification, spacetime, etas: [0.05] }, { engines, trials });
    expect(run!.standardError!).toBeLessThan(run!.plain!.standardError!);
    expect(Math.abs(run!.measured! - run!.plain!.measured!)).toBeLessThan(4.5 * run!.plain!.standardError!);
  });

  test("is not one of the total, nor of data that have infinitely many values", async () => {
    const prediction = { kind: "order", order: 1 } as const;
    const [total] = await runVerification(
      { ...specification, landscape: netOf(8), prediction, measure: "total" },
      { engines, trials },
    );
    expect(total!.plain).toEqual({ measured: total!.measured, standardError: total!.standardError });
    const normal = { kind: "continuous" as const, name: "y", distribution: "normal", parameters: [0, 1] };
    const { whole } = specification.landscape as ReturnType<typeof netOf>;
    const noisy = largeLandscape(
      {
        ...whole,
        data: [
          rowsOf(3, { x: { shape: [3], values: numbers(9, 5) } }),
          { kind: "independent", name: "y", shape: [], entry: normal },
        ],
      },
      "it is tried so",
    );
    const observables = [{ name: "displacement", weights: [0] }];
    const [run] = await runVerification(
      { ...specification, landscape: noisy, observables },
      { engines, trials },
    );
    expect(run!.plain).toEqual({ measured: run!.measured, standardError: run!.standardError });
  });

  test("goes on with trials of the same controls only", async () => {
    const { store, all } = memoryStore();
    const stop = new AbortController();
    const options = { engines, backend: "cpu" as const, trials: 2_000_000 };
    await runVerification(specification, {
      ...{ ...options, checkpoints: store, signal: stop.signal },
      onProgress: () => stop.abort(),
    });
    const [text] = all();
    const kept = JSON.parse(text!) as {
      identity: string;
      results: { digest: string; controls: string; trials: number }[];
    };
    const [{ digest: _, ...row }] = kept.results as [(typeof kept.results)[number]];
    expect(row.controls).toMatch(/^[0-9a-f]{64}$/);
    const goOn = async (controls: string | undefined) => {
      const { controls: __, ...without } = row;
      const changed = controls === undefined ? without : { ...row, controls };
      const results = [{ ...changed, digest: sha256([kept.identity, changed]) }];
      const left = memoryStore();
      await left.store.add(kept.identity, JSON.stringify({ ...kept, results, digest: sha256(results) }));
      const told: string[] = [];
      const runs = await runVerification(specification, {
        ...{ ...options, trials: row.trials + 20, resume: true, checkpoints: left.store },
        onResume: () => told.push("resumed"),
        onSetAside: (___, reason) => told.push(reason),
      });
      return { runs: bits(runs), told };
    };
    const own = await goOn(row.controls);
    const other = await goOn(row.controls.replaceAll(/^./g, (digit) => (digit === "0" ? "1" : "0")));
    expect(own.told).toEqual(["resumed"]);
    expect(other.told).toEqual([expect.stringMatching(/done anew, since their controls are not those of/)]);
    expect(other.runs).toEqual(own.runs);
    // A row of trials without controls has fewer columns, so that this is none.
    expect((await goOn(undefined)).runs).toEqual(own.runs);
  });

  test("ends while they are found when it is stopped", async () => {
    const stop = new AbortController();
    const phases: string[] = [];
    let steps = 0;
    const runs = await runVerification(
      { ...specification, landscape: netOf(20_000), spacetime: sgd(100), testPoints: 2 },
      {
        ...{ engines, trials: 1e6, signal: stop.signal },
        onPhase: ({ doing }) => {
          phases.push(doing);
          if (doing === "fitting") {
            setImmediate(function turn() {
              steps++;
              if (steps === 3) {
                stop.abort();
              } else {
                setImmediate(turn);
              }
            });
          }
        },
        onProgress: () => phases.push("trials"),
      },
    );
    expect(steps).toBe(3);
    expect(phases.at(-1)).toBe("simulating");
    expect(runs).toEqual([]);
  });
});

function sha256(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
