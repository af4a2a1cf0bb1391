import type { Expression } from "../landscape/expression.js";
import { children } from "../landscape/index.js";
import { type ElementaryFunctions, elementary } from "./elementary.js";
import { SimulationError } from "./error.js";
import { finishProgram, type Program, ProgramBuilder, type Value } from "./program.js";

/** Powers up to this are products; larger ones go through exp and log. */
const largestProductPower = 1024;

/** Adds the instructions of an expression whose symbols are the given values; elementary functions become instructions, or calls. */
export function lowerExpression(
  builder: ProgramBuilder,
  expression: Expression,
  symbols: ReadonlyMap<string, Value>,
  functions: ElementaryFunctions = elementary,
): Value {
  return eachOnce<Value>(expression, (one, of) => lowerOne(builder, one, symbols, functions, of));
}

/** What is made of an expression when that of its operands is; what stands in several places is made once. */
export function eachOnce<Result>(
  expression: Expression,
  make: (expression: Expression, of: (operand: Expression) => Result) => Result,
): Result {
  const made = new Map<Expression, Result>();
  const of = (operand: Expression): Result => made.get(operand)!;
  // Operands are met before their users on a stack of our own: a loss may nest deeper than calls can.
  const stack: { expression: Expression; ready: boolean }[] = [{ expression, ready: false }];
  while (stack.length > 0) {
    const top = stack.pop()!;
    if (made.has(top.expression)) {
      continue;
    }
    if (!top.ready) {
      stack.push({ expression: top.expression, ready: true });
      for (const operand of children(top.expression)) {
        stack.push({ expression: operand, ready: false });
      }
      continue;
    }
    made.set(top.expression, make(top.expression, of));
  }
  return of(expression);
}

/** Adds the instructions of an expression, those of its operands being there. */
export function lowerOne(
  builder: ProgramBuilder,
  expression: Expression,
  symbols: ReadonlyMap<string, Value>,
  functions: ElementaryFunctions,
  of: (operand: Expression) => Value,
): Value {
  switch (expression.kind) {
    case "number":
      return builder.constant(expression.value);
    case "symbol": {
      const value = symbols.get(expression.name);
      if (value === undefined) {
        throw new SimulationError(
          `"${expression.name}" is neither a weight nor a datum of the landscape; declare it`,
        );
      }
      return value;
    }
    case "sum":
      return balanced(expression.terms.map(of), 0, (a, b) => builder.add(a, b), builder);
    case "product":
      return product(builder, expression.factors.map(of));
    case "negate":
      return builder.negate(of(expression.operand));
    case "divide":
      return builder.divide(of(expression.numerator), of(expression.denominator));
    case "power":
      return power(builder, of(expression.base), of(expression.exponent), functions);
    case "call": {
      const argument = of(expression.argument);
      const { name } = expression;
      return name === "sin" || name === "cos"
        ? wave(builder, functions, name, argument)
        : functions[name](builder, argument);
    }
    case "logsumexp":
      return functions.logSumExp(builder, expression.terms.map(of));
  }
}

/** Joins neighbours, then neighbours of those: a long sum becomes a short chain. */
function balanced(
  values: readonly Value[],
  empty: number,
  join: (a: Value, b: Value) => Value,
  builder: ProgramBuilder,
): Value {
  if (values.length === 0) {
    return builder.constant(empty);
  }
  let row = values;
  while (row.length > 1) {
    const next: Value[] = [];
    for (let i = 0; i < row.length; i += 2) {
      next.push(i + 1 < row.length ? join(row[i]!, row[i + 1]!) : row[i]!);
    }
    row = next;
  }
  return row[0]!;
}

/** Numbers are multiplied together first, signs are gathered, then the rest. */
export function product(builder: ProgramBuilder, factors: readonly Value[]): Value {
  let number = 1;
  const rest: Value[] = [];
  for (const factor of factors) {
    const value = builder.constantValue(factor);
    const instruction = builder.instructions[factor]!;
    if (value !== undefined) {
      number *= value;
    } else if (instruction.op === "negate") {
      number = -number;
      rest.push(instruction.a);
    } else {
      rest.push(factor);
    }
  }
  if (rest.length === 0) {
    return builder.constant(number);
  }
  const variable = balanced(rest, 1, (a, b) => builder.multiply(a, b), builder);
  return builder.multiply(builder.constant(number), variable);
}

