import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CodeAction } from "vscode-languageserver";
import { times } from "../../times.js";
import { Editor, edited } from "./editor.js";

// What authors write who know other notations: the error says what to write, and its first fix writes it.

/** A text after the fixes of its first syntax errors, one after the other, and what was said of them. */
async function mended(text: string): Promise<{ text: string; said: string[] }> {
  const said: string[] = [];
  const { editor, main } = await Editor.of(text);
  for (let turn = 0; turn < 12; turn++) {
    const problem = main.diagnostics.find(({ code }) => code === "syntax");
    if (problem === undefined) {
      break;
    }
    said.push(String(problem.message));
    const actions = (await editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
      ...main.identifier,
      range: problem.range,
      context: { diagnostics: [problem], only: ["quickfix"] },
    })) as CodeAction[];
    const [edits] = Object.values(actions[0]?.edit?.changes ?? {});
    if (edits === undefined) {
      break;
    }
    await main.type(edited(main.text, edits));
  }
  return { text: main.text, said };
}

const words = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/ ?([={}(),;:~]|->) ?/g, "$1")
    .trim();

const landscape = "landscape l { weights w = 0 data x ~ normal(0, 1) loss (w - x)^2 }";
const verify = (rest: string): string =>
  `${landscape} verify v { landscape l gd(N = 2, T = 2) observe test_loss ${rest} }`;

