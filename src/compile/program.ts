import { elementaryValue } from "../landscape/index.js";
import { bitsOfDouble, doubleOfBits } from "./double-bits.js";
import type { TableName } from "./tables.js";

/**
 * Straight-line programs on lanes of 64 bits: what a landscape's expressions become before they are
 * interpreted or assembled. A program is in single-assignment form; equal instructions are made once.
 * Both back ends carry out exactly these instructions in exactly this order of operands, and every
 * instruction rounds as IEEE 754 says, so the back ends agree to the bit.
 */

export type Opcode =
  /** The `index`-th input; constants are instructions too. */
  | "input"
  | "constant"
  /** Arithmetic of doubles. */
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  /** `multiplyAdd(a, b, c)` is `a·b + c`, `multiplyFrom(a, b, c)` is `c − a·b`; both round once. */
  | "multiplyAdd"
  | "multiplyFrom"
  | "sqrt"
  | "absolute"
  | "negate"
  /** Comparisons of doubles: all ones or all zeros; false when an operand is not a number. */
  | "less"
  | "lessOrEqual"
  /** Bits: logic, 64-bit integer sums, shifts by a constant. `andNot(a, b)` is `a & ~b`. */
  | "and"
  | "or"
  | "xor"
  | "andNot"
  | "integerAdd"
  | "integerSubtract"
  | "shiftLeft"
  | "shiftRight"
  /** `select(mask, a, b)`: `a` where the mask is ones, `b` where it is zeros. */
  | "select"
  /** `patch(mask, value, x)`: where the mask is ones, Math's function of `x`; elsewhere `value`. */
  | "patch"
  /** `gather(offset)`: the double at a table's start plus `offset` bytes, the lane's low word. */
  | "gather"
  /** `call(x)`: an elementary function, in programs for engines that have their own. */
  | "call";

export interface Instruction {
  readonly op: Opcode;
  /** Operands: earlier instructions, by index. Unused ones are -1. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** An input's index, a shift's distance, a patch's function, a gather's table or a call's function (see the lists below). */
  readonly index: number;
  /** A constant's bits: high and low word. */
  readonly high: number;
  readonly low: number;
}

/** An instruction's index in its builder. */
export type Value = number;

const commutes: ReadonlySet<Opcode> = new Set(["add", "multiply", "and", "or", "xor", "integerAdd"]);

/** Functions that handle, one lane at a time, arguments outside the range of the polynomials. */
export const patchFunctions = [
  "exp",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "cbrt",
] as const;

/** Where gathers begin: a table and a place in it. */
export const gatherTables = [
  { table: "exp", first: 0 },
  { table: "turn", first: 0 },
  { table: "turn", first: 1 },
  { table: "deviate", first: 0 },
  { table: "deviate", first: 1 },
  { table: "deviate", first: 2 },
  { table: "deviate", first: 3 },
] as const satisfies readonly { table: TableName; first: number }[];

/** Tables whose rows are longer than one double: neighbours of a row can be loaded together. */
export const tableRow: Readonly<Record<TableName, number>> = { exp: 1, turn: 2, deviate: 4 };

export type PatchFunction = (typeof patchFunctions)[number];

/** Functions that a program may call; the other elementary ones are made of these. */
export const calledFunctions = [...patchFunctions, "softplus", "sigmoid", "logcosh", "erf"] as const;

export type CalledFunction = (typeof calledFunctions)[number];

/** Makes instructions, each distinct one once. Constants fold; exact identities (`x·1`, `x/2^k`) reduce. */
export class ProgramBuilder {
  readonly instructions: Instruction[] = [];
  private readonly known = new Map<string, Value>();

  input(index: number): Value {
    return this.make("input", -1, -1, -1, index, 0, 0);
  }

  constant(value: number): Value {
    const [high, low] = bitsOfDouble(value);
    return this.bits(high, low);
  }

  /** A constant by its high and low words, for masks and integers. */
  bits(high: number, low: number): Value {
    return this.make("constant", -1, -1, -1, 0, high >>> 0, low >>> 0);
  }

  add(a: Value, b: Value): Value {
    const x = this.constantValue(a);
    const y = this.constantValue(b);
    if (x !== undefined && y !== undefined) {
      return this.constant(x + y);
    }
    if (x === 0) {
      return b;
    }
    if (y === 0) {
      return a;
    }
    const right = this.instructions[b]!;
    if (right.op === "negate") {
      return this.subtract(a, right.a);
    }
    const left = this.instructions[a]!;
    if (left.op === "negate") {
      return this.subtract(b, left.a);
    }
    return this.commutative("add", a, b);
  }

  subtract(a: Value, b: Value): Value {
    const x = this.constantValue(a);
    const y = this.constantValue(b);
    if (x !== undefined && y !== undefined) {
      return this.constant(x - y);
    }
    if (y === 0) {
      return a;
    }
    if (x === 0) {
      return this.negate(b);
    }
    const right = this.instructions[b]!;
    if (right.op === "negate") {
      return this.add(a, right.a);
    }
    const left = this.instructions[a]!;
    const scaled = left.op === "negate" && right.op === "multiply" ? this.constantValue(right.a) : undefined;
    // −x − k·y as (−k)·y − x.
    if (scaled !== undefined) {
      return this.subtract(this.multiply(this.constant(-scaled), right.b), left.a);
    }
    return this.make("subtract", a, b);
  }

