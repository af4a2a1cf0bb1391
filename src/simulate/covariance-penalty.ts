import type { ElementaryFunctions } from "../compile/elementary.js";
import type { ProgramBuilder, Value } from "../compile/program.js";
import type { Series } from "../compile/series.js";
import { SeriesArithmetic } from "../compile/series-arithmetic.js";
import type { DescentExpansion } from "./expansion.js";
import type { Losses } from "./losses.js";
import { raisedSeries, raisedValues } from "./metric.js";
import type { Penalty } from "./penalty.js";

/** How many orders lie between a term of the penalty's gradient and that of the loss: it counts as two edges (THEORY §9). */
const edges = 2;

/**
 * The gradient of `η w Ĉ`, where `Ĉ = Σ_n |∇l_n − Ḡ|² / (N − 1)` is the trace of the covariance of gradients by the metric, estimated
 * from all `N` training points of a batch: `2 η w / (N − 1)` times `Σ_n ∇∇l_n g_n − N H̄ ḡ`, of raised gradients `g = m ∇l`. What it takes are sums over the
 * points beside those of an update: of these products, and of second derivatives up to the diagonal; of each order by itself
 * where a trial is expanded.
 */
export class CovariancePenalty implements Penalty {
  readonly width: number;
  private readonly dimension: number;

  /** @param weight `w`. */
  constructor(
    private readonly losses: Losses,
    private readonly expansion: DescentExpansion | undefined,
    private readonly weight: number,
    private readonly points: number,
  ) {
    this.dimension = losses.weights.length;
    this.width = this.block * (1 + this.orders);
  }

  /** Sums of one order: a product for each weight, then second derivatives. */
  private get block(): number {
    return this.dimension + (this.dimension * (this.dimension + 1)) / 2;
  }

  /** Orders of the gradient that a trial's expansion reaches. */
  private get orders(): number {
    return Math.max(0, (this.expansion?.order ?? 0) + 1 - edges);
  }

  sums(
    builder: ProgramBuilder,
    state: readonly Value[],
    data: readonly Value[],
    functions: ElementaryFunctions,
  ): readonly Value[] {
    const { losses, dimension, orders } = this;
    const weights = state.slice(0, dimension);
    const constant = (value: Value): Series => [value];
    const whole = this.terms(
      new SeriesArithmetic(builder, 0),
      raisedValues(
        builder,
        losses.metric,
        losses.gradient(builder, { weights, data }, functions, (slope) => slope),
      ).map(constant),
      losses.curvature(builder, { weights, data }, functions).map((row) => row.map(constant)),
    );
    const zero = builder.constant(0);
    const own = whole.map((series) => series[0] ?? zero);
    if (orders === 0) {
      return own;
    }
    const inputs = { weights: this.expansion!.series(builder, state), data };
    const expanded = this.terms(
      new SeriesArithmetic(builder, orders - 1),
      raisedSeries(
        builder,
        losses.metric,
        losses.expansion().gradient(builder, inputs, orders - 1, functions),
      ),
      losses.expansion().bends(builder, inputs, orders - 1, functions),
    );
    const ofOrders = Array.from({ length: orders }, (_, order) =>
      expanded.map((series) => series[order] ?? zero),
    );
    return [...own, ...ofOrders.flat()];
  }

  private terms(
    arithmetic: SeriesArithmetic,
    steps: readonly Series[],
    bends: readonly (readonly Series[])[],
  ): readonly Series[] {
    const products = steps.map((_, weight) =>
      arithmetic.sum(steps.map((slope, other) => arithmetic.multiply(slope, entryOf(bends, weight, other)))),
    );
    return [...products, ...bends.flat()];
  }

  steppedDown(
    builder: ProgramBuilder,
    moved: readonly Value[],
    sums: readonly Value[],
    step: number,
  ): readonly Value[] {
    const { dimension, points, orders } = this;
    const { metric } = this.losses;
    const first = moved.length;
    const order = this.expansion?.order ?? 0;
    const share = builder.constant((2 * step * step * this.weight) / (points - 1));
    const mean = builder.constant(1 / points);
    type Pairs = readonly { readonly step: (other: number) => Value; readonly bends: number }[];
    /** One order of the penalty's gradient along a weight. */
    const slope = (block: number, weight: number, pairs: Pairs): Value => {
      const sum = (start: number, place: number) => sums[first + start * this.block + place]!;
      const products = pairs.flatMap(({ step: along, bends }) =>
        Array.from({ length: dimension }, (_, other) =>
          builder.multiply(along(other), sum(bends, dimension + placeOf(weight, other))),
        ),
      );
      const total = products.reduce((one, other) => builder.add(one, other));
      return builder.multiply(share, builder.subtract(sum(block, weight), builder.multiply(mean, total)));
    };
    const taken = (block: number, weight: number, pairs: Pairs): Value =>
      metric === undefined
        ? slope(block, weight, pairs)
        : raisedValues(
            builder,
            [metric[weight]!],
            metric.map((_, other) => slope(block, other, pairs)),
          )[0]!;
    return moved.map((value, register) => {
      if (register < dimension) {
        return builder.subtract(value, taken(0, register, [{ step: (other) => sums[other]!, bends: 0 }]));
      }
      const weight = Math.floor((register - dimension) / order);
      const own = ((register - dimension) % order) + 1 - edges;
      if (own < 0 || own >= orders) {
        return value;
      }
      const pairs = Array.from({ length: own + 1 }, (_, below) => ({
        step: (other: number) => sums[dimension + other * order + below]!,
        bends: 1 + own - below,
      }));
      return builder.subtract(value, taken(1 + own, weight, pairs));
    });
  }
}

/** Where an entry of a symmetric matrix stands among those up to the diagonal, row after row. */
function placeOf(row: number, column: number): number {
  const [low, high] = row < column ? [row, column] : [column, row];
  return (high * (high + 1)) / 2 + low;
}

function entryOf(rows: readonly (readonly Series[])[], row: number, column: number): Series {
  return row < column ? rows[column]![row]! : rows[row]![column]!;
}
