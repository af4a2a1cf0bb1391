import { combinedValue, type Quantity } from "../../observables/index.js";
import { isMeasured, type MeasuredColumn, madeOf, measuredOf } from "../../simulate/column.js";
import type { SampledPart, SimulationPlan } from "../../simulate/plan.js";
import { readingOf } from "../../simulate/reading.js";
import type { Tensor } from "./namespace.js";
import type { TensorData } from "./tensor-data.js";
import type { GoesOn, Measured, Register } from "./tensor-descent.js";
import { type TensorEngine, TensorProgram } from "./tensor-program.js";
import { addAll, addTo, sumOverPoints } from "./tensor-sum.js";

/** Points whose losses are added in single precision; from there on sums are doubles. */
const rows = 16;

/** How far the two rules of a sampled part may be apart in single precision, as a share of the mean magnitude. */
const singleAgreement = 1e-5;

/** Some of a sampled part's points: their weights and each of their data, of shape `[points, 1]`. */
interface QuadraturePoints {
  /** The number of the first of them. */
  readonly from: number;
  readonly count: number;
  readonly weights: Tensor;
  readonly data: readonly Tensor[];
}

/** The columns of a plan, measured of trials that have done all their updates. */
export class TensorMeasurement {
  private readonly engine: TensorEngine;
  private readonly plan: SimulationPlan;
  private readonly closed: TensorProgram | undefined;
  private readonly sampled: readonly {
    readonly program: TensorProgram;
    readonly part: SampledPart;
    readonly groups: readonly QuadraturePoints[];
  }[];
  private readonly loss: TensorProgram | undefined;
  private readonly ofState: TensorProgram | undefined;
  private readonly trainingOrders: TensorProgram | undefined;

  constructor(engine: TensorEngine, plan: SimulationPlan) {
    this.engine = engine;
    this.plan = plan;
    this.closed = plan.closed && new TensorProgram(engine, plan.closed);
    this.loss = plan.loss && new TensorProgram(engine, plan.loss);
    this.ofState = plan.ofState && new TensorProgram(engine, plan.ofState.program);
    this.trainingOrders = plan.orders?.training && new TensorProgram(engine, plan.orders.training);
    this.sampled = plan.sampled.map((part) => {
      const { program, points, count, data, width } = part;
      const column = (from: number, size: number, at: number) =>
        engine.tf.tensor(
          Float32Array.from({ length: size }, (_, row) => points[(from + row) * width + at]!),
          [size, 1],
          "float32",
        );
      const groups: QuadraturePoints[] = [];
      for (let from = 0; from < count; from += rows) {
        const size = Math.min(rows, count - from);
        groups.push({
          from,
          count: size,
          weights: column(from, size, 0),
          data: Array.from({ length: data }, (_, datum) => column(from, size, width - data + datum)),
        });
      }
      return { program: new TensorProgram(engine, program), part, groups };
    });
  }

  /** Lets its tensors go. */
  dispose(): void {
    for (const { groups } of this.sampled) {
      for (const { weights, data } of groups) {
        this.engine.tf.dispose([weights, ...data]);
      }
    }
  }

  /** @param goesOn is asked now and then; once it says no, nothing is measured. */
  async of(
    states: readonly Register[],
    data: TensorData,
    lanes: number,
    goesOn: GoesOn,
  ): Promise<Measured | undefined> {
    const registers = states.map(({ high }) => high);
    const highs = registers.slice(0, this.plan.weights);
    const test = new Float64Array(lanes);
    const unsettled = new Array<boolean>(lanes).fill(false);
    if (!(await this.addTestLoss(test, unsettled, highs, goesOn))) {
      return undefined;
    }
    const trained = await this.meansOf(this.loss, highs, data, lanes, goesOn);
    const trainingOrders = await this.meansOf(this.trainingOrders, registers, data, lanes, goesOn);
    if (trained === undefined || trainingOrders === undefined) {
      return undefined;
    }
    const ofState = await this.readOfState(registers, lanes);
    const movedFrom = async ({ high, low }: Register, start: number) => {
      const moved = new Float64Array(lanes).fill(-start);
      await addTo(moved, high);
      await addTo(moved, low);
      return moved;
    };
    const displacements: Float64Array[] = [];
    for (const [weight, state] of states.slice(0, this.plan.weights).entries()) {
      displacements.push(await movedFrom(state, this.plan.states[weight]!.start));
    }
    const values: Float64Array[] = [];
    for (const state of this.readsRegisters() ? states : []) {
      values.push(await movedFrom(state, 0));
    }
    const ends = displacements.map((moved, weight) =>
      moved.map((value) => value + this.plan.states[weight]!.start),
    );
    this.check(test, unsettled, ends);
    const diverged = (lane: number) => displacements.some((moved) => !Number.isFinite(moved[lane]!));
    const found = (quantity: Quantity, lane: number): number => {
      const reading = readingOf(this.plan, quantity);
      switch (reading.from) {
        case "expected loss":
          return test[lane]!;
        case "training loss":
          return trained[0]![lane]!;
        case "state":
          return ofState[reading.output]![lane]!;
        case "training orders":
          return trainingOrders[reading.output]![lane]!;
        case "register":
          return (reading.start === undefined ? values : displacements)[reading.register]![lane]!;
        case "nothing":
          return 0;
      }
    };
    const measured = ({ combination, center }: MeasuredColumn) =>
      test.map((_, lane) =>
        diverged(lane)
          ? Number.NaN
          : combinedValue(combination, (quantity) => found(quantity, lane)) - center,
      );
    const columns: Float64Array[] = [];
    for (const column of this.plan.columns) {
      columns.push(
        isMeasured(column)
          ? measured(column)
          : test.map((_, lane) => madeOf(column, (place) => columns[place]![lane]!)),
      );
    }
    return { columns, staysFinite: Array.from(test, (_, lane) => !diverged(lane)), unsettled, weights: ends };
  }