export function power(
  builder: ProgramBuilder,
  base: Value,
  exponent: Value,
  functions: ElementaryFunctions,
): Value {
  const number = builder.constantValue(exponent);
  const baseNumber = builder.constantValue(base);
  if (number !== undefined && baseNumber !== undefined) {
    return builder.constant(baseNumber ** number);
  }
  if (number !== undefined && Number.isInteger(2 * number) && Math.abs(number) <= largestProductPower) {
    const whole = Math.floor(Math.abs(number));
    const half = Math.abs(number) !== whole ? builder.sqrt(base) : builder.constant(1);
    const value = builder.multiply(wholePower(builder, base, whole), half);
    return number < 0 ? builder.divide(builder.constant(1), value) : value;
  }
  // A number's power needs no logarithm of a lane: b^y = e^(y log b).
  const logarithm =
    baseNumber !== undefined && baseNumber > 0
      ? builder.constant(Math.log(baseNumber))
      : functions.log(builder, base);
  return functions.exp(builder, builder.multiply(exponent, logarithm));
}

function wholePower(builder: ProgramBuilder, base: Value, exponent: number): Value {
  if (exponent === 0) {
    return builder.constant(1);
  }
  let result: Value | undefined;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      result = result === undefined ? square : builder.multiply(result, square);
    }
    if (left > 1) {
      square = builder.multiply(square, square);
    }
  }
  return result!;
}

/** The sine or cosine of a value; with a constant shift, by those of the angle that is shifted. */
export function wave(
  builder: ProgramBuilder,
  functions: ElementaryFunctions,
  name: "sin" | "cos",
  argument: Value,
): Value {
  const shifted = shiftOf(builder, argument);
  return shifted === undefined
    ? functions[name](builder, argument)
    : shiftedWave(builder, functions, name, shifted);
}

interface ShiftedAngle {
  readonly angle: Value;
  readonly shift: number;
}

/** `angle + shift` with a constant shift, when a value is that. */
function shiftOf(builder: ProgramBuilder, value: Value): ShiftedAngle | undefined {
  const { op, a, b } = builder.instructions[value]!;
  const left = a >= 0 ? builder.constantValue(a) : undefined;
  const right = b >= 0 ? builder.constantValue(b) : undefined;
  if (op === "add" && left !== undefined) {
    return { angle: b, shift: left };
  }
  if (op === "add" && right !== undefined) {
    return { angle: a, shift: right };
  }
  if (op === "subtract" && right !== undefined) {
    return { angle: a, shift: -right };
  }
  return undefined;
}

/** The addition theorem: a loss that has one of sin and cos of an angle mostly has the other, and shifts of both. */
function shiftedWave(
  builder: ProgramBuilder,
  functions: ElementaryFunctions,
  name: "sin" | "cos",
  { angle, shift }: ShiftedAngle,
): Value {
  const sine = functions.sin(builder, angle);
  const cosine = functions.cos(builder, angle);
  const [c, s] = equalized(Math.cos(shift), Math.sin(shift)).map((value) => builder.constant(value)) as [
    Value,
    Value,
  ];
  return name === "sin"
    ? builder.add(builder.multiply(sine, c), builder.multiply(cosine, s))
    : builder.subtract(builder.multiply(cosine, c), builder.multiply(sine, s));
}

/** At odd multiples of π/4, which no double is, both are √½ but for the rounding; then products are shared. */
function equalized(c: number, s: number): readonly [number, number] {
  const near = Math.abs(Math.abs(c) - Math.abs(s)) < 2 ** -51;
  return near ? [Math.sign(c) * Math.SQRT1_2, Math.sign(s) * Math.SQRT1_2] : [c, s];
}

/** The program of some expressions of these names, its inputs in their order: one output each. */
export function lowerProgram(
  expressions: readonly Expression[],
  names: readonly string[],
  functions: ElementaryFunctions,
): Program {
  const builder = new ProgramBuilder();
  const symbols = new Map<string, Value>(names.map((name, index) => [name, builder.input(index)]));
  const outputs = expressions.map((expression) => lowerExpression(builder, expression, symbols, functions));
  return finishProgram(builder, outputs, names.length);
}
