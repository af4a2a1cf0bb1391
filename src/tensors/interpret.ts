import {
  type EntrywiseOperation,
  entrywiseValue,
  operandsOf,
  type TensorInstruction,
} from "./instruction.js";
import * as kernels from "./kernels.js";
import type { TensorProgram, TensorValue } from "./program.js";
import { refuseLarge, sizeOf } from "./shapes.js";

const entrywise: Readonly<Record<EntrywiseOperation, typeof kernels.add>> = {
  add: kernels.add,
  multiply: kernels.multiply,
  divide: kernels.divide,
  power: kernels.power,
};

/** Carries out some items of a batch, as far as what it computes varies over them. */
type Step = (items: number) => void;

/**
 * Carries a program out in doubles over a batch of items: rows of data, or trials. Each input is one tensor that all items share, or one
 * for each; what depends on shared ones only is computed once. All memory is taken when it is made.
 */
export class TensorInterpreter {
  /** Of each output, whether it is one tensor for each item. */
  readonly varies: readonly boolean[];
  /** How many numbers its memory holds. */
  readonly numbers: number;
  private readonly steps: Step[] = [];
  private readonly registers: Float64Array[] = [];
  private readonly varying: boolean[] = [];
  private readonly constants = new Map<TensorValue, number>();

  /**
   * @param varying of each input, whether it is one tensor for each item.
   * @param batch the most items of a run.
   * @throws TensorSizeError when it would take too much memory.
   */
  constructor(
    private readonly program: TensorProgram,
    varying: readonly boolean[],
    private readonly batch: number,
  ) {
    const { instructions, outputs } = program;
    const lastUse = lastUses(program);
    const free = new Map<number, Float64Array[]>();
    /** Reshaped tensors share memory with what they were. */
    const owners: TensorValue[] = [];
    let numbers = 0;
    instructions.forEach((instruction, value) => {
      const operands = operandsOf(instruction);
      owners.push(instruction.op === "reshape" ? owners[instruction.a]! : value);
      const varies =
        instruction.op === "input"
          ? varying[instruction.index]!
          : operands.some((operand) => this.varying[operand]!);
      this.varying.push(varies);
      const length = sizeOf(instruction.shape) * (varies ? batch : 1);
      if (instruction.op === "input") {
        this.registers.push(new Float64Array(0));
      } else if (instruction.op === "reshape") {
        this.registers.push(this.registers[instruction.a]!);
      } else {
        // what is filled once must not be where others are computed
        const reused = instruction.op === "constant" ? undefined : free.get(length)?.pop();
        numbers += reused === undefined ? length : 0;
        refuseLarge(numbers, "the tensors that are held at once have");
        this.registers.push(reused ?? new Float64Array(length));
      }
      const step = this.step(instruction, value);
      if (step !== undefined) {
        this.steps.push(step);
      }
      for (const operand of new Set(operands.map((one) => owners[one]!))) {
        const { op } = instructions[operand]!;
        if (lastUse[operand] === value && op !== "input" && op !== "constant") {
          const register = this.registers[operand]!;
          const others = free.get(register.length);
          if (others === undefined) {
            free.set(register.length, [register]);
          } else {
            others.push(register);
          }
        }
      }
    });
    this.numbers = numbers;
    this.varies = outputs.map((output) => this.varying[output]!);
  }

  /**
   * @param inputs the entries of each, row-major; item by item where it varies. Inputs that the program does not use may be anything.
   * @param items how many items there are, at most as many as the batch has.
   * @returns the entries of each output, item by item where it varies. Read them before the next run.
   */
  run(inputs: readonly Float64Array[], items = this.batch): readonly Float64Array[] {
    if (!(items <= this.batch)) {
      throw new RangeError(`${items} items for a batch of ${this.batch}`);
    }
    this.program.instructions.forEach((instruction, value) => {
      if (instruction.op === "input") {
        this.registers[value] = inputs[instruction.index]!;
      } else if (instruction.op === "reshape") {
        this.registers[value] = this.registers[instruction.a]!;
      }
    });
    for (const step of this.steps) {
      step(items);
    }
    return this.program.outputs.map((output) => {
      const { shape } = this.program.instructions[output]!;
      return this.registers[output]!.subarray(0, sizeOf(shape) * (this.varying[output]! ? items : 1));
    });
  }

