import { describe, expect, test } from "vitest";
import { functionAccuracy, powerAccuracy } from "../../../src/engines/accuracy.js";
import { elementaryFunctions, elementaryValue } from "../../../src/landscape/index.js";
import {
  Body,
  type BodyValue,
  entrywise,
  exponentialBelowOne,
  logOfOnePlusPositive,
  logOfOnePlusShare,
  power,
  powerBy,
} from "../../../src/loops/index.js";
import type { EntrywiseFunction } from "../../../src/tensors/index.js";
import { evaluateBody, type Rounding } from "./evaluate-body.js";

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);
const wordOf = (value: number): number => {
  single[0] = value;
  return word[0]!;
};

/** Numbers of single precision over all binades, closer together where functions change, and those that are none. */
const points = (() => {
  const words = [0x7f800000, 0xff800000, 0x7fc00000, 0xffffffff, 0x7f800001, 0, 0x80000000];
  for (let bits = 0; bits < 2 ** 32; bits += 601111) {
    words.push(bits);
  }
  for (let k = -700; k < 700; k++) {
    words.push(...[k / 7.7, k / 699, 1 + k / 2 ** 23, -1 + k / 2 ** 23].map(wordOf));
  }
  return new Float32Array(Uint32Array.from(words).buffer);
})();

/** Numbers near multiples of a quarter turn, up to a size. */
function* nearQuarterTurns(limit: number): Generator<number> {
  for (let n = 1; (n * Math.PI) / 2 < limit; n += n < 3000 ? 1 : Math.ceil(n / 1021)) {
    yield (n * Math.PI) / 2;
    yield (-n * Math.PI) / 2;
  }
}

const unit = (value: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);

/** In double precision, by functions of JavaScript's own wherever there are some. */
function exactly(name: EntrywiseFunction, x: number): number {
  switch (name) {
    case "tanhSlope":
      return 1 / Math.cosh(x) ** 2;
    case "softplus":
    case "sigmoid":
    case "logcosh":
    case "erf":
      return elementaryValue(name, x);
    default:
      return Math[name](x);
  }
}

function valuesOf(
  emit: (body: Body, ...sources: BodyValue[]) => BodyValue,
  sources: readonly Float32Array[],
  rounding: Rounding,
): Float32Array {
  const body = new Body();
  return evaluateBody(body, emit(body, ...sources.map((_, place) => body.load(place))), sources, rounding);
}

/** By how many units in the last place values miss at most; infinitely many where one that is not finite, or tiny, is wrong. */
function worstOf(values: Float32Array, xs: Float32Array, exact: (x: number, lane: number) => number): number {
  let worst = 0;
  xs.forEach((x, lane) => {
    const units = missOf(values[lane]!, exact(x, lane));
    worst = units <= worst ? worst : units;
  });
  return worst;
}

function missOf(value: number, wanted: number): number {
  const nearest = Math.fround(wanted);
  if (!Number.isFinite(nearest) || wanted === 0) {
    return value === nearest || (Number.isNaN(value) && Number.isNaN(nearest)) ? 0 : Number.POSITIVE_INFINITY;
  }
  // results below the smallest normal number may be zero
  return Math.abs(wanted) < 2 ** -126 && value === 0 ? 0 : Math.abs(value - wanted) / unit(wanted);
}

const functionNames: readonly EntrywiseFunction[] = [...elementaryFunctions, "tanhSlope"];

