import { call, divide, isNumber, negate, number, power, product, zero } from "../landscape/build.js";
import { type Expression, logSumExp } from "../landscape/index.js";
import type {
  EntrywiseFunction,
  EntrywiseOperation,
  TensorInstruction,
  TensorProgram,
} from "./instruction.js";
import { sizeOf } from "./shapes.js";

/**
 * Carries a program out on expressions of scalars: an array of entries, row-major, for each instruction. What a program has once is one
 * object in all its places; sums are nested as the program nests them.
 * @param inputs the entries of each input. @param oneHot the entry that is 1 where `label` is `index`, and else 0.
 */
export function carriedOut(
  { instructions, outputs }: TensorProgram,
  inputs: readonly (readonly Expression[])[],
  oneHot: (label: Expression, index: number, length: number) => Expression,
): readonly (readonly Expression[])[] {
  const values: (readonly Expression[])[] = [];
  for (const instruction of instructions) {
    values.push(entriesOf(instruction, instructions, values, inputs, oneHot));
  }
  return outputs.map((output) => values[output]!);
}

function entriesOf(
  instruction: TensorInstruction,
  instructions: readonly TensorInstruction[],
  values: readonly (readonly Expression[])[],
  inputs: readonly (readonly Expression[])[],
  oneHot: (label: Expression, index: number, length: number) => Expression,
): readonly Expression[] {
  const { shape } = instruction;
  switch (instruction.op) {
    case "input":
      return inputs[instruction.index]!;
    case "constant":
      return new Array<Expression>(sizeOf(shape)).fill(number(instruction.value));
    case "add":
    case "multiply":
    case "divide":
    case "power": {
      const right = values[instruction.b]!;
      return values[instruction.a]!.map((left, i) => entrywise(instruction.op, left, right[i]!));
    }
    case "call":
      return values[instruction.a]!.map((entry) => called(instruction.name, entry));
    case "gather": {
      const from = values[instruction.a]!;
      return Array.from(instruction.table, (place) => (place < 0 ? zero : from[place]!));
    }
    case "sum": {
      const from = values[instruction.a]!;
      const length = instructions[instruction.a]!.shape[instruction.axis]!;
      const inner = sizeOf(shape.slice(instruction.axis));
      return Array.from({ length: sizeOf(shape) }, (_, i) => {
        const first = (i - (i % inner)) * length + (i % inner);
        return added(Array.from({ length }, (__, k) => from[first + k * inner]!));
      });
    }
    case "broadcast": {
      const from = values[instruction.a]!;
      const inner = sizeOf(shape.slice(instruction.axis + 1));
      const length = shape[instruction.axis]!;
      return Array.from({ length: sizeOf(shape) }, (_, i) => {
        return from[Math.floor(i / (length * inner)) * inner + (i % inner)]!;
      });
    }
    case "reshape":
      return values[instruction.a]!;
    case "matmul":
      return productEntries(instruction, instructions, values);
    case "logsumexp": {
      const from = values[instruction.a]!;
      const length = instructions[instruction.a]!.shape.at(-1)!;
      return Array.from({ length: sizeOf(shape) }, (_, i) =>
        logSumExp(from.slice(i * length, (i + 1) * length)),
      );
    }
    case "oneHot": {
      const length = shape.at(-1)!;
      return values[instruction.a]!.flatMap((label) =>
        Array.from({ length }, (_, index) => oneHot(label, index, length)),
      );
    }
  }
}

function productEntries(
  { a, b, transposeA, transposeB, shape }: TensorInstruction & { readonly op: "matmul" },
  instructions: readonly TensorInstruction[],
  values: readonly (readonly Expression[])[],
): readonly Expression[] {
  const [left, right] = [values[a]!, values[b]!];
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  const inner = instructions[a]!.shape.at(transposeA ? -2 : -1)!;
  return Array.from({ length: sizeOf(shape) }, (_, i) => {
    const column = i % columns;
    const row = Math.floor(i / columns) % rows;
    const stack = Math.floor(i / (columns * rows)) * inner;
    return added(
      Array.from({ length: inner }, (__, k) => {
        const l = left[stack * rows + (transposeA ? k * rows + row : row * inner + k)]!;
        const r = right[stack * columns + (transposeB ? column * inner + k : k * columns + column)]!;
        return product([l, r]);
      }),
    );
  });
}

function entrywise(op: EntrywiseOperation, left: Expression, right: Expression): Expression {
  switch (op) {
    case "add":
      return added([left, right]);
    case "multiply":
      return product([left, right]);
    case "divide":
      return divide(left, right);
    case "power":
      return power(left, right);
  }
}

function called(name: EntrywiseFunction, argument: Expression): Expression {
  if (name !== "tanhSlope") {
    return call(name, argument);
  }
  const twice = product([number(2), argument]);
  return product([number(4), call("sigmoid", twice), call("sigmoid", negate(twice))]);
}

/** A sum whose terms stay what they are. */
function added(terms: readonly Expression[]): Expression {
  const kept = terms.filter((term) => !isNumber(term, 0));
  return kept.length === 0 ? zero : kept.length === 1 ? kept[0]! : { kind: "sum", terms: kept };
}
