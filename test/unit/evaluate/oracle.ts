import type { Expression } from "../../../src/landscape/expression.js";
import type { Landscape } from "../../../src/landscape/landscape.js";
import type { Observable } from "../../../src/observables/index.js";
import type { Descent } from "../../../src/optimisers/index.js";

/**
 * The oracle of the evaluator, which knows no diagrams: SGD is run on every data set and every
 * shuffle with weights that are truncated power series in `eta`, and what is observed is averaged.
 * Landscapes must have discrete data.
 */

/** A truncated power series in `eta`, lowest order first. */
type Series = number[];

const add = (a: Series, b: Series): Series => a.map((x, i) => x + b[i]!);
const scale = (a: Series, c: number): Series => a.map((x) => x * c);
const multiply = (a: Series, b: Series): Series =>
  a.map((_, n) => a.slice(0, n + 1).reduce((sum, x, i) => sum + x * b[n - i]!, 0));
const constant = (value: number, length: number): Series =>
  Array.from({ length }, (_, i) => (i === 0 ? value : 0));
const derivative = (a: Series): Series => [...a.slice(1).map((x, i) => (i + 1) * x), 0];
const integral = (a: Series, start: number): Series => [start, ...a.slice(0, -1).map((x, i) => x / (i + 1))];

function divide(a: Series, b: Series): Series {
  const q: Series = [];
  for (let n = 0; n < a.length; n++) {
    let rest = a[n]!;
    for (let i = 0; i < n; i++) {
      rest -= q[i]! * b[n - i]!;
    }
    q.push(rest / b[0]!);
  }
  return q;
}

/** Solves `y' = f(y) a'` by fixed-point iteration, which gains an order each time. */
function compose(a: Series, start: number, slope: (y: Series) => Series): Series {
  let y = constant(start, a.length);
  for (let round = 0; round < a.length; round++) {
    y = integral(multiply(slope(y), derivative(a)), start);
  }
  return y;
}

/** A value with its derivatives along each weight, all of them series. */
interface Dual {
  readonly value: Series;
  readonly slopes: readonly Series[];
}

function dualOf(expression: Expression, symbols: ReadonlyMap<string, Dual>, zero: Dual): Dual {
  const recur = (part: Expression) => dualOf(part, symbols, zero);
  const length = zero.value.length;
  const chain = (argument: Dual, value: Series, slope: Series): Dual => ({
    value,
    slopes: argument.slopes.map((one) => multiply(slope, one)),
  });
  const times = (a: Dual, b: Dual): Dual => ({
    value: multiply(a.value, b.value),
    slopes: a.slopes.map((one, i) => add(multiply(one, b.value), multiply(a.value, b.slopes[i]!))),
  });
  switch (expression.kind) {
    case "number":
      return { value: constant(expression.value, length), slopes: zero.slopes };
    case "symbol":
      return symbols.get(expression.name)!;
    case "sum":
      return expression.terms.map(recur).reduce((a, b) => ({
        value: add(a.value, b.value),
        slopes: a.slopes.map((s, i) => add(s, b.slopes[i]!)),
      }));
    case "product":
      return expression.factors.map(recur).reduce(times);
    case "negate": {
      const inner = recur(expression.operand);
      return { value: scale(inner.value, -1), slopes: inner.slopes.map((s) => scale(s, -1)) };
    }
    case "divide": {
      const bottom = recur(expression.denominator);
      const inverse = divide(constant(1, length), bottom.value);
      return times(
        recur(expression.numerator),
        chain(bottom, inverse, scale(multiply(inverse, inverse), -1)),
      );
    }
    case "power": {
      if (expression.exponent.kind !== "number" || !Number.isInteger(expression.exponent.value)) {
        throw new Error("the oracle takes whole powers only");
      }
      let result: Dual = { value: constant(1, length), slopes: zero.slopes };
      const base = recur(expression.base);
      for (let count = 0; count < expression.exponent.value; count++) {
        result = times(result, base);
      }
      return result;
    }
    case "call": {
      const inner = recur(expression.argument);
      const a = inner.value;
      if (expression.name === "exp") {
        const value = compose(a, Math.exp(a[0]!), (y) => y);
        return chain(inner, value, value);
      }
      if (expression.name === "sin" || expression.name === "cos") {
        // exp of an imaginary series, real and imaginary parts together.
        let sine = constant(Math.sin(a[0]!), length);
        let cosine = constant(Math.cos(a[0]!), length);
        for (let round = 0; round < length; round++) {
          const nextSine = integral(multiply(cosine, derivative(a)), Math.sin(a[0]!));
          cosine = integral(scale(multiply(sine, derivative(a)), -1), Math.cos(a[0]!));
          sine = nextSine;
        }
        return expression.name === "sin" ? chain(inner, sine, cosine) : chain(inner, cosine, scale(sine, -1));
      }
      if (expression.name === "tanh") {
        const value = compose(a, Math.tanh(a[0]!), (y) =>
          add(constant(1, length), scale(multiply(y, y), -1)),
        );
        return chain(inner, value, add(constant(1, length), scale(multiply(value, value), -1)));
      }
      if (expression.name === "log") {
        const slope = divide(constant(1, length), a);
        return chain(inner, integral(multiply(slope, derivative(a)), Math.log(a[0]!)), slope);
      }
      throw new Error(`the oracle does not know ${expression.name}`);
    }
    case "logsumexp":
      throw new Error("the oracle does not know logsumexp");
  }
}

