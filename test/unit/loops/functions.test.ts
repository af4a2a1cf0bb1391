import { describe, expect, test } from "vitest";
import * as functions from "../../../src/loops/index.js";
import { Body, type BodyValue } from "../../../src/loops/index.js";
import { evaluateBody } from "./evaluate-body.js";

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

/** Numbers of single precision over all binades, close together where functions change, and those that are none. */
const points = (() => {
  const words = [
    0x7f800000, 0xff800000, 0x7fc00000, 0xffffffff, 0x7f800001, 0, 0x80000000, 0x3f800000, 0xbf800000,
  ];
  for (let bits = 0; bits < 2 ** 32; bits += 99991) {
    words.push(bits);
  }
  for (let k = -3000; k < 3000; k++) {
    for (const value of [k / 33, k / 3011, 1 + k / 2 ** 22]) {
      single[0] = value;
      words.push(word[0]!);
    }
  }
  return new Float32Array(Uint32Array.from(words).buffer);
})();

const unit = (value: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);

const slope = (x: number) => {
  const e = Math.exp(-2 * Math.abs(x));
  return (4 * e) / (1 + e) ** 2;
};
const sigmoid = (x: number) => (x < 0 ? Math.exp(x) : 1) / (1 + Math.exp(-Math.abs(x)));

type Emit = (body: Body, x: BodyValue) => BodyValue;

const cases: readonly (readonly [string, Emit, (x: number) => number, number, number, number])[] = [
  ["exponential", functions.exponential, Math.exp, 1.7, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  ["exponentialBelowOne", functions.exponentialBelowOne, Math.exp, 1.1, Number.NEGATIVE_INFINITY, 0],
  ["exponentialLessOne", functions.exponentialLessOne, Math.expm1, 1.7, -Infinity, Infinity],
  ["hyperbolicSine", functions.hyperbolicSine, Math.sinh, 2.3, -Infinity, Infinity],
  ["hyperbolicCosine", functions.hyperbolicCosine, Math.cosh, 1.4, -Infinity, Infinity],
  ["hyperbolicTangent", functions.hyperbolicTangent, Math.tanh, 2.6, -Infinity, Infinity],
  ["hyperbolicTangentSlope", functions.hyperbolicTangentSlope, slope, 4.9, -Infinity, Infinity],
  ["sigmoid", functions.sigmoid, sigmoid, 2.3, -Infinity, Infinity],
  ["logarithm", functions.logarithm, Math.log, 1, -Infinity, Infinity],
  ["logOfOnePlus", functions.logOfOnePlus, Math.log1p, 1.7, -Infinity, Infinity],
  ["logOfOnePlusPositive", functions.logOfOnePlusPositive, Math.log1p, 1.7, 0, 1e30],
  ["logOfOnePlusShare", functions.logOfOnePlusShare, Math.log1p, 1.4, 0, 1],
];

describe.each(["once", "twice"] as const)(
  "functions in single precision, products and sums rounded %s",
  (rounding) => {
    test.each(cases)("%s", (_, emit, exact, units, low, high) => {
      const body = new Body();
      const result = emit(body, body.load(0));
      const xs = points.filter((x) => !(x < low || x > high));
      const values = evaluateBody(body, result, [xs], rounding);
      let worst = 0;
      xs.forEach((x, lane) => {
        const wanted = exact(x);
        const value = values[lane]!;
        if (!Number.isFinite(Math.fround(wanted))) {
          expect(value, `at ${x}`).toBe(Math.fround(wanted));
        } else if (Math.abs(wanted) < 2 ** -126) {
          expect(Math.abs(value - wanted), `at ${x}`).toBeLessThan(2 ** -126);
        } else {
          worst = Math.max(worst, Math.abs(value - wanted) / unit(wanted));
        }
      });
      expect(worst).toBeLessThan(units);
    });
  },
);
