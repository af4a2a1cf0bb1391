import { describe, expect, test } from "vitest";
import { formatEvaluation, formatRuns } from "../../../src/cli/results.js";
import type { Run } from "../../../src/runs/index.js";
import { RestartBudget } from "../../../src/work/index.js";

const run: Run = {
  verify: "once",
  eta: 0.1,
  observable: "test_loss",
  predicted: 0.91,
  truncation: 0.0001,
  measured: 0.9113,
  standardError: 0.0006,
  difference: 0,
  rounding: 0,
  trials: 20000,
  steps: 20000,
  diverged: 0,
  verdict: "agrees",
  reason: "",
  device: "WebAssembly",
  backend: "cpu",
  seed: 1,
  stepsPerSecond: 2e6,
};

describe("the restarts of a server", () => {
  test("are few within a while, and as many again later", () => {
    const budget = new RestartBudget({ times: 3, within: 1000 });
    expect([0, 10, 20, 30].map((time) => budget.allows(time))).toEqual([true, true, true, false]);
    expect(budget.allows(2000)).toBe(true);
  });

  test("are counted anew when a person asks for one", () => {
    const budget = new RestartBudget({ times: 1, within: 1000 });
    expect([budget.allows(0), budget.allows(1)]).toEqual([true, false]);
    budget.reset();
    expect(budget.allows(2)).toBe(true);
  });
});

describe("tables", () => {
  test("show an evaluation's terms, its total and its series", () => {
    const table = formatEvaluation({
      total: 1.005,
      series: [1, 0, 0.5],
      terms: [
        { diagram: "(0)()", edges: 0, automorphisms: 1, embeddings: 1, value: 1 },
        { diagram: "(01-2)(02-12)", name: "pair", edges: 2, automorphisms: 2, embeddings: 10, value: 0.005 },
      ],
    });
    expect(table).toMatch(/\(01-2\)\(02-12\) +pair +2 +10 +0\.005/);
    expect(table).toMatch(/total +1\.005/);
    expect(table).toContain("eta^2: 0.5");
  });

  test("show all weights of a displacement", () => {
    const table = formatEvaluation({
      total: [1, -2],
      series: [[1, -2]],
      terms: [{ diagram: "(0)()", edges: 0, automorphisms: 1, embeddings: 1, value: [1, -2] }],
    });
    expect(table).toMatch(/total +1 {2}-2/);
  });

  test("show a run with its error in the last digits, and why it does not agree", () => {
    expect(formatRuns([run])).toMatch(/0\.91 .*0\.91130\(60\).*20000 .*agrees$/);
    const unsure = { ...run, verdict: "inconclusive", reason: "too few trials", cancelled: true } as const;
    expect(formatRuns([unsure])).toMatch(
      /\? inconclusive\nonce, eta = 0\.1, test_loss: inconclusive \(stopped early\): too few trials$/,
    );
  });
});
