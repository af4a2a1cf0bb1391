import { describe, expect, test } from "vitest";
import { evaluateExpression } from "../../src/landscape/index.js";
import { written } from "../written.js";
import { analyze, expectProblems } from "./workspace.js";

const start = "weights w = 0, v = 1 data x ~ normal(0, 1) param c = 3";

/** The loss of a landscape as a number, at a point of its weights and data. */
async function valueAt(statements: string, at: Record<string, number>): Promise<number> {
  const { landscapes, diagnostics } = await analyze(`landscape l { ${statements} }`);
  expect(diagnostics).toEqual([]);
  return evaluateExpression(written(landscapes.get("l")).loss, at);
}

describe("a let", () => {
  test.each([
    ["let h = w*x + c let k = tanh(h) loss k^2 + h*v", "loss tanh(w*x + 3)^2 + (w*x + 3)*v"],
    ["let h = -w loss h^2 + 2^h - h", "loss (-w)^2 + 2^(-w) - (-w)"],
    ["let h = w + v loss x*h/h^3 - h*2", "loss x*(w + v)/(w + v)^3 - (w + v)*2"],
    ["let s = sin(v) let c2 = s*s + c loss exp(-c2)*c2 + w", "loss exp(-(sin(v)^2 + 3))*(sin(v)^2 + 3) + w"],
    ["let unused = w/v loss v", "loss v"],
    ["let two = 2 loss v^two + two*w", "loss v^2 + 2*w"],
  ])("%s means %s", async (statements, longhand) => {
    for (const at of [
      { w: 0.3, v: 1.2, x: -0.7 },
      { w: -1.1, v: 0.4, x: 2 },
    ]) {
      const plain = await valueAt(`${start} ${longhand}`, at);
      expect(await valueAt(`${start} ${statements}`, at)).toBeCloseTo(plain, 13);
    }
  });

  test("may stand above the weights, data and params that it is made of", async () => {
    const at = { w: 2, x: 5 };
    const text = "let h = p*w*x loss h + w weights w = 0 data x ~ normal(0, 1) param p = 7";
    expect(await valueAt(text, at)).toBe(72);
  });

  test.each([
    [
      `landscape l { ${start} loss «h» + w let h = w }`,
      "error unknown-symbol",
      /declared below; .* move its line up/,
    ],
    [
      `landscape l { ${start} let h = «k» let k = w loss h }`,
      "error unknown-symbol",
      /`k` is declared below/,
    ],
    [`landscape l { ${start} let h = «h» + 1 loss w }`, "error unknown-symbol", /cannot be made of itself/],
    [
      `landscape l { ${start} let h = w let «h» = v loss w }`,
      "error duplicate-name",
      /`h` is a let .* already/,
    ],
    [`landscape l { ${start} let «w» = v loss v }`, "error duplicate-name", /`w` is a weight/],
    [`landscape l { ${start} let h = «y» loss w }`, "error unknown-symbol", /no weight, datum, param/],
    [
      `landscape l { ${start} let h = w param q = «h» loss w }`,
      "error bad-value",
      /a let, and this value must be/,
    ],
    [
      `landscape l { ${start} let h = w weights u = «h» loss u }`,
      "error bad-value",
      /a let, and this value must be/,
    ],
    [`landscape l { ${start} let h = «log(0)» loss w }`, "error bad-value", /not finite/],
    [`landscape l { ${start} let h = w loss «h»(3) }`, "error unknown-symbol", /no function; a product/],
    [`landscape l { ${start} let h = w let loss «w» }`, "error syntax", undefined],
  ] as const)("that is wrong: %s", async (text, kind, message) => {
    await expectProblems(text, [message === undefined ? [kind] : [kind, message]]);
  });

  test("is no reserved word: weights, data, nodes and lets may be called so", async () => {
    expect(
      await valueAt(
        "weights let = 1, erf = 2 data sigmoid ~ normal(0, 1) let let2 = let*erf loss let2 + erf(erf)*sigmoid",
        {
          let: 3,
          erf: 5,
          sigmoid: 7,
        },
      ),
    ).toBeCloseTo(22, 10);
    expect(
      await valueAt("weights w = 1 let let = w + 1 let softplus = let*let loss softplus - let", { w: 2 }),
    ).toBe(6);
    await expectProblems("diagram let { let, a -> logsumexp -> b part let = {let, a} }", []);
  });

  test("of a let of a let … is refused when it is too large written out, at once and in a line", async () => {
    const chain = (count: number) =>
      Array.from({ length: count }, (_, i) => `let a${i + 1} = a${i}*a${i} + a${i}`).join("\n");
    // Written out it would have more operations than there is memory for.
    await expectProblems(`landscape l { ${start} let a0 = w*x ${chain(40)} «loss a40» }`, [
      [
        "error bad-value",
        /^with its lets written out the loss has \d.* operations; at most 250000 are read$/,
      ],
    ]);
    await expectProblems(
      `landscape l { ${start} let a0 = w ${Array.from({ length: 2000 }, (_, i) => `let a${i + 1} = sin(a${i})`).join(" ")} «loss a2000» }`,
      [["error bad-value", /2001 levels deep; at most 1000/]],
    );
    expect(await valueAt(`${start} let a0 = w*x ${chain(10)} loss a10`, { w: 0, x: 1 })).toBe(0);
  });
});

