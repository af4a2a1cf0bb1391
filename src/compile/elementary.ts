import {
  erfEnd,
  erfJoint,
  erfPolynomial,
  erfTailCentre,
  erfTailPolynomial,
} from "../landscape/error-function.js";
import type { ElementaryFunction } from "../landscape/expression.js";
import {
  type CalledFunction,
  calledFunctions,
  type PatchFunction,
  type ProgramBuilder,
  type Value,
} from "./program.js";
import { expTableSize, turnTableSize } from "./tables.js";

/**
 * The elementary functions as instructions. Each reduces its argument's range and evaluates a minimax
 * polynomial (Remez, in extended precision, for the ranges named here); arguments outside the range in
 * which that is sound are patched, a lane at a time, with JavaScript's own function. Not-a-number passes
 * through the polynomials wherever it can, so that a trial that has diverged costs no more than another.
 */

/** Adding it rounds a double of magnitude below 2^51 to an integer, found in the sum's low bits. */
const rounder = 1.5 * 2 ** 52;
const twoTo52 = 2 ** 52;

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const expPolynomial = [
  0.5000000000000012, 0.166666666666667, 0.04166666666651542, 0.008333333333307148, 0.0013888888947016199,
  0.00019841269917509537, 2.480148994142492e-5, 2.7557216193028082e-6, 2.763128072396285e-7,
  2.5117893222151122e-8,
];

/** The same for |r| ≤ ln 2 / 512. */
const shortExpPolynomial = [0.49999999999999756, 0.16666667994321277, 0.04166667053570656] as const;

/** ((log((1 + s) / (1 − s)) − 2s) / s³ in z = s², for |s| ≤ (√2 − 1) / (√2 + 1). */
const logPolynomial = [
  0.6666666666666734, 0.39999999999414565, 0.2857142874242992, 0.22222198567492035, 0.18183564682098174,
  0.15314040076086188, 0.14796066976684696,
];

/** (sin r − r) / r³ in z = r², for |r| ≤ π/512. */
const sinPolynomial = [-0.16666666666654548, 0.00833332293157384] as const;

/** (cos r − 1) / r² in z = r², for |r| ≤ π/512. */
const cosPolynomial = [-0.49999999999915173, 0.04166659385436281] as const;

/** (atan t − t) / t³ in z = t², for |t| ≤ tan(π/8). */
const atanPolynomial = [
  -0.333333333333332, 0.19999999999954046, -0.1428571428024465, 0.11111110785932847, -0.09090897830240709,
  0.07692061521581511, -0.06663119017298605, 0.05847998614660333, -0.0503979760081542, 0.03807706842556587,
  -0.01792087158238669,
];

/** 2π/512 in three pieces; the first two have 33 bits, so that multiples up to 2^20 are exact. */
const turnStep = [0.012271846302610356, 4.747734770549973e-13, 1.5798955068718364e-23] as const;

type Emit = (builder: ProgramBuilder, x: Value) => Value;

function patchBeyond(
  builder: ProgramBuilder,
  name: PatchFunction,
  limit: number,
  x: Value,
  value: Value,
): Value {
  return builder.patch(name, builder.lessOrEqual(builder.constant(limit), builder.absolute(x)), value, x);
}

/** Patches where neither `inside` holds nor the argument is fine: not-a-number is patched too. */
function patchOutside(
  builder: ProgramBuilder,
  name: PatchFunction,
  inside: Value,
  x: Value,
  value: Value,
): Value {
  return builder.patch(name, builder.xor(inside, builder.bits(0xffffffff, 0xffffffff)), value, x);
}

function withSignOf(builder: ProgramBuilder, magnitude: Value, x: Value): Value {
  return builder.or(magnitude, builder.and(x, builder.bits(0x80000000, 0)));
}

/** `x = n ln 2 + r`: 2^n, e^r − 1 − r over r², and r. */
function reduceExponential(builder: ProgramBuilder, x: Value) {
  // The exponent's bias rides on the rounder, so that one shift makes 2^n.
  const biased = rounder + 1023;
  const sum = builder.add(builder.multiply(x, builder.constant(Math.LOG2E)), builder.constant(biased));
  const n = builder.subtract(sum, builder.constant(biased));
  const r = builder.subtract(
    builder.subtract(x, builder.multiply(n, builder.constant(ln2High))),
    builder.multiply(n, builder.constant(ln2Low)),
  );
  return { scale: builder.shiftLeft(sum, 52), r };
}

