import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Expression,
  evaluateExpression,
  expandLandscape,
  finiteForm,
  gradient,
  printExpression,
} from "../../../src/landscape/index.js";
import { exactValue } from "./exact-values.js";
import { landscapeOf, read } from "./read.js";

const softplus = (u: number) => exactValue("softplus", u);
const sigmoid = (u: number) => exactValue("sigmoid", u);

interface Case {
  readonly texts: readonly string[];
  /** Value and slope at u. */
  readonly value: (u: number) => number;
  readonly slope: (u: number) => number;
  /** Where it is defined. */
  readonly positive?: true;
}

/** Ways to write one function of u, each of which overflows, or divides zero by zero, as it stands. */
const cases: Readonly<Record<string, Case>> = {
  softplus: {
    texts: [
      "log(1 + exp(U))",
      "log(exp(U) + 1)",
      "log1p(exp(U))",
      "log1p(1/exp(-U))",
      "log(1 + e^(U))",
      "log(2 + 2*exp(U)) - log(2)",
      "-log(1 / (1 + exp(U)))",
      "-log(1 - sigmoid(U))",
      "-log(1 - 1/(1 + exp(-U)))",
      "-log(1 - exp(U)/(1 + exp(U)))",
      "U - log(exp(U)/(1 + exp(U)))",
      "U - log(sigmoid(U))",
      "log(exp(-U) + 1) + U",
      "log((1 + exp(U))^2) / 2",
      "2*log(sqrt(1 + exp(U)))",
      "log2(1 + exp(U)) * log(2)",
      "log(exp(U/3)^3 + 1)",
      "-log(1 - tanh(U/2)) + log(2)",
      "log(1 + 2^(U)*e^(U*(1 - log(2))))",
    ],
    value: softplus,
    slope: sigmoid,
  },
  sigmoid: {
    texts: [
      "1/(1 + exp(-U))",
      "1/(exp(-U) + 1)",
      "exp(U)/(1 + exp(U))",
      "exp(U)/(exp(U) + 1)",
      "1 - 1/(1 + exp(U))",
      "1 - 1/(exp(U) + 1)",
      "1/(1 + 1/exp(U))",
      "2*exp(U)/(2 + 2*exp(U))",
      "(1 + exp(-U))^(-1)",
      "exp(-log(1 + exp(-U)))",
      "exp(3*U)/(exp(3*U) + exp(2*U))",
      "exp(U/2)/(exp(U/2) + exp(-U/2))",
      "(1 + tanh(U/2))/2",
      "1 - sigmoid(-U)",
      "exp(U)*(1 - exp(U)/(1 + exp(U)))",
      "3^(U)/(3^(U) + 1.1036383235143269^(U))",
    ],
    value: sigmoid,
    slope: (u) => sigmoid(u) * sigmoid(-u),
  },
  logcosh: {
    texts: [
      "log(cosh(U))",
      "log(exp(U) + exp(-U)) - log(2)",
      "log((exp(U) + exp(-U))/2)",
      "-log(1/cosh(U))",
      "-log(1 - tanh(U)^2)/2",
      "log(1 + exp(2*U)) - U - log(2)",
      "log(sqrt(exp(2*U) + 2 + exp(-2*U))) - log(2)",
    ],
    value: (u) => exactValue("logcosh", u),
    slope: Math.tanh,
  },
  tanh: {
    texts: [
      "(exp(U) - exp(-U))/(exp(U) + exp(-U))",
      "(exp(2*U) - 1)/(exp(2*U) + 1)",
      "(1 - exp(-2*U))/(1 + exp(-2*U))",
      "sinh(U)/cosh(U)",
      "expm1(2*U)/(expm1(2*U) + 2)",
      "2/(1 + exp(-2*U)) - 1",
      "1 - 2/(1 + exp(2*U))",
      "1/(cosh(U)/sinh(U))",
    ],
    value: Math.tanh,
    slope: (u) => 4 * sigmoid(2 * u) * sigmoid(-2 * u),
  },
  sech: {
    texts: [
      "1/cosh(U)",
      "2/(exp(U) + exp(-U))",
      "2*exp(U)/(exp(2*U) + 1)",
      "sqrt(1 - tanh(U)^2)",
      "cosh(U)^(-1)",
    ],
    value: (u) => 2 * Math.sqrt(sigmoid(2 * u)) * Math.sqrt(sigmoid(-2 * u)),
    slope: (u) => -2 * Math.tanh(u) * Math.sqrt(sigmoid(2 * u)) * Math.sqrt(sigmoid(-2 * u)),
  },
  "the logistic density": {
    texts: [
      "exp(U)/(1 + exp(U))^2",
      "exp(-U)/(1 + exp(-U))^2",
      "1/((1 + exp(U))*(1 + exp(-U)))",
      "1/(4*cosh(U/2)^2)",
    ],
    value: (u) => sigmoid(u) * sigmoid(-u),
    slope: (u) => sigmoid(u) * sigmoid(-u) * -Math.tanh(u / 2),
  },
  "the inverse of softplus": {
    texts: ["log(exp(U) - 1)", "log(expm1(U))", "U + log(1 - exp(-U))", "log((exp(2*U) - exp(U))/exp(U))"],
    value: (u) => (u > 1 ? u + Math.log1p(-Math.exp(-u)) : Math.log(Math.expm1(u))),
    slope: (u) => -1 / Math.expm1(-u),
    positive: true,
  },
  coth: {
    texts: ["cosh(U)/sinh(U)", "(exp(U) + exp(-U))/(exp(U) - exp(-U))", "1 + 2/(exp(2*U) - 1)"],
    value: (u) => 1 / Math.tanh(u),
    slope: (u) => (Math.abs(u) > 300 ? 0 : -1 / Math.sinh(u) ** 2),
    positive: true,
  },
  "Gompertz's": {
    texts: ["exp(-exp(U))", "1/exp(exp(U))", "1 - (1 - exp(-exp(U)))"],
    value: (u) => Math.exp(-Math.exp(u)),
    slope: (u) => -Math.exp(u - Math.exp(u)),
  },
  "Planck's": {
    texts: ["U/(exp(U) - 1)", "U/expm1(U)", "U*exp(-U)/(1 - exp(-U))"],
    value: (u) => (u === 0 ? 1 : u / Math.expm1(u)),
    slope: (u) => (u > 700 ? 0 : 1 / Math.expm1(u) - (u / Math.expm1(u)) * (1 / -Math.expm1(-u))),
    positive: true,
  },
};

