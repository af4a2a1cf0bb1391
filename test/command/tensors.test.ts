import { describe, expect, test } from "vitest";
import { diag, diagJson, withFolder } from "./diag.js";

const file = "examples/tensors/dense.diag";
const asked = ["evaluate", file, "--series", "2", "--sgd", "N=3,E=1,B=1", "--eta", "0.1"];

interface Answer {
  readonly observable: string;
  readonly total: number | number[];
  readonly series: (number | number[])[];
}

describe("landscapes of tensors on the command line", () => {
  test("observe functions of tensors, all entries of one, and all", async () => {
    const { json: sum } = await diagJson<Answer>([...asked, "--observe", "r = sum(square(A)) + a[1]^2"]);
    const { json: entries } = await diagJson<Answer>([
      ...asked,
      "--observe",
      "r = A[0, 0]^2 + A[0, 1]^2 + A[1, 0]^2 + A[1, 1]^2 + a[1]^2",
    ]);
    expect(sum.observable).toBe("r");
    expect(sum.total as number).toBeCloseTo(entries.total as number, 12);
    const { json: own } = await diagJson<Answer>([...asked, "--observe", "displacement(A)"]);
    const { json: all } = await diagJson<Answer>([...asked, "--observe", "displacement"]);
    expect(own.total).toEqual((all.total as number[]).slice(0, 4));
    expect((all.total as number[]).length).toBe(8);
    const { json: row } = await diagJson<Answer>([...asked, "--observe", "displacement(A[1], B[0])"]);
    expect(row.total).toEqual([2, 3, 6].map((index) => (all.total as number[])[index]));
  });

  test("observe functions of params and lets, with shapes or not", async () => {
    const text = `landscape l {
      param n = 2 // of rows
      data x[2] ~ normal(0, 1), y ~ normal(0, 1)
      weights A[n, 2] = randn(1), B[n] = randn(2)
      let W = A @ A / n // of weights alone
      let v = W @ B let s = sum(v)
      let h = tanh(A @ x)
      loss squared_error(dot(B, h), y)
    }`;
    await withFolder({ "l.diag": text }, async (folder) => {
      const series = ["evaluate", "l.diag", "--series", "2", "--sgd", "N=2,E=1,B=1", "--eta", "0.1"];
      const observed = async (what: string) =>
        (await diagJson<Answer>([...series, "--observe", `r = ${what}`], folder)).json.series as number[];
      const written = await observed(
        "sum(square(A @ A @ B)) / 4 + 2 * (A[0, 0] * A[0, 1] + A[0, 1] * A[1, 1])",
      );
      expect(written[2]).not.toBe(0);
      (await observed("dot(v, v) + 2 * n * W[0, 1] + s - sum(v)")).forEach((value, order) => {
        expect(value).toBeCloseTo(written[order]!, 12);
      });
      const { status, errors } = await diag([...series, "--observe", "r = sum(h)"], { cwd: folder });
      expect([status, errors]).toEqual([2, expect.stringContaining("`h` is no weight, param or constant")]);
    });
  });

  test("have a metric of one number a name, and start elsewhere by name", async () => {
    const wrong = await diag([...asked, "--metric", "[1, 0; 0, 1]"]);
    expect(wrong).toMatchObject({
      status: 2,
      errors: expect.stringContaining("one number for each of A, a, B"),
    });
    const { json } = await diagJson<Answer>([...asked, "--observe", "displacement", "--metric", "a: 2"]);
    const { json: plain } = await diagJson<Answer>([...asked, "--observe", "displacement"]);
    const first = (answer: Answer) => answer.series[1] as number[];
    first(json).forEach((value, index) => {
      const isTwice = index === 4 || index === 5;
      expect(value).toBeCloseTo((isTwice ? 2 : 1) * first(plain)[index]!, 12);
    });
    const { json: zero } = await diagJson<Answer>([
      ...asked,
      "--observe",
      "r = sum(square(A))",
      "--at",
      "A=0,B=0",
    ]);
    expect(zero.series[0]).toBe(0);
  });

  test("have test points, with a metric too, whose weights end where they do without", async () => {
    interface Run {
      observable: string;
      measured: number;
      standardError: number;
      plain: { measured: number; standardError: number };
      testPoints?: number;
      roundingFloor?: number;
      verdict: string;
    }
    const verified = async (...options: string[]) =>
      (
        await diagJson<{ runs: Run[] }>([
          ...[
            "verify",
            "examples/tensors/dense.diag",
            "--trials",
            "2000",
            "--metric",
            "A: 2",
            "--backend",
            "cpu",
          ],
          ...options,
        ])
      ).json.runs;
    const [all, few] = [await verified(), await verified("--test-points", "1")];
    expect(few.length).toBe(all.length);
    few.forEach((run, index) => {
      const same = all[index]!;
      const { plain } = same;
      expect(run.observable).toBe(same.observable);
      // Those without test points are written out, and so in double precision.
      expect(same.roundingFloor).toBeUndefined();
      expect(run.roundingFloor).toBeLessThan(1e-6);
      // Trials on tensors have other controls, of the same expectation.
      const error = Math.hypot(run.standardError, same.standardError);
      expect(Math.abs(run.measured - same.measured)).toBeLessThan(4.5 * error);
      if (run.observable === "test_loss") {
        expect(run.testPoints).toBe(1);
        expect(run.plain.standardError).toBeGreaterThan(plain.standardError);
        expect(run.standardError).toBeLessThan(run.plain.standardError);
        expect(Math.abs(run.plain.measured - plain.measured)).toBeLessThan(4.5 * run.plain.standardError);
      } else {
        expect(Math.abs(run.plain.measured - plain.measured)).toBeLessThan(run.roundingFloor!);
        expect(run.testPoints).toBeUndefined();
      }
    });
    const scalars = await diag(["verify", "examples/gauss.diag", "--test-points", "3"]);
    expect(scalars.status).toBe(2);
    expect(scalars.errors).toMatch(/^diag: verify \w+: test points are of landscapes of tensors;.*\n$/);
  });

  test.each([
    [["--ode", "T=2"], "take sgd, gd or gdc"],
    [["--sde", "T=2"], "take sgd, gd or gdc"],
  ])("%j is refused in a line", async (descent, message) => {
    const { status, errors } = await diag([
      ...["evaluate", file, "--series", "1", "--eta", "0.1"],
      ...descent,
    ]);
    expect(status).toBe(2);
    expect(errors.trim().split("\n")).toEqual([expect.stringContaining(message)]);
  });
});
