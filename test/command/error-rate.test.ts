import { describe, expect, test } from "vitest";
import { testFolder } from "../unit/data/folder.js";
import { diag, diagJson } from "./diag.js";

const folder = testFolder();

interface Run {
  readonly observable: string;
  readonly predicted: number | null;
  readonly errorRate?: { measured: number; standardError: number; trials: number; testPoints?: number };
}

async function runsOf(
  landscape: string,
  { descent = "sgd(N = 1, E = 1, B = 1)", observe = "test_loss", more = "", options = [] as string[] } = {},
): Promise<readonly Run[]> {
  folder.write("labels.csv", "0,1,0\n1,0,1\n1,0,1\n");
  const file = folder.write(
    "errors.diag",
    `landscape l { ${landscape} }
    verify v { landscape l ${descent} eta = 0.5 observe ${observe} trials = 3000 ${more} }`,
  );
  const { status, json } = await diagJson<{ runs: Run[] }>(["verify", file, ...options]);
  // Order 1 alone does not carry so large a step.
  expect(status).toBe(more.startsWith("predict") ? 3 : 0);
  return json.runs;
}

/*
 * One logit a class, and rows of the classes 0, 1 and 1. After one step with one point its class is the one that is said: two of three rows are then missed
 * with the probability 1/3, and one of three otherwise.
 */
const whole = "data label, p[2] from 'labels.csv' weights b[2] = 0".replaceAll("'", '"');
const expected = 4 / 9;
const variance = (1 / 3) ** 2 * (2 / 9);

describe("error rates of cross entropies", () => {
  test.each([
    ["of classes", `${whole} loss cross_entropy(b, label)`],
    ["of probabilities", `${whole} loss 3 * cross_entropy(b, p)`],
    ["in a sum", `${whole} let z = b * 1 loss cross_entropy(z, label) + sum(square(z)) / 100 + p[0] * 0`],
  ])("%s are measured with every number, and predicted by none", async (_, landscape) => {
    const runs = await runsOf(landscape, { observe: "test_loss, displacement", more: "predict order 1" });
    expect(runs.length).toBe(3);
    for (const { errorRate } of runs) {
      const { measured, standardError, trials, ...more } = errorRate!;
      expect(more).toEqual({});
      expect(trials).toBe(3000);
      expect(Math.abs(measured - expected)).toBeLessThan(4.5 * standardError);
      expect(standardError).toBeCloseTo(Math.sqrt(variance / trials), 4);
    }
  });

  test("have the test points of the run", async () => {
    const landscape = `${whole} loss cross_entropy(b, label)`;
    const [run] = await runsOf(landscape, { options: ["--test-points", "1"] });
    const { measured, standardError, testPoints } = run!.errorRate!;
    expect(testPoints).toBe(1);
    expect(Math.abs(measured - expected)).toBeLessThan(4.5 * standardError);
    expect(standardError).toBeCloseTo(Math.sqrt((expected * (1 - expected)) / 3000), 4);
    // also where they stand for nothing else
    const [moved] = await runsOf(landscape, { observe: "displacement", more: "test_points = 2" });
    expect(moved!.errorRate).toMatchObject({ testPoints: 2 });
  });

  test("are of data that have infinitely many values, too", async () => {
    const [run] = await runsOf(
      "data u[1] ~ normal(0, 1), c ~ bernoulli(1/3) weights b[2] = 0 loss cross_entropy(b, c) + u[0] * b[0] / 10^9",
      { observe: "displacement" },
    );
    const { measured, standardError, testPoints } = run!.errorRate!;
    expect(testPoints).toBeGreaterThan(0);
    expect(Math.abs(measured - expected)).toBeLessThan(4.5 * standardError);
  });

  test("of a difference are what one has beyond the other", async () => {
    const [run] = await runsOf(`${whole} loss cross_entropy(b, label)`, {
      descent: "sgd(N = 1, E = 1, B = 1) - gd(N = 1, T = 1)",
    });
    expect(run!.errorRate).toEqual({ measured: 0, standardError: 0, trials: 3000 });
  });

  test.each([
    ["other losses", `${whole} loss squared_error(b, p) + label * 0`],
    ["several cross entropies", `${whole} loss cross_entropy(b, label) + cross_entropy(2 * b, p)`],
  ])("there are none of %s", async (_, landscape) => {
    const [run] = await runsOf(landscape);
    expect(run).not.toHaveProperty("errorRate");
  });

  test("there are none of scalars", async () => {
    const { status, json } = await diagJson<{ runs: Run[] }>([
      ...["verify", "examples/gauss.diag", "--trials", "100"],
    ]);
    expect([0, 3]).toContain(status);
    expect(json.runs[0]).not.toHaveProperty("errorRate");
  });

  test("are told by the table, too", async () => {
    await runsOf(`${whole} loss cross_entropy(b, label)`);
    const { output } = await diag(["verify", folder.path("errors.diag")]);
    expect(output).toMatch(/^v, eta = 0\.5: error rate 0\.4\d+\(\d+\) of 3000 trials$/m);
  });
});