  multiply(a: Value, b: Value): Value {
    const x = this.constantValue(a);
    const y = this.constantValue(b);
    if (x !== undefined && y !== undefined) {
      return this.constant(x * y);
    }
    if (x === 1) {
      return b;
    }
    if (y === 1) {
      return a;
    }
    if (x === -1) {
      return this.negate(b);
    }
    if (y === -1) {
      return this.negate(a);
    }
    // A number comes first.
    if (x !== undefined) {
      return this.scale(x, b) ?? this.make("multiply", a, b);
    }
    if (y !== undefined) {
      return this.scale(y, a) ?? this.make("multiply", b, a);
    }
    return this.commutative("multiply", a, b);
  }

  divide(a: Value, b: Value): Value {
    const x = this.constantValue(a);
    const y = this.constantValue(b);
    if (x !== undefined && y !== undefined) {
      return this.constant(x / y);
    }
    if (y !== undefined && y !== 0 && Number.isFinite(1 / y)) {
      return this.multiply(a, this.constant(1 / y));
    }
    return this.make("divide", a, b);
  }

  sqrt(a: Value): Value {
    const x = this.constantValue(a);
    return x === undefined ? this.make("sqrt", a) : this.constant(Math.sqrt(x));
  }

  absolute(a: Value): Value {
    const x = this.constantValue(a);
    if (x !== undefined) {
      return this.constant(Math.abs(x));
    }
    const { op, a: operand } = this.instructions[a]!;
    return this.make("absolute", op === "negate" ? operand : a);
  }

  negate(a: Value): Value {
    const x = this.constantValue(a);
    if (x !== undefined) {
      return this.constant(-x);
    }
    const instruction = this.instructions[a]!;
    if (instruction.op === "negate") {
      return instruction.a;
    }
    if (instruction.op === "subtract") {
      return this.make("subtract", instruction.b, instruction.a);
    }
    return this.make("negate", a);
  }

  less(a: Value, b: Value): Value {
    return this.make("less", a, b);
  }

  lessOrEqual(a: Value, b: Value): Value {
    return this.make("lessOrEqual", a, b);
  }

  and(a: Value, b: Value): Value {
    // A mask comes last.
    if (this.instructions[b]!.op === "constant") {
      return this.make("and", a, b);
    }
    if (this.instructions[a]!.op === "constant") {
      return this.make("and", b, a);
    }
    return this.commutative("and", a, b);
  }

  or(a: Value, b: Value): Value {
    return this.commutative("or", a, b);
  }

  xor(a: Value, b: Value): Value {
    return this.commutative("xor", a, b);
  }

  andNot(a: Value, b: Value): Value {
    return this.make("andNot", a, b);
  }

  integerAdd(a: Value, b: Value): Value {
    return this.commutative("integerAdd", a, b);
  }

  integerSubtract(a: Value, b: Value): Value {
    return this.make("integerSubtract", a, b);
  }

  shiftLeft(a: Value, distance: number): Value {
    return this.make("shiftLeft", a, -1, -1, distance);
  }

  shiftRight(a: Value, distance: number): Value {
    return this.make("shiftRight", a, -1, -1, distance);
  }

  select(mask: Value, a: Value, b: Value): Value {
    return a === b ? a : this.make("select", mask, a, b);
  }

  /** Math's function `name` of `x` where the mask is ones; `value` elsewhere. */
  patch(name: PatchFunction, mask: Value, value: Value, x: Value): Value {
    return this.make("patch", mask, value, x, patchFunctions.indexOf(name));
  }

  /** An elementary function left to the engine. */
  call(name: CalledFunction, x: Value): Value {
    const number = this.constantValue(x);
    if (number !== undefined) {
      return this.constant(elementaryValue(name, number));
    }
    return this.make("call", x, -1, -1, calledFunctions.indexOf(name));
  }

  /** What a table holds `offset` bytes after its entry `first`. */
  gather(table: TableName, first: number, offset: Value): Value {
    const index = gatherTables.findIndex((entry) => entry.table === table && entry.first === first);
    return this.make("gather", offset, -1, -1, index);
  }

  /**
   * Carries out a finished program here, instruction by instruction as it stands, so that its results are the same bits.
   * @param inputs a value for each of its inputs. @returns its outputs.
   */
  include(program: Program, inputs: readonly Value[]): readonly Value[] {
    const values: Value[] = [];
    for (const { op, a, b, c, index, high, low } of program.instructions) {
      const [x, y, z] = [a, b, c].map((operand) => (operand < 0 ? -1 : values[operand]!)) as [
        Value,
        Value,
        Value,
      ];
      const hasNumber = [x, y].some(
        (operand) => operand >= 0 && this.instructions[operand]!.op === "constant",
      );
      if (op === "input") {
        values.push(inputs[index]!);
      } else if (commutes.has(op) && !hasNumber) {
        values.push(this.commutative(op, x, y));
      } else {
        values.push(this.make(op, x, y, z, index, high, low));
      }
    }
    return program.outputs.map((output) => values[output]!);
  }