/** e^x for |x| < 708, unpatched: `x = (256 k + j) ln 2 / 256 + r`, and 2^(j/256) is looked up. */
function expInside(builder: ProgramBuilder, x: Value): Value {
  const sum = builder.add(
    builder.multiply(x, builder.constant(expTableSize * Math.LOG2E)),
    builder.constant(rounder),
  );
  const n = builder.subtract(sum, builder.constant(rounder));
  const r = builder.subtract(
    builder.subtract(x, builder.multiply(n, builder.constant(ln2High / expTableSize))),
    builder.multiply(n, builder.constant(ln2Low / expTableSize)),
  );
  const offset = builder.and(builder.shiftLeft(sum, 3), builder.bits(0, 8 * (expTableSize - 1)));
  // All of n is added below the exponent; the table makes up for the bits that are its index.
  const exponent = builder.shiftLeft(sum, 52 - Math.log2(expTableSize));
  const scale = builder.integerAdd(builder.gather("exp", 0, offset), exponent);
  const square = builder.multiply(r, r);
  const [c2, c3, c4] = shortExpPolynomial;
  const low = builder.add(builder.multiply(r, builder.constant(c3)), builder.constant(c2));
  const high = builder.add(builder.multiply(square, builder.constant(c4)), low);
  const fraction = builder.add(builder.multiply(square, high), r);
  return builder.add(scale, builder.multiply(scale, fraction));
}

const exp: Emit = (builder, x) => patchBeyond(builder, "exp", 708, x, expInside(builder, x));

/** e^x − 1 for |x| < 708, unpatched. */
function expm1Inside(builder: ProgramBuilder, x: Value): Value {
  const { scale, r } = reduceExponential(builder, x);
  const square = builder.multiply(r, r);
  const fraction = builder.add(r, builder.multiply(square, builder.estrin(r, expPolynomial)));
  return builder.add(builder.multiply(scale, fraction), builder.subtract(scale, builder.constant(1)));
}

const expm1: Emit = (builder, x) => patchBeyond(builder, "expm1", 708, x, expm1Inside(builder, x));

const sqrtHalfHigh = 0x3fe6a09e;
const sqrtHalfLow = 0x667f3bcd;
const exponentOffset = 1100;
const exponentShift = twoTo52 + exponentOffset;

/** A positive normal `x` as `2^k m` with `m` in [√½, √2): `k + exponentShift` and `m − 1`. */
function splitExponent(builder: ProgramBuilder, x: Value): { shiftedK: Value; f: Value } {
  const offset = builder.integerSubtract(
    builder.bits(exponentOffset << 20, 0),
    builder.bits(sqrtHalfHigh, sqrtHalfLow),
  );
  const shifted = builder.integerAdd(x, offset);
  const biased = builder.or(builder.shiftRight(shifted, 52), builder.bits(0x43300000, 0));
  const m = builder.integerAdd(
    builder.and(shifted, builder.bits(0x000fffff, 0xffffffff)),
    builder.bits(sqrtHalfHigh, sqrtHalfLow),
  );
  return { shiftedK: biased, f: builder.subtract(m, builder.constant(1)) };
}

/** log of a positive normal `x`, unpatched. */
function logInside(builder: ProgramBuilder, x: Value): Value {
  const { shiftedK, f } = splitExponent(builder, x);
  const k = builder.subtract(shiftedK, builder.constant(exponentShift));
  const s = builder.divide(f, builder.add(f, builder.constant(2)));
  const z = builder.multiply(s, s);
  const rest = builder.multiply(z, builder.estrin(z, logPolynomial));
  // log(1 + f) = f − (f²/2 − s (f²/2 + rest)): the correction is small beside f.
  const half = builder.multiply(builder.multiply(f, f), builder.constant(0.5));
  const correction = builder.add(
    builder.multiply(s, builder.add(half, rest)),
    builder.multiply(k, builder.constant(ln2Low)),
  );
  const fraction = builder.subtract(f, builder.subtract(half, correction));
  return builder.add(builder.multiply(k, builder.constant(ln2High)), fraction);
}

const smallestNormal = 2 ** -1022;

const log: Emit = (builder, x) => {
  const inside = builder.and(
    builder.lessOrEqual(builder.constant(smallestNormal), x),
    builder.less(x, builder.constant(Number.POSITIVE_INFINITY)),
  );
  return patchOutside(builder, "log", inside, x, logInside(builder, x));
};

/** log(1 + x) for −1 < x < 2^1000, unpatched: what rounding 1 + x lost is put back. */
function log1pInside(builder: ProgramBuilder, x: Value): Value {
  const one = builder.constant(1);
  const sum = builder.add(x, one);
  const lost = builder.subtract(x, builder.subtract(sum, one));
  return builder.add(logInside(builder, sum), builder.divide(lost, sum));
}

