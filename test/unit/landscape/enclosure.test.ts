import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileBound } from "../../../src/landscape/enclosure/index.js";
import { type ElementaryFunction, elementaryFunctions } from "../../../src/landscape/expression.js";
import { compileJet } from "../../../src/landscape/jets.js";
import { MonomialTables } from "../../../src/landscape/monomial-tables.js";
import { read } from "./read.js";

/** Complex arithmetic of the test's own: what a disc encloses is tried at points of it. */
interface Complex {
  readonly re: number;
  readonly im: number;
}
const c = (re: number, im = 0): Complex => ({ re, im });
const add = (a: Complex, b: Complex): Complex => c(a.re + b.re, a.im + b.im);
const times = (a: Complex, b: Complex): Complex => c(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
const over = (a: Complex, b: Complex): Complex => {
  const size = b.re * b.re + b.im * b.im;
  return c((a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size);
};
const size = (a: Complex): number => Math.hypot(a.re, a.im);
const exp = (a: Complex): Complex => c(Math.exp(a.re) * Math.cos(a.im), Math.exp(a.re) * Math.sin(a.im));
const log = (a: Complex): Complex => c(Math.log(size(a)), Math.atan2(a.im, a.re));
const power = (a: Complex, p: number): Complex => exp(times(c(p), log(a)));
const i = c(0, 1);
const minus = (a: Complex): Complex => c(-a.re, -a.im);
const cosh = (a: Complex): Complex => over(add(exp(a), exp(minus(a))), c(2));
const sinh = (a: Complex): Complex => over(add(exp(a), minus(exp(minus(a)))), c(2));
const cos = (a: Complex): Complex => cosh(times(i, a));
const sin = (a: Complex): Complex => over(sinh(times(i, a)), i);

/** The error function by its series, which is enough for the discs tried. */
function erf(z: Complex): Complex {
  let term = z;
  let total = z;
  const square = times(z, z);
  for (let n = 1; n < 200; n++) {
    term = over(times(minus(term), square), c(n));
    total = add(total, over(term, c(2 * n + 1)));
  }
  return times(c(2 / Math.sqrt(Math.PI)), total);
}

/** Each function off the real line, with real numbers at which it is tried. */
const complexFunctions: Record<
  ElementaryFunction,
  { at: (z: Complex) => Complex; low: number; high: number }
> = {
  exp: { at: exp, low: -3, high: 3 },
  expm1: { at: (z) => add(exp(z), c(-1)), low: -3, high: 3 },
  log: { at: log, low: 0.05, high: 5 },
  log1p: { at: (z) => log(add(c(1), z)), low: -0.9, high: 4 },
  log2: { at: (z) => over(log(z), c(Math.LN2)), low: 0.05, high: 5 },
  log10: { at: (z) => over(log(z), c(Math.LN10)), low: 0.05, high: 5 },
  sqrt: { at: (z) => power(z, 0.5), low: 0.05, high: 5 },
  cbrt: { at: (z) => (z.re < 0 ? minus(power(minus(z), 1 / 3)) : power(z, 1 / 3)), low: -3, high: 3 },
  sin: { at: sin, low: -4, high: 4 },
  cos: { at: cos, low: -4, high: 4 },
  tan: { at: (z) => over(sin(z), cos(z)), low: -4, high: 4 },
  asin: {
    at: (z) => over(log(add(times(i, z), power(add(c(1), minus(times(z, z))), 0.5))), i),
    low: -0.95,
    high: 0.95,
  },
  acos: {
    at: (z) =>
      add(c(Math.PI / 2), minus(over(log(add(times(i, z), power(add(c(1), minus(times(z, z))), 0.5))), i))),
    low: -0.95,
    high: 0.95,
  },
  atan: {
    at: (z) => over(log(over(add(c(1), times(i, z)), add(c(1), minus(times(i, z))))), c(0, 2)),
    low: -3,
    high: 3,
  },
  sinh: { at: sinh, low: -3, high: 3 },
  cosh: { at: cosh, low: -3, high: 3 },
  tanh: { at: (z) => over(sinh(z), cosh(z)), low: -3, high: 3 },
  asinh: { at: (z) => log(add(z, power(add(times(z, z), c(1)), 0.5))), low: 0.01, high: 3 },
  acosh: {
    at: (z) => log(add(z, times(power(add(z, c(-1)), 0.5), power(add(z, c(1)), 0.5)))),
    low: 1.05,
    high: 4,
  },
  atanh: { at: (z) => over(log(over(add(c(1), z), add(c(1), minus(z)))), c(2)), low: -0.95, high: 0.95 },
  abs: { at: (z) => (z.re < 0 ? minus(z) : z), low: -3, high: 3 },
  softplus: { at: (z) => log(add(c(1), exp(z))), low: -4, high: 4 },
  sigmoid: { at: (z) => over(c(1), add(c(1), exp(minus(z)))), low: -4, high: 4 },
  logcosh: { at: (z) => log(cosh(z)), low: -3, high: 3 },
  erf: { at: erf, low: -2, high: 2 },
};

const slots = new Map([["x", 0]]);
const onDisc = (centre: number, radius: number): Complex[] =>
  Array.from({ length: 24 }, (_, k) => {
    const angle = (2 * Math.PI * k) / 24;
    return c(centre + radius * Math.cos(angle), radius * Math.sin(angle));
  });

describe("what discs enclose", () => {
  test.each([...elementaryFunctions])(
    "%s: values on the edge lie within, wherever it is said to be analytic",
    (name) => {
      const { at, low, high } = complexFunctions[name];
      const bound = compileBound(read(`${name}(x)`), new Map(), slots, 0);
      let told = 0;
      for (let k = 0; k < 60; k++) {
        const centre = low + ((high - low) * (k + 0.5)) / 60;
        for (const radius of [0.01, 0.1, 0.3, 0.8, 1.5]) {
          const { values } = bound([centre], [radius]);
          if (!values.analytic) {
            continue;
          }
          told++;
          for (const z of onDisc(centre, radius)) {
            const off = size(add(at(z), c(-values.centre)));
            expect(off).toBeLessThanOrEqual(values.radius * (1 + 1e-9) + 1e-12);
          }
        }
      }
      expect(told).toBeGreaterThan(60);
    },
  );

  test("what is not analytic on a disc is not said to be", () => {
    const analytic = (text: string, centre: number, radius: number): boolean =>
      compileBound(read(text), new Map(), slots, 0)([centre], [radius]).values.analytic;
    for (const [text, centre, near, far] of [
      ["abs(x)", 1, 0.9, 1.1],
      ["log(x)", 2, 1.9, 2.1],
      ["1/(x^2 + 1)", 0, 0.6, 1.1],
      ["tanh(x)", 0, 1.5, 1.6],
      ["sqrt(x - 3)", 4, 0.9, 1.1],
      ["softplus(x)", 0, 3, 3.2],
      ["cbrt(x)", -1, 0.9, 1.1],
      ["x^2.5", 1, 0.9, 1.1],
    ] as const) {
      expect(analytic(text, centre, near)).toBe(true);
      expect(analytic(text, centre, far)).toBe(false);
    }
  });

  const losses = [
    "exp(w*x)*x + w^2",
    "tanh(w*x + v)^2",
    "softplus(w*x - v)*cos(x)",
    "(w*x - v)^2/(1 + x^2 + w^2)",
    "log(2 + x^2 + v^2)*sin(w + x)",
    "sqrt(3 + (w - x)^2)",
    "abs(2 + w + x/9)^2.5",
    "erf(w*x)*sigmoid(v + x)",
    "logcosh(w*x + v)",
    "(1 + w^2 + x^2)^v",
  ];

  test.each(losses)("Taylor coefficients of %s stay below their bounds", (text) => {
    const order = 4;
    const unknowns = new Map([
      ["w", { value: 0.4, slope: [{ unknown: 0, coefficient: 1 }] }],
      ["v", { value: -0.3, slope: [{ unknown: 1, coefficient: 0.7 }] }],
    ]);
    const jet = compileJet(read(text), unknowns, slots, 2, order, new MonomialTables());
    const bound = compileBound(read(text), unknowns, slots, order);
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (centre, radius, where) => {
          const { degrees } = bound([centre], [radius]);
          const values = jet.run([centre + where * radius]);
          const sums = new Float64Array(order + 1);
          for (const m of jet.pattern) {
            sums[jet.monomials.degrees[m]!]! += Math.abs(values[m]!);
          }
          for (let m = 0; m <= order; m++) {
            expect(sums[m]).toBeLessThanOrEqual(degrees[m]! * (1 + 1e-9) + 1e-14);
          }
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });
});
