import { type CalledFunction, calledFunctions } from "../../compile/program.js";
import { elementaryValue } from "../../landscape/index.js";
import { finiteFunctions } from "./finite-functions.js";
import type { Constants, Tensor, TensorFunction, TensorFunctions, TensorNamespace } from "./namespace.js";

/** The spacing of single-precision numbers below 1. */
const roundOff = 2 ** -24;

/** How many times what rounding the argument does a function may err. */
const tolerance = 8;

/** Magnitudes of single precision within which functions are judged. */
const smallest = 1e-36;
const largest = 1e38;

const derivatives: Readonly<Record<CalledFunction, (x: number) => number>> = {
  exp: Math.exp,
  expm1: Math.exp,
  log: (x) => 1 / x,
  log1p: (x) => 1 / (1 + x),
  sin: Math.cos,
  cos: Math.sin,
  tan: (x) => 1 + Math.tan(x) ** 2,
  asin: (x) => 1 / Math.sqrt(1 - x * x),
  acos: (x) => 1 / Math.sqrt(1 - x * x),
  atan: (x) => 1 / (1 + x * x),
  sinh: Math.cosh,
  cosh: Math.sinh,
  tanh: (x) => 1 / Math.cosh(x) ** 2,
  asinh: (x) => 1 / Math.sqrt(1 + x * x),
  acosh: (x) => 1 / Math.sqrt(x * x - 1),
  atanh: (x) => 1 / (1 - x * x),
  cbrt: (x) => 1 / (3 * Math.cbrt(x) ** 2),
  softplus: (x) => elementaryValue("sigmoid", x),
  sigmoid: (x) => elementaryValue("sigmoid", x) * elementaryValue("sigmoid", -x),
  logcosh: Math.tanh,
  erf: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
};

/** Where functions are compared with those of doubles: every size of argument, and close to ±1. */
const samples: Float32Array = (() => {
  const values: number[] = [];
  for (let binade = -32; binade <= 12; binade += 1 / 16) {
    const size = 2 ** binade;
    values.push(size, -size);
    if (binade < 1) {
      values.push(1 - size, 1 + size, size - 1, -1 - size);
    }
  }
  return Float32Array.from(values);
})();

/**
 * The worst error of a function, in units of what rounding its value and its argument to single precision does. Each
 * argument is one that single precision has; those whose value it has not are left out.
 */
export async function errorOf(
  tf: TensorNamespace,
  name: CalledFunction,
  apply: TensorFunction,
): Promise<number> {
  const xs = samples.filter((x) => {
    const size = Math.abs(elementaryValue(name, x));
    return size === 0 || (size > smallest && size < largest);
  });
  const measured = tf.tidy(() => apply(tf.tensor(xs, [xs.length], "float32")));
  const values = await measured.data();
  measured.dispose();
  let worst = 0;
  xs.forEach((x, index) => {
    const exact = elementaryValue(name, x);
    const slope = Math.abs(x * derivatives[name](x));
    const unit = roundOff * (Math.abs(exact) + (Number.isFinite(slope) ? slope : 0));
    const error = Math.abs(values[index]! - exact) / Math.max(unit, smallest);
    worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  });
  return worst;
}

/** The functions of a back end, and which of them are made of others because its own are absent or poor. */
export interface JudgedFunctions {
  readonly functions: TensorFunctions;
  readonly composed: readonly CalledFunction[];
}

/**
 * The back end's own functions where they are as accurate as single precision allows, ours elsewhere.
 * @throws Error of one line when a function is poor either way.
 */
export async function judgeFunctions(tf: TensorNamespace, constants: Constants): Promise<JudgedFunctions> {
  const chosen = { ...ownFunctions(tf) } as Record<CalledFunction, TensorFunction>;
  const substitutes = composedFunctions(tf, constants, chosen);
  const composed: CalledFunction[] = [];
  for (const name of calledFunctions) {
    const own = chosen[name];
    if (own !== undefined && (await errorIfAny(tf, name, own)) <= tolerance) {
      continue;
    }
    const substitute = substitutes[name];
    if (substitute !== undefined) {
      chosen[name] = (x) => tf.tidy(() => substitute(x));
    }
    if (substitute === undefined || (await errorIfAny(tf, name, chosen[name])) > tolerance) {
      throw new Error(`${name} is not accurate on tfjs's ${tf.getBackend()} backend here; use another one`);
    }
    composed.push(name);
  }
  return { functions: chosen, composed };
}

