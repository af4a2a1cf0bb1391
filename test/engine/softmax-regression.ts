/*
 * Logistic regression of several classes, differentiated by hand, and the expected test loss of stochastic descent on it, order by order. It knows
 * no diagrams, no cumulants and nothing of the product: one update with a point x of its own takes the expectation of a function f of the weights to
 * E f(θ − η g_x(θ)) = (1 + η A₁ + η² A₂ + η³ A₃ + …) f, A_k f = (−1)^k/k! E_x [g_x … g_x : ∇…∇ f], and T of them are that operator's T-th power.
 */

/** A row of data: what the logits are linear in (a constant 1 last), and the class. */
export interface Example {
  readonly features: readonly number[];
  readonly label: number;
}

/** What a row says at the weights. A gradient is `slopes` (one a class) times `features`. */
interface Row {
  readonly features: readonly number[];
  readonly probabilities: readonly number[];
  readonly slopes: readonly number[];
  readonly loss: number;
}

/** A direction in the space of weights: a row of numbers for each class. */
type Direction = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    sum += a[index]! * b[index]!;
  }
  return sum;
};
const product = (a: Direction, b: Direction): number => a.reduce((sum, row, k) => sum + dot(row, b[k]!), 0);
const mean = (count: number, value: (index: number) => number): number => {
  let sum = 0;
  for (let index = 0; index < count; index++) {
    sum += value(index);
  }
  return sum / count;
};

export class SoftmaxRegression {
  private readonly rows: readonly Row[];
  private readonly classes: number;

  /** @param weights a row of numbers for each class, as many as a row has features. */
  constructor(weights: Direction, examples: readonly Example[]) {
    this.classes = weights.length;
    this.rows = examples.map(({ features, label }) => {
      const logits = weights.map((row) => dot(row, features));
      const most = Math.max(...logits);
      const whole = most + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0));
      const probabilities = logits.map((value) => Math.exp(value - whole));
      const slopes = probabilities.map((value, k) => value - (k === label ? 1 : 0));
      return { features, probabilities, slopes, loss: whole - logits[label]! };
    });
  }

  /** The coefficients of η⁰ to η³ of the expected test loss after so many updates, each with a row of its own. */
  series(updates: number): readonly [number, number, number, number] {
    const { rows } = this;
    const slope = this.slope();
    const bent = this.curvatureAlong(slope);
    // E_x of g·H g, of J(g, g, g), of |H g|², of J(g, g, G) and of (H_x G)·H g.
    const found = rows.map((row) => this.of(row, slope));
    const of = (key: keyof (typeof found)[number]) => mean(found.length, (index) => found[index]![key]);
    const thrice = this.thirdAlong([slope, slope, slope]);
    const A1 = -product(slope, slope);
    const A2 = of("curvature") / 2;
    const A3 = -of("third") / 6;
    const A1A1 = 2 * product(slope, bent);
    const A1A2 = -(of("withSlope") + 2 * of("ownCurvature")) / 2;
    const A2A1 = -(of("square") + of("withSlope"));
    const A1A1A1 = -2 * (2 * product(bent, bent) + thrice);
    const pairs = (updates * (updates - 1)) / 2;
    return [
      mean(rows.length, (index) => rows[index]!.loss),
      updates * A1,
      updates * A2 + pairs * A1A1,
      updates * A3 + pairs * (A1A2 + A2A1) + ((pairs * (updates - 2)) / 3) * A1A1A1,
    ];
  }

  /** The mean gradient. */
  private slope(): Direction {
    return this.average(({ slopes }) => slopes);
  }

  /** The mean loss's second derivatives times a direction. */
  private curvatureAlong(direction: Direction): Direction {
    return this.average((row) => bend(row.probabilities, logitsAlong(direction, row)));
  }

  /** Its third derivatives along three directions. */
  private thirdAlong(directions: readonly [Direction, Direction, Direction]): number {
    return mean(this.rows.length, (index) => {
      const row = this.rows[index]!;
      const [a, b, c] = directions.map((direction) => logitsAlong(direction, row));
      return third(row.probabilities, a!, b!, c!);
    });
  }

  /** What the gradient of one row does with the derivatives of the mean. */
  private of(row: Row, slope: Direction) {
    const { rows, classes } = this;
    const features = row.features.length;
    const bent = Array.from({ length: classes }, () => new Array<number>(features).fill(0));
    let [curvature, cubed, withSlope] = [0, 0, 0];
    for (const other of rows) {
      // The other row's logits move along this row's slopes, as far as the features of both have in common.
      const common = dot(row.features, other.features);
      const moved = row.slopes.map((value) => common * value);
      const back = bend(other.probabilities, moved);
      curvature += dot(moved, back);
      cubed += third(other.probabilities, moved, moved, moved);
      withSlope += third(other.probabilities, moved, moved, logitsAlong(slope, other));
      for (let k = 0; k < classes; k++) {
        const own = bent[k]!;
        const factor = back[k]! / rows.length;
        for (let place = 0; place < features; place++) {
          own[place]! += factor * other.features[place]!;
        }
      }
    }
    // The row's own second derivatives along the mean gradient: in the features of this row alone.
    const own = bend(row.probabilities, logitsAlong(slope, row));
    return {
      curvature: curvature / rows.length,
      third: cubed / rows.length,
      withSlope: withSlope / rows.length,
      square: product(bent, bent),
      ownCurvature: dot(own, logitsAlong(bent, row)),
    };
  }

  private average(ofClasses: (row: Row) => readonly number[]): Direction {
    const features = this.rows[0]!.features.length;
    const sums = Array.from({ length: this.classes }, () => new Array<number>(features).fill(0));
    for (const row of this.rows) {
      ofClasses(row).forEach((value, k) => {
        const own = sums[k]!;
        for (let place = 0; place < features; place++) {
          own[place]! += (value * row.features[place]!) / this.rows.length;
        }
      });
    }
    return sums;
  }
}

const logitsAlong = (direction: Direction, { features }: Row): number[] =>
  direction.map((row) => dot(row, features));

/** The second derivatives of `log Σ exp` times a direction. */
function bend(probabilities: readonly number[], a: readonly number[]): number[] {
  const middle = dot(probabilities, a);
  return probabilities.map((value, k) => value * (a[k]! - middle));
}

/** Its third derivatives along three directions: the third cumulant. */
function third(
  probabilities: readonly number[],
  a: readonly number[],
  b: readonly number[],
  c: readonly number[],
): number {
  const [ma, mb, mc] = [dot(probabilities, a), dot(probabilities, b), dot(probabilities, c)];
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    sum += probabilities[k]! * (a[k]! - ma) * (b[k]! - mb) * (c[k]! - mc);
  }
  return sum;
}