interface Outcome {
  readonly values: ReadonlyMap<string, number>;
  readonly probability: number;
}

function outcomesOf(landscape: Landscape): Outcome[] {
  let outcomes: Outcome[] = [{ values: new Map(), probability: 1 }];
  for (const source of landscape.data) {
    if (source.kind !== "finite") {
      throw new Error("the oracle takes discrete data only");
    }
    outcomes = outcomes.flatMap((outcome) =>
      source.outcomes.map(({ value, probability }) => ({
        values: new Map([...outcome.values, [source.name, value]]),
        probability: outcome.probability * probability,
      })),
    );
  }
  return outcomes;
}

/** All batches in time for every shuffle, each with the same weight. */
export function schedulesOf(spacetime: Descent): number[][][] {
  const { N, T, E, B } = spacetime.parameters as Record<string, number>;
  const points = Array.from({ length: N! }, (_, n) => n);
  if (spacetime.optimiser === "gd" || spacetime.optimiser === "gdc") {
    return [Array.from({ length: T! }, () => points)];
  }
  const orders = spacetime.parameters.shuffle === "same" ? [points] : permutations(points);
  let schedules: number[][][] = [[]];
  for (let epoch = 0; epoch < E!; epoch++) {
    schedules = schedules.flatMap((schedule) =>
      orders.map((order) => {
        const batches = [...schedule];
        for (let first = 0; first < order.length; first += B!) {
          batches.push(order.slice(first, first + B!));
        }
        return batches;
      }),
    );
  }
  return schedules;
}

function permutations(items: number[]): number[][] {
  return items.length === 0
    ? [[]]
    : items.flatMap((item, index) =>
        permutations(items.filter((_, at) => at !== index)).map((rest) => [item, ...rest]),
      );
}

/**
 * Coefficients `series[d]` of what is observed, up to `order`; each with one entry, or one for each
 * weight of a displacement.
 */
export function expandDescent(
  landscape: Landscape,
  spacetime: Descent,
  observable: Observable,
  order: number,
): number[][] {
  // A factor eta moves every coefficient up by one.
  return descend(landscape, spacetime, observable, order + 1, (theta, gradient) =>
    theta.map((one, i) => add(one, scale(raised(gradient[i]!), -1))),
  );
}

/**
 * The exact expectations of the orders of what is observed at one learning rate, up to `order`: coefficients in `ε`, which
 * counts what an update takes off beyond its part along the expected loss's curvature (THEORY §8).
 */
