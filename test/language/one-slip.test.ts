import { describe, expect, test } from "vitest";
import { analyzeText } from "../../src/language/index.js";
import { gauss } from "./workspace.js";

// One slip is told once, and not again where its consequences show.

async function errorsOf(text: string): Promise<string[]> {
  const { diagnostics } = await analyzeText(text);
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code} ${message}`);
}

const verify = (spacetime: string, prediction = "order 1", landscape = "gauss"): string =>
  `verify v { landscape ${landscape} ${spacetime} eta = 0.1 observe test_loss predict ${prediction} }`;

describe("a declaration that has lost its name may be any that is looked for", () => {
  const diagrams = [
    "diagram = (01-2)(02-12)",
    "diagram { a, b -> c }",
    "multi_epoch diagram { a -> b }",
    "diagram 5 { a -> b }",
    "diagram",
  ];
  test.each(diagrams)("%s", async (text) => {
    const lines = [text, `${gauss}${verify("gd(2, 2)", "pair")}`];
    for (const order of [lines, lines.toReversed()]) {
      const errors = await errorsOf(order.join("\n"));
      expect(errors.map((error) => error.split(" ")[0])).toEqual(["syntax"]);
    }
  });
  const landscapes = [
    "landscape { weights h = 0 loss h }",
    "landscape = { weights h = 0 loss h }",
    "landscape",
  ];
  test.each(landscapes)("%s", async (text) => {
    const errors = await errorsOf(`${text}\n${verify("gd(2, 2)")}`);
    expect(errors.map((error) => error.split(" ")[0])).toEqual(["syntax"]);
  });
  test("of its kind only, and not where the name is another's", async () => {
    const [first, second] = await errorsOf(`diagram { a -> b }\n${verify("gd(2, 2)")}`);
    expect([first, second]).toEqual([
      expect.stringMatching(/^syntax/),
      expect.stringMatching(/no landscape/),
    ]);
    const other = await errorsOf(`diagram { a -> b }\n${gauss}${verify("gd(2, 2)", "gauss")}`);
    expect(other).toEqual([expect.stringMatching(/^syntax/), expect.stringMatching(/is a landscape, not/)]);
  });
});

describe("a number of a space-time under a wrong name is not lacking as well", () => {
  test.each([
    ["sgd(N = 2, epochs = 1, B = 1)", [/has no `epochs`; did you mean `E`/]],
    ["sgd(samples = 2, epochs = 1, batch = 1)", [/`N`/, /`E`/, /`B`/]],
    ["gd(N = 2, steps = 3)", [/did you mean `T`/]],
    ["gd(N = 2, zzz = 3)", [/has no `zzz`/]],
    ["sgd(N = 2, N = 1, B = 1)", [/`N` is given twice, and `E` not; call one of them `E`/]],
    ["sgd(N = 2, N = 2, E = 1, B = 1)", [/`N` is given twice; remove one/]],
    ["sgd(N = 2, epochs = 1)", [/lacks B/, /has no `epochs`/]],
    ["sgd(N = 2)", [/lacks E and B/]],
  ])("%s", async (spacetime, expected) => {
    const errors = await errorsOf(gauss + verify(spacetime));
    expect(errors).toEqual(expected.map((message) => expect.stringMatching(message)));
  });
});

describe("nodes of one list or one part are one slip", () => {
  test.each([
    ["diagram d { a, b j -> out }", /^many-roots no edge joins `a` and `b` .* `a, b -> out`/],
    ["diagram d { a, b, c c -> test }", /^many-roots no edge joins `a` and `b` /],
    ["diagram d { part {a, b} c -> out }", /^many-roots no edge joins `a` and `b` /],
    ["diagram d = (01-2)()", /^many-roots no edge joins `0` and `1` /],
    ["diagram d = (0101-2)(02-12)", /^two-parts `0` and `1` stand twice in this part; remove one of each$/],
    ["diagram d = (012012-3)(03-13-23)", /^two-parts `0`, `1` and `2` stand twice/],
    [
      "diagram d = (01-01-2)(02-12)",
      /^two-parts `0` and `1` are in two parts; .* remove them here or there$/,
    ],
    ["diagram d { a, b -> out part {a, b} part {a, b} }", /^two-parts `a` and `b` are in two parts/],
  ])("%s", async (text, message) => {
    expect(await errorsOf(text)).toEqual([expect.stringMatching(message)]);
  });
  test("and of two they are two", async () => {
    expect(await errorsOf("diagram d { a, b -> out c d }")).toHaveLength(2);
    expect(
      await errorsOf("diagram d { a, b, c -> out part {a, b} part {c} part {a} part {c} }"),
    ).toHaveLength(2);
  });
});
