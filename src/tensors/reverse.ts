import { finishTensorProgram, include } from "./include.js";
import { operandsOf, type TensorInstruction } from "./instruction.js";
import { type TensorProgram, TensorProgramBuilder, type TensorValue } from "./program.js";
import { sizeOf } from "./shapes.js";
import { slopeOf, slopesOfPower } from "./slopes.js";

/**
 * A program with the derivatives of its first output, a scalar, by some of its inputs.
 * @param inputs by number. @returns the same inputs; the outputs, and behind them a tensor in the shape of each of `inputs`.
 */
export function gradientProgram(program: TensorProgram, inputs: readonly number[]): TensorProgram {
  const builder = new TensorProgramBuilder();
  const own = program.inputs.map((shape) => builder.input(shape));
  const values = include(builder, program, own);
  const outputs = program.outputs.map((output) => values[output]!);
  const gradients = gradientsOf(
    builder,
    outputs[0]!,
    inputs.map((input) => own[input]!),
  );
  return finishTensorProgram(builder, [...outputs, ...gradients]);
}

/**
 * Adds the derivatives of a value by others to a program (reverse mode).
 * @param seed in the shape of `output`: what its entries are multiplied by and added up with; 1 where left out.
 * @returns a tensor in the shape of each of `by`.
 */
export function gradientsOf(
  builder: TensorProgramBuilder,
  output: TensorValue,
  by: readonly TensorValue[],
  seed: TensorValue = builder.constant(1, builder.shapeOf(output)),
): TensorValue[] {
  const moving = movingWith(builder, output, by);
  const adjoints = new Map<TensorValue, TensorValue>([[output, seed]]);
  for (let value = output; value >= 0; value--) {
    const adjoint = adjoints.get(value);
    if (adjoint === undefined || by.includes(value)) {
      continue;
    }
    const instruction = builder.instructions[value]!;
    const operands = operandsOf(instruction);
    operands.forEach((operand, place) => {
      if (moving.has(operand)) {
        const share = shareOf(builder, instruction, value, place, adjoint);
        const known = adjoints.get(operand);
        if (share !== undefined) {
          adjoints.set(operand, known === undefined ? share : builder.add(known, share));
        }
      }
    });
  }
  return by.map((value) => adjoints.get(value) ?? builder.constant(0, builder.shapeOf(value)));
}

/** What changes with some values, as far as another one needs it. */
function movingWith(
  builder: TensorProgramBuilder,
  output: TensorValue,
  by: readonly TensorValue[],
): ReadonlySet<TensorValue> {
  const moving = new Set(by);
  for (let value = 0; value <= output; value++) {
    if (operandsOf(builder.instructions[value]!).some((operand) => moving.has(operand))) {
      moving.add(value);
    }
  }
  return moving;
}

/** What an instruction's adjoint adds to that of its operand at a place; nothing where it does not move with it. */
function shareOf(
  builder: TensorProgramBuilder,
  instruction: TensorInstruction,
  value: TensorValue,
  place: number,
  adjoint: TensorValue,
): TensorValue | undefined {
  switch (instruction.op) {
    case "input":
    case "constant":
    case "oneHot":
      return undefined;
    case "add":
      return adjoint;
    case "multiply":
      return builder.multiply(adjoint, place === 0 ? instruction.b : instruction.a);
    case "divide": {
      const share = builder.divide(adjoint, instruction.b);
      return place === 0 ? share : builder.negate(builder.multiply(share, value));
    }
    case "power": {
      const { byBase, byExponent } = slopesOfPower(builder, instruction.a, instruction.b, value);
      return builder.multiply(adjoint, place === 0 ? byBase() : byExponent());
    }
    case "call":
      return builder.multiply(adjoint, slopeOf(builder, instruction.name, instruction.a, value));
    case "gather":
      return scattered(builder, adjoint, instruction.table, builder.shapeOf(instruction.a));
    case "sum":
      return builder.broadcast(adjoint, instruction.axis, builder.shapeOf(instruction.a)[instruction.axis]!);
    case "broadcast":
      return builder.sum(adjoint, instruction.axis);
    case "reshape":
      return builder.reshape(adjoint, builder.shapeOf(instruction.a));
    case "matmul":
      return productShare(builder, instruction, place, adjoint);
    case "logsumexp": {
      const shape = builder.shapeOf(instruction.a);
      const spread = (one: TensorValue): TensorValue =>
        builder.broadcast(one, shape.length - 1, shape.at(-1)!);
      const shares = builder.call("exp", builder.subtract(instruction.a, spread(value)));
      return builder.multiply(spread(adjoint), shares);
    }
  }
}

function productShare(
  builder: TensorProgramBuilder,
  { a, b, transposeA, transposeB }: TensorInstruction & { readonly op: "matmul" },
  place: number,
  adjoint: TensorValue,
): TensorValue {
  if (place === 0) {
    return transposeA
      ? builder.matmul(b, adjoint, transposeB, true)
      : builder.matmul(adjoint, b, false, !transposeB);
  }
  return transposeB
    ? builder.matmul(adjoint, a, true, transposeA)
    : builder.matmul(a, adjoint, !transposeA, false);
}

/**
 * The opposite of a gather: what came from a place is added up there. Again a gather, of all that came from each place, with zeros to
 * make them equally many, and a sum.
 */
export function scattered(
  builder: TensorProgramBuilder,
  value: TensorValue,
  table: Int32Array,
  shape: readonly number[],
): TensorValue {
  const size = sizeOf(shape);
  const counts = new Int32Array(size);
  for (const place of table) {
    if (place >= 0) {
      counts[place]!++;
    }
  }
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  const back = new Int32Array(size * most).fill(-1);
  counts.fill(0);
  table.forEach((place, i) => {
    if (place >= 0) {
      back[place * most + counts[place]!++] = i;
    }
  });
  if (most < 2) {
    return most === 0 ? builder.constant(0, shape) : builder.gather(value, back, shape);
  }
  return builder.sum(builder.gather(value, back, [...shape, most]), shape.length);
}