async function errorIfAny(tf: TensorNamespace, name: CalledFunction, apply: TensorFunction): Promise<number> {
  try {
    return await errorOf(tf, name, apply);
  } catch {
    // A back end says of a kernel that it lacks that it is not registered.
    return Number.POSITIVE_INFINITY;
  }
}

function ownFunctions(tf: TensorNamespace): Partial<Record<CalledFunction, TensorFunction>> {
  const { exp, expm1, log, log1p, sin, cos, tan, asin, acos, atan } = tf;
  const { sinh, cosh, tanh, asinh, acosh, atanh } = tf;
  const own = {
    exp,
    expm1,
    log,
    log1p,
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
  };
  return Object.fromEntries(
    Object.entries(own).map(([name, apply]) => [name, (x: Tensor): Tensor => apply(x)]),
  );
}

/** π in three pieces; the first two have so few bits that small multiples of them are exact. */
const piPieces = [3.140625, 9.675025939941406e-4, 1.5099579909783765e-7] as const;

/** A little more than π/2: what is left of an angle is kept below it. */
const rightAngle = 1.58;

/** Of 1/n! for n = from … to. */
const inverseFactorials = (from: number, to: number): number[] => {
  let factorial = 1;
  const list: number[] = [];
  for (let n = 1; n <= to; n++) {
    factorial *= n;
    if (n >= from) {
      list.push(1 / factorial);
    }
  }
  return list;
};

/** (sin r − r) / r³ in r², for |r| ≤ π/2. */
const sinSeries = inverseFactorials(3, 13).flatMap((term, index) =>
  index % 2 === 0 ? [index % 4 === 0 ? -term : term] : [],
);
/** (e^x − 1 − x) / x² for |x| < ½. */
const expm1Series = inverseFactorials(2, 10);
/** (artanh s − s) / s³ in s², for |s| ≤ ¼. */
const artanhSeries = [3, 5, 7, 9, 11].map((n) => 1 / n);
/** (atan t − t) / t³ in t², for |t| ≤ tan(π/8). */
const atanSeries = [3, 5, 7, 9, 11, 13, 15, 17].map((n, index) => (index % 2 === 0 ? -1 : 1) / n);

const expm1SeriesEnd = 0.5;
const log1pSeriesEnd = 0.4;

/** Beyond this tanh is ±1, and beyond this the root of 1 + x² is |x|, in single precision. */
const tanhEnd = 15;
const rootEnd = 1e15;

/** Less than every number whose cube root can be asked for, but for those below single precision's normal range. */
const tiny = 1e-38;

/**
 * Functions made of sums, products, quotients, roots, exp and log, as back ends lack them or have them to a few digits.
 * @param chosen what is to be used where one needs another; read when a function is called.
 */