  /** Test losses that are not finite, or of trials that ended where points were not fitted, do not hold. */
  private check(test: Float64Array, unsettled: boolean[], ends: readonly Float64Array[]): void {
    const { check } = this.plan;
    if (check === undefined) {
      return;
    }
    test.forEach((loss, lane) => {
      const inside = check.box.every(({ low, high }, weight) => {
        const end = ends[weight]![lane]!;
        return low <= end && end <= high;
      });
      if (!inside || !Number.isFinite(loss)) {
        unsettled[lane] = true;
      }
      if (unsettled[lane]) {
        test[lane] = 0;
      }
    });
  }

  private async addTestLoss(
    loss: Float64Array,
    unsettled: boolean[],
    highs: readonly Tensor[],
    goesOn: GoesOn,
  ): Promise<boolean> {
    const { tf, constants } = this.engine;
    if (this.closed === undefined) {
      return true;
    }
    const closed = this.closed;
    await addTo(loss, () => tf.tidy(() => tf.clone(closed.run(highs)[0]!)));
    for (const { program, part, groups } of this.sampled) {
      const sums = part.checked ? new CheckedSums(part, loss.length) : undefined;
      for (const { from, count, weights, data } of groups) {
        if (sums === undefined) {
          await addTo(loss, () =>
            tf.tidy(() => {
              const values = program.run([...highs, ...data])[0]!;
              return sumOverPoints(tf, constants, tf.mul(weights, values), count);
            }),
          );
        } else {
          const values = tf.tidy(() => tf.clone(program.run([...highs, ...data])[0]!));
          try {
            sums.add(from, count, await values.data());
          } finally {
            values.dispose();
          }
        }
        if (!(await goesOn())) {
          return false;
        }
      }
      sums?.finish(loss, unsettled);
    }
    return true;
  }

  /** Whether registers are measured themselves. */
  private readsRegisters(): boolean {
    return measuredOf(this.plan.columns).some(({ combination }) =>
      combination.some(({ quantity }) => {
        const reading = readingOf(this.plan, quantity);
        return reading.from === "register" && reading.start === undefined;
      }),
    );
  }

  private async readOfState(registers: readonly Tensor[], lanes: number): Promise<Float64Array[]> {
    const program = this.ofState;
    if (program === undefined) {
      return [];
    }
    const { tf } = this.engine;
    return await addAll(
      program.outputs.map(() => new Float64Array(lanes)),
      tf.tidy(() => program.run(registers).map((output) => tf.clone(output))),
    );
  }

  /** For each output of a program its mean over the trial's points; none of no program, undefined once nothing goes on. */
  private async meansOf(
    program: TensorProgram | undefined,
    registers: readonly Tensor[],
    data: TensorData,
    lanes: number,
    goesOn: GoesOn,
  ): Promise<readonly Float64Array[] | undefined> {
    const { tf, constants } = this.engine;
    const { points } = this.plan;
    const sums = program?.outputs.map(() => new Float64Array(lanes)) ?? [];
    for (let point = 0; program !== undefined && point < points; point += rows) {
      const count = Math.min(rows, points - point);
      const terms = tf.tidy(() =>
        program
          .run([...registers, ...data.passing(point, count)])
          .map((values) => tf.clone(sumOverPoints(tf, constants, values, count))),
      );
      await addAll(sums, terms);
      if (!(await goesOn())) {
        return undefined;
      }
    }
    return sums.map((sum) => sum.map((total) => total / points));
  }
}

/** The sums of a sampled part that is checked, for each trial of a group. */
class CheckedSums {
  private readonly part: SampledPart;
  private readonly sum: Float64Array;
  private readonly difference: Float64Array;
  private readonly scale: Float64Array;

  constructor(part: SampledPart, lanes: number) {
    this.part = part;
    this.sum = new Float64Array(lanes);
    this.difference = new Float64Array(lanes);
    this.scale = new Float64Array(lanes);
  }

  /** Takes the values at `count` points from number `from` on: a row of trials for each, or one number for all trials. */
  add(from: number, count: number, values: ArrayLike<number>): void {
    const { points, width } = this.part;
    const lanes = this.sum.length;
    const isRow = values.length === count * lanes;
    for (let row = 0; row < count; row++) {
      const weight = points[(from + row) * width]!;
      const difference = points[(from + row) * width + 1]!;
      for (let lane = 0; lane < lanes; lane++) {
        const value = values[isRow ? row * lanes + lane : values.length === count ? row : lane]!;
        const term = weight * value;
        this.sum[lane]! += term;
        this.difference[lane]! += difference * value;
        this.scale[lane]! += Math.abs(term);
      }
    }
  }

  /** Adds the sums to the losses, and marks those that do not hold. */
  finish(loss: Float64Array, unsettled: boolean[]): void {
    this.sum.forEach((sum, lane) => {
      loss[lane]! += sum;
      const holds = Math.abs(this.difference[lane]!) < singleAgreement * this.scale[lane]!;
      if (!holds) {
        unsettled[lane] = true;
      }
    });
  }
}