export function expandOrders(
  landscape: Landscape,
  spacetime: Descent,
  observable: Observable,
  order: number,
  eta: number,
): number[][] {
  const curvature = curvatureOf(landscape);
  return descend(landscape, spacetime, observable, order + 1, (theta, gradient) =>
    theta.map((one, i) => {
      const along = curvature[i]!.map((entry, j) => {
        const step = add(theta[j]!, constant(-landscape.weights[j]!.start, order + 1));
        return scale(step, entry);
      }).reduce(add);
      const rest = raised(add(gradient[i]!, scale(along, -1)));
      return add(one, scale(add(along, rest), -eta));
    }),
  );
}

/** A series times its variable. */
function raised(series: Series): Series {
  return [0, ...series.slice(0, -1)];
}

/** Second derivatives of the expected loss at the start: slopes of a loss whose weights move one after the other. */
function curvatureOf(landscape: Landscape): number[][] {
  const rows = landscape.weights.map((_, moved) => {
    const theta = landscape.weights.map(({ start }, i) => [start, i === moved ? 1 : 0]);
    return outcomesOf(landscape).map((outcome) =>
      lossAt(landscape, theta, outcome).slopes.map((slope) => outcome.probability * slope[1]!),
    );
  });
  return rows.map((outcomes) => outcomes.reduce(add));
}

/** The exact expectation of what is observed at one learning rate. */
export function expectDescent(
  landscape: Landscape,
  spacetime: Descent,
  observable: Observable,
  eta: number,
): number[] {
  return descend(landscape, spacetime, observable, 1, (theta, gradient) =>
    theta.map((one, i) => add(one, scale(gradient[i]!, -eta))),
  )[0]!;
}

function lossAt(landscape: Landscape, theta: readonly Series[], outcome: Outcome): Dual {
  const { weights } = landscape;
  const length = theta[0]!.length;
  const zero: Dual = { value: constant(0, length), slopes: weights.map(() => constant(0, length)) };
  const symbols = new Map<string, Dual>();
  weights.forEach((weight, i) => {
    symbols.set(weight.name, {
      value: theta[i]!,
      slopes: weights.map((_, j) => constant(i === j ? 1 : 0, length)),
    });
  });
  for (const [name, value] of outcome.values) {
    symbols.set(name, { value: constant(value, length), slopes: zero.slopes });
  }
  return dualOf(landscape.loss, symbols, zero);
}

function descend(
  landscape: Landscape,
  spacetime: Descent,
  observable: Observable,
  length: number,
  update: (theta: readonly Series[], gradient: readonly Series[]) => Series[],
): number[][] {
  const outcomes = outcomesOf(landscape);
  const schedules = schedulesOf(spacetime);
  const weights = landscape.weights;
  const components = observable.name === "displacement" ? observable.weights.length : 1;
  const result = Array.from({ length }, () => new Array<number>(components).fill(0));
  const N = Number(spacetime.parameters.N);
  const sample = new Array<Outcome>(N);

  const measure = (probability: number) => {
    for (const schedule of schedules) {
      let theta: Series[] = weights.map((weight) => constant(weight.start, length));
      for (const batch of schedule) {
        const slopes = batch.map((n) => lossAt(landscape, theta, sample[n]!).slopes);
        const gradient = theta.map((_, i) => scale(slopes.map((s) => s[i]!).reduce(add), 1 / batch.length));
        theta = update(theta, gradient);
      }
      const test = () =>
        outcomes.map((x) => scale(lossAt(landscape, theta, x).value, x.probability)).reduce(add);
      const train = () => sample.map((x) => scale(lossAt(landscape, theta, x).value, 1 / N)).reduce(add);
      const seen =
        observable.name === "test_loss"
          ? [test()]
          : observable.name === "train_loss"
            ? [train()]
            : observable.name === "gen_gap"
              ? [add(test(), scale(train(), -1))]
              : observable.weights.map((w) => add(theta[w]!, constant(-weights[w]!.start, length)));
      seen.forEach((series, component) => {
        series.forEach((coefficient, d) => {
          result[d]![component]! += (coefficient * probability) / schedules.length;
        });
      });
    }
  };
  const draw = (n: number, probability: number): void => {
    if (n === N) {
      measure(probability);
      return;
    }
    for (const outcome of outcomes) {
      sample[n] = outcome;
      draw(n + 1, probability * outcome.probability);
    }
  };
  draw(0, 1);
  return result;
}