const places = [0.01, 1, 33, 700, 711, 800, 1e4];

const written = Object.entries(cases).flatMap(([name, one]) =>
  one.texts.map((text) => [text, name] as const),
);

describe("what overflows as it is written", () => {
  test.each(written)("%s is %s, with its derivatives, out to 10⁴", (text, name) => {
    const { value, slope, positive } = cases[name]!;
    const x = 0.5;
    for (const size of places) {
      for (const u of positive ? [size] : [size, -size]) {
        const w = u / x;
        // what the exponent is made of does not matter
        for (const inner of ["(w*0.5)", "(-(-0.25*w - w/4))", "(w^2/(2*w))"]) {
          const loss = finiteForm(read(text.replaceAll("U", inner)));
          // what is a difference of large numbers has their rounding
          const floor = 4e-16 * Math.max(1, Math.abs(u));
          const near = (found: number, wanted: number, of: string) =>
            expect(Math.abs(found - wanted), `${of} at ${u} of ${printExpression(loss)}`).toBeLessThanOrEqual(
              1e-11 * Math.abs(wanted) + floor * (size < 1 ? 20 / size : 1),
            );
          near(evaluateExpression(loss, { w }), value(u), "the value");
          const landscape = { ...landscapeOf("w", { w }), loss };
          near(evaluateExpression(gradient(landscape)[0]!, { w }), slope(u) * x, "the slope");
          if (inner !== "(w*0.5)") {
            continue;
          }
          const expansion = expandLandscape(landscape, { order: 6, partSize: 1 });
          const derivatives = Array.from({ length: 7 }, (_, k) =>
            expansion.cumulant([expansion.derivative(Array(k).fill(0))]),
          );
          near(derivatives[0]!, value(u), "the expanded value");
          near(derivatives[1]!, slope(u) * x, "the expanded slope");
          expect(derivatives.every(Number.isFinite), `all derivatives at ${u}: ${derivatives}`).toBe(true);
        }
      }
    }
  });
});

/** A positive number of any size, by its logarithm, with the logarithm's derivative by w. */
interface Large {
  readonly logarithm: number;
  readonly slope: number;
}

/** Expressions of positive numbers, with what they are in arithmetic that cannot overflow. */
interface Pair {
  readonly text: string;
  readonly of: (w: number) => Large;
}

const exponent = fc
  .tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -3, max: 3 }))
  .map(([a, b]) => ({ text: `(${a}*w + ${b})`, of: (w: number) => ({ value: a * w + b, slope: a }) }));

const total = (terms: readonly Large[]): Large => {
  const largest = Math.max(...terms.map(({ logarithm }) => logarithm));
  const shares = terms.map(({ logarithm }) => Math.exp(logarithm - largest));
  const all = shares.reduce((sum, share) => sum + share, 0);
  return {
    logarithm: largest + Math.log(all),
    slope: terms.reduce((sum, { slope }, i) => sum + (slope * shares[i]!) / all, 0),
  };
};

