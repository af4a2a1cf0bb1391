import {
  type EntrywiseFunction,
  lastUses,
  operandsOf,
  sizeOf,
  type TensorInstruction,
  type TensorProgram,
  type TensorValue,
} from "../../tensors/index.js";
import { largestProduct } from "../../tensors/kernels.js";
import type { Tensor } from "./namespace.js";
import type { TensorEngine } from "./tensor-program.js";

/** Beyond this `e^(−2x)` is 0 in single precision. */
const slopeEnd = 43;

/** An entry more, which is 0. */
const zeroBehind: [number, number][] = [
  [0, 0],
  [0, 1],
];

/**
 * A program of a landscape of tensors on tfjs, in single precision: each operation once for a batch of trials. A value has shape
 * `[trials, entries]`, row-major, or `[1, entries]` where trials share it, or none at all where all its entries are one constant.
 */
export class BatchedProgram {
  /** How many numbers of a trial are held at once, about. */
  readonly numbers: number;
  /** For each instruction, which values nobody needs once it is done. */
  private readonly spent: readonly (readonly TensorValue[])[];

  constructor(
    private readonly engine: TensorEngine,
    private readonly program: TensorProgram,
  ) {
    const { instructions } = program;
    const last = lastUses(program);
    /** What is reshaped is the same tensor here. */
    const owners: TensorValue[] = [];
    let held = 0;
    let most = 0;
    this.spent = instructions.map((instruction, value) => {
      owners.push(instruction.op === "reshape" ? owners[instruction.a]! : value);
      const operands = new Set(operandsOf(instruction).map((operand) => owners[operand]!));
      const spent = [...operands].filter(
        (operand) => last[operand] === value && isMade(instructions[operand]!),
      );
      held += isMade(instruction) && instruction.op !== "reshape" ? sizeOf(instruction.shape) : 0;
      most = Math.max(most, held);
      held -= spent.reduce((sum, operand) => sum + sizeOf(instructions[operand]!.shape), 0);
      return spent;
    });
    this.numbers = most;
  }

  /**
   * The outputs for some inputs of shape `[trials, entries]` or `[1, entries]`; those that the program does not use may be left out.
   * They are the caller's, who runs this in `tf.tidy`.
   */
  run(inputs: readonly (Tensor | undefined)[]): readonly Tensor[] {
    const { tf } = this.engine;
    const { instructions, outputs } = this.program;
    const values: Tensor[] = [];
    instructions.forEach((instruction, index) => {
      values.push(
        instruction.op === "input"
          ? inputs[instruction.index]!
          : isMade(instruction)
            ? tf.tidy(() => this.value(instruction, values))
            : this.unmade(instruction, values),
      );
      for (const spent of this.spent[index]!) {
        values[spent]!.dispose();
      }
    });
    return outputs.map((output) => tf.clone(values[output]!));
  }

  private unmade(instruction: TensorInstruction, values: readonly Tensor[]): Tensor {
    return instruction.op === "constant"
      ? this.engine.constants.of(instruction.value)
      : values[(instruction as { readonly a: TensorValue }).a]!;
  }

  private value(instruction: TensorInstruction, values: readonly Tensor[]): Tensor {
    const { tf, ways } = this.engine;
    /** An operand as trials of a tensor of some axes. */
    const shaped = (value: TensorValue, ...axes: readonly number[]): Tensor => {
      const tensor = this.filled(value, values[value]!);
      return tf.reshape(tensor, [tensor.shape[0]!, ...axes]);
    };
    const flat = (tensor: Tensor): Tensor =>
      tf.reshape(tensor, [tensor.shape[0]!, sizeOf(instruction.shape)]);
    switch (instruction.op) {
      case "add":
        return tf.add(values[instruction.a]!, values[instruction.b]!);
      case "multiply":
        return tf.mul(values[instruction.a]!, values[instruction.b]!);
      case "divide":
        return tf.div(values[instruction.a]!, values[instruction.b]!);
      case "power":
        return this.power(values[instruction.a]!, instruction.b, values[instruction.b]!);
      case "call":
        return this.called(instruction.name, values[instruction.a]!);
      case "gather":
        return this.gathered(shaped(instruction.a, this.sizeOfValue(instruction.a)), instruction.table);
      case "sum": {
        const { shape } = this.program.instructions[instruction.a]!;
        const [outer, length, inner] = around(shape, instruction.axis);
        return flat(tf.sum(shaped(instruction.a, outer, length, inner), 2));
      }
      case "broadcast": {
        const [outer, length, inner] = around(instruction.shape, instruction.axis);
        return flat(
          ways?.repeat(shaped(instruction.a, outer, inner), length) ??
            tf.mul(shaped(instruction.a, outer, 1, inner), tf.fill([1, 1, length, 1], 1, "float32")),
        );
      }
      case "matmul": {
        const { a, b, transposeA, transposeB } = instruction;
        const [left, right] = [a, b].map((one) => shaped(one, ...this.program.instructions[one]!.shape));
        return flat((ways?.product ?? tf.matMul)(left!, right!, transposeA, transposeB));
      }
      case "logsumexp": {
        const x = shaped(instruction.a, sizeOf(instruction.shape), this.lastAxisOf(instruction.a));
        const largest = tf.max(x, 2, true);
        const rest = tf.sum(this.engine.functions.exp(tf.sub(x, largest)), 2, true);
        return flat(tf.add(largest, this.engine.functions.log(rest)));
      }
      case "oneHot": {
        const length = instruction.shape.at(-1)!;
        const numbers = tf.tensor(
          Float32Array.from({ length }, (_, place) => place),
          [1, 1, length],
        );
        return flat(
          tf.cast(tf.equal(shaped(instruction.a, this.sizeOfValue(instruction.a), 1), numbers), "float32"),
        );
      }
      default:
        throw new Error(`nothing is made by "${instruction.op}"`);
    }
  }

