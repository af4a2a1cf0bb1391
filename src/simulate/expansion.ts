import type { ElementaryFunctions } from "../compile/elementary.js";
import { finishProgram, type Program, ProgramBuilder, type Value } from "../compile/program.js";
import { lowerSeries, type Series } from "../compile/series.js";
import { steppedDown } from "../compile/step.js";
import type { Expression } from "../landscape/index.js";
import type { Losses } from "./losses.js";
import { raisedRows, raisedSeries } from "./metric.js";
import type { ExpansionForm } from "./request.js";

/** How far an update goes along the gradient, and along each of the slopes that are summed over its batch. */
export interface Step {
  readonly whole: number;
  readonly share: number;
}

/**
 * A trial's own expansion `δ_1 … δ_d` about the start, carried along in registers behind the weights: those of the first
 * weight's orders, then of the next. All it takes and gives is values of programs, so that others can be put beside it.
 */
export class DescentExpansion {
  readonly order: number;
  private readonly losses: Losses;
  private readonly keepsCurvature: boolean;
  /** The curvature as steps have it, `m^{μν} H_{νλ}`. */
  private curvature: readonly (readonly number[])[] | undefined;

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
    if (this.order === 0) {
      return [];
    }
    const inputs = { weights: this.series(builder, state), data };
    return this.raised(builder, this.losses.expansion().gradient(builder, inputs, this.order - 1, functions));
  }

  /** What the expected loss takes in place of a training point's slopes. */
  expectedSlopes(builder: ProgramBuilder, state: readonly Value[]): readonly (Value | undefined)[] {
    if (this.order === 0) {
      return [];
    }
    return this.raised(
      builder,
      this.losses.expansion().expectedSlopes(builder, this.series(builder, state), this.order - 1),
    );
  }

  /** For each register what a step goes along, of the gradient's series. */
  private raised(builder: ProgramBuilder, slopes: readonly Series[]): readonly (Value | undefined)[] {
    return raisedSeries(builder, this.losses.metric, slopes).flatMap((series) =>
      Array.from({ length: this.order }, (_, order) => series[order]),
    );
  }

  /**
   * The registers after an update.
   * @param slopes summed over the batch.
   */
  updated(
    builder: ProgramBuilder,
    state: readonly Value[],
    slopes: readonly (Value | undefined)[],
    step: Step,
  ): readonly Value[] {
    return this.eachRegister((weight, order, slope) => {
      const moved = this.bends(builder, state, weight, order, step.whole).reduce(
        (value, bend) => builder.subtract(value, bend),
        state[this.register(weight, order)]!,
      );
      return slope === undefined ? moved : steppedDown(builder, moved, slope, step.share);
    }, slopes);
  }

  /** What an update takes off each register; arguments as above. */
  taken(
    builder: ProgramBuilder,
    state: readonly Value[],
    slopes: readonly (Value | undefined)[],
    step: Step,
  ): readonly Value[] {
    return this.eachRegister((weight, order, slope) => {
      const share = slope === undefined ? [] : [builder.multiply(builder.constant(step.share), slope)];
      return [...share, ...this.bends(builder, state, weight, order, step.whole)].reduce(
        (sum, term) => builder.add(sum, term),
        builder.constant(0),
      );
    }, slopes);
  }

  /** The orders of the expected loss less its constants. @param state the weights and the registers. */
  expectedOrders(builder: ProgramBuilder, state: readonly Value[]): Series {
    const { expectation } = this.losses.expected().atStart(0);
    const weights = this.series(builder, state);
    const [, ...change] = this.losses.expansion().expectedChange(builder, weights, this.order);
    return [builder.constant(expectation), ...change];
  }

  /** The orders of an expression in the weights. @param state the weights and the registers. */
  functionOrders(
    builder: ProgramBuilder,
    state: readonly Value[],
    expression: Expression,
    functions: ElementaryFunctions,
  ): Series {
    const series = this.series(builder, state);
    const symbols = new Map(this.losses.weights.map(({ name }, weight) => [name, series[weight]!]));
    return lowerSeries(builder, expression, symbols, this.order, functions);
  }

  /** The orders of a training point's loss less its constant. Inputs: the state, the point's data. */
  training(functions: ElementaryFunctions): Program {
    const builder = new ProgramBuilder();
    const width = this.losses.weights.length + this.registers;
    const inputs = Array.from({ length: width + this.losses.data }, (_, input) => builder.input(input));
    const place = { weights: this.series(builder, inputs.slice(0, width)), data: inputs.slice(width) };
    const found = this.losses.expansion().loss(builder, place, this.order, functions);
    const outputs = Array.from({ length: this.order + 1 }, (_, order) => found[order] ?? builder.constant(0));
    return finishProgram(builder, outputs, inputs.length);
  }

  /** The weights as series: where they start, then their registers. */
  series(builder: ProgramBuilder, state: readonly Value[]): readonly Series[] {
    return this.losses.weights.map(({ start }, weight) => [
      start === 0 ? undefined : builder.constant(start),
      ...Array.from({ length: this.order }, (_, index) => state[this.register(weight, index + 1)]!),
    ]);
  }

  private register(weight: number, order: number): number {
    return this.losses.weights.length + weight * this.order + order - 1;
  }

  private eachRegister(
    make: (weight: number, order: number, slope: Value | undefined) => Value,
    slopes: readonly (Value | undefined)[],
  ): readonly Value[] {
    return this.losses.weights.flatMap((_, weight) =>
      Array.from({ length: this.order }, (__, index) =>
        make(weight, index + 1, slopes[weight * this.order + index]),
      ),
    );
  }

  /** What a step takes off an order of a weight along the curvature: of this order less that of the order below. */
  private bends(
    builder: ProgramBuilder,
    state: readonly Value[],
    weight: number,
    order: number,
    step: number,
  ): readonly Value[] {
    if (this.keepsCurvature) {
      this.curvature ??= raisedRows(this.losses.metric, this.losses.expansion().curvature());
    }
    const row = this.curvature?.[weight] ?? [];
    return row.flatMap((entry, other) => {
      if (entry === 0) {
        return [];
      }
      const value = state[this.register(other, order)]!;
      const difference =
        order === 1 ? value : builder.subtract(value, state[this.register(other, order - 1)]!);
      return [builder.multiply(builder.constant(step * entry), difference)];
    });
  }
}