describe.each([
  [
    "diagram d = (01-2)(02-12)",
    "write `= (01-2)(02-12)`",
    [
      'diagram d = "(01-2)(02-12)"',
      "diagram d = '(01-2)(02-12)'",
      "diagram d = `(01-2)(02-12)`",
      "diagram d = \u201c(01-2)(02-12)\u201d",
      'diagram d "(01-2)(02-12)"',
      "diagram d (01-2)(02-12)",
      "diagram d: (01-2)(02-12)",
      "diagram d := (01-2)(02-12)",
      "diagram d == (01-2)(02-12)",
      'diagram d := "(01\u20132)(02\u201312)"',
    ],
  ],
  [
    "diagram d = (01-2)(02-12)",
    "write `-`",
    [..."\u2013\u2212\u2014\u2010"].map((sign) => `diagram d = (01${sign}2)(02${sign}12)`),
  ],
  [
    "diagram d { a -> b }",
    "`->`",
    [
      ...["-->", "=>", ">", "-", "--", "->>", "\u2192", "\u27f6", "\u21d2", "\u2013>", "\u2212>", "==>"].map(
        (arrow) => `diagram d { a ${arrow} b }`,
      ),
      "diagram d { a=>b }",
    ],
  ],
  [
    "diagram d { a -> b }",
    "towards the root; write `a -> b`",
    ["diagram d { b <- a }", "diagram d { b <-- a }"],
  ],
  [
    "diagram d { a, b -> c part S = {a, b} }",
    "need none between them; remove it",
    ["diagram d { a, b -> c; part S = {a, b}; };", "diagram d { a, b -> c part S = {a, b} };"],
  ],
  [
    "diagram d { a, b -> c part S = {a, b} }",
    "stands behind `=`",
    ["diagram d { a, b -> c part S := {a, b} }"],
  ],
  [
    "landscape l { weights w = 0.5 loss w^2 }",
    "",
    [
      "landscape l { weights w := 0.5 loss w^2 }",
      "landscape l { weights w = 0,5 loss w^2 }",
      "landscape l { weights: w = 0.5 loss w^2 }",
      "landscape l { weights w = 0.5; loss w^2; }",
      "landscape l { weights w = 0.5 loss = w^2 }",
      "landscape l { weights w = 0.5 loss: w^2 }",
      "landscape l { weights w == 0.5 loss w\u00b2 }",
      "landscape l = { weights w = 0.5 loss w^2 }",
      "landscape l { weights w = 0.5 loss = lambda: w^2 }",
      "landscape l: { weights w: 0.5; loss: w^2; }",
      "landscap l { weight w = 0.5 los w^2 }",
    ],
  ],
  [
    landscape,
    "a distribution stands behind `~`",
    [landscape.replace("~", "="), landscape.replace("~", ":=")],
  ],
  [
    verify("eta = 0.1 predict order 2 trials = 10000"),
    "",
    [
      verify("eta: 0.1 predict = order 2 trials: 10000"),
      verify("eta := 0.1; predict: order 2; trials := 10000;"),
      verify('eta = 0.1 predict "order 2" trials = 10_000'),
      verify("lr = 0.1 predict order = 2 trials = 10,000"),
      verify("eta = 0.1 predict order: 2 trials = 10'000"),
      verify("\u03b7 = 0.1 predict order 2 trials = 10 000"),
    ],
  ],
  [
    "// said of it\ndiagram d { a -> b }",
    "a comment begins with `//`",
    [
      "# said of it\ndiagram d { a -> b }",
      "% said of it\ndiagram d { a -> b }",
      "-- said of it\ndiagram d { a -> b }",
    ],
  ],
  // Python
  [
    landscape,
    "a landscape stands in braces; write `landscape l {` and `}` at its end",
    [
      "landscape l:\n    weights w = 0\n    data x ~ normal(0, 1)\n    loss (w - x)^2\n",
      "landscape l :\n  weights w = 0\n\n  data x ~ normal(0, 1)\n  loss (w - x)^2",
      "landscape l:\nweights w = 0\ndata x ~ normal(0, 1)\nloss (w - x)^2",
      "landscape l: weights w = 0 data x ~ normal(0, 1) loss (w - x)^2",
      "landscape l:\n  weights w = 0\n  data x ~ normal(0, 1)\n  loss (w - x)^2\n}",
    ],
  ],
  [
    verify("eta = 0.1 predict order 2"),
    "",
    [
      `${landscape}\nverify v:\n  landscape l\n  gd(N = 2, T = 2)\n  observe test_loss\n  eta = 0.1\n  predict order 2`,
    ],
  ],
  ["diagram d { a -> b b -> c }", "a diagram stands in braces", ["diagram d:\n  a -> b\n  b -> c\n"]],
  [
    "landscape l { weights w = 0 loss exp(w) + log(1 + w^2) * pi }",
    "without the name of a module",
    [
      "landscape l { weights w = 0 loss np.exp(w) + np.log(1 + w^2) * np.pi }",
      "landscape l { weights w = 0 loss numpy.exp(w) + log(1 + w^2) * pi }",
      "landscape l { weights w = 0 loss math.exp(w) + math.log(1 + w^2) * math.pi }",
      "landscape l { weights w = 0 loss torch.nn.functional.exp(w) + log(1 + w^2) * pi }",
      "landscape l { weights w = 0 loss exp(w) + log(1 + w^2) * cmath.pi }",
    ],
  ],
  [
    "landscape l { weights w = 0 loss sqrt(1 + exp(w)) + tanh(w*(1 + exp(w))) }",
    "without the name of a module",
    [
      "landscape l { weights w = 0 loss sqrt(1 + np.exp(w)) + tanh(w*(1 + np.exp(w))) }",
      "landscape l { weights w = 0 loss np.sqrt(1 + np.exp(w)) + np.tanh(w*(1 + np.exp(w))) }",
    ],
  ],
  [
    "landscape l { weights w = 0 loss w^2 }",
    "an expression stands alone",
    [
      "landscape l { weights w = 0 loss lambda w: w^2 }",
      "landscape l { weights w = 0 loss lambda w, x: w^2 }",
      "landscape l { weights w = 0 loss(w) = w^2 }",
      "landscape l { weights w = 0 loss(w, x) = w^2 }",
    ],
  ],
  [
    verify("eta = 0.1, 0.2 predict order 2"),
    "a list stands without brackets; write `0.1, 0.2`",
    ["[0.1, 0.2]", "(0.1, 0.2)", "{0.1, 0.2}", "[0.1,0.2]", "np.array([0.1, 0.2])"].map((list) =>
      verify(`eta = ${list} predict order 2`),
    ),
  ],
  [
    "landscape l { weights w[3] = 0 loss sum(w) }",
    "write `w[3] = 0`",
    [
      "landscape l { weights w = [0, 0, 0] loss sum(w) }",
      "landscape l { weights w[3] = [0, 0, 0] loss sum(w) }",
    ],
  ],
  // LaTeX
  [
    landscape,
    "no part of the language",
    [
      String.raw`landscape l { weights w = 0 data x \sim \mathcal{N}(0, 1) loss (w - x)^2 }`,
      String.raw`landscape l { weights w = 0 data x \sim normal(0, 1) loss \left(w - x\right)^{2} }`,
      `landscape l { weights w = 0 data x ~ normal(0, 1) loss $(w - x)^{2}$ }`,
      String.raw`landscape l { weights w = 0 data x ~ normal(0, 1) loss \mathrm{(w - x)}^2 }`,
      String.raw`landscape l { weights w = 0 data x ~ normal(0, 1) loss (w\, - \,x)^2 }`,
    ],
  ],
  [
    "landscape l { weights theta = 0 loss (1/2)*theta*exp(-theta)*log(theta) }",
    "write `theta`",
    [
      String.raw`landscape l { weights \theta = 0 loss \frac{1}{2}\theta\exp(-\theta)\log(\theta) }`,
      String.raw`landscape l { weights \theta = 0 loss \frac{1}{2}\theta\times\exp\left(-\theta\right)\cdot\ln{\theta} }`,
    ],
  ],
  [
    `landscape l { weights w = 0 loss ((1+w)/(2*w))^(1/2) + sqrt(1+w^2) + w_hat }`,
    "",
    [
      String.raw`landscape l { weights w = 0 loss \frac{1+w}{2*w}^{1/2} + \sqrt{1+w^2} + \hat{w} }`,
      String.raw`landscape l { weights w = 0 loss \dfrac{1+w}{2*w}^\frac{1}{2} + \sqrt{1+w^2} + \hat{w} }`,
    ],
  ],
  [
    "diagram d { a -> b }",
    "write `->`",
    [String.raw`diagram d { a \to b }`, String.raw`diagram d { a \rightarrow b }`],
  ],
  // Lists
  [
    landscape,
    "unexpected `,` before `",
    [
      "landscape l { weights w = 0, data x ~ normal(0, 1) loss (w - x)^2 }",
      "landscape l { weights w = 0, data x ~ normal(0, 1), loss (w - x)^2 }",
      "landscape l { weights w = 0 data x ~ normal(0, 1), loss (w - x)^2 }",
      "landscape l {\n  weights w = 0,\n  data x ~ normal(0, 1),\n  loss (w - x)^2\n}",
    ],
  ],
  [
    verify("eta = 0.1 predict order 2 trials = 100"),
    "unexpected `,` before `",
    [verify("eta = 0.1, predict order 2, trials = 100"), verify("eta = 0.1 predict order 2, trials = 100")],
  ],
  [
    "landscape l { weights u = 0, v = 0 param a = 1 param b = 2 let c = a let d = b loss u + v }",
    "",
    [
      "landscape l { weights u, v = 0 param a = 1 param b = 2 let c = a let d = b loss u + v }",
      "landscape l { weights u = 0, v = 0 param a = 1, b = 2 let c = a, d = b loss u + v }",
      "landscape l { weights u, v = 0, 0 param a, b = 1, 2 let c, d = a, b loss u + v }",
      "landscape l { weights u, v = 0, param a = 1, param b = 2, let c = a, let d = b, loss u + v }",
    ],
  ],
  [
    "landscape l { weights u[2] = 0, v[3] = 0 loss sum(u) + sum(v) }",
    "write `weights u[2] = 0, v[3] = 0`",
    ["landscape l { weights u[2], v[3] = 0 loss sum(u) + sum(v) }"],
  ],
  [
    "landscape l { weights w = 0 data x ~ normal(0, 1), y ~ normal(0, 1) loss (w - x)^2 + y }",
    "each variable has a distribution of its own; write `x ~ normal(0, 1), y ~ normal(0, 1)`",
    ["landscape l { weights w = 0 data x, y ~ normal(0, 1) loss (w - x)^2 + y }"],
  ],
] as const)("%s", (sound, says, slips) => {
  test.each([...slips])("is meant by %s", async (slip) => {
    const { text, said } = await mended(slip);
    expect(words(text)).toBe(words(sound));
    expect(said[0]).toContain(says);
    for (const line of said) {
      expect(line).not.toContain("\n");
    }
  });
});