describe.each(["once", "twice"] as const)("single precision, products and sums rounded %s:", (rounding) => {
  test.each(functionNames)("%s over its range and at its ends", (name) => {
    const isAngle = name === "sin" || name === "cos" || name === "tan";
    const limit = rounding === "twice" ? 4096 : name === "tan" ? 1.5 * 2 ** 22 : 1.5 * 2 ** 23;
    const xs = isAngle
      ? Float32Array.from([
          ...points.filter((x) => !(Math.abs(x) >= limit && Math.abs(x) < Number.POSITIVE_INFINITY)),
          ...nearQuarterTurns(limit),
        ])
      : points;
    const values = valuesOf((body, x) => entrywise(body, name, x), [xs], rounding);
    // what is left of 1 is good to what rounding it takes
    const worst =
      name === "tanhSlope"
        ? xs.reduce((most, x, lane) => {
            const off = Math.abs(values[lane]! - exactly(name, x)) * 2 ** 24;
            return Number.isNaN(x) && Number.isNaN(values[lane]) ? most : off <= most ? most : off;
          }, 0)
        : worstOf(values, xs, (x) => exactly(name, x));
    expect(worst).toBeLessThanOrEqual(functionAccuracy[name].loop);
  });

  test("tanh is from −1 to 1, odd, and 1 from where its slope is 0", () => {
    const values = valuesOf((body, x) => entrywise(body, "tanh", x), [points], rounding);
    const slopes = valuesOf((body, x) => entrywise(body, "tanhSlope", x), [points], rounding);
    const others = valuesOf(
      (body, x) => entrywise(body, "tanh", body.unary("negate", x)),
      [points],
      rounding,
    );
    const wrong = points.filter((x, lane) => {
      const [own, slope] = [values[lane]!, slopes[lane]!];
      return Number.isNaN(x)
        ? !Number.isNaN(own)
        : !(Math.abs(own) <= 1 && own + others[lane]! === 0 && slope >= 0) ||
            (slope === 0) !== (Math.abs(own) === 1);
    });
    expect([...wrong]).toEqual([]);
    expect(values[points.indexOf(Number.POSITIVE_INFINITY)]).toBe(1);
  });

  test.each([
    ["e^x below one", exponentialBelowOne, Math.exp, 1.1, Number.NEGATIVE_INFINITY, 0],
    ["log(1 + x) of positive numbers", logOfOnePlusPositive, Math.log1p, 1.7, 0, 1e38],
    ["log(1 + x) of shares", logOfOnePlusShare, Math.log1p, 1.4, 0, 1],
  ] as const)("%s", (_, emit, exact, units, low, high) => {
    const xs = points.filter((x) => !(x < low || x > high));
    expect(worstOf(valuesOf(emit, [xs], rounding), xs, exact)).toBeLessThan(units);
  });

  test("functions that grow fall by two units in the last place at most", () => {
    let worst = 0;
    for (const name of ["exp", "tanh", "sigmoid", "softplus", "erf"] as const) {
      for (const first of [0.1, 0.33, 0.52, 1, 2.03, 6.5].flatMap((x) => [wordOf(x), wordOf(-x)])) {
        const xs = new Float32Array(Uint32Array.from({ length: 300 }, (_, k) => first + k).buffer).sort();
        const values = valuesOf((body, x) => entrywise(body, name, x), [xs], rounding);
        values.subarray(1).forEach((value, k) => {
          worst = Math.max(worst, (values[k]! - value) / unit(value));
        });
      }
    }
    expect(worst).toBeLessThanOrEqual(2);
  });
});

test("angles beyond twelve million, where numbers are a radian apart, are taken as 0", () => {
  const xs = Float32Array.from([1.3e7, -1e9, 3e38]);
  expect([...valuesOf((body, x) => entrywise(body, "sin", x), [xs], "once")]).toEqual([0, 0, 0]);
  expect([...valuesOf((body, x) => entrywise(body, "cos", x), [xs], "once")]).toEqual([1, 1, 1]);
});

/** Instructions but for constants and loads. */
const costOf = (body: Body) =>
  body.instructions.filter(({ op }) => op !== "load" && op !== "constant" && op !== "word").length;

test("tanh takes 16 instructions, and its slope at the same x one more", () => {
  const body = new Body();
  const x = body.load(0);
  entrywise(body, "tanh", x);
  expect(costOf(body)).toBe(16);
  entrywise(body, "tanhSlope", x);
  expect(costOf(body)).toBe(17);
  expect(body.instructions.filter(({ op }) => op === "divide")).toHaveLength(1);
});