const log1p: Emit = (builder, x) => {
  const inside = builder.and(
    builder.less(builder.constant(-1), x),
    builder.less(x, builder.constant(2 ** 1000)),
  );
  return patchOutside(builder, "log1p", inside, x, log1pInside(builder, x));
};

/** sin and cos for |x| < 2^13, unpatched: `x = n 2π/512 + r`; the table's direction is turned by `r`. */
function direction(builder: ProgramBuilder, x: Value) {
  const perTurn = builder.constant(turnTableSize / (2 * Math.PI));
  const sum = builder.add(builder.multiply(x, perTurn), builder.constant(rounder));
  const n = builder.subtract(sum, builder.constant(rounder));
  let r = x;
  for (const piece of turnStep) {
    r = builder.subtract(r, builder.multiply(n, builder.constant(piece)));
  }
  const offset = builder.and(builder.shiftLeft(sum, 4), builder.bits(0, 16 * (turnTableSize - 1)));
  const c = builder.gather("turn", 0, offset);
  const s = builder.gather("turn", 1, offset);
  const z = builder.multiply(r, r);
  const cosLess = builder.multiply(z, builder.horner(z, cosPolynomial));
  const cubic = builder.multiply(builder.multiply(r, z), builder.horner(z, sinPolynomial));
  const sinStep = builder.add(r, cubic);
  // What is added to the table's value is small beside it, or the value is zero; two sums take two products.
  const sine = builder.add(s, builder.multiply(s, cosLess));
  const cosine = builder.add(c, builder.multiply(c, cosLess));
  return {
    sine: builder.add(sine, builder.multiply(c, sinStep)),
    cosine: builder.subtract(cosine, builder.multiply(s, sinStep)),
  };
}

const angleLimit = 2 ** 13;

const sin: Emit = (builder, x) => patchBeyond(builder, "sin", angleLimit, x, direction(builder, x).sine);

const cos: Emit = (builder, x) => patchBeyond(builder, "cos", angleLimit, x, direction(builder, x).cosine);

const tan: Emit = (builder, x) => {
  const { sine, cosine } = direction(builder, x);
  return patchBeyond(builder, "tan", angleLimit, x, builder.divide(sine, cosine));
};

const tanh: Emit = (builder, x) => {
  const magnitude = builder.absolute(x);
  const t = expm1Inside(builder, builder.add(magnitude, magnitude));
  const ratio = builder.divide(t, builder.add(t, builder.constant(2)));
  return patchBeyond(builder, "tanh", 350, x, withSignOf(builder, ratio, x));
};

const sinh: Emit = (builder, x) => {
  const t = expm1Inside(builder, builder.absolute(x));
  const sum = builder.add(t, builder.divide(t, builder.add(t, builder.constant(1))));
  const half = builder.multiply(sum, builder.constant(0.5));
  return patchBeyond(builder, "sinh", 708, x, withSignOf(builder, half, x));
};

const cosh: Emit = (builder, x) => {
  const e = expInside(builder, builder.absolute(x));
  const sum = builder.add(e, builder.divide(builder.constant(1), e));
  return patchBeyond(builder, "cosh", 708, x, builder.multiply(sum, builder.constant(0.5)));
};

/** atan of numerator / denominator, both at least 0. */
function atanOfRatio(builder: ProgramBuilder, numerator: Value, denominator: Value): Value {
  const low = builder.lessOrEqual(numerator, builder.multiply(denominator, builder.constant(Math.SQRT2 - 1)));
  const high = builder.less(builder.multiply(denominator, builder.constant(Math.SQRT2 + 1)), numerator);
  const pick = (atLow: Value, between: Value, atHigh: Value) =>
    builder.select(low, atLow, builder.select(high, atHigh, between));
  const top = pick(numerator, builder.subtract(numerator, denominator), builder.negate(denominator));
  const bottom = pick(denominator, builder.add(numerator, denominator), numerator);
  const t = builder.divide(top, bottom);
  const z = builder.multiply(t, t);
  const zero = builder.constant(0);
  const offset = pick(zero, builder.constant(Math.PI / 4), builder.constant(Math.PI / 2));
  const offsetRest = pick(
    zero,
    builder.constant(3.061616997868383e-17),
    builder.constant(6.123233995736766e-17),
  );
  const tail = builder.multiply(builder.multiply(t, z), builder.estrin(z, atanPolynomial));
  return builder.add(offset, builder.add(t, builder.add(tail, offsetRest)));
}

