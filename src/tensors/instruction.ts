import { type ElementaryFunction, elementaryValue } from "../landscape/index.js";
import type { Shape } from "./expression.js";

/**
 * Functions of one number that a program applies entrywise: the elementary ones, and `tanhSlope(u) = 1/cosh(u)²`, which in double precision
 * is small where `1 − tanh(u)²` has nothing left but rounding.
 */
export type EntrywiseFunction = ElementaryFunction | "tanhSlope";

/** The value of such a function; `NaN` outside its real domain. */
export function entrywiseValue(name: EntrywiseFunction, x: number): number {
  if (name !== "tanhSlope") {
    return elementaryValue(name, x);
  }
  const small = Math.exp(-2 * Math.abs(x));
  const sum = 1 + small;
  return (4 * small) / (sum * sum);
}

/** The place of an instruction in its builder or program. */
export type TensorValue = number;

/** Two tensors of one shape, entry by entry. */
export type EntrywiseOperation = "add" | "multiply" | "divide" | "power";

/**
 * One operation, with the shape of its result. Each is linear, bilinear or elementwise but `logsumexp`, whose
 * derivative is `exp(x − logsumexp(x))`, and `oneHot`, which has none. Entries are row-major.
 */
export type TensorInstruction = { readonly shape: Shape } & (
  | { readonly op: "input"; readonly index: number }
  /** Every entry is `value`. */
  | { readonly op: "constant"; readonly value: number }
  | { readonly op: EntrywiseOperation; readonly a: TensorValue; readonly b: TensorValue }
  | { readonly op: "call"; readonly name: EntrywiseFunction; readonly a: TensorValue }
  /** Entry `i` is entry `table[i]` of `a`, or 0 where that is −1. */
  | { readonly op: "gather"; readonly a: TensorValue; readonly table: Int32Array }
  /** Added up along an axis of `a`, which goes. */
  | { readonly op: "sum"; readonly a: TensorValue; readonly axis: number }
  /** Repeated along an axis that `a` has not: axis `axis` of the result. */
  | { readonly op: "broadcast"; readonly a: TensorValue; readonly axis: number }
  | { readonly op: "reshape"; readonly a: TensorValue }
  /** Products of matrices `[m, k] [k, n]`, or of stacks `[s, m, k] [s, k, n]`; a transposed operand is stored as `[k, m]` or `[n, k]`. */
  | {
      readonly op: "matmul";
      readonly a: TensorValue;
      readonly b: TensorValue;
      readonly transposeA: boolean;
      readonly transposeB: boolean;
    }
  /** `log(Σ e^x)` over the last axis, which goes. */
  | { readonly op: "logsumexp"; readonly a: TensorValue }
  /** A last axis more, along which the entry with the number that `a` is, from 0, is 1 and the others 0. */
  | { readonly op: "oneHot"; readonly a: TensorValue }
);

/** A finished program: only what its outputs need, operands before users. */
export interface TensorProgram {
  readonly instructions: readonly TensorInstruction[];
  readonly outputs: readonly TensorValue[];
  /** The shape of each input; not all need be used. */
  readonly inputs: readonly Shape[];
}

/** What an instruction is made of. */
export function operandsOf(instruction: TensorInstruction): readonly TensorValue[] {
  switch (instruction.op) {
    case "input":
    case "constant":
      return [];
    case "add":
    case "multiply":
    case "divide":
    case "power":
    case "matmul":
      return [instruction.a, instruction.b];
    default:
      return [instruction.a];
  }
}
