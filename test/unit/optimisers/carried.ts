/**
 * Descents carried along as truncated power series, in plain numbers: all sequences of training points of a discrete
 * distribution are tried, and the weights are series in `eta`, or in `ε`, which counts edges. It shares no code with the product.
 */

/** Coefficients of powers 0, 1, …, all of one length. */
export type Series = readonly number[];

/** `coefficient · x^power · Π weights^powers`. */
export interface Monomial {
  readonly coefficient: number;
  readonly datum: number;
  readonly weights: readonly number[];
}

export interface Example {
  /** The landscape as a file says it. */
  readonly text: string;
  readonly start: readonly number[];
  readonly loss: readonly Monomial[];
  readonly outcomes: readonly { readonly x: number; readonly probability: number }[];
  /** The inverse metric; the identity where absent. */
  readonly metric?: readonly (readonly number[])[];
}

const outcomes = [
  { x: -1, probability: 2 / 3 },
  { x: 2, probability: 1 / 3 },
];

const monomial = (coefficient: number, datum: number, ...weights: number[]): Monomial => ({
  coefficient,
  datum,
  weights,
});

export const oneWeight: Example = {
  text: `landscape example {
  weights t = 1/2
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss t^2/2 + x*t/2 + x*t^2/6 + t^3/30 + x^2*t^3/42
}`,
  start: [1 / 2],
  loss: [
    monomial(1 / 2, 0, 2),
    monomial(1 / 2, 1, 1),
    monomial(1 / 6, 1, 2),
    monomial(1 / 30, 0, 3),
    monomial(1 / 42, 2, 3),
  ],
  outcomes,
};

export const twoWeights: Example = {
  text: `landscape example {
  weights u = 1/3, v = -1/2
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss u^2/2 + v^2 + x*u*v/4 + x^2*u/3 + u^2*v/5 + x*v^2/7 - x*v^3/9
}`,
  start: [1 / 3, -1 / 2],
  loss: [
    monomial(1 / 2, 0, 2, 0),
    monomial(1, 0, 0, 2),
    monomial(1 / 4, 1, 1, 1),
    monomial(1 / 3, 2, 1, 0),
    monomial(1 / 5, 0, 2, 1),
    monomial(1 / 7, 1, 0, 2),
    monomial(-1 / 9, 1, 0, 3),
  ],
  outcomes,
};

export const add = (a: Series, b: Series): Series => a.map((one, d) => one + b[d]!);
export const scale = (a: Series, factor: number): Series => a.map((one) => factor * one);
export const multiply = (a: Series, b: Series): Series =>
  a.map((_, d) => a.slice(0, d + 1).reduce((sum, one, i) => sum + one * b[d - i]!, 0));
export const constant = (value: number, length: number): Series =>
  Array.from({ length }, (_, d) => (d === 0 ? value : 0));
/** Times the variable of the series. */
export const raised = (a: Series): Series => [0, ...a.slice(0, -1)];

function slopeOf(polynomial: readonly Monomial[], weight: number): Monomial[] {
  return polynomial
    .filter(({ weights }) => weights[weight]! > 0)
    .map(({ coefficient, datum, weights }) => ({
      coefficient: coefficient * weights[weight]!,
      datum,
      weights: weights.map((power, index) => (index === weight ? power - 1 : power)),
    }));
}

function polynomialAt(polynomial: readonly Monomial[], theta: readonly Series[], x: number): Series {
  const { length } = theta[0]!;
  return polynomial
    .map(({ coefficient, datum, weights }) =>
      weights.reduce(
        (product, power, weight) =>
          Array.from({ length: power }).reduce<Series>((one) => multiply(one, theta[weight]!), product),
        constant(coefficient * x ** datum, length),
      ),
    )
    .reduce(add, constant(0, length));
}

/** A landscape in plain numbers, its weights series. */
export class Carried {
  readonly dimension: number;

  constructor(readonly example: Example) {
    this.dimension = example.start.length;
  }

  start(length: number): Series[] {
    return this.example.start.map((value) => constant(value, length));
  }

  loss(theta: readonly Series[], x: number): Series {
    return polynomialAt(this.example.loss, theta, x);
  }

  gradient(theta: readonly Series[], x: number): Series[] {
    return this.example.start.map((_, weight) => polynomialAt(slopeOf(this.example.loss, weight), theta, x));
  }

