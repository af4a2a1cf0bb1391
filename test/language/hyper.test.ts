import { describe, expect, test } from "vitest";
import { analyze } from "./workspace.js";

const landscape = (weights: string, more = "") =>
  `landscape l { ${more} weights ${weights}  data x ~ normal(0, 1)  loss (1 + lambda) * t^2/2 + x*t }`;
const verified = (line: string, more = "", weights = "t = 1, hyper lambda = 0 in [0, 10]") =>
  `${landscape(weights)}\nverify v { landscape l  ${line}  eta = 0.1  observe test_loss  ${more} }`;

/** The words that each problem stands at, with its message. */
async function problemsOf(text: string): Promise<[words: string, message: string][]> {
  const { diagnostics } = await analyze(text);
  const lines = text.split("\n");
  return diagnostics.map(({ range: { start, end }, message }) => {
    expect(start.line).toBe(end.line);
    expect(message).not.toContain("\n");
    return [lines[start.line]!.slice(start.character, end.character), message];
  });
}

test("a hyper weight has its interval", async () => {
  const { landscapes, diagnostics } = await analyze(
    landscape("t = 1, hyper lambda = p in [p - 1, 2*p^2]", "param p = 3"),
  );
  expect(diagnostics).toEqual([]);
  expect(landscapes.get("l")!.weights).toEqual([
    { name: "t", start: 1 },
    { name: "lambda", start: 3, interval: { low: 2, high: 18 } },
  ]);
});

test.each([
  [
    "t = 1, hyper lambda = 0 in [10, 0]",
    "in [10, 0]",
    "the interval [10, 0] is reversed; write the lower number first",
  ],
  [
    "t = 1, hyper lambda = 1 in [1, 2/2]",
    "in [1, 2/2]",
    "the interval [1, 2/2] is empty but for 1, where `lambda` would stay; widen it, or make `lambda` a param",
  ],
  [
    "t = 1, hyper lambda = 11 in [0, 10]",
    "11",
    "`lambda` starts at 11, outside its interval [0, 10]; start it within, or widen the interval",
  ],
  [
    "t = 1, hyper lambda = -1 in [0, 10]",
    "-1",
    "`lambda` starts at -1, outside its interval [0, 10]; start it within, or widen the interval",
  ],
  [
    "t = 1, hyper lambda = 0",
    "hyper lambda = 0",
    "`lambda` is a hyper weight and lacks its interval; write one behind its start, such as `in [0, 10]`",
  ],
  [
    "t = 1, lambda = 0 in [0, 10]",
    "in [0, 10]",
    "an interval is for hyper weights; write `hyper lambda`, or remove it",
  ],
  [
    "hyper t = 1 in [0, 2], hyper lambda = 0 in [0, 10]",
    "l",
    "`l` has hyper weights only; add one of the model's, such as `weights h = 0`",
  ],
  [
    "t = 1, hyper lambda = 0 in [0, t]",
    "t",
    "`t` is a weight, and this value must be constant; use numbers and params",
  ],
  [
    "t = 1, hyper lambda = 0 in [-inf, 10]",
    "-inf",
    "`-inf` is no number, and an interval ends at numbers; write a large one, such as 1e6",
  ],
])("weights %s", async (weights, words, message) => {
  expect(await problemsOf(landscape(weights))).toEqual([[words, message]]);
});

test.each(["in [0, 10", "in [0 10]", "in [0]", "in []", "in (0, 10)", "in 0, 10"])(
  "of %s the first slip is told",
  async (interval) => {
    const { diagnostics } = await analyze(landscape(`t = 1, hyper lambda = 0 ${interval}`));
    expect(diagnostics.map(({ code }) => code)).toEqual(["syntax"]);
  },
);

