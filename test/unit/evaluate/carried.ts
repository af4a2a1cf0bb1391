/*
 * Descent on every sequence of training points and every shuffle, with weights that are truncated power series: in the learning
 * rate, as uvalues have it, or in what counts orders of rvalues, where steps along the curvature at the start are of no order.
 * It knows no diagrams and nothing of the product.
 */

/** Lowest order first. */
export type Series = readonly number[];

export const plus = (...all: Series[]): Series => all.reduce((a, b) => a.map((x, k) => x + b[k]!));
export const scaled = (factor: number, a: Series): Series => a.map((x) => factor * x);
export const times = (...all: Series[]): Series =>
  all.reduce((a, b) => a.map((_, k) => a.slice(0, k + 1).reduce((sum, x, i) => sum + x * b[k - i]!, 0)));

/** `e^a`, from `y' = a' y`. */
export function exponential(a: Series): Series {
  const y = [Math.exp(a[0]!)];
  for (let k = 1; k < a.length; k++) {
    let sum = 0;
    for (let i = 1; i <= k; i++) {
      sum += i * a[i]! * y[k - i]!;
    }
    y.push(sum / k);
  }
  return y;
}

/** A landscape of one datum that takes few values, and how it is descended on. */
export interface Carried {
  readonly starts: readonly number[];
  readonly outcomes: readonly { readonly value: number; readonly probability: number }[];
  /** The gradient of the loss of a datum. */
  readonly slope: (weights: readonly Series[], datum: number) => readonly Series[];
  readonly points: number;
  readonly epochs: number;
  readonly batch: number;
  readonly isReshuffled?: boolean;
}

/** Where a sequence of training points leads. */
export interface End {
  readonly probability: number;
  readonly weights: readonly Series[];
}

/** The ends in powers of the learning rate, through `order`. */
export function ends(carried: Carried, order: number): End[] {
  const rate = Array.from({ length: order + 1 }, (_, k) => (k === 1 ? 1 : 0));
  return endsBy(carried, order, (weight, slope) => plus(weight, scaled(-1, times(rate, slope))));
}

/**
 * The ends in the orders of rvalues.
 * @param curvature the second derivatives of the expected loss at the start.
 */
export function endsOfRvalues(
  carried: Carried,
  order: number,
  eta: number,
  curvature: readonly (readonly number[])[],
): End[] {
  const one = Array.from({ length: order + 1 }, (_, k) => (k === 1 ? 1 : 0));
  const rest = Array.from({ length: order + 1 }, (_, k) => (k === 0 ? 1 : k === 1 ? -1 : 0));
  return endsBy(carried, order, (weight, slope, moved, index) => {
    const bends = plus(...moved.map((other, place) => scaled(curvature[index]![place]!, other)));
    return plus(weight, scaled(-eta, plus(times(rest, bends), times(one, slope))));
  });
}

type Update = (weight: Series, slope: Series, moved: readonly Series[], index: number) => Series;

function endsBy(carried: Carried, order: number, update: Update): End[] {
  const { starts, outcomes, points, epochs, batch, slope } = carried;
  const schedules = schedulesOf(carried);
  let sets: { probability: number; data: number[] }[] = [{ probability: 1, data: [] }];
  for (let point = 0; point < points; point++) {
    sets = sets.flatMap(({ probability, data }) =>
      outcomes.map((one) => ({ probability: probability * one.probability, data: [...data, one.value] })),
    );
  }
  const begin = starts.map((start) => Array.from({ length: order + 1 }, (_, k) => (k === 0 ? start : 0)));
  return sets.flatMap(({ probability, data }) =>
    schedules.map((schedule): End => {
      let weights: readonly Series[] = begin;
      for (let at = 0; at < points * epochs; at += batch) {
        const slopes = schedule
          .slice(at, at + batch)
          .map((point) => slope(weights, data[point]!))
          .reduce((a, b) => a.map((one, index) => plus(one, b[index]!)));
        const moved = weights.map((weight, index) => plus(weight, scaled(-1, begin[index]!)));
        weights = weights.map((weight, index) =>
          update(weight, scaled(1 / batch, slopes[index]!), moved, index),
        );
      }
      return { probability: probability / schedules.length, weights };
    }),
  );
}

/** In which order points are visited, epoch after epoch. */
function schedulesOf({ points, epochs, isReshuffled }: Carried): number[][] {
  const plain = Array.from({ length: points }, (_, point) => point);
  let schedules: number[][] = [[]];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const orders = isReshuffled ? permutations(plain) : [plain];
    schedules = schedules.flatMap((schedule) => orders.map((one) => [...schedule, ...one]));
  }
  return schedules;
}

function permutations(list: readonly number[]): number[][] {
  return list.length < 2
    ? [[...list]]
    : list.flatMap((first) =>
        permutations(list.filter((other) => other !== first)).map((rest) => [first, ...rest]),
      );
}

/** The mean over ends. */
export function mean(of: readonly End[], value: (weights: readonly Series[]) => Series): Series {
  return plus(...of.map(({ probability, weights }) => scaled(probability, value(weights))));
}