export function composedFunctions(
  tf: TensorNamespace,
  constants: Constants,
  chosen: TensorFunctions,
): Partial<TensorFunctions> {
  const number = (value: number) => constants.of(value);
  const one = number(1);
  const polynomial = (x: Tensor, coefficients: readonly number[]): Tensor => {
    let sum: Tensor = number(coefficients.at(-1)!);
    for (const coefficient of coefficients.toReversed().slice(1)) {
      sum = tf.add(tf.mul(sum, x), number(coefficient));
    }
    return sum;
  };
  /** Within limits; what is not a number stays so, which tfjs's own clipping does not promise. */
  const clipped = (x: Tensor, limit: number): Tensor =>
    tf.where(tf.less(number(limit), tf.abs(x)), tf.clipByValue(x, -limit, limit), x);
  /** An odd function, given its values at magnitudes. tfjs's own sign takes small numbers for 0 on WebAssembly. */
  const odd = (x: Tensor, ofMagnitude: TensorFunction): Tensor => {
    const value = ofMagnitude(tf.abs(x));
    return tf.where(tf.less(x, number(0)), tf.neg(value), value);
  };
  /** t + t³ p(t²). */
  const oddSeries = (t: Tensor, coefficients: readonly number[]): Tensor => {
    const square = tf.mul(t, t);
    return tf.add(t, tf.mul(tf.mul(t, square), polynomial(square, coefficients)));
  };
  /** sin(x − mπ), with which sign: + for an even number of half turns below `m`. */
  const wave = (x: Tensor, halfTurns: Tensor, m: Tensor): Tensor => {
    let rest = x;
    for (const piece of piPieces) {
      rest = tf.sub(rest, tf.mul(m, number(piece)));
    }
    const half = tf.mul(halfTurns, number(0.5));
    const sign = tf.sub(one, tf.mul(number(4), tf.sub(half, tf.floor(half))));
    // No angle beyond single precision's leaves a circle; one that is not finite has no sine.
    const within = tf.add(tf.clipByValue(rest, -rightAngle, rightAngle), tf.mul(rest, number(0)));
    return tf.mul(sign, oddSeries(within, sinSeries));
  };
  /** Of half the angle: t / (1 + √(1 + t²)). */
  const halved = (t: Tensor): Tensor => tf.div(t, tf.add(one, tf.sqrt(tf.add(one, tf.mul(t, t)))));
  /** The root of 1 − x². */
  const otherLeg = (x: Tensor): Tensor => tf.sqrt(tf.mul(tf.sub(one, x), tf.add(one, x)));
  /** atan t for |t| ≤ 1. */
  const shortAtan = (t: Tensor): Tensor => tf.mul(number(2), oddSeries(halved(t), atanSeries));
  return {
    ...finiteFunctions(tf, constants, chosen),
    expm1: (x) => {
      const near = tf.add(x, tf.mul(tf.mul(x, x), polynomial(x, expm1Series)));
      return tf.where(tf.less(tf.abs(x), number(expm1SeriesEnd)), near, tf.sub(chosen.exp(x), one));
    },
    log1p: (x) => {
      const near = tf.mul(number(2), oddSeries(tf.div(x, tf.add(x, number(2))), artanhSeries));
      return tf.where(tf.less(tf.abs(x), number(log1pSeriesEnd)), near, chosen.log(tf.add(x, one)));
    },
    sin: (x) => {
      const halfTurns = tf.round(tf.mul(x, number(1 / Math.PI)));
      return wave(x, halfTurns, halfTurns);
    },
    cos: (x) => {
      const half = number(0.5);
      const halfTurns = tf.round(tf.sub(tf.mul(x, number(1 / Math.PI)), half));
      return tf.neg(wave(x, halfTurns, tf.add(halfTurns, half)));
    },
    tan: (x) => tf.div(chosen.sin(x), chosen.cos(x)),
    atan: (x) => tf.mul(number(2), shortAtan(halved(clipped(x, rootEnd)))),
    asin: (x) => tf.mul(number(2), shortAtan(tf.div(x, tf.add(one, otherLeg(x))))),
    // tan(acos(x) / 4), which no rounding of 1 ± x spoils.
    acos: (x) => {
      const below = tf.add(tf.sqrt(tf.add(one, x)), number(Math.SQRT2));
      return tf.mul(number(4), shortAtan(tf.div(tf.sqrt(tf.sub(one, x)), below)));
    },
    sinh: (x) =>
      odd(x, (size) => {
        const grown = chosen.expm1(size);
        return tf.mul(number(0.5), tf.add(grown, tf.div(grown, tf.add(grown, one))));
      }),
    cosh: (x) => {
      const grown = chosen.exp(tf.abs(x));
      return tf.mul(number(0.5), tf.add(grown, tf.div(one, grown)));
    },
    tanh: (x) => {
      const grown = chosen.expm1(tf.mul(number(2), clipped(x, tanhEnd)));
      return tf.div(grown, tf.add(grown, number(2)));
    },
    asinh: (x) =>
      odd(x, (size) => {
        const slope = halved(clipped(size, rootEnd));
        return chosen.log1p(tf.add(size, tf.mul(size, slope)));
      }),
    acosh: (x) => {
      const excess = tf.sub(x, one);
      const root = tf.mul(tf.sqrt(excess), tf.sqrt(tf.add(excess, number(2))));
      return chosen.log1p(tf.add(excess, root));
    },
    atanh: (x) =>
      odd(x, (size) => {
        const ratio = tf.div(tf.mul(number(2), size), tf.sub(one, size));
        return tf.mul(number(0.5), chosen.log1p(ratio));
      }),
    cbrt: (x) => {
      const positive = tf.add(tf.abs(x), number(tiny));
      const guess = chosen.exp(tf.mul(number(1 / 3), chosen.log(positive)));
      // One Newton step: y − (y − a/y²) / 3.
      const excess = tf.sub(guess, tf.div(positive, tf.mul(guess, guess)));
      const sign = tf.div(x, positive);
      return tf.mul(sign, tf.sub(guess, tf.mul(number(1 / 3), excess)));
    },
  };
}
