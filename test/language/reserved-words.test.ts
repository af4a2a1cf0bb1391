import { describe, expect, test } from "vitest";
import { analyzeText } from "../../src/language/index.js";

// Where a name is expected, a word that begins declarations is no name: one diagnostic or two, and nothing thrown.

const reserved = ["landscape", "diagram", "verify", "import"];

const places: Readonly<Record<string, (word: string) => string>> = {
  distribution: (word) => `landscape l { weights w = 0 data x ~ ${word} loss w }`,
  "distribution, with what follows it": (word) => `landscape l { data x ~ ${word} § {`,
  "second distribution": (word) => `landscape l { weights w = 0 data x ~ normal(0, 1), y ~ ${word} loss w }`,
  argument: (word) => `landscape l { weights w = 0 data x ~ normal(${word}, 1) loss w }`,
  probability: (word) => `landscape l { weights w = 0 data x ~ discrete(1: ${word}) loss w }`,
  weight: (word) => `landscape l { weights ${word} = 0 loss 1 }`,
  start: (word) => `landscape l { weights w = ${word} loss w }`,
  param: (word) => `landscape l { weights w = 0 param p = ${word} loss w }`,
  let: (word) => `landscape l { weights w = 0 let k = ${word} loss k }`,
  table: (word) => `landscape l { weights w = 0 data x from ${word} loss w }`,
  loss: (word) => `landscape l { weights w = 0 loss ${word} }`,
  function: (word) => `landscape l { weights w = 0 loss exp(${word}) }`,
  node: (word) => `diagram d { a -> ${word} }`,
  part: (word) => `diagram d { a, b -> c part ${word} = {a, b} }`,
  member: (word) => `diagram d { a, b -> c part {a, ${word}} }`,
  "short form": (word) => `diagram d = (${word})(01)`,
  "chosen landscape": (word) =>
    `verify v { landscape ${word} gd(2, 2) eta = 0.1 observe test_loss predict order 1 }`,
  size: (word) => `verify v { gd(N = ${word}, T = 2) }`,
  rate: (word) => `verify v { eta = ${word} }`,
  observable: (word) => `verify v { observe ${word} }`,
  "observed weight": (word) => `verify v { observe displacement(${word}) }`,
  prediction: (word) => `verify v { predict ${word} }`,
  order: (word) => `verify v { predict order ${word} }`,
  mode: (word) => `verify v { sum = ${word} }`,
  trials: (word) => `verify v { trials = ${word} }`,
  name: (word) => `diagram ${word} { a -> b }`,
};

const neighbour = "diagram round { a -> b b -> a }";

describe.each(Object.entries(places))("as a %s", (_, write) => {
  test.each(reserved)("`%s` is a fault of syntax, and its neighbour keeps its own", async (word) => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const { diagnostics } = await analyzeText(
        [neighbour, write(word), neighbour.replace("round", "again")].join(end),
      );
      const found = diagnostics.map(({ code, range }) => `${range.start.line} ${code}`);
      expect(found).toContain("0 cycle");
      expect(found.some((one) => one.endsWith(" syntax"))).toBe(true);
      expect(found.filter((one) => /internal/.test(one))).toEqual([]);
    }
  });
});

test("a declaration that begins within a number that runs into its word is not checked for what it lacks", async () => {
  const { diagnostics } = await analyzeText("c . 1e308verify v { sum =\n}a d 10\n");
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(diagnostics.map(({ code }) => code)).not.toContain("internal");
});
