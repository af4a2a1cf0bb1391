import type { ElementaryFunctions } from "../compile/elementary.js";
import type { ProgramBuilder, Value } from "../compile/program.js";
import type { Losses } from "./losses.js";
import { raisedValues } from "./metric.js";
import type { Penalty } from "./penalty.js";

/** How long a descent is, by which STIC is told: `ηT`, `η` without the metric. */
export interface GapPenaltyForm {
  readonly time: number;
}

/** Below it `F'` is a power series. */
const largestInSeries = 1;

/** `F'(u)` to double precision for `|u| ≤ 1`: `Σ_k (−1)^k k u^(k−1) / (k + 1)!`. */
const slopeSeries = Array.from({ length: 20 }, (_, index) => {
  const power = index + 1;
  let factorial = 1;
  for (let factor = 2; factor <= power + 1; factor++) {
    factorial *= factor;
  }
  return ((-1) ** power * power) / factorial;
});

/**
 * The gradient of STIC (THEORY §5, Corollary 2, with the paper's C.4) of `N` training points in the model's one weight `θ`:
 * `Ĉ (τ/N) F(τĤ)` with `F(u) = (1 − e^(−u))/u`, `Ĉ = Σ_n (g_n − ḡ)²/(N − 1)` of their slopes and `Ĥ` their mean second
 * derivative along `θ`. Along each weight `w`, a hyper one too, it is `Ĉ_w (τ/N) F + Ĉ (τ²/N) F' Ĥ_w`. It takes sums over the
 * points beside those of an update: `g` and `g²`, then for each weight `g·∂_w g`, `∂_w g` and `∂_w h`. With a metric `m` the time
 * is that along `θ`, `τ = ηT m^{θθ}`, and steps go along the raised gradient.
 */
export class GapPenalty implements Penalty {
  readonly width: number;
  private readonly dimension: number;

  /** @param own the model's weight. */
  constructor(
    private readonly losses: Losses,
    private readonly own: number,
    private readonly form: GapPenaltyForm,
    private readonly points: number,
  ) {
    this.dimension = losses.weights.length;
    this.width = 2 + 3 * this.dimension;
  }

  sums(
    builder: ProgramBuilder,
    state: readonly Value[],
    data: readonly Value[],
    functions: ElementaryFunctions,
  ): readonly Value[] {
    const { losses, dimension, own } = this;
    const inputs = { weights: state.slice(0, dimension), data };
    const slope = losses.gradient(builder, inputs, functions, (one) => one)[own]!;
    const rows = losses.curvature(builder, inputs, functions);
    const bends = rows.map((row, weight) => (weight < own ? rows[own]![weight]! : row[own]!));
    return [
      slope,
      builder.multiply(slope, slope),
      ...bends.map((bend) => builder.multiply(slope, bend)),
      ...bends,
      ...losses.curvatureSlopes(builder, inputs, functions, own),
    ];
  }

  steppedDown(
    builder: ProgramBuilder,
    moved: readonly Value[],
    sums: readonly Value[],
    step: number,
    functions: ElementaryFunctions,
  ): readonly Value[] {
    const { points: N, own, dimension } = this;
    const { metric } = this.losses;
    const time = this.form.time * (metric?.[own]?.[own] ?? 1);
    const [total, square, ...others] = sums.slice(moved.length);
    const [products, bends, turns] = [0, 1, 2].map((block) =>
      others.slice(block * dimension, (block + 1) * dimension),
    ) as [Value[], Value[], Value[]];
    const number = (value: number) => builder.constant(value);
    /** Of a sum of products that of their covariance over the points, `N − 1` times. */
    const centred = (sum: Value, other: Value) =>
      builder.subtract(sum, builder.multiply(number(1 / N), builder.multiply(total!, other)));
    const { value, slope } = shareOfTime(builder, builder.multiply(number(time / N), bends[own]!), functions);
    const variance = centred(square!, total!);
    const share = (step * time) / (N * (N - 1));
    const slopes = moved.map((_, weight) => {
      const ofVariance = builder.multiply(
        number(2 * share),
        builder.multiply(centred(products[weight]!, bends[weight]!), value),
      );
      const ofCurvature = builder.multiply(
        number((share * time) / N),
        builder.multiply(builder.multiply(variance, slope), turns[weight]!),
      );
      return builder.add(ofVariance, ofCurvature);
    });
    return raisedValues(builder, metric, slopes).map((taken, weight) =>
      builder.subtract(moved[weight]!, taken),
    );
  }
}

/** `F(u) = (1 − e^(−u))/u` and `F'(u)`, at 0 too. */
function shareOfTime(
  builder: ProgramBuilder,
  u: Value,
  functions: ElementaryFunctions,
): { readonly value: Value; readonly slope: Value } {
  const gone = builder.negate(functions.expm1(builder, builder.negate(u)));
  const one = builder.constant(1);
  const size = builder.absolute(u);
  const isZero = builder.lessOrEqual(size, builder.constant(0));
  const value = builder.select(isZero, one, builder.divide(gone, u));
  const far = builder.divide(builder.subtract(builder.subtract(one, gone), value), u);
  const isNear = builder.less(size, builder.constant(largestInSeries));
  return { value, slope: builder.select(isNear, builder.horner(u, slopeSeries), far) };
}
