import { Interpreter } from "../compile/interpreter.js";
import { agreement } from "../landscape/sampled-loss.js";
import { combinedValue, type Quantity } from "../observables/index.js";
import { type Column, isProduct, type MeasuredColumn, type ProductColumn } from "./column.js";
import { sumsOf } from "./exact-sum.js";
import { type CollectedSums, type Kernel, layoutOf, type UnsettledTrial } from "./kernel.js";
import type { SampledPart, SimulationPlan } from "./simulation-plan.js";
import { TrainingData } from "./training-data.js";

/**
 * The kernel in plain JavaScript: the same programs, interpreted. It is the reference of the
 * WebAssembly kernel, and agrees with it to the bit.
 */
export class TwinKernel implements Kernel {
  readonly lanes: number;
  private readonly plan: SimulationPlan;
  private readonly descent: Interpreter;
  private readonly loss: Interpreter | undefined;
  private readonly closed: Interpreter | undefined;
  private readonly sampled: readonly Interpreter[];
  private readonly weights: readonly Float64Array[];
  private readonly sums: readonly Float64Array[];
  private readonly data: TrainingData;
  private readonly results: Float64Array[];
  private readonly finite: boolean[] = [];
  /** Whether a trial's test loss holds, and its train loss. */
  private readonly settled: boolean[] = [];
  private readonly train: number[] = [];
  /** Where the lanes that were measured last begin in the chunk. */
  private measuredSlot = 0;

  constructor(plan: SimulationPlan, seed: bigint | number, lanes: number) {
    this.lanes = lanes;
    this.plan = plan;
    this.descent = new Interpreter(plan.descent, lanes);
    this.loss = plan.loss && new Interpreter(plan.loss, lanes);
    this.closed = plan.closed && new Interpreter(plan.closed, lanes);
    this.sampled = plan.sampled.map((part) => new Interpreter(part.program, lanes));
    this.weights = plan.starts.map(() => new Float64Array(lanes));
    this.sums = plan.starts.map(() => new Float64Array(lanes));
    this.data = new TrainingData(plan, seed, lanes, layoutOf(plan).places);
    this.results = plan.columns.map(() => new Float64Array(0));
  }

  begin(low: number, high: number): void {
    this.data.begin(low, high);
    this.weights.forEach((lanes, index) => {
      lanes.fill(this.plan.starts[index]!);
    });
  }

  draw(firstBlock: number, blocks: number, place: number): void {
    this.data.draw(firstBlock, blocks, place);
  }

  shuffle(epoch: number): void {
    this.data.shuffle(epoch);
  }

  descend(place: number, batches: number): void {
    const { batch, rate } = this.plan;
    for (let update = 0; update < batches; update++) {
      this.setWeights(this.descent);
      if (batch === 1) {
        this.setData(this.descent, place + update);
        this.descent.run();
        this.weights.forEach((values, weight) => {
          values.set(this.descent.output(weight));
        });
        continue;
      }
      for (const sum of this.sums) {
        sum.fill(0);
      }
      for (let point = 0; point < batch; point++) {
        this.setData(this.descent, place + update * batch + point);
        this.descent.run();
        this.sums.forEach((sum, weight) => {
          const gradient = this.descent.output(weight);
          for (let lane = 0; lane < this.lanes; lane++) {
            sum[lane]! += gradient[lane]!;
          }
        });
      }
      this.weights.forEach((values, weight) => {
        const sum = this.sums[weight]!;
        for (let lane = 0; lane < this.lanes; lane++) {
          values[lane]! -= rate * sum[lane]!;
        }
      });
    }
  }

  private setWeights(interpreter: Interpreter): void {
    this.weights.forEach((values, weight) => {
      interpreter.input(weight)?.set(values);
    });
  }

  private setData(interpreter: Interpreter, place: number): void {
    for (let column = 0; column < this.plan.data; column++) {
      interpreter.input(this.weights.length + column)?.set(this.data.values(place, column));
    }
  }

  measure(slot: number): void {
    this.measuredSlot = slot;
    const { loss: test, holds } = this.testLoss();
    const train = this.trainLoss();
    for (let lane = 0; lane < this.lanes; lane++) {
      let finite = this.weights.every((values) => Number.isFinite(values[lane]!));
      let settled = holds[lane]!;
      this.plan.columns.forEach((column, index) => {
        if (isProduct(column)) {
          this.place(index, slot + lane, this.multiplied(column, slot + lane));
          return;
        }
        const value = this.measured(column, lane, test[lane]!, train[lane]!);
        this.place(index, slot + lane, value);
        if (Number.isFinite(value - column.center)) {
          return;
        }
        if (this.isChecked(column)) {
          settled = false;
        } else {
          finite = false;
        }
      });
      if (!Number.isFinite(train[lane]!)) {
        finite = false;
      }
      this.finite[slot + lane] = finite;
      this.settled[slot + lane] = settled;
      this.train[slot + lane] = train[lane]!;
    }
  }

  private isChecked(column: Column): boolean {
    return this.plan.check !== undefined && column.isExpectation;
  }

