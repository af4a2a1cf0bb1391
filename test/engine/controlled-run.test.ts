import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import type { Run } from "../../src/runs/index.js";
import { statisticsOf } from "../../src/simulate/index.js";
import { estimateOf } from "../../src/verify/controlled.js";
import { runVerification } from "../../src/verify/index.js";
import type { VerifySpecification } from "../../src/verify/specification.js";
import { landscapeOf, uniform } from "../unit/landscape/read.js";
import { memoryStore } from "./memory-store.js";
import { gauss, sgd } from "./simulate-landscapes.js";

/** Verifications whose trials have controls: what they tell, and that it is the same bits however it came about. */

const specification: VerifySpecification = {
  name: "controlled",
  landscape: gauss,
  spacetime: sgd(10),
  etas: [0.05],
  observables: [{ name: "test_loss", weights: [] }],
  prediction: { kind: "order", order: 2 },
  sum: "exact",
  seed: 3,
};
/** More than finding the controls takes. */
const trials = 40_000;
const engine = openCpuEngine(0);
const engines = { open: async () => ({ ...engine, close: async () => undefined }) };

const bits = (runs: readonly Run[]) => runs.map(({ stepsPerSecond: _, device: __, ...rest }) => rest);

async function only(change: Partial<VerifySpecification>, count = trials): Promise<Run> {
  const [run] = await runVerification({ ...specification, ...change }, { engines, trials: count });
  return run!;
}

describe("a run with controls", () => {
  test("meets a closed form far more closely than its trials do, whose mean stands beside", async () => {
    // θ ← θ − η(θ + u − ½): normal sums of a start and of noise, so that E θ²/2 is known.
    const landscape = landscapeOf("t^2/2 + t*(u - 1/2)", { t: 1 }, [uniform("u", 0, 1)]);
    const run = await only({ landscape });
    const decay = 0.95;
    const variance = ((0.05 ** 2 / 12) * (1 - decay ** 20)) / (1 - decay ** 2);
    const expected = (decay ** 20 + variance) / 2;
    expect(Math.abs(run.measured! - expected)).toBeLessThan(5 * run.standardError! + 1e-14);
    expect(Math.abs(run.plain!.measured! - expected)).toBeLessThan(5 * run.plain!.standardError!);
    expect(run.standardError!).toBeLessThan(run.plain!.standardError! / 1e6);
    expect(run.verdict).toBe("agrees");
  });

  test("is the same bits on any number of workers", async () => {
    const alone = await runVerification(specification, { engines, trials });
    const shared = await runVerification(specification, { workers: 2, trials, backend: "cpu" });
    expect(bits(shared)).toEqual(bits(alone));
    expect(alone[0]!.standardError!).toBeLessThan(alone[0]!.plain!.standardError! / 100);
  });

  test("is not one of the total, nor of few trials", async () => {
    for (const run of [await only({ measure: "total" }), await only({}, 300)]) {
      expect(run.plain).toEqual({ measured: run.measured, standardError: run.standardError });
    }
  });

  test("goes on with trials of the same controls only", async () => {
    const options = { engines, backend: "cpu" as const, trials: 2_000_000 };
    const { store, all } = memoryStore();
    const stop = new AbortController();
    await runVerification(specification, {
      ...{ ...options, checkpoints: store, signal: stop.signal },
      onProgress: () => stop.abort(),
    });
    const [text] = all();
    const kept = JSON.parse(text!) as { identity: string; results: { digest: string; controls: string }[] };
    const [{ digest: _, ...row }] = kept.results as [(typeof kept.results)[number]];
    expect(row.controls).toMatch(/^[0-9a-f]{64}$/);
    const goOn = async (controls: string) => {
      const changed = { ...row, controls };
      const results = [{ ...changed, digest: sha256([kept.identity, changed]) }];
      const left = memoryStore();
      await left.store.add(kept.identity, JSON.stringify({ ...kept, results, digest: sha256(results) }));
      const told: string[] = [];
      const runs = await runVerification(specification, {
        ...{ ...options, trials: (row as unknown as { trials: number }).trials + 50, resume: true },
        checkpoints: left.store,
        onResume: () => told.push("resumed"),
        onSetAside: (__, reason) => told.push(reason),
      });
      return { runs: bits(runs), told };
    };
    const own = await goOn(row.controls);
    const other = await goOn(row.controls.replaceAll(/^./g, (digit) => (digit === "0" ? "1" : "0")));
    expect(own.told).toEqual(["resumed"]);
    expect(other.told).toEqual([expect.stringMatching(/done anew, since their controls are not those of/)]);
    expect(other.runs).toEqual(own.runs);
  });

  test("ends while they are fitted when it is stopped", async () => {
    const stop = new AbortController();
    const phases: string[] = [];
    const runs = await runVerification(specification, {
      ...{ engines, trials, signal: stop.signal },
      onPhase: ({ doing }) => {
        phases.push(doing);
        if (doing === "fitting") {
          stop.abort();
        }
      },
    });
    expect(phases).toContain("fitting");
    expect(runs).toEqual([]);
  });
});

describe("what trials tell of a number", () => {
  /** Those of 100 trials. */
  const statistics = (label: string, mean: number, deviation: number) => {
    const unit = 2n ** 1074n;
    const sum = BigInt(mean * 100) * unit;
    const squares = BigInt(100 * (mean ** 2 + deviation ** 2)) * unit * unit;
    return statisticsOf(label, { center: 0, count: 100, sum, squares });
  };
  const plain = statistics("y", 100, 30);

  test("is its controlled mean where that agrees with the plain one", () => {
    const less = statistics("y less its control", 110, 2);
    const estimate = estimateOf("y", { statistics: [plain, less] }, true);
    expect([estimate.best.mean, estimate.plain.mean, estimate.note]).toEqual([110, 100, undefined]);
  });

  test("is the plain one where it does not, where trials are missing, and where controls only add", () => {
    const off = estimateOf("y", { statistics: [plain, statistics("y less its control", 117, 2)] }, true);
    expect(off.best).toBe(plain);
    expect(off.note).toMatch(/without controls, whose mean is off that of all trials by 17/);
    for (const [floor, isBest] of [
      [0.9, false],
      [1.1, true],
    ] as const) {
      const own = { floor, deviation: 30, diverges: false };
      const floors = new Map(["y", "y less its control"].map((label) => [label, own]));
      const near = statistics("y less its control", 118, 2);
      expect(estimateOf("y", { statistics: [plain, near] }, true, floors).best === near).toBe(isBest);
    }
    const less = statistics("y less its control", 110, 2);
    expect(estimateOf("y", { statistics: [plain, less] }, false).best).toBe(plain);
    const wide = statistics("y less its control", 110, 40);
    expect(estimateOf("y", { statistics: [plain, wide] }, true).best).toBe(plain);
  });
});

function sha256(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