  private gathered(x: Tensor, table: Int32Array): Tensor {
    const { tf, constants, ways } = this.engine;
    if (ways !== undefined) {
      return ways.gather(x, table);
    }
    const isPadded = table.includes(-1);
    const from = isPadded ? tf.pad(x, zeroBehind) : x;
    return tf.gather(from, constants.places(table, x.shape[1]!), 1);
  }

  private called(name: EntrywiseFunction, x: Tensor): Tensor {
    const { tf, functions, constants } = this.engine;
    switch (name) {
      case "sqrt":
        return tf.sqrt(x);
      case "abs":
        return tf.abs(x);
      case "log2":
        return tf.mul(functions.log(x), constants.of(Math.LOG2E));
      case "log10":
        return tf.mul(functions.log(x), constants.of(Math.LOG10E));
      case "tanhSlope": {
        const size = tf.abs(x);
        const isFar = tf.less(constants.of(slopeEnd), size);
        // what is not a number stays so
        const within = tf.where(isFar, tf.clipByValue(size, 0, slopeEnd), size);
        const small = functions.exp(tf.mul(constants.of(-2), within));
        const sum = tf.add(small, constants.of(1));
        return tf.div(tf.mul(constants.of(4), small), tf.mul(sum, sum));
      }
      default:
        return functions[name](x);
    }
  }

  private power(base: Tensor, place: TensorValue, exponents: Tensor): Tensor {
    const { tf, constants } = this.engine;
    const instruction = this.program.instructions[place]!;
    const exponent = instruction.op === "constant" ? instruction.value : Number.NaN;
    if (exponent === 1 / 2) {
      return tf.sqrt(base);
    }
    if (!Number.isInteger(exponent) || Math.abs(exponent) > largestProduct) {
      return tf.pow(base, exponents);
    }
    let result: Tensor = constants.of(1);
    let square = base;
    for (let rest = Math.abs(exponent); rest > 0; rest >>= 1) {
      if ((rest & 1) === 1) {
        result = tf.mul(result, square);
      }
      square = rest > 1 ? tf.mul(square, square) : square;
    }
    return exponent < 0 ? tf.div(constants.of(1), result) : tf.clone(result);
  }

  /** A constant with all its entries. */
  private filled(value: TensorValue, tensor: Tensor): Tensor {
    return tensor.rank === 0
      ? this.engine.tf.reshape(
          this.engine.tf.mul(tensor, this.engine.tf.fill([1, this.sizeOfValue(value)], 1, "float32")),
          [1, this.sizeOfValue(value)],
        )
      : tensor;
  }

  private sizeOfValue(value: TensorValue): number {
    return sizeOf(this.program.instructions[value]!.shape);
  }

  private lastAxisOf(value: TensorValue): number {
    return this.program.instructions[value]!.shape.at(-1)!;
  }
}

/** Whether it makes a tensor of its own. */
function isMade({ op }: TensorInstruction): boolean {
  return op !== "input" && op !== "constant" && op !== "reshape";
}

/** How many entries are before an axis, along it and behind it. */
function around(shape: readonly number[], axis: number): readonly [number, number, number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
}
