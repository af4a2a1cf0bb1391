import { doubleOfBits } from "../../compile/double-bits.js";
import { SimulationError } from "../../compile/error.js";
import { calledFunctions, type Instruction, type Program } from "../../compile/program.js";
import type { Constants, Tensor, TensorFunctions, TensorNamespace } from "./namespace.js";

/** How much is done at once. */
export interface TensorSizes {
  /** Entries of a tensor, about: points times trials. */
  readonly entries: number;
  /** Points of a batch that are taken together; sums depend on it, in their last bits. */
  readonly rows: number;
  /** Numbers that tensors of a large landscape hold together, about: those of one trial times trials. */
  readonly numbers: number;
}

/** Operations that a back end does better in other ways than tfjs's own. */
export interface TensorWays {
  /** Of a tensor of shape `[trials, size]` the entries at some places, or 0 where that is −1. */
  readonly gather: (x: Tensor, places: Int32Array) => Tensor;
  /** `[trials, outer, inner]` repeated as `[trials, outer, length, inner]`. */
  readonly repeat: (x: Tensor, length: number) => Tensor;
  /** As tfjs's `matMul`. */
  readonly product: (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean) => Tensor;
}

/** What carries out tensor programs: tfjs on one of its back ends. */
export interface TensorEngine {
  readonly tf: TensorNamespace;
  readonly functions: TensorFunctions;
  readonly constants: Constants;
  /** Absent where tfjs's own are as good. */
  readonly ways?: TensorWays;
  readonly sizes: TensorSizes;
}

/**
 * A program with calls (`planSimulation(request, "calls")`) on tensors: each instruction once for all entries, in single
 * precision. Shapes are broadcast: weights of shape `[trials]` meet data of shape `[points, trials]`.
 */
export class TensorProgram {
  private readonly engine: TensorEngine;
  private readonly program: Program;
  /** For each instruction, which values nobody needs once it is done. */
  private readonly spent: readonly (readonly number[])[];

  /** @throws SimulationError of one line when the program has instructions of another kind. */
  constructor(engine: TensorEngine, program: Program) {
    this.engine = engine;
    this.program = program;
    const foreign = program.instructions.find(({ op }) => !tensorOpcodes.has(op));
    if (foreign !== undefined) {
      throw new SimulationError(`tensors cannot carry out "${foreign.op}"`);
    }
    this.spent = spentAfter(program);
  }

  /** One instruction an output. */
  get outputs(): readonly number[] {
    return this.program.outputs;
  }

  /**
   * The outputs for some inputs, undefined being allowed for those that the program does not use. An output that is an
   * input or a constant is that very tensor; the others are the caller's, who runs this in `tf.tidy`.
   */
  run(inputs: readonly (Tensor | undefined)[]): readonly Tensor[] {
    const values: Tensor[] = [];
    this.program.instructions.forEach((instruction, index) => {
      values.push(this.value(instruction, values, inputs));
      for (const spent of this.spent[index]!) {
        values[spent]!.dispose();
      }
    });
    return this.program.outputs.map((output) => values[output]!);
  }

  private value(
    { op, a, b, index, high, low }: Instruction,
    values: readonly Tensor[],
    inputs: readonly (Tensor | undefined)[],
  ): Tensor {
    const { tf, functions, constants } = this.engine;
    const x = values[a]!;
    const y = values[b]!;
    switch (op) {
      case "input": {
        const input = inputs[index];
        if (input === undefined) {
          throw new SimulationError(`input ${index} of a tensor program is missing`);
        }
        return input;
      }
      case "constant":
        return constants.of(doubleOfBits(high, low));
      case "add":
        return tf.add(x, y);
      case "subtract":
        return tf.sub(x, y);
      case "multiply":
        return tf.mul(x, y);
      case "divide":
        return tf.div(x, y);
      case "sqrt":
        return tf.sqrt(x);
      case "absolute":
        return tf.abs(x);
      case "negate":
        return tf.neg(x);
      default:
        return functions[calledFunctions[index]!](x);
    }
  }
}

const tensorOpcodes: ReadonlySet<Instruction["op"]> = new Set([
  "input",
  "constant",
  "add",
  "subtract",
  "multiply",
  "divide",
  "sqrt",
  "absolute",
  "negate",
  "call",
]);

/** Inputs, constants and outputs are never spent. */
function spentAfter(program: Program): readonly (readonly number[])[] {
  const spent = program.instructions.map((): number[] => []);
  const kept = new Set(program.outputs);
  for (let index = program.instructions.length - 1; index >= 0; index--) {
    const { a, b } = program.instructions[index]!;
    for (const operand of [a, b]) {
      if (operand < 0 || kept.has(operand)) {
        continue;
      }
      kept.add(operand);
      const { op } = program.instructions[operand]!;
      if (op !== "input" && op !== "constant") {
        spent[index]!.push(operand);
      }
    }
  }
  return spent;
}