describe("a ** b", () => {
  test.each([
    ["w**2", 9],
    ["-w**2", -9],
    ["2**w**2", 512],
    ["2**-1*w", 1.5],
    ["w**2^2", 81],
    ["2^w**2", 512],
    ["w ** 2 * 2", 18],
  ])("%s is %d", async (loss, value) => {
    expect(await valueAt(`weights w = 0 loss ${loss}`, { w: 3 })).toBe(value);
    const caret = loss.replaceAll("**", "^");
    expect(await valueAt(`weights w = 0 loss ${caret}`, { w: 3 })).toBe(value);
  });

  test("needs both its operands", async () => {
    await expectProblems("landscape l { weights w = 0 loss w ** «}»", [["error syntax"]]);
  });
});

describe("functions that are finite everywhere", () => {
  test.each([
    ["softplus(w)", Math.log1p(Math.exp(0.7))],
    ["sigmoid(w)", 1 / (1 + Math.exp(-0.7))],
    ["logcosh(w)", Math.log(Math.cosh(0.7))],
    ["erf(w)", 0.677801193837418],
    ["logsumexp(w, 2*w, 1)", Math.log(Math.exp(0.7) + Math.exp(1.4) + Math.E)],
    ["logsumexp(w)", 0.7],
    ["w*logsumexp(1000, 1000)", 0.7 * (1000 + Math.LN2)],
    ["w*erf(1/2)*softplus(-1000)", 0],
  ])("%s", async (loss, value) => {
    expect(await valueAt(`weights w = 0 loss ${loss}`, { w: 0.7 })).toBeCloseTo(value, 13);
  });

  test.each([
    ["«logsumexp()»", /takes at least 1 argument, not 0/],
    ["«erf(w, 1)»", /takes 1 argument, not 2/],
  ])("%s is refused", async (loss, message) => {
    await expectProblems(`landscape l { weights w = 0 loss ${loss} }`, [["error bad-value", message]]);
  });

  test("are what a loss that would overflow becomes", async () => {
    const at = { w: 1e4, x: 1 };
    const losses: [string, number][] = [
      ["let u = w*x loss log(1 + exp(u))", 1e4],
      ["let u = w*x let e = exp(u) loss e/(1 + e)", 1],
      ["let p = 1/(1 + exp(-w*x)) loss -log(1 - p)", 1e4],
      ["let z = exp(w) + exp(-w) loss exp(w)/z + log(z)", 10001],
      ["param k = 1/2 loss log(cosh(w*x*k)) + log(2)", 5e3],
    ];
    for (const [loss, value] of losses) {
      expect(await valueAt(`weights w = 0 data x ~ normal(0, 1) ${loss}`, at)).toBeCloseTo(value, 10);
    }
  });
});
