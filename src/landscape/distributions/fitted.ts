import { number, product, sum } from "../build.js";
import { erf } from "../error-function.js";
import type { Expression } from "../expression.js";
import { deviate } from "./distribution.js";

/* Quantiles that no elementary function has, as polynomials in a normal deviate. */

/** No word's deviate is larger (docs/streams.md). */
const largest = 6.35;

/** The fits' coefficients are whole multiples of this, lest elementary functions that differ in a last bit tell. */
const grain = 2 ** -44;

/** The probability beyond a positive normal deviate. */
export function normalTail(z: number): number {
  if (z < 2) {
    return (1 - erf(z * Math.SQRT1_2)) / 2;
  }
  // Laplace's continued fraction
  let fraction = z;
  for (let k = 200; k > 0; k--) {
    fraction = z + k / fraction;
  }
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / fraction;
}

/** Coefficients of Chebyshev's polynomials on [−1, 1] for a function, by its values at their nodes. */
function chebyshev(count: number, valueAt: (y: number) => number): number[] {
  const values = Array.from({ length: count }, (_, i) => valueAt(Math.cos((Math.PI * (i + 0.5)) / count)));
  const coefficients = values.map((_, k) => {
    const total = values.reduce(
      (partial, value, i) => partial + value * Math.cos((Math.PI * k * (i + 0.5)) / count),
      0,
    );
    return ((k === 0 ? 1 : 2) * total) / count;
  });
  const size = Math.max(...coefficients.map(Math.abs));
  const unit = grain * 2 ** Math.ceil(Math.log2(size));
  const rounded = coefficients.map((coefficient) => Math.round(coefficient / unit) * unit);
  while (rounded.length > 1 && Math.abs(rounded.at(-1)!) < 16 * unit) {
    rounded.pop();
  }
  return rounded;
}

/** Their sum at `y`, by Clenshaw's recurrence, which loses no digits. */
function clenshaw(coefficients: readonly number[], y: Expression): Expression {
  const twice = product([number(2), y]);
  let [later, latest]: [Expression, Expression] = [number(0), number(0)];
  for (let k = coefficients.length - 1; k > 0; k--) {
    const next = sum([
      number(coefficients[k]!),
      product([twice, later]),
      { kind: "negate", operand: latest },
    ]);
    [later, latest] = [next, later];
  }
  return sum([number(coefficients[0]!), product([y, later]), { kind: "negate", operand: latest }]);
}

const known = new Map<string, Expression>();
const mostKnown = 100;

/** Fits are asked for again and again. */
function remembered(key: string, make: () => Expression): Expression {
  let expression = known.get(key);
  if (expression === undefined) {
    if (known.size >= mostKnown) {
      known.clear();
    }
    expression = make();
    known.set(key, expression);
  }
  return expression;
}

/** A smooth function of the normal deviate. */
export function fittedInDeviate(key: string, count: number, valueAt: (z: number) => number): Expression {
  return remembered(key, () =>
    clenshaw(
      chebyshev(count, (y) => valueAt(largest * y)),
      product([number(1 / largest), deviate]),
    ),
  );
}

/** A smooth odd function of it. @param valueAt its values at positive deviates */
export function fittedOddInDeviate(key: string, count: number, valueAt: (z: number) => number): Expression {
  return remembered(key, () => {
    // over the deviate it is even: a function of y = 2 (z / largest)² − 1
    const ratio = (y: number): number => {
      const z = largest * Math.sqrt((1 + y) / 2);
      return valueAt(z) / z;
    };
    const y = sum([product([number(2 / largest ** 2), deviate, deviate]), number(-1)]);
    return product([deviate, clenshaw(chebyshev(count, ratio), y)]);
  });
}

/** Where an increasing function is 0. */
export function rootOf(value: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) {
      return middle;
    }
    if (value(middle) < 0) {
      low = middle;
    } else {
      high = middle;
    }
  }
}
