/**
 * What the made-up optimiser does, by trying everything: all sequences of training points and all orders of visits, with the
 * weight carried along as a truncated power series in `eta`. It shares no code with the product.
 */

/** Coefficients of `eta^0, eta^1, …`, all of one length. */
type Series = readonly number[];

const outcomes = [
  { x: -1, probability: 2 / 3 },
  { x: 2, probability: 1 / 3 },
];

/** The landscape as a file says it. */
export const landscapeText = `landscape two_points {
  weights t = 1/2
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss x*t/2 + t^2/2 + x^2*t^3/6
}`;

const add = (a: Series, b: Series): Series => a.map((one, d) => one + b[d]!);
const scale = (a: Series, factor: number): Series => a.map((one) => factor * one);
const multiply = (a: Series, b: Series): Series =>
  a.map((_, d) => a.slice(0, d + 1).reduce((sum, one, i) => sum + one * b[d - i]!, 0));

/** The loss at a datum, and its slope. */
function loss(t: Series, x: number): Series {
  const square = multiply(t, t);
  return add(add(scale(t, x / 2), scale(square, 1 / 2)), scale(multiply(square, t), (x * x) / 6));
}
function slope(t: Series, x: number): Series {
  const [first = 0, ...others] = add(t, scale(multiply(t, t), (x * x) / 2));
  return [first + x / 2, ...others];
}

/** Every order of some points. */
function orders(points: readonly number[]): number[][] {
  return points.length === 0
    ? [[]]
    : points.flatMap((one) => orders(points.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}

export interface Expected {
  readonly test: Series;
  readonly train: Series;
  readonly moved: Series;
}

/**
 * The expectations over data and orders after `E` epochs on `N` points.
 * @param timesEta `eta` times a series: one power up, or a number when `eta` is one and series have one coefficient.
 */
function expectations(
  N: number,
  E: number,
  visits: "fresh" | "fixed",
  length: number,
  timesEta: (series: Series) => Series,
): Expected {
  const constant = (value: number): Series => Array.from({ length }, (_, d) => (d === 0 ? value : 0));
  const points = Array.from({ length: N }, (_, n) => n);
  const everyOrder = visits === "fresh" ? orders(points) : [points];
  let total: Expected = { test: constant(0), train: constant(0), moved: constant(0) };
  const descend = (t: Series, data: readonly number[], epoch: number, probability: number): void => {
    if (epoch === E) {
      const test = outcomes.map(({ x, probability: p }) => scale(loss(t, x), p)).reduce(add);
      const train = data.map((x) => scale(loss(t, x), 1 / N)).reduce(add);
      total = {
        test: add(total.test, scale(test, probability)),
        train: add(total.train, scale(train, probability)),
        moved: add(total.moved, scale(add(t, constant(-1 / 2)), probability)),
      };
      return;
    }
    // The first epoch's order does not matter: points are alike.
    const choices = epoch === 0 ? [points] : everyOrder;
    for (const order of choices) {
      let at = t;
      for (let first = 0; first < N; first += 2) {
        const pair = add(slope(at, data[order[first]!]!), slope(at, data[order[first + 1]!]!));
        // Half of eta, times the mean of two slopes.
        at = add(at, timesEta(scale(pair, -1 / 4)));
      }
      descend(at, data, epoch + 1, probability / choices.length);
    }
  };
  const draw = (data: readonly number[], probability: number): void => {
    if (data.length === N) {
      descend(constant(1 / 2), data, 0, probability);
      return;
    }
    for (const { x, probability: p } of outcomes) {
      draw([...data, x], probability * p);
    }
  };
  draw([], 1);
  return total;
}

/** Their Taylor series in `eta`, to an order. */
export function seriesOf(N: number, E: number, visits: "fresh" | "fixed", order: number): Expected {
  return expectations(N, E, visits, order + 1, (series) => [0, ...series.slice(0, -1)]);
}

/** Their values at an `eta`. */
export function valuesAt(N: number, E: number, visits: "fresh" | "fixed", eta: number): Expected {
  return expectations(N, E, visits, 1, (series) => scale(series, eta));
}