test("of a module's function that is none here it is said", async () => {
  const { said } = await mended("landscape l { weights w = 0 loss np.sign(w) }");
  expect(said[0]).toContain("and there is no `sign`");
});

test.each([
  ["landscape l { weights w = 1 loss \u221aw }", "sqrt(…)"],
  ["landscape l { weights w = 1 loss |w| }", "abs(…)"],
  ["landscape l { weights w = 50% loss w }", "50/100"],
  ["landscape l { weights w = 0 loss w if w > 0 else 1 }", "no comparisons and no conditions"],
  ["landscape l { weights w = 0 loss w if w else 1 }", "no comparisons and no conditions"],
  ["landscape l { weights w = 0 loss w > 0 ? w : 1 }", "no comparisons and no conditions"],
  ["landscape l { weights w = 0 loss w * (w >= 0) }", "no comparisons and no conditions"],
  ["landscape l { weights w = 0 loss sum(w for w in x) }", "no loops"],
  ["landscape l { weights w = 0 loss exp(w if w else 1) }", "no comparisons and no conditions"],
  ["landscape l { weights w = 0 loss exp(2w) }", "unexpected `w` behind `2`: a product needs its `*`"],
  [
    "landscape l { weights w = 0 loss exp((1 + w)(1 - w)) }",
    "unexpected `(` behind `)`: a product needs its `*`",
  ],
  ["landscape l { weights w = 0 loss exp(w, *) }", "the parentheses of `exp` cannot be read"],
  ["landscape l { weights w = 0 loss w.T }", "a name has no point in it; write a name such as `w_T`"],
  ["landscape l { weights w = 0 loss (w + 1).exp() }", "write it as `exp(…)`"],
  ["landscape l { weights w = [0, 1] loss w }", "a file"],
  [String.raw`landscape l { weights w = 0 loss \mathbb{E}(w) }`, "no commands of LaTeX"],
  [String.raw`landscape l { weights w = 0 loss \int w }`, "write names, numbers"],
])("%s has no fix, and is told what to write", async (text, says) => {
  const result = await mended(text);
  expect(result.text).toBe(text);
  expect(result.said[0]).toContain(says);
});

