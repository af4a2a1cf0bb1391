import type { ElementaryFunctions } from "../compile/elementary.js";
import { finishProgram, type Program, ProgramBuilder, type Value } from "../compile/program.js";
import type { Series } from "../compile/series.js";
import { steppedDown } from "../compile/step.js";
import type { Losses } from "./losses.js";

/** How trials are expanded (THEORY §8). */
export interface ExpansionForm {
  /** The last order, at least 1. */
  readonly order: number;
  /** Whether steps along the expected loss's curvature are of no order, as in rvalues; otherwise orders are those of uvalues. */
  readonly keepsCurvature: boolean;
}

/**
 * A trial's own expansion `δ_1 … δ_d` about the start, carried along in registers behind the weights: those of the first
 * weight's orders, then of the next. All it takes and gives is values of programs, so that others can be put beside it.
 */
export class DescentExpansion {
  readonly order: number;
  private readonly losses: Losses;
  private readonly keepsCurvature: boolean;

  constructor(losses: Losses, { order, keepsCurvature }: ExpansionForm) {
    this.losses = losses;
    this.order = order;
    this.keepsCurvature = keepsCurvature;
  }

  /** How many registers there are. */
  get registers(): number {
    return this.losses.weights.length * this.order;
  }

  /** For each weight the registers of its orders 1, 2, …, among all of the state. */
  get displacements(): readonly (readonly number[])[] {
    return this.losses.weights.map((_, weight) =>
      Array.from({ length: this.order }, (__, index) => this.register(weight, index + 1)),
    );
  }

  /**
   * What a training point adds to a batch: for each register what a step goes along for it, the gradient's order below.
   * Nothing where that is zero.
   * @param state the weights and the registers.
   */
  slopes(
    builder: ProgramBuilder,
    state: readonly Value[],
    data: readonly Value[],
    functions: ElementaryFunctions,
  ): readonly (Value | undefined)[] {
    const inputs = { weights: this.series(builder, state), data };
    return this.losses
      .expansion()
      .gradient(builder, inputs, this.order - 1, functions)
      .flatMap((series) => Array.from({ length: this.order }, (_, order) => series[order]));
  }

  /**
   * The registers after an update.
   * @param slopes summed over the batch.
   * @param step how far an update goes along the gradient, and along the sum of slopes.
   */
  updated(
    builder: ProgramBuilder,
    state: readonly Value[],
    slopes: readonly (Value | undefined)[],
    step: { readonly whole: number; readonly share: number },
  ): readonly Value[] {
    const { order: last, losses } = this;
    const curvature = this.keepsCurvature ? losses.expansion().curvature() : [];
    return losses.weights.flatMap((_, weight) =>
      Array.from({ length: last }, (__, index) => {
        const order = index + 1;
        const moved = losses.weights.reduce((value, ___, other) => {
          const along = step.whole * (curvature[weight]?.[other] ?? 0);
          return along === 0
            ? value
            : builder.subtract(
                value,
                builder.multiply(builder.constant(along), this.difference(builder, state, other, order)),
              );
        }, state[this.register(weight, order)]!);
        const slope = slopes[weight * last + index];
        return slope === undefined ? moved : steppedDown(builder, moved, slope, step.share);
      }),
    );
  }

  /** The orders of the expected loss less its constants, one output each from order 0 on. Inputs: the state. */
  expected(): Program {
    return this.measured(0, (builder, weights) => {
      const { expectation } = this.losses.expected().atStart(0);
      const [, ...change] = this.losses.expansion().expectedChange(builder, weights, this.order);
      return [builder.constant(expectation), ...change];
    });
  }

  /** The orders of a training point's loss less its constant. Inputs: the state, the point's data. */
  training(functions: ElementaryFunctions): Program {
    return this.measured(this.losses.data, (builder, weights, data) =>
      this.losses.expansion().loss(builder, { weights, data }, this.order, functions),
    );
  }

  private measured(
    data: number,
    series: (builder: ProgramBuilder, weights: readonly Series[], data: readonly Value[]) => Series,
  ): Program {
    const builder = new ProgramBuilder();
    const width = this.losses.weights.length + this.registers;
    const inputs = Array.from({ length: width + data }, (_, input) => builder.input(input));
    const found = series(builder, this.series(builder, inputs.slice(0, width)), inputs.slice(width));
    const outputs = Array.from({ length: this.order + 1 }, (_, order) => found[order] ?? builder.constant(0));
    return finishProgram(builder, outputs, inputs.length);
  }

  /** The weights as series: where they start, then their registers. */
  private series(builder: ProgramBuilder, state: readonly Value[]): readonly Series[] {
    return this.losses.weights.map(({ start }, weight) => [
      start === 0 ? undefined : builder.constant(start),
      ...Array.from({ length: this.order }, (_, index) => state[this.register(weight, index + 1)]!),
    ]);
  }

  private register(weight: number, order: number): number {
    return this.losses.weights.length + weight * this.order + order - 1;
  }

  /** What an order of a weight is more than the order below. */
  private difference(builder: ProgramBuilder, state: readonly Value[], weight: number, order: number): Value {
    const value = state[this.register(weight, order)]!;
    return order === 1 ? value : builder.subtract(value, state[this.register(weight, order - 1)]!);
  }
}