  /** The double a value is known to be, unless it is computed. */
  constantValue(value: Value): number | undefined {
    const instruction = this.instructions[value]!;
    return instruction.op === "constant" ? doubleOfBits(instruction.high, instruction.low) : undefined;
  }

  /** A polynomial with `coefficients` from the lowest, by Horner's rule. */
  horner(x: Value, coefficients: readonly number[]): Value {
    let result = this.constant(coefficients.at(-1)!);
    for (let power = coefficients.length - 2; power >= 0; power--) {
      result = this.add(this.multiply(result, x), this.constant(coefficients[power]!));
    }
    return result;
  }

  /** The same by Estrin's rule: as many operations but for the powers of `x`, and a short chain. */
  estrin(x: Value, coefficients: readonly number[]): Value {
    let row = coefficients.map((coefficient) => this.constant(coefficient));
    let power = x;
    while (row.length > 1) {
      const next: Value[] = [];
      for (let i = 0; i + 1 < row.length; i += 2) {
        next.push(this.add(row[i]!, this.multiply(row[i + 1]!, power)));
      }
      if (row.length % 2 === 1) {
        next.push(row.at(-1)!);
      }
      row = next;
      if (row.length > 1) {
        power = this.multiply(power, power);
      }
    }
    return row[0]!;
  }

  /** `factor · value` without a multiplication of its own, if the value's own factors can take it. */
  private scale(factor: number, value: Value): Value | undefined {
    const { op, a, b } = this.instructions[value]!;
    if (op === "negate") {
      return this.multiply(this.constant(-factor), a);
    }
    if (op === "multiply") {
      const left = this.constantValue(a);
      if (left !== undefined) {
        return this.multiply(this.constant(factor * left), b);
      }
    }
    // A power of two may be distributed: it rounds nothing.
    const exact = Number.isInteger(Math.log2(Math.abs(factor)));
    if (exact && (op === "add" || op === "subtract") && this.isScaled(a) && this.isScaled(b)) {
      const [left, right] = [a, b].map((term) => this.multiply(this.constant(factor), term));
      return op === "add" ? this.add(left!, right!) : this.subtract(left!, right!);
    }
    return undefined;
  }

  private isScaled(value: Value): boolean {
    const { op, a } = this.instructions[value]!;
    if (op === "constant") {
      return true;
    }
    return op === "multiply" && this.constantValue(a) !== undefined;
  }

  private commutative(op: Opcode, a: Value, b: Value): Value {
    return a <= b ? this.make(op, a, b) : this.make(op, b, a);
  }

  private make(op: Opcode, a: Value, b = -1, c = -1, index = 0, high = 0, low = 0): Value {
    const key = `${op},${a},${b},${c},${index},${high},${low}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      return known;
    }
    const value = this.instructions.push({ op, a, b, c, index, high, low }) - 1;
    this.known.set(key, value);
    return value;
  }
}

/** A finished program: only what its outputs need, operands before users. */
export interface Program {
  readonly instructions: readonly Instruction[];
  /** One instruction an output. */
  readonly outputs: readonly Value[];
  /** How many inputs there are; not all need be used. */
  readonly inputs: number;
}

/** Larger programs are put in an order that keeps few values alive; smaller ones stay as they were written. */
const largestInOwnOrder = 4096;

/** Drops what no output needs and renumbers. */
export function finishProgram(builder: ProgramBuilder, outputs: readonly Value[], inputs: number): Program {
  const order = neededBy(builder, outputs);
  if (order.length <= largestInOwnOrder) {
    order.sort((first, second) => first - second);
  }
  const renumbered = new Map<Value, Value>([[-1, -1]]);
  const instructions = order.map((value, index): Instruction => {
    renumbered.set(value, index);
    const instruction = builder.instructions[value]!;
    const [a, b, c] = [instruction.a, instruction.b, instruction.c].map(
      (operand) => renumbered.get(operand)!,
    );
    return { ...instruction, a: a!, b: b!, c: c! };
  });
  return { instructions, outputs: outputs.map((output) => renumbered.get(output)!), inputs };
}

/** What some outputs need, each value shortly before its first user. */
function neededBy(builder: ProgramBuilder, outputs: readonly Value[]): Value[] {
  const order: Value[] = [];
  const done = new Set<Value>([-1]);
  const stack = outputs.toReversed();
  while (stack.length > 0) {
    const value = stack.at(-1)!;
    const { a, b, c } = builder.instructions[value]!;
    const missing = done.has(value) ? [] : [c, b, a].filter((operand) => !done.has(operand));
    if (missing.length > 0) {
      stack.push(...missing);
      continue;
    }
    stack.pop();
    if (done.has(value)) {
      continue;
    }
    done.add(value);
    order.push(value);
  }
  return order;
}
