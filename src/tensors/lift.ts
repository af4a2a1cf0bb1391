import type { TruncatedAlgebra } from "./algebra.js";
import { derivativesOf, derivativesOfPower } from "./derivatives.js";
import { finishTensorProgram, include, repeated } from "./include.js";
import { operandsOf, type TensorInstruction } from "./instruction.js";
import { LiftedArithmetic } from "./lifted-arithmetic.js";
import { type TensorProgram, TensorProgramBuilder, type TensorValue } from "./program.js";

/** The components of a tensor over a truncated algebra; those that are missing, also behind its end, are zero. */
export type Lifted = readonly (TensorValue | undefined)[];

/** A program over a truncated algebra, as one over numbers. */
export interface LiftedProgram {
  readonly program: TensorProgram;
  /** For each component of each input, the number of the program's input that it is; `-1` where it is zero. */
  readonly inputs: readonly (readonly number[])[];
  /** For each component of each output, the number of the program's output that it is; `-1` where it is zero. */
  readonly outputs: readonly (readonly number[])[];
}

/**
 * A program whose every number is an element of a truncated algebra: along directions of its inputs the derivatives of all its outputs,
 * or along a curve of inputs the power series of its outputs. What is zero is not computed.
 * @param present of each input, which components there are; others are zero. The first is always there.
 */
export function liftProgram(
  program: TensorProgram,
  algebra: TruncatedAlgebra,
  present: readonly (readonly number[])[],
): LiftedProgram {
  const builder = new TensorProgramBuilder();
  let count = 0;
  const numbers = program.inputs.map((_, input) =>
    Array.from({ length: algebra.size }, (__, component) =>
      component === 0 || present[input]?.includes(component) ? count++ : -1,
    ),
  );
  const inputs = program.inputs.map((shape, input) =>
    numbers[input]!.map((number) => (number < 0 ? undefined : builder.input(shape))),
  );
  const lifted = lift(builder, program, algebra, inputs);
  const outputs: TensorValue[] = [];
  const places = lifted.map((components) =>
    Array.from({ length: algebra.size }, (_, component) => {
      const value = components[component];
      return value === undefined ? -1 : outputs.push(value) - 1;
    }),
  );
  return { program: finishTensorProgram(builder, outputs), inputs: numbers, outputs: places };
}

/** Carries a program out over a truncated algebra in another program. @returns its outputs. */
export function lift(
  builder: TensorProgramBuilder,
  program: TensorProgram,
  algebra: TruncatedAlgebra,
  inputs: readonly Lifted[],
): readonly Lifted[] {
  const lifter = new Lifter(builder, algebra, inputs);
  const values: Lifted[] = [];
  for (const instruction of program.instructions) {
    values.push(
      lifter.lifted(
        instruction,
        operandsOf(instruction).map((operand) => values[operand]!),
      ),
    );
  }
  return program.outputs.map((output) => values[output]!);
}

class Lifter {
  private readonly arithmetic: LiftedArithmetic;
  private readonly known = new Map<string, TensorProgram>();

  constructor(
    private readonly builder: TensorProgramBuilder,
    private readonly algebra: TruncatedAlgebra,
    private readonly inputs: readonly Lifted[],
  ) {
    this.arithmetic = new LiftedArithmetic(builder, algebra);
  }

  lifted(instruction: TensorInstruction, operands: readonly Lifted[]): Lifted {
    const [number, ...rest] = this.components(instruction, operands);
    return [number ?? this.builder.constant(0, instruction.shape), ...rest];
  }

