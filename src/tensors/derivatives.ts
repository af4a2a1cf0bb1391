import { finishTensorProgram } from "./include.js";
import type { EntrywiseFunction } from "./instruction.js";
import { type TensorProgram, TensorProgramBuilder, type TensorValue } from "./program.js";
import { slopeOf, slopesOfPower } from "./slopes.js";

/** A function of one number with its derivatives, as a program with one scalar input: output `k` is `f^(k)`. */
export function derivativesOf(name: EntrywiseFunction, order: number): TensorProgram {
  const builder = new TensorProgramBuilder();
  const x = builder.input([]);
  return withDerivatives(builder, x, builder.call(name, x), order);
}

/** The same of `x ^ exponent`; the exponent is another input where it is not given. */
export function derivativesOfPower(exponent: number | undefined, order: number): TensorProgram {
  const builder = new TensorProgramBuilder();
  const x = builder.input([]);
  const above = exponent === undefined ? builder.input([]) : builder.constant(exponent);
  return withDerivatives(builder, x, builder.power(x, above), order);
}

function withDerivatives(
  builder: TensorProgramBuilder,
  x: TensorValue,
  value: TensorValue,
  order: number,
): TensorProgram {
  const outputs = [value];
  for (let k = 1; k <= order; k++) {
    outputs.push(derivative(builder, outputs[k - 1]!, x));
  }
  return finishTensorProgram(builder, outputs);
}

/** The derivative of an elementwise value by another, forward. */
function derivative(builder: TensorProgramBuilder, of: TensorValue, by: TensorValue): TensorValue {
  const zero = builder.constant(0);
  const done = new Map<TensorValue, TensorValue>([[by, builder.constant(1)]]);
  const slope = (value: TensorValue): TensorValue => {
    let own = done.get(value);
    if (own === undefined) {
      own = slopeOfValue(value);
      done.set(value, own);
    }
    return own;
  };
  const slopeOfValue = (value: TensorValue): TensorValue => {
    const instruction = builder.instructions[value]!;
    switch (instruction.op) {
      case "input":
      case "constant":
        return zero;
      case "add":
        return builder.add(slope(instruction.a), slope(instruction.b));
      case "multiply": {
        const { a, b } = instruction;
        return builder.add(builder.multiply(slope(a), b), builder.multiply(a, slope(b)));
      }
      case "divide": {
        const { a, b } = instruction;
        const below = builder.multiply(value, slope(b));
        return builder.divide(builder.subtract(slope(a), below), b);
      }
      case "power": {
        const { a, b } = instruction;
        const { byBase, byExponent } = slopesOfPower(builder, a, b, value);
        const [base, exponent] = [slope(a), slope(b)];
        return builder.add(
          base === zero ? zero : builder.multiply(byBase(), base),
          exponent === zero ? zero : builder.multiply(byExponent(), exponent),
        );
      }
      case "call":
        return builder.multiply(
          slopeOf(builder, instruction.name, instruction.a, value),
          slope(instruction.a),
        );
      default:
        throw new RangeError(`${instruction.op} is not elementwise`);
    }
  };
  return slope(of);
}
