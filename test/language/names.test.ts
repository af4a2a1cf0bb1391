import { expect, test } from "vitest";
import { analyze, expectProblems, gauss } from "./workspace.js";

const words = [
  "train",
  "multi_epoch",
  "part",
  "weights",
  "param",
  "data",
  "from",
  "loss",
  "sgd",
  "gd",
  "eta",
  "observe",
  "predict",
  "order",
  "series",
  "sum",
  "measure",
  "metric",
  "diag",
  "trials",
  "seed",
  "test_points",
  "samples",
  "test",
  "N",
  "E",
  "T",
  "B",
  "a",
  "exact",
  "shuffle",
  "order1",
  "partition",
  "summe",
  "diagrams",
  "landscape_1",
  "verified",
  "imports",
  "π",
  "θ1",
  "größe",
  "x·y",
  "データ",
  "_",
  "𝒜",
];

test.each(words)("`%s` is a name", async (word) => {
  const text = `
    diagram ${word} { ${word} -> j  other -> j -> out  part ${word} = {${word}, other} }
    landscape l { weights ${word} = 0 param q = 1 loss ${word} + ${word}^2 - q * ${word} }
    landscape m { weights w = 0 data ${word} ~ normal(0, 1) loss w * ${word} }
    landscape n { weights w = 0 param ${word} = 2 loss w * ${word} }
    landscape o { weights w = 0 data ${word} from "p.csv" loss w * ${word} }
    verify v { landscape l sgd(N = 2, E = 1, B = 1) eta = 0.1 observe displacement(${word}) predict drift }
    diagram drift { a, b -> j -> out part {a, b} }
    verify u { landscape m gd(N = 2, T = 3) eta = 0.1 observe test_loss predict ${word} }
  `;
  const { diagnostics, landscapes, diagrams } = await analyze(text, { "p.csv": "1\n2\n" });
  expect(diagnostics.filter(({ code }) => code !== "same-diagram")).toEqual([]);
  expect(diagrams.get(word)?.nodeNames).toContain(word);
  expect(landscapes.get("l")?.weights[0]?.name).toBe(word);
});

test("words that begin declarations are reserved", async () => {
  for (const word of ["import", "diagram", "landscape", "verify"]) {
    const { diagnostics } = await analyze(`diagram d { ${word} -> out }`);
    expect(diagnostics.some(({ code }) => code === "syntax")).toBe(true);
  }
});

test("a diagram named order is told from an order", async () => {
  const { diagnostics, verifies } = await analyze(
    `${gauss} diagram order { a, b -> o part {a, b} } diagram series { a, b, c -> o part {a, b} }
     verify v { landscape gauss gd(N = 2, T = 3) eta = 0.1 observe test_loss predict order + series sum = exact }
     verify w { landscape gauss gd(N = 2, T = 3) eta = 0.1 observe test_loss predict order 3 sum = exact }`,
  );
  expect(diagnostics).toEqual([]);
  expect(verifies.get("v")?.prediction).toMatchObject({
    kind: "diagrams",
    diagrams: [{ name: "order" }, { name: "series" }],
  });
  expect(verifies.get("w")?.prediction).toEqual({ kind: "order", order: 3 });
});

test("statements need no separators", async () => {
  const { diagnostics, landscapes } = await analyze(
    "landscape l{weights u=0,v=0 data x~normal(0,1),y~uniform(0,1)param p=2 weights w=-p loss u+v*x+w-y}",
  );
  expect(diagnostics).toEqual([]);
  expect(landscapes.get("l")).toMatchObject({
    weights: [
      { name: "u", start: 0 },
      { name: "v", start: 0 },
      { name: "w", start: -2 },
    ],
    data: [{ distribution: "normal" }, { distribution: "uniform" }],
  });
});

test("one space of names in a file", () =>
  expectProblems("diagram d { a -> o } landscape «d» { weights w = 0 loss w^2 } diagram «d» { a, b -> o }", [
    ["error duplicate-name", /a diagram of this file/],
    ["error duplicate-name"],
  ]));

test("weights, data and params share a landscape's names", () =>
  expectProblems(
    "landscape l { weights w = 0, «w» = 1 param «w» = 2 data x ~ normal(0, 1), «x» ~ normal(0, 1) loss w }",
    [
      ["error duplicate-name", /a weight/],
      ["error duplicate-name", /a weight/],
      ["error duplicate-name", /a datum/],
    ],
  ));