const { positive } = fc.letrec<{ positive: Pair }>((tie) => ({
  positive: fc.oneof(
    { maxDepth: 4, depthIdentifier: "positive" },
    exponent.map(
      ({ text, of }): Pair => ({
        text: `exp(${text})`,
        of: (w) => ({ logarithm: of(w).value, slope: of(w).slope }),
      }),
    ),
    fc.constantFrom(1, 2, 0.25).map(
      (value): Pair => ({
        text: `${value}`,
        of: () => ({ logarithm: Math.log(value), slope: 0 }),
      }),
    ),
    exponent.map(
      ({ text, of }): Pair => ({
        text: `cosh(${text})`,
        of: (w) => {
          const { value, slope } = of(w);
          return total([
            { logarithm: value - Math.LN2, slope },
            { logarithm: -value - Math.LN2, slope: -slope },
          ]);
        },
      }),
    ),
    exponent.map(
      ({ text, of }): Pair => ({
        text: `sigmoid(${text})`,
        of: (w) => {
          const { value, slope } = of(w);
          const { logarithm, slope: own } = total([
            { logarithm: 0, slope: 0 },
            { logarithm: -value, slope: -slope },
          ]);
          return { logarithm: -logarithm, slope: -own };
        },
      }),
    ),
    fc.array(tie("positive"), { minLength: 2, maxLength: 3 }).map(
      (terms): Pair => ({
        text: `(${terms.map(({ text }) => text).join(" + ")})`,
        of: (w) => total(terms.map(({ of }) => of(w))),
      }),
    ),
    fc.tuple(tie("positive"), tie("positive")).map(
      ([a, b]): Pair => ({
        text: `(${a.text} * ${b.text})`,
        of: (w) => {
          const [x, y] = [a.of(w), b.of(w)];
          return { logarithm: x.logarithm + y.logarithm, slope: x.slope + y.slope };
        },
      }),
    ),
    fc.tuple(tie("positive"), tie("positive")).map(
      ([a, b]): Pair => ({
        text: `(${a.text} / ${b.text})`,
        of: (w) => {
          const [x, y] = [a.of(w), b.of(w)];
          return { logarithm: x.logarithm - y.logarithm, slope: x.slope - y.slope };
        },
      }),
    ),
    fc.tuple(tie("positive"), fc.constantFrom(2, 3, -1, -2, 0.5, -1.5)).map(
      ([a, power]): Pair => ({
        text: `(${a.text})^(${power})`,
        of: (w) => {
          const { logarithm, slope } = a.of(w);
          return { logarithm: power * logarithm, slope: power * slope };
        },
      }),
    ),
  ),
}));

const anywhere = fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: -1500, max: 1500 }));

/** What was lost on the way: exponents are as large as this, in any part of the text. */
const roundingAt = (w: number, text: string) => 1e-14 * (1 + Math.abs(w)) * text.length;

