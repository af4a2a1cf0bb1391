import { expect, test } from "vitest";
import type { DataSource } from "../../src/landscape/landscape.js";
import { written } from "../written.js";
import { analyze, expectProblems } from "./workspace.js";

async function sourcesOf(data: string, files: Record<string, string> = {}): Promise<readonly DataSource[]> {
  const { landscapes, diagnostics } = await analyze(
    `landscape l { weights w = 0 param p = 1/4 data ${data} loss w }`,
    files,
  );
  expect(diagnostics).toEqual([]);
  return written(landscapes.get("l")).data;
}

test("the four families", async () => {
  expect(
    await sourcesOf("x ~ normal(1, 2), y ~ uniform(-p, 1), z ~ bernoulli(p), t ~ discrete(-1: 2/3, 2: 1/3)"),
  ).toEqual([
    { kind: "continuous", name: "x", distribution: "normal", parameters: [1, 2] },
    { kind: "continuous", name: "y", distribution: "uniform", parameters: [-0.25, 1] },
    {
      kind: "finite",
      name: "z",
      outcomes: [
        { value: 1, probability: 0.25 },
        { value: 0, probability: 0.75 },
      ],
    },
    {
      kind: "finite",
      name: "t",
      outcomes: [
        { value: -1, probability: 2 / 3 },
        { value: 2, probability: 1 / 3 },
      ],
    },
  ]);
});

test("what has no spread is a constant", async () => {
  expect(await sourcesOf("x ~ laplace(3, 0), y ~ poisson(0), z ~ binomial(4, 1)")).toEqual(
    [3, 0, 4].map((value, i) =>
      expect.objectContaining({ kind: "finite", name: "xyz"[i], outcomes: [{ value, probability: 1 }] }),
    ),
  );
});

test("what is certain or given twice", async () => {
  expect(await sourcesOf("x ~ normal(3, 0), y ~ bernoulli(1), z ~ discrete(1: 0.25, 2: 0, 1: 0.75)")).toEqual(
    [
      { kind: "finite", name: "x", outcomes: [{ value: 3, probability: 1 }] },
      { kind: "finite", name: "y", outcomes: [{ value: 1, probability: 1 }] },
      { kind: "finite", name: "z", outcomes: [{ value: 1, probability: 1 }] },
    ],
  );
});

test("without probabilities all values are alike, and one that is given twice has twice as much", async () => {
  expect(await sourcesOf("x ~ discrete(3, -1, 3, 1/2), y ~ discrete(2)")).toEqual([
    {
      kind: "finite",
      name: "x",
      outcomes: [
        { value: 3, probability: 1 / 2 },
        { value: -1, probability: 1 / 4 },
        { value: 1 / 2, probability: 1 / 4 },
      ],
    },
    { kind: "finite", name: "y", outcomes: [{ value: 2, probability: 1 }] },
  ]);
});