  private step(instruction: TensorInstruction, value: TensorValue): Step | undefined {
    const { registers } = this;
    const { shape } = instruction;
    const size = sizeOf(shape);
    const varies = this.varying[value]!;
    const count = varies ? (items: number) => items : () => 1;
    switch (instruction.op) {
      case "input":
      case "reshape":
        return undefined;
      case "constant":
        registers[value]!.fill(instruction.value);
        this.constants.set(value, instruction.value);
        return undefined;
      case "add":
      case "multiply":
      case "divide":
      case "power":
        return this.entrywiseStep(instruction, value);
      case "call": {
        const { name, a } = instruction;
        return (items) => {
          const from = registers[a]!;
          const out = registers[value]!;
          const all = count(items) * size;
          for (let i = 0; i < all; i++) {
            out[i] = entrywiseValue(name, from[i]!);
          }
        };
      }
      case "gather": {
        const { a, table } = instruction;
        const step = this.stepOf(a);
        return (items) => kernels.gather(registers[a]!, registers[value]!, table, count(items), step);
      }
      case "sum":
      case "broadcast": {
        const { a, axis, op } = instruction;
        const long = op === "sum" ? this.shapeOf(a) : shape;
        const outer = sizeOf(long.slice(0, axis));
        const inner = sizeOf(long.slice(axis + 1));
        const kernel = op === "sum" ? kernels.sum : kernels.broadcast;
        return (items) => kernel(registers[a]!, registers[value]!, count(items) * outer, long[axis]!, inner);
      }
      case "matmul": {
        const { a, b, transposeA, transposeB } = instruction;
        const inner = this.shapeOf(a).at(transposeA ? -2 : -1)!;
        const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
        const layout = { rows, inner, columns, transposeA, transposeB };
        const depth = size / (rows * columns);
        const [stepA, stepB] = [this.stepOf(a), this.stepOf(b)];
        return (items) => {
          const [left, right, out] = [registers[a]!, registers[b]!, registers[value]!];
          for (let item = 0; item < count(items); item++) {
            for (let s = 0; s < depth; s++) {
              const firstA = item * stepA + s * rows * inner;
              const firstB = item * stepB + s * inner * columns;
              const firstOut = item * size + s * rows * columns;
              kernels.matmul(left, right, out, layout, firstA, firstB, firstOut);
            }
          }
        };
      }
      case "logsumexp": {
        const { a } = instruction;
        const length = this.shapeOf(a).at(-1)!;
        return (items) => kernels.logsumexp(registers[a]!, registers[value]!, count(items) * size, length);
      }
      case "oneHot": {
        const { a } = instruction;
        const length = shape.at(-1)!;
        return (items) =>
          kernels.oneHot(registers[a]!, registers[value]!, (count(items) * size) / length, length);
      }
    }
  }

  private entrywiseStep(
    { op, a, b, shape }: TensorInstruction & { readonly op: EntrywiseOperation },
    value: TensorValue,
  ): Step {
    const { registers } = this;
    const size = sizeOf(shape);
    const [stepA, stepB] = [this.stepOf(a), this.stepOf(b)];
    const count = this.varying[value]! ? (items: number) => items : () => 1;
    const number = this.constants.get(a) ?? this.constants.get(b);
    if (op === "multiply" && number !== undefined) {
      const from = this.constants.has(a) ? b : a;
      return (items) => {
        const operand = registers[from]!;
        const out = registers[value]!;
        const all = count(items) * size;
        for (let i = 0; i < all; i++) {
          out[i] = number * operand[i]!;
        }
      };
    }
    const kernel = entrywise[op];
    if (stepA === size && stepB === size) {
      return (items) => kernel(registers[a]!, registers[b]!, registers[value]!, count(items) * size, 1, 0, 0);
    }
    return (items) =>
      kernel(registers[a]!, registers[b]!, registers[value]!, size, count(items), stepA, stepB);
  }

  private shapeOf(value: TensorValue): readonly number[] {
    return this.program.instructions[value]!.shape;
  }

  /** How far an operand's items are apart. */
  private stepOf(value: TensorValue): number {
    return this.varying[value]! ? sizeOf(this.shapeOf(value)) : 0;
  }
}

/** The last instruction that reads what each one makes, also under another shape; none is after an output. */
export function lastUses({ instructions, outputs }: TensorProgram): number[] {
  const last = instructions.map((_, value) => value);
  for (const output of outputs) {
    last[output] = Number.POSITIVE_INFINITY;
  }
  for (let value = instructions.length - 1; value >= 0; value--) {
    const instruction = instructions[value]!;
    const until = instruction.op === "reshape" ? last[value]! : value;
    for (const operand of operandsOf(instruction)) {
      last[operand] = Math.max(last[operand]!, until);
    }
  }
  return last;
}
