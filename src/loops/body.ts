/**
 * What a loop does to the vectors that it has loaded: straight-line code on vectors of 32-bit lanes, each a number of single precision, a
 * mask (all bits or none) or a word. Every operation rounds once, as IEEE 754 says, so that bits hang on no width.
 */

/** The place of an instruction in its body. */
export type BodyValue = number;

/** Operations on one vector, on two and on three. */
export type UnaryOperation =
  /** The root of a number; NaN below 0. */
  | "root"
  /** The nearest whole number, to even ones between two. */
  | "nearest"
  | "absolute"
  | "negate"
  /** The number that a word is, as a signed one. */
  | "fromWord";

export type BinaryOperation =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  /** `a < b ? b : a` and `b < a ? b : a`: `a` where either is no number. */
  | "larger"
  | "smaller"
  /** Masks; of what is no number none. */
  | "less"
  | "atMost"
  | "equal"
  /** Of bits. */
  | "and"
  | "or"
  | "xor"
  /** Of words, as they overflow. */
  | "addWords"
  | "subtractWords";

export type TernaryOperation =
  /** `a·b + c` and `c − a·b`, rounded once where the machine can. */
  | "fused"
  | "fusedFrom"
  /** `b` where the mask `a` is set, else `c`. */
  | "select";

/** Words moved by a number of bits, to the left, or to the right with zeros or with the sign coming in. */
export type ShiftOperation = "shiftLeft" | "shiftRight" | "shiftRightSigned";

export type BodyInstruction =
  /** What the loop loads: which of its sources. */
  | { readonly op: "load"; readonly source: number }
  /** A number of single precision in every lane. */
  | { readonly op: "constant"; readonly value: number }
  /** A word in every lane, from 0 to 2^32 − 1. */
  | { readonly op: "word"; readonly word: number }
  | { readonly op: UnaryOperation; readonly a: BodyValue }
  | { readonly op: BinaryOperation; readonly a: BodyValue; readonly b: BodyValue }
  | { readonly op: TernaryOperation; readonly a: BodyValue; readonly b: BodyValue; readonly c: BodyValue }
  | { readonly op: ShiftOperation; readonly a: BodyValue; readonly bits: number };

/** Makes the instructions of a body, each different one once. */
export class Body {
  readonly instructions: BodyInstruction[] = [];
  private readonly known = new Map<string, BodyValue>();

  load(source: number): BodyValue {
    return this.make(`load ${source}`, { op: "load", source });
  }

  /** @param value rounded to single precision. */
  constant(value: number): BodyValue {
    const single = Math.fround(value);
    return this.make(`constant ${Object.is(single, -0) ? "-0" : single}`, { op: "constant", value: single });
  }

  word(word: number): BodyValue {
    return this.make(`word ${word >>> 0}`, { op: "word", word: word >>> 0 });
  }

  unary(op: UnaryOperation, a: BodyValue): BodyValue {
    return this.make(`${op} ${a}`, { op, a });
  }

  binary(op: BinaryOperation, a: BodyValue, b: BodyValue): BodyValue {
    return this.make(`${op} ${a} ${b}`, { op, a, b });
  }

  ternary(op: TernaryOperation, a: BodyValue, b: BodyValue, c: BodyValue): BodyValue {
    return this.make(`${op} ${a} ${b} ${c}`, { op, a, b, c });
  }

  shift(op: ShiftOperation, a: BodyValue, bits: number): BodyValue {
    return this.make(`${op} ${a} ${bits}`, { op, a, bits });
  }

  add = (a: BodyValue, b: BodyValue): BodyValue => this.binary("add", a, b);
  subtract = (a: BodyValue, b: BodyValue): BodyValue => this.binary("subtract", a, b);
  multiply = (a: BodyValue, b: BodyValue): BodyValue => this.binary("multiply", a, b);
  divide = (a: BodyValue, b: BodyValue): BodyValue => this.binary("divide", a, b);
  /** `a·b + c`. */
  fused = (a: BodyValue, b: BodyValue, c: BodyValue): BodyValue => this.ternary("fused", a, b, c);
  /** `c − a·b`. */
  fusedFrom = (a: BodyValue, b: BodyValue, c: BodyValue): BodyValue => this.ternary("fusedFrom", a, b, c);
  less = (a: BodyValue, b: BodyValue): BodyValue => this.binary("less", a, b);
  atMost = (a: BodyValue, b: BodyValue): BodyValue => this.binary("atMost", a, b);
  equal = (a: BodyValue, b: BodyValue): BodyValue => this.binary("equal", a, b);
  select = (mask: BodyValue, a: BodyValue, b: BodyValue): BodyValue => this.ternary("select", mask, a, b);

  private make(key: string, instruction: BodyInstruction): BodyValue {
    const known = this.known.get(key);
    if (known !== undefined) {
      return known;
    }
    const value = this.instructions.push(instruction) - 1;
    this.known.set(key, value);
    return value;
  }
}