  hessian(theta: readonly Series[], x: number): Series[][] {
    return this.example.start.map((_, row) =>
      this.example.start.map((__, column) =>
        polynomialAt(slopeOf(slopeOf(this.example.loss, row), column), theta, x),
      ),
    );
  }

  expected(of: (x: number) => Series): Series {
    return this.example.outcomes.map(({ x, probability }) => scale(of(x), probability)).reduce(add);
  }

  /** Second derivatives of the expected loss at the start, as numbers. */
  curvature(): number[][] {
    const start = this.start(1);
    return this.example.start.map((_, row) =>
      this.example.start.map((__, column) => this.expected((x) => this.hessian(start, x)[row]![column]!)[0]!),
    );
  }

  /** Entries with their index raised by the metric. */
  raise(entries: readonly Series[]): readonly Series[] {
    const { metric } = this.example;
    return metric === undefined
      ? entries
      : metric.map((row) => row.map((factor, index) => scale(entries[index]!, factor)).reduce(add));
  }

  /** Every sequence of so many data. */
  trainingSets(points: number): { readonly data: readonly number[]; readonly probability: number }[] {
    return Array.from({ length: points }).reduce<{ data: number[]; probability: number }[]>(
      (sets) =>
        sets.flatMap(({ data, probability }) =>
          this.example.outcomes.map((one) => ({
            data: [...data, one.x],
            probability: probability * one.probability,
          })),
        ),
      [{ data: [], probability: 1 }],
    );
  }
}

/** What one descent ends with: series of the test loss, the training loss (where there are points) and each displacement. */
export interface Measured {
  readonly test: Series;
  readonly train?: Series;
  readonly moved: readonly Series[];
}

export function measured(carried: Carried, theta: readonly Series[], data?: readonly number[]): Measured {
  const { length } = theta[0]!;
  return {
    test: carried.expected((x) => carried.loss(theta, x)),
    ...(data === undefined
      ? {}
      : { train: data.map((x) => scale(carried.loss(theta, x), 1 / data.length)).reduce(add) }),
    moved: theta.map((one, weight) => add(one, constant(-carried.example.start[weight]!, length))),
  };
}

/** What one of several descents ends with. */
export interface MeasuredEnd {
  readonly probability: number;
  readonly end: Measured;
}

/** The covariance over descents of two series that they end with. */
export function covarianceOf(
  all: readonly MeasuredEnd[],
  [one, other]: readonly [(end: Measured) => Series, (end: Measured) => Series],
): Series {
  const mean = (of: (end: Measured) => Series): Series =>
    all.map(({ probability, end }) => scale(of(end), probability)).reduce(add);
  const product = mean((end) => multiply(one(end), other(end)));
  return add(product, scale(multiply(mean(one), mean(other)), -1));
}

/** The mean of what descents end with. */
export function meanOf(all: readonly MeasuredEnd[]): Measured {
  const mean = (of: (end: Measured) => Series): Series =>
    all.map(({ probability, end }) => scale(of(end), probability)).reduce(add);
  const hasTrain = all[0]!.end.train !== undefined;
  return {
    test: mean(({ test }) => test),
    ...(hasTrain ? { train: mean(({ train }) => train!) } : {}),
    moved: all[0]!.end.moved.map((_, weight) => mean(({ moved }) => moved[weight]!)),
  };
}

/**
 * A step: `θ − (η/share) · m (gradient + more)`.
 * @param eta absent: the series are in `eta`, of which `share` is a divisor; else in `ε`, which counts edges, and the
 *   step along the curvature at the start is of no order (THEORY §8).
 */
export function stepped(
  carried: Carried,
  theta: readonly Series[],
  slopes: readonly Series[],
  share: number,
  eta: number | undefined,
): Series[] {
  const steps = carried.raise(slopes);
  if (eta === undefined) {
    return theta.map((one, weight) => add(one, raised(scale(steps[weight]!, -1 / share))));
  }
  const { length } = theta[0]!;
  const start = carried.start(length);
  const delta = theta.map((one, weight) => add(one, scale(start[weight]!, -1)));
  const bent = carried.raise(
    carried.curvature().map((row) => row.map((entry, other) => scale(delta[other]!, entry)).reduce(add)),
  );
  return theta.map((one, weight) => {
    const beyond = add(steps[weight]!, scale(bent[weight]!, -1));
    return add(one, scale(add(bent[weight]!, raised(beyond)), -eta / share));
  });
}