test.each([
  ["x ~ «gaussian»(0, 1)", /no distribution `gaussian`/],
  ["x ~ «norml»(0, 1)", /did you mean `normal`/],
  ["x ~ «normal(0)»", /takes 2 arguments, not 1.*normal\(mean, sd\)/],
  ["x ~ «normal()»", /takes 2 arguments, not 0/],
  ["x ~ normal(0, «-1»)", /cannot be negative/],
  ["x ~ uniform(«2», 1)", /low end 2 is not below/],
  ["x ~ uniform(«1», 1)", /not below/],
  ["x ~ bernoulli(«1.5»)", /between 0 and 1/],
  ["x ~ «discrete(1: 0.5, 2: 0.4)»", /sum to 0\.9, not to 1/],
  ["x ~ discrete(«1: -0.5», 2: 1.5)", /-0\.5 is no probability/],
  ["x ~ discrete(«1», 2: 1)", /has no probability/],
  ["x ~ discrete(1: 1/2, «2», 3: 1/2)", /has no probability/],
  ["x ~ «discrete()»", /at least 1 argument/],
  ["x ~ laplace(0, «-1»)", /scale is -1; it cannot be negative/],
  ["x ~ gamma(«0», 1)", /shape is 0; it must be positive/],
  ["x ~ gamma(«1/100», 1)", /shape 0\.01 are mostly too small/],
  ["x ~ gamma(«1e6», 2)", /use `normal\(1000000\*2, sqrt\(1000000\)\*2\)`/],
  ["x ~ gamma(1, «-2»)", /scale is -2; it must be positive/],
  ["x ~ «chi2»(3)", /write `gamma\(degrees\/2, 2\)`/],
  ["x ~ lognormal(0, «-1»)", /sigma is -1; it cannot be negative/],
  ["x ~ lognormal(0, «20»)", /do not fit into numbers; 37\.5·sigma \+ \|mu\| may be up to 690/],
  ["x ~ lognormal(«-800», 1)", /do not fit into numbers/],
  ["x ~ student_t(«0»)", /degrees of freedom are 0; they must be positive/],
  ["x ~ student_t(«1/100»)", /too large for numbers; take at least 0\.125/],
  ["x ~ student_t(«1e9»)", /use `normal\(0, 1\)`/],
  ["x ~ «cauchy»(0)", /write `student_t\(1\)`/],
  ["x ~ exponential(«0»)", /rate is 0; it must be positive/],
  ["x ~ poisson(«-1»)", /rate is -1; it cannot be negative/],
  ["x ~ poisson(«1e9»)", /variance 1000000000.*use `normal\(1000000000, sqrt\(1000000000\)\)`/],
  ["x ~ binomial(«2.5», 1/2)", /number of trials is 2\.5; it must be a whole number/],
  ["x ~ binomial(«-1», 1/2)", /must be a whole number/],
  ["x ~ binomial(10, «2»)", /between 0 and 1/],
  ["x ~ binomial(«1e9», 1/2)", /variance 250000000.*use `normal/],
  ["x ~ «binomial(10)»", /takes 2 arguments, not 1; write `binomial/],
  ["x ~ normal(«0: 1», 1)", /only `discrete`/],
])("%s", async (data, message) => {
  await expectProblems(`landscape l { weights w = 0 data ${data} loss w }`, [
    ["error bad-distribution", message],
  ]);
});

test("probabilities may miss 1 by rounding, and are then shared out", async () => {
  const [source] = await sourcesOf("x ~ discrete(1: 0.3333333333, 2: 0.3333333333, 3: 0.3333333334)");
  const total =
    source!.kind === "finite" ? source!.outcomes.reduce((sum, { probability }) => sum + probability, 0) : 0;
  expect(total).toBeCloseTo(1, 15);
});

test("rows of a file, with a header and without one", async () => {
  expect(
    await sourcesOf('b, a from "points.csv"', { "points.csv": "a, b, c\r\n1,2,3\r\n\r\n-4.5, 5e-1 ,6\r\n" }),
  ).toEqual([
    {
      kind: "rows",
      names: ["b", "a"],
      values: new Float32Array([2, 1, 0.5, -4.5]),
    },
  ]);
  expect(await sourcesOf('x, y from "data/points.csv"', { "data/points.csv": "\uFEFF1,2\n3,4" })).toEqual([
    {
      kind: "rows",
      names: ["x", "y"],
      values: new Int8Array([1, 2, 3, 4]),
    },
  ]);
});

test.each([
  ['a from «"none.csv"»', /there is no such file/],
  ['a from «"text.csv"»', /row 3, column a: `two` is no finite number/],
  ['a from «"ragged.csv"»', /row 2 has 1 column, and the first row has 2/],
  ['a, b from «"empty.csv"»', /has no row of numbers/],
  ['a, b from «"header.csv"»', /has no row of numbers/],
  ['a, b from «"three.csv"»', /no header and 3 columns, but 2 names/],
  ['a, b from «"hole.csv"»', /row 2, column b: the cell is empty/],
  ['a from «"huge.csv"»', /row 1, column 1: `1e999` is no finite number/],
  ['a from «"same.csv"»', /column 2: in the header this column has the name `a` of another/],
  ['«aa» from "ok.csv"', /no column `aa`.*its header is a, b; did you mean `a`/],
  ['a from «""»', /./],
])("%s", async (data, message) => {
  await expectProblems(
    `landscape l { weights w = 0 data ${data} loss w }`,
    [["error bad-distribution", message]],
    {
      "text.csv": "a\n1\ntwo\n",
      "ragged.csv": "1,2\n3\n",
      "empty.csv": "",
      "header.csv": "a,b\n",
      "three.csv": "1,2,3\n",
      "hole.csv": "a,b\n1,\n",
      "huge.csv": "1e999\n2",
      "same.csv": "a,a\n1,2\n",
      "ok.csv": "a,b\n1,2\n",
    },
  );
});