describe("sums, products, quotients and powers of exponentials", () => {
  const slopeOf = (loss: Expression, w: number) =>
    evaluateExpression(gradient({ ...landscapeOf("w", { w }), loss })[0]!, { w });

  test("have logarithms that are finite everywhere, with their slopes", () => {
    fc.assert(
      fc.property(positive, anywhere, ({ text, of }, w) => {
        const loss = finiteForm(read(`log(${text})`));
        const { logarithm, slope } = of(w);
        const tolerance = roundingAt(w, text);
        expect(Math.abs(evaluateExpression(loss, { w }) - logarithm)).toBeLessThanOrEqual(
          tolerance + 1e-13 * Math.abs(logarithm),
        );
        expect(Math.abs(slopeOf(loss, w) - slope)).toBeLessThanOrEqual(tolerance + 1e-12 * Math.abs(slope));
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test("are finite where their values are, with their slopes, when they are quotients", () => {
    let far = 0;
    fc.assert(
      fc.property(positive, positive, anywhere, (a, b, w) => {
        const text = `${a.text} / (${b.text} + ${a.text})`;
        const loss = finiteForm(read(text));
        const [x, y] = [a.of(w), total([b.of(w), a.of(w)])];
        const logarithm = x.logarithm - y.logarithm;
        if (Math.abs(logarithm) > 600) {
          return;
        }
        if (Math.abs(x.logarithm) > 745) {
          far++;
        }
        const value = Math.exp(logarithm);
        const tolerance = roundingAt(w, text) * value;
        expect(Math.abs(evaluateExpression(loss, { w }) - value)).toBeLessThanOrEqual(tolerance);
        const slope = (x.slope - y.slope) * value;
        expect(Math.abs(slopeOf(loss, w) - slope)).toBeLessThanOrEqual(20 * tolerance);
      }),
      { numRuns: 400, seed: 6 },
    );
    expect(far).toBeGreaterThan(5);
  });
});

describe("what does not overflow", () => {
  const untouched = [
    "(h + x^2*exp(-h))/2",
    "(u^2 + v^2 + (cos(z)*u + sin(z)*v)^2)/2 + x*(cos(z - pi/4)*u + sin(z - pi/4)*v)",
    "log(x^2 + u^2) + tanh(u*x)^2 + sinh(u)",
    "exp(-u)/x + cosh(v)/3 - 2^u",
    "log(u) * exp(-u^2)",
  ];

  test.each(untouched)("%s stays as it is", (text) => {
    const loss = read(text);
    expect(finiteForm(loss)).toBe(loss);
  });

  test("has the same values when its sums have other terms and other factors", () => {
    const texts = [
      "log(x + exp(u)) + u*log(1 + x*exp(v))",
      "1/(1 + x*exp(u)) + (u + exp(v))/(x + exp(v))",
      "log(x*exp(u) + v^2*exp(-u)) / log(2 + exp(v))",
      "(exp(u) - x*exp(v))^2 / (1 + exp(u + v))^2",
      "(exp(u) + exp(v) - x)/(exp(u) + 2*exp(-v) + 3) - exp(u)*exp(-v)*x",
      "log(exp(-(x - u)^2/2)/sqrt(2*pi) + 3*exp(-(x - v)^2/8))",
      "exp(u)/(exp(u) - x*exp(v) + 5)",
      "(1 + exp(u))^x / (1 + exp(v))^(1 - x) + cbrt(exp(u) + exp(v))",
      "x^2 * exp(u) * exp(v) * exp(-x)",
      "1/(exp(u) + exp(v) - exp(u + v) - 7)",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.tuple(
          fc.double({ min: -2, max: 2, noNaN: true }),
          fc.double({ min: -2, max: 2, noNaN: true }),
          fc.double({ min: 0.1, max: 2, noNaN: true }),
        ),
        (text, [u, v, x]) => {
          const loss = read(text);
          const wanted = evaluateExpression(loss, { u, v, x });
          const found = evaluateExpression(finiteForm(loss), { u, v, x });
          expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(wanted) ** 2));
        },
      ),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe("what stands in many places", () => {
  /** `f(f(… f(w)))` with f(a) = a/2 + tanh(a)·x + log(1 + e^a)/4, each argument one expression. */
  const nested = (levels: number, innermost: Expression): Expression => {
    let a = innermost;
    for (let level = 0; level < levels; level++) {
      a = {
        kind: "sum",
        terms: [
          { kind: "divide", numerator: a, denominator: { kind: "number", value: 2 } },
          {
            kind: "product",
            factors: [
              { kind: "call", name: "tanh", argument: a },
              { kind: "symbol", name: "x" },
            ],
          },
          {
            kind: "divide",
            numerator: {
              kind: "call",
              name: "log1p",
              argument: { kind: "call", name: "exp", argument: a },
            },
            denominator: { kind: "number", value: 4 },
          },
        ],
      };
    }
    return a;
  };

  /** The same in plain numbers: value, first and second derivative. */
  const byHand = (levels: number, w: number, x: number) => {
    let [value, slope, bend] = [w, 1, 0];
    for (let level = 0; level < levels; level++) {
      const [t, s] = [Math.tanh(value), sigmoid(value)];
      const f1 = 0.5 + (1 - t * t) * x + s / 4;
      const f2 = -2 * t * (1 - t * t) * x + (s * (1 - s)) / 4;
      const next = value / 2 + t * x + softplus(value) / 4;
      [value, slope, bend] = [next, f1 * slope, f2 * slope * slope + f1 * bend];
    }
    return [value, slope, bend];
  };

  test("is computed once: values, derivatives, gradients, expectations", () => {
    for (const levels of [2, 6]) {
      const loss = finiteForm(nested(levels, { kind: "symbol", name: "w" }));
      const outcomes = [0.3, -0.2];
      const landscape = {
        name: "nested",
        weights: [{ name: "w", start: 0.7 }],
        data: [
          {
            kind: "finite" as const,
            name: "x",
            outcomes: outcomes.map((value) => ({ value, probability: 0.5 })),
          },
        ],
        loss,
      };
      const wanted = outcomes.map((x) => byHand(levels, 0.7, x));
      const [slope] = gradient(landscape);
      outcomes.forEach((x, i) => {
        expect(evaluateExpression(loss, { w: 0.7, x })).toBeCloseTo(wanted[i]![0]!, 12);
        expect(evaluateExpression(slope!, { w: 0.7, x })).toBeCloseTo(wanted[i]![1]!, 12);
      });
      const expansion = expandLandscape(landscape, { order: 2, partSize: 2 });
      for (let k = 0; k <= 2; k++) {
        const mean = (wanted[0]![k]! + wanted[1]![k]!) / 2;
        expect(expansion.cumulant([expansion.derivative(Array(k).fill(0))])).toBeCloseTo(mean, 11);
      }
    }
  });
});