  private components(instruction: TensorInstruction, [a, b]: readonly Lifted[]): Lifted {
    const { arithmetic, builder, algebra } = this;
    switch (instruction.op) {
      case "input":
        return this.inputs[instruction.index]!;
      case "constant":
        return arithmetic.number(instruction.value, instruction.shape);
      case "oneHot":
        return [builder.oneHot(a![0]!, instruction.shape.at(-1)!)];
      case "add":
        return arithmetic.sum([a!, b!]);
      case "multiply":
        return arithmetic.multiply(a!, b!);
      case "divide":
        return arithmetic.divide(a!, b!);
      case "power":
        return this.power(a!, b!);
      case "call": {
        const { name } = instruction;
        return this.composed(a!, [], name, () => derivativesOf(name, algebra.height));
      }
      case "matmul":
        return arithmetic.bilinear(a!, b!, (one, other) => repeated(builder, instruction, [one, other]));
      case "logsumexp":
        return this.logsumexp(a!);
      default:
        // the rest is linear
        return a!.map((component) =>
          component === undefined ? undefined : repeated(builder, instruction, [component]),
        );
    }
  }

  /** A function by its derivatives at the number itself. */
  private composed(
    element: Lifted,
    others: readonly TensorValue[],
    key: string,
    make: () => TensorProgram,
  ): Lifted {
    const { builder } = this;
    let program = this.known.get(key);
    if (program === undefined) {
      program = make();
      this.known.set(key, program);
    }
    const own = program;
    const shape = builder.shapeOf(element[0]!);
    const values = include(builder, own, [element[0]!, ...others]);
    return this.arithmetic.compose(
      own.outputs.map((output) => builder.broadcastTo(values[output]!, shape)),
      element,
    );
  }

  private power(base: Lifted, exponent: Lifted): Lifted {
    const { arithmetic, builder, algebra } = this;
    if (arithmetic.isNumber(exponent)) {
      const number = builder.constantValue(exponent[0]!);
      return number === undefined
        ? this.composed(base, [exponent[0]!], "power", () => derivativesOfPower(undefined, algebra.height))
        : this.composed(base, [], `power ${number}`, () => derivativesOfPower(number, algebra.height));
    }
    const logarithm = this.composed(base, [], "log", () => derivativesOf("log", algebra.height));
    return this.composed(arithmetic.multiply(exponent, logarithm), [], "exp", () =>
      derivativesOf("exp", algebra.height),
    );
  }

  /**
   * With `p = e^(x₀ − l)`, `l = logsumexp(x₀)`, and `m` the mean of the small part `δ` by `p`: `l + m + log(Σ p e^(δ − m))`, in which
   * nothing cancels where one entry is far above the others.
   */
  private logsumexp(x: Lifted): Lifted {
    const { arithmetic, builder, algebra } = this;
    const number = x[0]!;
    const shape = builder.shapeOf(number);
    const last = shape.length - 1;
    const spread = (value: TensorValue): TensorValue => builder.broadcast(value, last, shape[last]!);
    const value = builder.logsumexp(number);
    if (arithmetic.isNumber(x)) {
      return [value];
    }
    const shares = builder.call("exp", builder.subtract(number, spread(value)));
    const averaged = (element: Lifted): Lifted =>
      element.map((component) =>
        component === undefined ? undefined : builder.sum(builder.multiply(shares, component), last),
      );
    const mean = averaged([undefined, ...x.slice(1)]);
    const centred = arithmetic.sum([
      [undefined, ...x.slice(1)],
      mean.map((component) => (component === undefined ? undefined : builder.negate(spread(component)))),
    ]);
    // e^δ − 1 − δ, since δ has no mean
    const curved = arithmetic.compose(
      Array.from({ length: algebra.height + 1 }, (_, k) => (k < 2 ? undefined : builder.constant(1, shape))),
      centred,
    );
    const rest = averaged([undefined, ...curved.slice(1)]);
    const logarithm = arithmetic.compose(
      Array.from({ length: algebra.height + 1 }, (_, k) =>
        k === 0 ? undefined : builder.constant((k % 2 === 1 ? 1 : -1) * factorial(k - 1), shape.slice(0, -1)),
      ),
      rest,
    );
    return arithmetic.sum([[value], mean, logarithm]);
  }
}

function factorial(k: number): number {
  return k < 2 ? 1 : k * factorial(k - 1);
}