const atan: Emit = (builder, x) => {
  const value = atanOfRatio(builder, builder.absolute(x), builder.constant(1));
  return patchBeyond(builder, "atan", 1e15, x, withSignOf(builder, value, x));
};

const asin: Emit = (builder, x) => {
  const one = builder.constant(1);
  const magnitude = builder.absolute(x);
  const other = builder.sqrt(builder.multiply(builder.subtract(one, magnitude), builder.add(magnitude, one)));
  return withSignOf(builder, atanOfRatio(builder, magnitude, other), x);
};

const acos: Emit = (builder, x) => {
  const one = builder.constant(1);
  const half = atanOfRatio(
    builder,
    builder.sqrt(builder.subtract(one, x)),
    builder.sqrt(builder.add(one, x)),
  );
  return builder.add(half, half);
};

const asinh: Emit = (builder, x) => {
  const magnitude = builder.absolute(x);
  const one = builder.constant(1);
  const square = builder.multiply(magnitude, magnitude);
  const root = builder.sqrt(builder.add(square, one));
  const rest = builder.divide(square, builder.add(root, one));
  const value = log1pInside(builder, builder.add(magnitude, rest));
  return patchBeyond(builder, "asinh", 1e150, x, withSignOf(builder, value, x));
};

const acosh: Emit = (builder, x) => {
  const one = builder.constant(1);
  const t = builder.subtract(x, one);
  const root = builder.sqrt(builder.multiply(t, builder.add(t, builder.constant(2))));
  const inside = builder.and(builder.lessOrEqual(one, x), builder.less(x, builder.constant(1e150)));
  return patchOutside(builder, "acosh", inside, x, log1pInside(builder, builder.add(t, root)));
};

const atanh: Emit = (builder, x) => {
  const magnitude = builder.absolute(x);
  const one = builder.constant(1);
  const ratio = builder.divide(builder.add(magnitude, magnitude), builder.subtract(one, magnitude));
  const half = builder.multiply(log1pInside(builder, ratio), builder.constant(0.5));
  return patchBeyond(builder, "atanh", 1, x, withSignOf(builder, half, x));
};

const cbrt: Emit = (builder, x) => {
  const magnitude = builder.absolute(x);
  const third = builder.multiply(logInside(builder, magnitude), builder.constant(1 / 3));
  const guess = expInside(builder, third);
  // One Newton step: y − (y − a/y²)/3.
  const excess = builder.subtract(guess, builder.divide(magnitude, builder.multiply(guess, guess)));
  const value = builder.subtract(guess, builder.multiply(excess, builder.constant(1 / 3)));
  const inside = builder.and(
    builder.lessOrEqual(builder.constant(smallestNormal), magnitude),
    builder.less(magnitude, builder.constant(Number.POSITIVE_INFINITY)),
  );
  return patchOutside(builder, "cbrt", inside, x, withSignOf(builder, value, x));
};

/** Beyond this e^(−x) is no normal number. */
const deepest = 708;

/** |x|, at most `limit`; not-a-number stays. */
function capped(builder: ProgramBuilder, x: Value, limit: number): Value {
  const size = builder.absolute(x);
  const most = builder.constant(limit);
  return builder.select(builder.less(most, size), most, size);
}

/** e^(−|x|), and 0 where that is no normal number; not-a-number stays. */
function smallExponential(builder: ProgramBuilder, x: Value): Value {
  const e = expInside(builder, builder.negate(capped(builder, x, deepest)));
  return builder.andNot(e, builder.less(builder.constant(deepest), builder.absolute(x)));
}

/** max(x, 0) + log1p(e^(−|x|)). */
const softplus: Emit = (builder, x) => {
  const positive = builder.andNot(x, builder.less(x, builder.constant(0)));
  return builder.add(positive, log1pInside(builder, smallExponential(builder, x)));
};

/** With e = e^(−|x|): 1/(1 + e) where x ≥ 0, and e/(1 + e), which keeps its relative accuracy, below. */
const sigmoid: Emit = (builder, x) => {
  const one = builder.constant(1);
  const e = smallExponential(builder, x);
  const top = builder.select(builder.less(x, builder.constant(0)), e, one);
  return builder.divide(top, builder.add(one, e));
};

