import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diag, diagJson, withFolder } from "./diag.js";

const files = {
  "two.diag": `landscape two_points {
  weights t = 1/2, s = 0
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss t^2/2 + x*t/2 + x*t^2/6 + t^3/30 + x^2*t^3/42 + s^2
}
verify v { landscape two_points sgd(N = 3, E = 1, B = 1) eta = 0.02 metric [2, 1/4; 1/4, 1] observe test_loss predict order 2 trials = 2000 }`,
};
const evaluate = ["evaluate", "two.diag", "--sgd", "N=3,E=1,B=1", "--series", "3", "--eta", "0.1"];

test.each(["t: 2", "diag(2, 1)", "[2, 0; 0, 1]"])("diag evaluate --metric '%s'", async (metric) => {
  await withFolder(files, async (folder) => {
    const { json } = await diagJson<{ series: number[]; metric: number[][] }>(
      [...evaluate, "--metric", metric],
      folder,
    );
    // Along `t`, which alone moves, it is a learning rate of its own.
    [-0.9432, 4.67777, -12.6444].forEach((coefficient, index) => {
      const expected = coefficient * 2 ** (index + 1);
      expect(Math.abs(json.series[index + 1]! - expected)).toBeLessThan(1e-3);
    });
    expect(json.metric).toEqual([
      [2, 0],
      [0, 1],
    ]);
    const { output } = await diag([...evaluate, "--metric", metric], { cwd: folder });
    expect(output).toMatch(
      /^test_loss of two_points in sgd\(.*\) by the metric diag\(2, 1\) at eta = 0\.1$/m,
    );
  });
});

test("diag verify has the file's metric, or that of --metric; the identity is as none", async () => {
  await withFolder(files, async (folder) => {
    const asked = async (...words: string[]) => {
      const all = ["verify", "two.diag", "--workers", "1", ...words];
      return (await diagJson<{ runs: Record<string, unknown>[] }>(all, folder)).json.runs[0]!;
    };
    const own = await asked();
    expect(own).toMatchObject({
      verdict: "agrees",
      metric: [
        [2, 0.25],
        [0.25, 1],
      ],
    });
    const other = await asked("--metric", "s: 1/2");
    expect(other).toMatchObject({
      verdict: "agrees",
      metric: [
        [1, 0],
        [0, 0.5],
      ],
    });
    expect(other.predicted).not.toBe(own.predicted);
    const identity = await asked("--metric", "diag(1, 1)");
    expect(identity).not.toHaveProperty("metric");
  });
  const plain = { "two.diag": files["two.diag"].replace(/metric \[.*\] /, "") };
  const numbers = ({ predicted, measured, standardError, orders }: Record<string, unknown>) => ({
    ...{ predicted, measured, standardError, orders },
  });
  await withFolder(plain, async (folder) => {
    const runs = await Promise.all(
      [[], ["--metric", "[1, 0; 0, 1]"]].map(async (words) => {
        const all = ["verify", "two.diag", "--workers", "1", ...words];
        return (await diagJson<{ runs: Record<string, unknown>[] }>(all, folder)).json.runs[0]!;
      }),
    );
    expect(numbers(runs[1]!)).toEqual(numbers(runs[0]!));
  });
});

test("diag report says which metric it has", async () => {
  await withFolder(files, async (folder) => {
    const { status } = await diag(["report", "two.diag", "--metric", "t: 2"], { cwd: folder });
    expect(status).toBe(0);
    const text = await readFile(join(folder, "out/report.md"), "utf8");
    expect(text).toContain("by the metric diag(2, 1) at eta = 0.02");
  });
});

test.each(["diag(1)", "[2, 1; 1/2, 1]", "[1, 2; 2, 1]", "u: 1", "t: -1", "2", ""])(
  "--metric '%s' is refused in one line",
  async (metric) => {
    await withFolder(files, async (folder) => {
      for (const words of [evaluate, ["verify", "two.diag"], ["report", "two.diag"]]) {
        const { status, errors, output } = await diag([...words, "--metric", metric], { cwd: folder });
        expect(status).toBe(2);
        expect(output.replace(/^two\.diag: no errors\s*/, "")).toBe("");
        expect(errors.trim().split("\n").at(-1)).toMatch(/^diag: --metric .+/);
      }
    });
  },
);
