import { describe, expect, test } from "vitest";
import { diag, diagJson, withFolder } from "./diag.js";

const files = {
  "two.diag": `landscape two_points {
  weights t = 1/2
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss t^2/2 + x*t/2 + x*t^2/6 + t^3/30 + x^2*t^3/42
}`,
};

// Series found without diagrams, by all training sets or paths of noise together; of the flow by its recurrence.
const known: readonly (readonly [option: string[], order: number, series: number[]])[] = [
  [["--sgd", "N=3,E=1,B=1"], 3, [-0.9432, 4.67777, -12.6444]],
  [["--gd", "N=3,T=3"], 3, [-0.9432, 4.98848, -14.5333]],
  [["--gdc", "N=3,T=3"], 2, [-0.9432, 4.67777]],
  [["--sgd", "N=3,E=1,B=1,rate=1/2"], 2, [-0.9432 / 2, 4.67777 / 4]],
  [["--sgd", "N=3,E=1,B=1", "--minus-gd", "N=3,T=3"], 3, [0, 4.67777 - 4.98848, -12.6444 + 14.5333]],
  [["--sgd", "N=3,E=1,B=1", "--minus-gdc", "N=3,T=3"], 2, [0, 0]],
  [["--gd", "N=3,T=3", "--minus-sgd", "N=3,E=1,B=1,rate=1/2"], 2, [-0.9432 / 2, 4.98848 - 4.67777 / 4]],
];

describe("diag evaluate", () => {
  test.each(known)("%o has the series that is known, order %i", async (option, order, series) => {
    await withFolder(files, async (folder) => {
      const words = ["evaluate", "two.diag", ...option, "--series", String(order), "--eta", "0.1"];
      const { json } = await diagJson<{ series: number[] }>(words, folder);
      series.forEach((coefficient, index) => {
        expect(Math.abs(json.series[index + 1]! - coefficient)).toBeLessThan(1e-4);
      });
    });
  });

  test("has the limits of descents without end", async () => {
    const minimum = `landscape minimum { weights t = 0 data x ~ discrete(-1: 2/3, 2: 1/3) loss t^2 + x*t }`;
    await withFolder({ "minimum.diag": minimum }, async (folder) => {
      const asked = async (...words: string[]) => {
        const all = ["evaluate", "minimum.diag", "--order", "2", "--eta", "0.1", ...words];
        return (
          await diagJson<{ total: number; series: number[]; terms: { embeddings: number | null }[] }>(
            all,
            folder,
          )
        ).json;
      };
      // Of curvature 2 and variance 2: C/(2H) · eta·H/(2 − eta·H), and Takeuchi's 2/2/5.
      const loss = await asked("--sgd", "N=inf,E=1,B=1");
      expect(loss.total).toBeCloseTo((0.5 * 0.2) / 1.8, 14);
      expect(loss.series).toEqual([]);
      expect(loss.terms.map(({ embeddings }) => embeddings)).toEqual([
        1,
        ...loss.terms.slice(1).map(() => null),
      ]);
      expect((await asked("--gd", "N=5,T=inf", "--observe", "gen_gap")).total).toBeCloseTo(0.2, 14);
      const { output } = await diag(
        ["evaluate", "minimum.diag", "--order", "2", "--eta", "0.1", "--gd", "N=5,T=inf"],
        { cwd: folder },
      );
      expect(output).toMatch(/^\(01-2\)\(02-12\) +2 +∞ +0\.1$/m);
      expect(output).not.toContain("Taylor");
    });
  });

  test.each([
    [
      ["--sgd", "N=inf,E=2,B=1", "--order", "1"],
      /--sgd: N = inf is the limit of one epoch of single points; write E = 1/,
    ],
    [["--gd", "N=inf,T=2", "--order", "1"], /--gd: N = inf is not a positive whole number/],
    [["--gd", "N=2,T=inf", "--series", "1"], /grow without end as T goes to infinity; ask for order 1/],
    [
      ["--gdc", "N=3,T=3", "--order", "3"],
      /gdc is predicted up to order 2; ask for no more, such as order 2/,
    ],
    [["--ode", "T=0", "--order", "3"], /--ode: T = 0 is not a positive whole number/],
    [["--ode", "T=4,N=2", "--order", "3"], /--ode does not take N; write --ode T=10/],
    [["--sde", "T=4,refine=x", "--order", "1"], /--sde: refine = NaN is not a positive whole number/],
    [["--sde", "refine=2", "--order", "1"], /--sde lacks T; write --sde T=10\[,refine=16\]/],
    [
      ["--sde", "T=4", "--order", "1", "--observe", "train_loss"],
      /train_loss needs training points, and sde has none; observe something else/,
    ],
    [["--gd", "N=1,T=1,rate=-1", "--order", "1"], /--gd: rate = -1 is not a positive number/],
    [["--gd", "N=1,T=1", "--minus-ode", "T=x", "--order", "1"], /--minus-ode: T = NaN is not a positive/],
    [
      ["--gd", "N=1,T=1", "--minus-gd", "N=1", "--order", "1"],
      /--minus-gd lacks T; write --minus-gd N=10,T=10/,
    ],
    [["--minus-gd", "N=1,T=1", "--order", "1"], /give one space-time: --sgd/],
    [
      ["--gd", "N=1,T=1", "--minus-gd", "N=1,T=2", "--minus-ode", "T=1", "--order", "1"],
      /--minus-gd and --minus-ode are too many; a difference has two descents, such as --sgd N=10,E=1,B=1 --minus-gd N=10,T=10/,
    ],
    [
      ["--gd", "N=2,T=1", "--minus-gd", "N=3,T=1", "--order", "1", "--observe", "gen_gap"],
      /gen_gap needs the same training points on both sides, and N is 2 and 3 in gd\(N = 2, T = 1\) - gd\(N = 3, T = 1\)/,
    ],
    [["--sgd", "N=3,E=1,B=1", "--minus-gdc", "N=3,T=3", "--order", "3"], /gdc is predicted up to order 2/],
  ])("refuses %o in one line", async (words, message) => {
    await withFolder(files, async (folder) => {
      const { status, errors, output } = await diag(["evaluate", "two.diag", ...words, "--eta", "0.1"], {
        cwd: folder,
      });
      expect(status).toBe(2);
      expect(output).toBe("");
      expect(errors).toMatch(message);
      expect(errors.trim()).not.toContain("\n");
    });
  });
});

test("diag verify measures each as it is predicted", async () => {
  const verifies = [
    "gdc(N = 3, T = 3)",
    "ode(T = 3)",
    "sde(T = 3, refine = 4)",
    "gd(N = 3, T = 3, rate = 1/2)",
  ]
    .map(
      (spacetime, index) =>
        `verify v${index} { landscape two_points  ${spacetime}  eta = 0.05  observe test_loss  predict order 2  trials = 20000 }`,
    )
    .join("\n");
  await withFolder({ "two.diag": `${files["two.diag"]}\n${verifies}` }, async (folder) => {
    const { json } = await diagJson<{
      runs: { verdict: string; trials: number; standardError: number; orders: { order: number }[] }[];
    }>(["verify", "two.diag", "--backend", "cpu"], folder);
    expect(json.runs.map(({ verdict }) => verdict)).not.toContain("disagrees");
    expect(json.runs.map(({ trials }) => trials)).toEqual([20000, 1, 20000, 20000]);
    expect(json.runs[1]).toMatchObject({ verdict: "agrees", standardError: 0 });
    expect(json.runs.every(({ orders }) => orders.length === 3)).toBe(true);
  });
});
