import { operandsOf, type TensorInstruction, type TensorProgram, type TensorValue } from "./instruction.js";
import type { TensorProgramBuilder } from "./program.js";

/** The same instruction of other operands. */
export function repeated(
  builder: TensorProgramBuilder,
  instruction: Exclude<TensorInstruction, { readonly op: "input" }>,
  [a, b]: readonly TensorValue[],
): TensorValue {
  const { shape } = instruction;
  switch (instruction.op) {
    case "constant":
      return builder.constant(instruction.value, shape);
    case "add":
    case "multiply":
    case "divide":
    case "power":
      return builder.entrywise(instruction.op, a!, b!);
    case "call":
      return builder.call(instruction.name, a!);
    case "gather":
      return builder.gather(a!, instruction.table, shape);
    case "sum":
      return builder.sum(a!, instruction.axis);
    case "broadcast":
      return builder.broadcast(a!, instruction.axis, shape[instruction.axis]!);
    case "reshape":
      return builder.reshape(a!, shape);
    case "matmul":
      return builder.matmul(a!, b!, instruction.transposeA, instruction.transposeB);
    case "logsumexp":
      return builder.logsumexp(a!);
    case "oneHot":
      return builder.oneHot(a!, shape.at(-1)!);
  }
}

/**
 * Carries out a finished program in another one.
 * @param inputs a value for each of its inputs. @returns the value of each of its instructions.
 */
export function include(
  builder: TensorProgramBuilder,
  program: TensorProgram,
  inputs: readonly TensorValue[],
): readonly TensorValue[] {
  const values: TensorValue[] = [];
  for (const instruction of program.instructions) {
    const operands = operandsOf(instruction).map((operand) => values[operand]!);
    values.push(
      instruction.op === "input" ? inputs[instruction.index]! : repeated(builder, instruction, operands),
    );
  }
  return values;
}

/** Drops what no output needs. */
export function finishTensorProgram(
  builder: TensorProgramBuilder,
  outputs: readonly TensorValue[],
): TensorProgram {
  const needed = new Set<TensorValue>();
  const stack = [...outputs];
  while (stack.length > 0) {
    const value = stack.pop()!;
    if (!needed.has(value)) {
      needed.add(value);
      stack.push(...operandsOf(builder.instructions[value]!));
    }
  }
  const order = [...needed].sort((first, second) => first - second);
  const places = new Map(order.map((value, place) => [value, place]));
  return {
    instructions: order.map((value) => {
      const instruction = builder.instructions[value]!;
      const [a, b] = operandsOf(instruction).map((operand) => places.get(operand)!);
      return {
        ...instruction,
        ...(a === undefined ? {} : { a }),
        ...(b === undefined ? {} : { b }),
      } as TensorInstruction;
    }),
    outputs: outputs.map((output) => places.get(output)!),
    inputs: [...builder.inputs],
  };
}
