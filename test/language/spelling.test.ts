import fc from "fast-check";
import * as mathjs from "mathjs";
import { describe, expect, test } from "vitest";
import { functionNames } from "../../src/language/semantics/constant.js";
import { nearestName, nearestWord } from "../../src/language/spelling.js";
import { times } from "../times.js";
import { Editor } from "./lsp/editor.js";
import { analyze } from "./workspace.js";

/** Damerau's distance by plain recursion. */
function distance(one: string, other: string): number {
  if (one === "" || other === "") {
    return one.length + other.length;
  }
  if (one[0] === other[0]) {
    return distance(one.slice(1), other.slice(1));
  }
  const steps = [
    distance(one.slice(1), other),
    distance(one, other.slice(1)),
    distance(one.slice(1), other.slice(1)),
  ];
  if (one[0] === other[1] && one[1] === other[0]) {
    steps.push(distance(one.slice(2), other.slice(2)));
  }
  return 1 + Math.min(...steps);
}

const names = ["height", "width", "slope", "offset", "rate", "bias"];

test("one slip of the pen in a name is found, and two names as near are none", () => {
  const slip = fc.constantFrom("swap", "drop", "double", "replace");
  fc.assert(
    fc.property(fc.constantFrom(...names), slip, fc.nat(100), (name, kind, at) => {
      const index = at % (name.length - 1);
      const [before, here, next, behind] = [
        name.slice(0, index),
        name[index]!,
        name[index + 1]!,
        name.slice(index + 2),
      ];
      const middle = { swap: next + here, drop: next, double: here + here + next, replace: `q${next}` }[
        kind
      ]!;
      const wrong = before + middle + behind;
      fc.pre(wrong !== name);
      expect(nearestName(wrong, names)).toBe(name);
    }),
  );
  expect(nearestName("bat", ["cat", "hat"])).toBeUndefined();
  expect(nearestName("cet", ["cat", "hat"])).toBe("cat");
});

test("what is proposed is near: one slip in short names, one in three letters, at most three", () => {
  const letter = fc.constantFrom("a", "b", "c", "w", "1", "2");
  const name = fc.array(letter, { minLength: 1, maxLength: 7 }).map((letters) => letters.join(""));
  fc.assert(
    fc.property(name, fc.array(name, { minLength: 1, maxLength: 4 }), (wrong, known) => {
      const found = nearestName(wrong, known);
      if (found === undefined) {
        return;
      }
      expect(known).toContain(found);
      const most = Math.max(1, Math.floor(Math.min(wrong.length, found.length) / 3));
      expect(distance(wrong, found)).toBeLessThanOrEqual(most);
      // Names that differ in their numbers are names of two things.
      expect(wrong.replace(/\d+/g, "#")).not.toBe(found.replace(/\d+/g, "#"));
    }),
    { numRuns: times(2000) },
  );
});

/** What else functions are called, and may be proposed for. */
const sameFunction: Readonly<Record<string, string>> = {
  ...{ arcsin: "asin", arccos: "acos", arctan: "atan", arcsinh: "asinh", arccosh: "acosh", arctanh: "atanh" },
  ...{ absolute: "abs", fabs: "abs", power: "pow", ln: "log", tg: "tan", log_e: "log", lg: "log10" },
  ...{ sqr: "square", sine: "sin", cosine: "cos" },
};
const numpyAndOthers =
  "abs absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh around cbrt ceil clip conj copysign cos cosh " +
  "cross deg2rad diff divide dot equal exp exp2 expm1 fabs floor fmax fmin fmod gcd heaviside hypot i0 interp invert " +
  "kron lcm ldexp log log10 log1p log2 logaddexp logaddexp2 max maximum mean median min minimum mod modf multiply " +
  "negative nextafter norm positive power prod rad2deg reciprocal remainder rint round sign signbit sin sinc sinh " +
  "sqrt square std subtract sum tan tanh trace trunc var where erf erfc erfcx erfinv expit exp10 gamma gammaln logit " +
  "softmax xlogy xlog1py entr relu elu selu gelu silu mish softsign softplus sigmoid logsigmoid lgamma beta zeta psi";

test("different functions that people know are never proposed for each other", () => {
  const known = [...Object.keys(mathjs), ...numpyAndOthers.split(" ")].filter((name) =>
    /^[a-z]\w*$/.test(name),
  );
  expect(known.length).toBeGreaterThan(300);
  // With what the language has today, and with what it may have besides.
  for (const list of [
    functionNames,
    [...functionNames, "softplus", "sigmoid", "logcosh", "erf", "logsumexp"],
  ]) {
    const allowed: Record<string, string> = { ...sameFunction, logaddexp: "logsumexp", expit: "sigmoid" };
    for (const name of new Set(known)) {
      if (list.includes(name)) {
        continue;
      }
      const found = nearestWord(name, list);
      expect([name, found]).toEqual([name, found === undefined ? undefined : allowed[name]]);
    }
  }
});