  unsettled(slot: number, trials: number): readonly UnsettledTrial[] {
    if (this.plan.check === undefined) {
      return [];
    }
    const lanes = Array.from({ length: trials }, (_, lane) => lane);
    return lanes
      .filter((lane) => this.finite[slot + lane] && !this.settled[slot + lane])
      .map((lane) => ({ slot: slot + lane, weights: this.weights.map((values) => values[lane]!) }));
  }

  settle(slot: number, testLoss: number): void {
    this.plan.columns.forEach((column, index) => {
      if (column.isExpectation) {
        this.results[index]![slot] = isProduct(column)
          ? this.multiplied(column, slot)
          : this.measured(column, slot - this.measuredSlot, testLoss, this.train[slot]!);
      }
    });
    this.settled[slot] = true;
  }

  /** What a column is in a lane that has just been measured. */
  private measured({ combination }: MeasuredColumn, lane: number, test: number, train: number): number {
    return combinedValue(combination, (quantity) => this.found(quantity, lane, test, train));
  }

  /** The product of two columns of a trial, each less its center. */
  private multiplied({ product: [one, other] }: ProductColumn, trial: number): number {
    return this.difference(one, trial) * this.difference(other, trial);
  }

  private difference(column: number, trial: number): number {
    return this.results[column]![trial]! - this.plan.columns[column]!.center;
  }

  /** What a quantity is in a lane that has just been measured. */
  private found(quantity: Quantity, lane: number, test: number, train: number): number {
    switch (quantity.kind) {
      case "expected_loss":
        return test;
      case "training_loss":
        return train;
      case "weight_displacement":
        return this.weights[quantity.weight]![lane]! - this.plan.starts[quantity.weight]!;
    }
  }

  private place(column: number, at: number, value: number): void {
    const values = this.results[column]!;
    if (at >= values.length) {
      const larger = new Float64Array(2 * at + 64);
      larger.set(values);
      this.results[column] = larger;
    }
    this.results[column]![at] = value;
  }

  private testLoss(): { loss: Float64Array; holds: boolean[] } {
    const loss = new Float64Array(this.lanes);
    const holds = Array.from(loss, () => true);
    if (this.closed === undefined) {
      return { loss, holds };
    }
    this.setWeights(this.closed);
    this.closed.run();
    loss.set(this.closed.output(0));
    this.plan.check?.box.forEach(({ low, high }, weight) => {
      this.weights[weight]!.forEach((value, lane) => {
        if (!(low <= value && value <= high)) {
          holds[lane] = false;
        }
      });
    });
    this.plan.sampled.forEach((part, index) => {
      this.addSampled(part, this.sampled[index]!, loss, holds);
    });
    return { loss, holds };
  }

  private addSampled(
    part: SampledPart,
    interpreter: Interpreter,
    loss: Float64Array,
    holds: boolean[],
  ): void {
    this.setWeights(interpreter);
    const [sum, difference, scale] = [0, 0, 0].map(() => new Float64Array(this.lanes)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const { points, count, width, data } = part;
    for (let at = 0; at < count * width; at += width) {
      for (let datum = 0; datum < data; datum++) {
        interpreter.input(this.weights.length + datum)?.fill(points[at + width - data + datum]!);
      }
      interpreter.run();
      const values = interpreter.output(0);
      for (let lane = 0; lane < this.lanes; lane++) {
        const term = points[at]! * values[lane]!;
        sum[lane]! += term;
        if (!part.checked) {
          continue;
        }
        difference[lane]! += points[at + 1]! * values[lane]!;
        scale[lane]! += Math.abs(term);
      }
    }
    for (let lane = 0; lane < this.lanes; lane++) {
      loss[lane]! += sum[lane]!;
      if (part.checked && !(Math.abs(difference[lane]!) < agreement * scale[lane]!)) {
        holds[lane] = false;
      }
    }
  }

  private trainLoss(): Float64Array {
    const sum = new Float64Array(this.lanes);
    if (this.loss === undefined) {
      return sum;
    }
    this.setWeights(this.loss);
    for (let point = 0; point < this.plan.points; point++) {
      this.setData(this.loss, point);
      this.loss.run();
      const values = this.loss.output(0);
      for (let lane = 0; lane < this.lanes; lane++) {
        sum[lane]! += values[lane]!;
      }
    }
    for (let lane = 0; lane < this.lanes; lane++) {
      sum[lane]! /= this.plan.points;
    }
    return sum;
  }

  collect(from: number, to: number): CollectedSums {
    const trials = Array.from({ length: to - from }, (_, index) => from + index);
    const sums = this.plan.columns.map((column, index) =>
      sumsOf(
        trials.filter((trial) => this.isSound(column, trial)).map((trial) => this.difference(index, trial)),
      ),
    );
    return { count: trials.filter((trial) => this.finite[trial]).length, sums };
  }

  private isSound(column: Column, trial: number): boolean {
    return this.finite[trial]! && (this.settled[trial]! || !this.isChecked(column));
  }

  /**
   * What a column is in the chunk's trials: NaN where a trial diverged, its test loss is not known, or a product is not
   * finite.
   */
  values(column: number, from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, index) => {
      const value = this.results[column]![from + index]!;
      return this.isSound(this.plan.columns[column]!, from + index) && Number.isFinite(value)
        ? value
        : Number.NaN;
    });
  }
}
