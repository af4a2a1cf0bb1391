import type { Column, SimulationPlan } from "../plan.js";
import type { Tensor } from "./namespace.js";
import type { TensorData } from "./tensor-data.js";
import { type TensorEngine, TensorProgram } from "./tensor-program.js";
import { sumOverPoints } from "./tensor-sum.js";

/** For each column what each trial of a group measured less the center; not finite where a trial diverged. */
export type Measured = readonly Float64Array[];

/** A weight of a group of trials, of shape `[trials]`; `low` is what rounding has taken from `high`. */
export interface Weight {
  readonly high: Tensor;
  readonly low: Tensor;
}

/** Points whose losses are added in single precision; from there on sums are doubles. */
const rows = 16;

/** Some of a sampled part's points: their weights and each of their data, of shape `[points, 1]`. */
interface QuadraturePoints {
  readonly count: number;
  readonly weights: Tensor;
  readonly data: readonly Tensor[];
}

/** The observables of a plan, measured of trials that have done all their updates. */
export class TensorMeasurement {
  readonly #engine: TensorEngine;
  readonly #plan: SimulationPlan;
  readonly #closed: TensorProgram | undefined;
  readonly #sampled: readonly {
    readonly program: TensorProgram;
    readonly parts: readonly QuadraturePoints[];
  }[];
  readonly #loss: TensorProgram | undefined;

  constructor(engine: TensorEngine, plan: SimulationPlan) {
    this.#engine = engine;
    this.#plan = plan;
    this.#closed = plan.closed && new TensorProgram(engine, plan.closed);
    this.#loss = plan.loss && new TensorProgram(engine, plan.loss);
    this.#sampled = plan.sampled.map(({ program, points, count, data }) => {
      const column = (from: number, size: number, at: number) =>
        engine.tf.tensor(
          Float32Array.from({ length: size }, (_, row) => points[(from + row) * (data + 1) + at]!),
          [size, 1],
          "float32",
        );
      const parts: QuadraturePoints[] = [];
      for (let from = 0; from < count; from += rows) {
        const size = Math.min(rows, count - from);
        parts.push({
          count: size,
          weights: column(from, size, 0),
          data: Array.from({ length: data }, (_, datum) => column(from, size, datum + 1)),
        });
      }
      return { program: new TensorProgram(engine, program), parts };
    });
  }

  /** Lets its tensors go. */
  dispose(): void {
    for (const { parts } of this.#sampled) {
      for (const { weights, data } of parts) this.#engine.tf.dispose([weights, ...data]);
    }
  }

  /** @param goesOn is asked now and then; once it says no, nothing is measured. */
  async of(
    weights: readonly Weight[],
    data: TensorData,
    lanes: number,
    goesOn: () => Promise<boolean>,
  ): Promise<Measured | undefined> {
    const highs = weights.map(({ high }) => high);
    const test = new Float64Array(lanes);
    const train = new Float64Array(lanes);
    if (!(await this.#addTestLoss(test, highs, goesOn))) return undefined;
    if (!(await this.#addTrainLoss(train, highs, data, goesOn))) return undefined;
    const displacements: Float64Array[] = [];
    for (const [weight, { high, low }] of weights.entries()) {
      const moved = new Float64Array(lanes).fill(-this.#plan.starts[weight]!);
      await addTo(moved, high);
      await addTo(moved, low);
      displacements.push(moved);
    }
    const diverged = (lane: number) => displacements.some((moved) => !Number.isFinite(moved[lane]!));
    return this.#plan.columns.map((column) =>
      valuesOf(column, test, train, displacements).map((value, lane) =>
        diverged(lane) ? Number.NaN : value - column.center,
      ),
    );
  }

  async #addTestLoss(
    loss: Float64Array,
    highs: readonly Tensor[],
    goesOn: () => Promise<boolean>,
  ): Promise<boolean> {
    const { tf, constants } = this.#engine;
    if (this.#closed === undefined) return true;
    const closed = this.#closed;
    await addTo(loss, () => tf.tidy(() => tf.clone(closed.run(highs)[0]!)));
    for (const { program, parts } of this.#sampled) {
      for (const { count, weights, data } of parts) {
        await addTo(loss, () =>
          tf.tidy(() => {
            const values = program.run([...highs, ...data])[0]!;
            return sumOverPoints(tf, constants, tf.mul(weights, values), count);
          }),
        );
        if (!(await goesOn())) return false;
      }
    }
    return true;
  }

  async #addTrainLoss(
    loss: Float64Array,
    highs: readonly Tensor[],
    data: TensorData,
    goesOn: () => Promise<boolean>,
  ): Promise<boolean> {
    const { tf, constants } = this.#engine;
    const { points } = this.#plan;
    if (this.#loss === undefined) return true;
    const program = this.#loss;
    for (let point = 0; point < points; point += rows) {
      const count = Math.min(rows, points - point);
      await addTo(loss, () =>
        tf.tidy(() => {
          const values = program.run([...highs, ...data.passing(point, count)])[0]!;
          return tf.clone(sumOverPoints(tf, constants, values, count));
        }),
      );
      if (!(await goesOn())) return false;
    }
    loss.forEach((sum, lane) => {
      loss[lane] = sum / points;
    });
    return true;
  }
}

/** Adds a tensor's values, or its only one to all; a tensor that is made for this is let go. */
async function addTo(sums: Float64Array, term: Tensor | (() => Tensor)): Promise<void> {
  const tensor = typeof term === "function" ? term() : term;
  try {
    const values = await tensor.data();
    for (let lane = 0; lane < sums.length; lane++) sums[lane]! += values[values.length === 1 ? 0 : lane]!;
  } finally {
    if (typeof term === "function") tensor.dispose();
  }
}

function valuesOf(
  column: Column,
  test: Float64Array,
  train: Float64Array,
  displacements: readonly Float64Array[],
): Float64Array {
  switch (column.kind) {
    case "test_loss":
      return test;
    case "train_loss":
      return train;
    case "gen_gap":
      return test.map((value, lane) => value - train[lane]!);
    case "displacement":
      return displacements[column.weight]!;
  }
}