test.each([
  ...["max", "sign", "sum", "min", "floor", "where", "gamma", "atan2", "relu", "cot", "sec", "mean"].map(
    (name) => [name, undefined],
  ),
  ...Object.entries(sameFunction),
  ...[
    ["sinn", undefined],
    ["exo", "exp"],
    ["sqtr", "sqrt"],
    ["lgo", "log"],
    ["tahn", "tanh"],
    ["EXP", "exp"],
  ],
  ...[
    ["asihn", "asinh"],
    ["squre", "square"],
    ["xyz", undefined],
    ["f", undefined],
  ],
])("the function %s is meant as %s", (name, meant) => {
  expect(nearestWord(name!, functionNames)).toBe(meant);
});

const sound = "landscape l { weights w = 0 data x ~ normal(0, 1) loss (w - x)^2 }\n";

describe.each([
  ["loss ln(1 + w^2)", "log"],
  ["loss max(w, x)", undefined],
  ["loss sign(w)", undefined],
  ["loss prod(w)", undefined],
  ["loss w data y ~ cauchy(0, 1)", undefined],
  ["loss w data y ~ gaussian(0, 1)", "normal"],
  ["loss w data y ~ unif(0, 1)", "uniform"],
  ["loss w data y ~ bern(0.5)", "bernoulli"],
  ["loss w data y ~ choice(1: 0.5, 2: 0.5)", "discrete"],
  ["loss w data y ~ geometric(0.3)", undefined],
  ["loss w * Pi", "pi"],
  ["loss w * π", "pi"],
  ["loss w(2)", undefined],
])("landscape l { weights w = 0 data x ~ normal(0, 1) %s }", (statement, expected) => {
  test(`the first fix is ${expected ?? "none"}`, async () => {
    const { editor, main } = await Editor.of(
      `landscape l { weights w = 0 data x ~ normal(0, 1) ${statement} }`,
    );
    const [problem] = main.diagnostics;
    expect(problem).toBeDefined();
    const actions = (await editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
      ...main.identifier,
      range: problem!.range,
      context: { diagnostics: [problem!], only: ["quickfix"] },
    })) as { title: string }[];
    expect(actions.map(({ title }) => title)).toEqual(
      expected === undefined ? [] : [`Change to \`${expected}\``],
    );
  });
});

test.each([
  ["sgd(N = 4, epochs = 2, B = 1)", "E"],
  ["sgd(N = 4, E = 2, batch_size = 1)", "B"],
  ["sgd(samples = 4, E = 2, B = 1)", "N"],
  ["gd(N = 4, steps = 2)", "T"],
  ["gd(N = 4, iterations = 2)", "T"],
  ["gd(n = 4, T = 2)", "N"],
  ["gd(N = 4, T = 1) lr = 0.1", "eta"],
  ["gd(N = 4, T = 1) learning_rate = 0.1", "eta"],
  ["gd(N = 4, T = 1) runs = 100", "trials"],
  ["sgd(N = 4, E = 2, B = 1, shuffle = random)", "reshuffled"],
  ["gd(N = 4, T = 1) sum = continuous", "integral"],
])("%s: %s is meant", async (statements, meant) => {
  const { diagnostics } = await analyze(
    `${sound}verify v { landscape l ${statements} eta = 1/9 observe test_loss predict order 1 }`,
  );
  expect(diagnostics.map(({ message }) => message).join()).toContain(`did you mean \`${meant}\`?`);
});

test.each([
  ["loss", "test_loss"],
  ["training_loss", "train_loss"],
  ["generalization_gap", "gen_gap"],
  ["disp", "displacement"],
  ["accuracy", undefined],
])("the observable %s is meant as %s", async (name, meant) => {
  const { diagnostics } = await analyze(
    `${sound}verify v { landscape l gd(N = 2, T = 1) eta = 1/9 observe ${name} predict order 1 }`,
  );
  const [first] = diagnostics;
  expect(first!.message).toContain(meant === undefined ? "observe test_loss, train_loss" : `\`${meant}\`?`);
  expect((first!.data as { suggestion?: string }).suggestion).toBe(meant);
});

test("why a function that is not smooth is none is said", async () => {
  const { diagnostics } = await analyze("landscape l { weights w = 0 loss relu(w) + floor(w) }");
  expect(diagnostics.map(({ message }) => message)).toEqual([
    expect.stringMatching(/no function `relu`; it is not smooth/),
    expect.stringMatching(/no function `floor`; it is not smooth/),
  ]);
});

test("a column whose name is none here is named, and not offered as a fix", async () => {
  const { diagnostics } = await analyze('landscape l { weights w = 0 data height from "t.csv" loss w }', {
    "t.csv": "height (cm),b\n1,2\n",
  });
  expect(diagnostics[0]!.message).toMatch(/did you mean `height \(cm\)`\? \(that is no name here; rename it/);
  expect(diagnostics[0]!.data).toEqual({ name: "height" });
});
