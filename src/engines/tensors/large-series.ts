import type { TensorExpansion, TensorPlan } from "../../simulate/tensors/index.js";
import type { LiftedProgram } from "../../tensors/index.js";
import { BatchedProgram } from "./batched-program.js";
import type { Tensor } from "./namespace.js";
import type { Register } from "./tensor-descent.js";
import type { TensorEngine } from "./tensor-program.js";

/** Orders of a group of trials: of order `k` at place `k − 1` a register a weight. */
type Orders = readonly (readonly Register[])[];

/** A program over power series in which weights go from one start along the orders of trials. */
class SeriesProgram {
  readonly numbers: number;
  private readonly program: BatchedProgram;

  constructor(
    engine: TensorEngine,
    private readonly lifted: LiftedProgram,
    private readonly starts: readonly Tensor[],
  ) {
    this.program = new BatchedProgram(engine, lifted.program);
    this.numbers = this.program.numbers;
  }

  /** @param data of a point, or of a row. @returns of each output its powers; nothing where one is zero. In `tf.tidy`. */
  run(orders: Orders, data: readonly (Tensor | undefined)[]): readonly (readonly (Tensor | undefined)[])[] {
    const inputs: (Tensor | undefined)[] = [];
    this.lifted.inputs.forEach((components, input) => {
      components.forEach((place, power) => {
        if (place >= 0) {
          inputs[place] =
            input >= this.starts.length
              ? data[input - this.starts.length]
              : power === 0
                ? this.starts[input]
                : orders[power - 1]![input]!.high;
        }
      });
    });
    const outputs = this.program.run(inputs);
    return this.lifted.outputs.map((powers) =>
      powers.map((place) => (place < 0 ? undefined : outputs[place])),
    );
  }
}

/** The expansion of a group of trials about the start, each order a tensor a weight. */
export class LargeSeries {
  /** How many numbers of a trial are held at once, about. */
  readonly numbers: number;
  private readonly gradient: SeriesProgram | undefined;
  private readonly loss: SeriesProgram | undefined;
  private readonly functions: SeriesProgram | undefined;
  /** How far an update goes along each row of the curvature; `[weights, weights]`. */
  private readonly curvature: Tensor | undefined;

  /** @param starts of the weights, `[1, entries]`. */
  constructor(
    private readonly engine: TensorEngine,
    private readonly plan: TensorPlan,
    private readonly expansion: TensorExpansion,
    starts: readonly Tensor[],
  ) {
    const { gradient, loss, functions, curvature } = expansion;
    const program = (lifted: LiftedProgram | undefined) =>
      lifted && new SeriesProgram(engine, lifted, starts);
    this.gradient = program(gradient);
    this.loss = program(loss);
    this.functions = program(functions);
    const dimension = starts.reduce((sum, { size }) => sum + size, 0);
    this.curvature =
      curvature &&
      engine.tf.tensor(
        Float32Array.from(curvature, (entry) => plan.step * entry),
        [dimension, dimension],
        "float32",
      );
    this.numbers = Math.max(...[this.gradient, this.loss, this.functions].map((one) => one?.numbers ?? 0));
  }

  get order(): number {
    return this.expansion.order;
  }

  dispose(): void {
    this.curvature?.dispose();
  }

  /** Of a training point the gradient's orders from 0 on, each a tensor a weight; those of the last order last. In `tf.tidy`. */
  gradients(orders: Orders, data: readonly (Tensor | undefined)[]): readonly Tensor[] {
    const found = this.gradient?.run(orders, data) ?? [];
    return orders.flatMap((_, power) => found.map((powers, weight) => powers[power] ?? this.nothing(weight)));
  }

  /** What an update takes off each order along the curvature, each a tensor a weight; nothing where steps along it are of no order. In `tf.tidy`. */
  bends(orders: Orders): readonly Tensor[] {
    const { tf } = this.engine;
    const { curvature } = this;
    if (curvature === undefined) {
      return [];
    }
    return orders.flatMap((registers, place) => {
      const differences = registers.map(({ high }, weight) =>
        place === 0 ? high : tf.sub(high, orders[place - 1]![weight]!.high),
      );
      const taken = tf.matMul(tf.concat(differences, 1), curvature, false, true);
      let first = 0;
      return registers.map(({ high }) => {
        const [lanes, size] = high.shape as [number, number];
        first += size;
        return tf.slice(taken, [0, first - size], [lanes, size]);
      });
    });
  }

  /** The orders of a datum's loss from 0 on, `[trials, 1]` or `[1, 1]` each. In `tf.tidy`. */
  losses(orders: Orders, data: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[] {
    return this.loss!.run(orders, data)[0]!;
  }

  /** Of each function that is observed its orders from 0 on. In `tf.tidy`. */
  functionOrders(orders: Orders): readonly (readonly (Tensor | undefined)[])[] {
    return this.functions?.run(orders, []) ?? [];
  }

  private nothing(weight: number): Tensor {
    return this.engine.tf.fill([1, this.plan.starts[weight]!.length], 0, "float32");
  }
}