const folder = new URL("../../../examples/", import.meta.url);
const examples = readdirSync(folder)
  .filter((name) => name.endsWith(".diag"))
  .map((name) => readFileSync(new URL(name, folder), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""))
  .filter((text) => text.length < 4000 && !text.includes("from"));

/** Slips that can be made at many places of any file: what is written for what. */
const slips: readonly (readonly [pattern: RegExp, wrong: string])[] = [
  [/->/g, "\u2192"],
  [/->/g, "=>"],
  [/->/g, "-->"],
  [/(?<=\b(?:eta|trials|seed) )=/g, ":="],
  [/(?<=\b(?:eta|trials|seed) )=/g, ":"],
  [/(?<=\b(?:loss|observe|predict))(?= )/g, ":"],
  [/(?<=[\w)}])(?=\n)/g, ";"],
  [/-(?=\d)/g, "\u2212"],
  [/(?<== )\([\d-]+\)\([\d-]+\)/g, '"$&"'],
];

test("a slip in any example is mended to what it was", async () => {
  const places = slips.flatMap(([pattern, wrong]) =>
    examples.flatMap((text) =>
      [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ text, found, index, wrong })),
    ),
  );
  expect(places.length).toBeGreaterThan(200);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), async ({ text, found, index, wrong }) => {
      const slip = text.slice(0, index) + wrong.replace("$&", found) + text.slice(index + found.length);
      const { text: result, said } = await mended(slip);
      // Some are no slips: a sign that may stand there.
      if (said.length > 0) {
        expect(words(result)).toBe(words(text));
      }
    }),
    { numRuns: times(60) },
  );
});