/** With t = e^(−2|x|) − 1: log1p(sinh²)/2 with sinh² = t²/(4(1 + t)) for |x| ≤ 1, and |x| − ln 2 + log1p(1 + t) beyond. */
const logcosh: Emit = (builder, x) => {
  const one = builder.constant(1);
  const size = builder.absolute(x);
  const inside = capped(builder, x, deepest / 2);
  const t = expm1Inside(builder, builder.multiply(builder.constant(-2), inside));
  const e = builder.add(one, t);
  const square = builder.divide(builder.multiply(t, t), builder.multiply(builder.constant(4), e));
  const near = builder.lessOrEqual(size, one);
  const value = log1pInside(builder, builder.select(near, square, e));
  const far = builder.add(builder.subtract(size, builder.constant(Math.LN2)), value);
  return builder.select(near, builder.multiply(builder.constant(0.5), value), far);
};

/** As in `landscape/error-function.ts`. */
const erf: Emit = (builder, x) => {
  const one = builder.constant(1);
  const size = builder.absolute(x);
  const z = builder.multiply(x, x);
  const near = builder.add(x, builder.multiply(x, builder.estrin(z, erfPolynomial)));
  const inside = capped(builder, x, erfEnd);
  const centre = builder.constant(erfTailCentre);
  const t = builder.divide(builder.subtract(inside, centre), builder.add(inside, centre));
  const bell = expInside(builder, builder.negate(builder.multiply(inside, inside)));
  const far = builder.subtract(one, builder.multiply(bell, builder.estrin(t, erfTailPolynomial)));
  const isNear = builder.lessOrEqual(size, builder.constant(erfJoint));
  return builder.select(isNear, near, withSignOf(builder, far, x));
};

/** `m + log(Σ e^(x − m))` with the largest, `m`; of two it is `m + log1p(e^(−|x − y|))`. Not-a-number stays. */
function logSumExp(builder: ProgramBuilder, values: readonly Value[]): Value {
  const larger = (a: Value, b: Value): Value => builder.select(builder.less(a, b), b, a);
  const largest = values.reduce(larger);
  if (values.length === 2) {
    const difference = builder.subtract(values[0]!, values[1]!);
    return builder.add(largest, log1pInside(builder, smallExponential(builder, difference)));
  }
  const powers = values.map((value) => smallExponential(builder, builder.subtract(value, largest)));
  const sum = powers.reduce((total, power) => builder.add(total, power));
  // the logarithm's bits forget what is no number; a difference does not
  const value = builder.add(logInside(builder, sum), builder.subtract(sum, sum));
  return builder.add(largest, value);
}

/** The same by calls, which cannot choose: with s = sigmoid(x − y), `x s + y (1 − s)` and the entropy of s. */
function logSumExpByCalls(builder: ProgramBuilder, values: readonly Value[]): Value {
  if (values.length === 1) {
    return values[0]!;
  }
  const half = values.length >> 1;
  const x = logSumExpByCalls(builder, values.slice(0, half));
  const y = logSumExpByCalls(builder, values.slice(half));
  const difference = builder.subtract(x, y);
  const first = builder.call("sigmoid", difference);
  const second = builder.call("sigmoid", builder.subtract(y, x));
  const mean = builder.add(builder.multiply(x, first), builder.multiply(y, second));
  const plus = builder.call("softplus", difference);
  return builder.add(mean, builder.subtract(plus, builder.multiply(difference, first)));
}

export type ElementaryFunctions = Readonly<Record<ElementaryFunction, Emit>> & {
  /** `log(Σ e^value)` of at least two values. */
  readonly logSumExp: (builder: ProgramBuilder, values: readonly Value[]) => Value;
};

/** Those that are made of the others. */
function withDerived(
  functions: Readonly<Record<CalledFunction, Emit>> & Pick<ElementaryFunctions, "logSumExp">,
): ElementaryFunctions {
  return {
    ...functions,
    log2: (builder, x) => builder.multiply(functions.log(builder, x), builder.constant(Math.LOG2E)),
    log10: (builder, x) => builder.multiply(functions.log(builder, x), builder.constant(Math.LOG10E)),
    sqrt: (builder, x) => builder.sqrt(x),
    abs: (builder, x) => builder.absolute(x),
  };
}

/** Each elementary function, as the instructions that compute it. */
export const elementary = withDerived({
  exp,
  expm1,
  log,
  log1p,
  cbrt,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  softplus,
  sigmoid,
  logcosh,
  erf,
  logSumExp,
});

/** Each elementary function as a call, for engines that have their own. */
export const elementaryCalls = withDerived({
  ...(Object.fromEntries(
    calledFunctions.map((name) => [name, (builder: ProgramBuilder, x: Value) => builder.call(name, x)]),
  ) as Record<CalledFunction, Emit>),
  logSumExp: logSumExpByCalls,
});