test("neither word is reserved", async () => {
  const text = `landscape l {
  weights hyper = 1, in = 2, hyper penalty = 0.5 in [0, 1], stic = 3
  data hyper_x ~ normal(0, in_p)
  param in_p = 1
  loss hyper^2 + in*penalty + hyper_x*stic
}
landscape hyper { weights hyper in = 0 in [-1, 1], hyper hyper = 1 in [0, 2], t = 0 loss in + hyper + t }
verify v { landscape l  gd(N = 2, T = 3)  eta = 0.1  observe displacement(hyper, in), in = hyper^2 }`;
  const { diagnostics, landscapes } = await analyze(text);
  expect(diagnostics).toEqual([]);
  expect(landscapes.get("l")!.weights.map(({ name }) => name)).toEqual(["hyper", "in", "penalty", "stic"]);
  expect(landscapes.get("hyper")!.weights.map(({ name }) => name)).toEqual(["in", "hyper", "t"]);
});

describe("a verify", () => {
  test.each([
    "sgd(N = 4, E = 1, B = 1)",
    "gd(N = 4, T = 4)",
    "gd(N = 4, T = 4, penalty = stic)",
    "gdc(N = 4, T = 4)",
  ])("of %s measures", async (line) => {
    const { verifies, diagnostics } = await analyze(verified(line));
    expect(diagnostics).toEqual([]);
    expect(verifies.get("v")!.prediction).toBeUndefined();
  });

  test.each([
    [
      verified("gd(N = 4, T = 4)", "predict order 2"),
      "predict order 2",
      "descent on l has no prediction: its hyper weight lambda is put back to an interval, which is not smooth; only trials tell of it",
    ],
    [
      verified("gd(N = 4, T = 4, penalty = stic)", "predict series 1"),
      "predict series 1",
      "gd(N = 4, T = 4, penalty = stic) has no prediction: no diagrams are known of its penalty; only trials tell of it",
    ],
    [
      verified("gd(N = 4, T = 4, penalty = stic)", "", "t = 1, lambda = 0"),
      "penalty = stic",
      "this penalty is of landscapes with one weight beside hyper ones, and l has 2; leave the penalty out, or take another landscape",
    ],
    [
      verified("gd(N = 4, T = 4) - gd(N = 4, T = 4, penalty = stic)", "", "t = 1, lambda = 0"),
      "penalty = stic",
      "this penalty is of landscapes with one weight beside hyper ones, and l has 2; leave the penalty out, or take another landscape",
    ],
    [
      verified("gd(N = 4, T = 4) - gd(N = 4, T = 4, penalty = stic)", "predict order 1", "t = 1").replace(
        "lambda",
        "1",
      ),
      "predict order 1",
      "gd(N = 4, T = 4, penalty = stic) has no prediction: no diagrams are known of its penalty; only trials tell of it",
    ],
    [
      verified("gd(N = 1, T = 4, penalty = stic)"),
      "N = 1",
      "N = 1 has no variance over its training points, which penalty = stic estimates; take N = 2 or more, or leave the penalty out",
    ],
    [
      verified("gd(N = 4, T = 4, penalty = tic)"),
      "penalty = tic",
      "`penalty` is `stic`; did you mean `stic`?",
    ],
    [
      verified("gdc(N = 4, T = 4, penalty = stic)"),
      "penalty = stic",
      "`gdc` has no `penalty`; it takes N, T",
    ],
    [
      verified("ode(T = 4)"),
      "ode(T = 4)",
      "ode follows what is smooth, and hyper weights of l are put back to intervals; take another optimiser",
    ],
  ])("%s", async (text, words, message) => {
    expect(await problemsOf(text)).toEqual([[words, message]]);
  });

  test("is told which value of a param leaves no interval", async () => {
    const text = `landscape l { param p = 3  weights t = 1, hyper s = 1 in [0, p]  data x ~ normal(0, 1)  loss s*t*x }
verify v { landscape l  gd(N = 4, T = 4)  eta = 0.1  observe test_loss  with p = 2, 0.5, -1 }`;
    expect(await problemsOf(text)).toEqual([
      [
        "0.5",
        "with p = 0.5: `s` starts at 1, outside its interval [0, p]; start it within, or widen the interval",
      ],
      ["-1", "with p = -1: the interval [0, p] is reversed; write the lower number first"],
    ]);
  });
});
