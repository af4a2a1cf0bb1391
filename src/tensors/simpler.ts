import type { Shape } from "./expression.js";
import type { EntrywiseOperation, TensorInstruction, TensorValue } from "./instruction.js";

/** What is asked of a program that grows. */
interface Growing {
  readonly instructions: readonly TensorInstruction[];
  constantValue(value: TensorValue): number | undefined;
  constant(value: number, shape: Shape): TensorValue;
  multiply(one: TensorValue, other: TensorValue): TensorValue;
  scale(factor: number, value: TensorValue): TensorValue;
  broadcast(a: TensorValue, axis: number, length: number): TensorValue;
}

/** The same with fewer operations, where there is such. */
export function simpler(
  builder: Growing,
  op: EntrywiseOperation,
  a: TensorValue,
  b: TensorValue,
): TensorValue | undefined {
  const { shape } = builder.instructions[a]!;
  const [x, y] = [builder.constantValue(a), builder.constantValue(b)];
  if (x !== undefined && y !== undefined) {
    return builder.constant(folded(op, x, y), shape);
  }
  switch (op) {
    case "add":
      return x === 0 ? b : y === 0 ? a : undefined;
    case "multiply":
      return x !== undefined
        ? scaled(builder, x, b)
        : y !== undefined
          ? scaled(builder, y, a)
          : withFactorsOutside(builder, a, b);
    case "divide":
      return x === 0 ? a : y === 1 ? a : undefined;
    case "power":
      return y === 0 ? builder.constant(1, shape) : y === 1 ? a : undefined;
  }
}

/** Numbers that two factors are multiplied by meet in one. */
function withFactorsOutside(builder: Growing, a: TensorValue, b: TensorValue): TensorValue | undefined {
  const [one, other] = [apart(builder, a), apart(builder, b)];
  return one.factor === 1 && other.factor === 1
    ? undefined
    : builder.scale(one.factor * other.factor, builder.multiply(one.value, other.value));
}

/** A value as a number times another. */
function apart(
  builder: Growing,
  value: TensorValue,
): { readonly factor: number; readonly value: TensorValue } {
  const instruction = builder.instructions[value]!;
  if (instruction.op === "multiply") {
    const [own, other] = [builder.constantValue(instruction.a), builder.constantValue(instruction.b)];
    if (own !== undefined) {
      return { factor: own, value: instruction.b };
    }
    if (other !== undefined) {
      return { factor: other, value: instruction.a };
    }
  }
  return { factor: 1, value };
}

function scaled(builder: Growing, factor: number, value: TensorValue): TensorValue | undefined {
  const instruction = builder.instructions[value]!;
  if (factor === 0) {
    return builder.constant(0, instruction.shape);
  }
  if (factor === 1) {
    return value;
  }
  if (instruction.op === "broadcast") {
    return builder.broadcast(
      builder.scale(factor, instruction.a),
      instruction.axis,
      instruction.shape[instruction.axis]!,
    );
  }
  const inner = apart(builder, value);
  if (inner.factor !== 1) {
    return builder.scale(factor * inner.factor, inner.value);
  }
  return undefined;
}

function folded(op: EntrywiseOperation, x: number, y: number): number {
  switch (op) {
    case "add":
      return x + y;
    case "multiply":
      return x * y;
    case "divide":
      return x / y;
    case "power":
      return x ** y;
  }
}