test("an exponential takes 15 instructions, 13 where it is below one", () => {
  const [whole, below] = [new Body(), new Body()];
  entrywise(whole, "exp", whole.load(0));
  exponentialBelowOne(below, below.load(0));
  expect([costOf(whole), costOf(below)]).toEqual([15, 13]);
});

describe("powers", () => {
  /** Numbers that look random, the same ones each time, from 0 to 1. */
  function* randoms(): Generator<number> {
    for (let state = 1; ; ) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      yield (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32;
    }
  }
  const special = [0, 1, 2, 0.5, 3, Number.POSITIVE_INFINITY, 1e30, 2 ** -140, 8388609, 16777217, 1.5, 65, 66]
    .flatMap((x) => [x, -x])
    .concat(Number.NaN);
  const bases: number[] = [];
  const exponents: number[] = [];
  const random = randoms();
  const next = () => random.next().value as number;
  for (let k = 0; k < 20000; k++) {
    const base = Math.fround(
      k % 2 === 0 ? 2 ** (280 * next() - 150) : 1 + (next() - 0.4) * (k % 3 === 0 ? 0.01 : 1),
    );
    const exponent = (180 * next() - 90) / Math.log(base);
    bases.push(k % 7 === 0 ? -base : base);
    exponents.push(Math.fround(k % 5 === 0 ? Math.round(exponent) : exponent));
  }
  for (const base of special) {
    for (const exponent of special) {
      bases.push(base);
      exponents.push(exponent);
    }
  }
  const [xs, ys] = [Float32Array.from(bases), Float32Array.from(exponents)];

  test("of any exponent", () => {
    const values = valuesOf(power, [xs, ys], "once");
    expect(worstOf(values, xs, (x, lane) => x ** ys[lane]!)).toBeLessThan(powerAccuracy);
    // what powers of −0 and −∞ have for a sign
    xs.forEach((x, lane) => {
      if (Math.abs(x) === Number.POSITIVE_INFINITY || x === 0) {
        expect(values[lane], `${x} ** ${ys[lane]}`).toBe(Math.fround(x ** ys[lane]!));
      }
    });
    // where a product and a sum are rounded one after the other, what a product loses is not known
    expect(worstOf(valuesOf(power, [xs, ys], "twice"), xs, (x, lane) => x ** ys[lane]!)).toBeLessThan(140);
  });

  test.each([-64, -3, -2, -1, 0, 1, 2, 3, 4, 5, 10, 64])(
    "with a known exponent of %i are products",
    (exponent) => {
      const body = new Body();
      const value = powerBy(body, body.load(0), exponent);
      const used = new Set(body.instructions.map(({ op }) => op));
      used.delete("load");
      used.delete("constant");
      expect([...used].every((op) => op === "multiply" || op === "divide")).toBe(true);
      const values = evaluateBody(body, value, [xs]);
      const inRange = xs.map((x) => (Math.abs(Math.log2(Math.abs(x)) * exponent) < 125 ? x : 1));
      expect(
        worstOf(
          valuesOf((b, x) => powerBy(b, x, exponent), [inRange], "once"),
          inRange,
          (x) => x ** exponent,
        ),
      ).toBeLessThan(Math.max(1, Math.abs(exponent)));
      expect(values[xs.indexOf(0)]).toBe(0 ** exponent);
    },
  );

  test.each([0.5, -0.5, 1.25, -1 / 3, 65, 66, -100])("with a known exponent of %d", (exponent) => {
    const single = Math.fround(exponent);
    const values = valuesOf((body, x) => powerBy(body, x, exponent), [points], "once");
    const exact = (x: number) => (exponent === 0.5 ? Math.sqrt(x) : x ** single);
    expect(worstOf(values, points, exact)).toBeLessThan(powerAccuracy);
  });
});
