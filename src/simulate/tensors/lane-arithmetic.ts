import type { TensorProgram } from "../../tensors/index.js";

/** A tensor of each of the trials side by side, or one that they share, as who carries them out holds it. Entries are row-major. */
export interface LaneTensor {
  /** How many entries it has. */
  readonly length: number;
}

/** What becomes of an output of a program, entry by entry in every lane. */
export type PassTarget<T extends LaneTensor = LaneTensor> =
  /** It is added to a sum. */
  | { readonly kind: "add"; readonly sum: T }
  /** A weight goes along it, times a share, once nothing of the program reads the weight any more. */
  | { readonly kind: "descend"; readonly weight: T; readonly share: number };

/** A program that is carried out in every lane. */
export interface LanePass<T extends LaneTensor = LaneTensor> {
  /** Of each output that has no target its tensor, until the next run; absent of others. */
  readonly outputs: readonly (T | undefined)[];
  run(): void;
}

/**
 * How trials on a landscape of tensors are carried out, a trial a lane: tensors, programs of them, and what else a kernel does to numbers.
 * Tensors and programs are all made before the first trial, and in the same order for the same plan.
 */
export interface LaneArithmetic<T extends LaneTensor = LaneTensor> {
  readonly lanes: number;
  /** Zeros, of every lane. */
  tensor(length: number): T;
  /** Zeros that all lanes share. */
  shared(length: number): T;
  /** A weight that starts somewhere, of every lane. */
  weight(start: Float64Array): T;
  /** @param inputs of the program's; absent where it uses none. @param targets of its outputs; absent of those that are read. */
  pass(
    program: TensorProgram,
    inputs: readonly (T | undefined)[],
    targets?: readonly PassTarget<T>[],
  ): LanePass<T>;

  clear(tensor: T): void;
  /** Has weights be where they start. */
  restart(weight: T): void;
  /** Has a weight go along a tensor, times a share. */
  descend(weight: T, along: T, share: number): void;
  /** Adds a tensor, times a share. Both are of every lane, or the second is shared. */
  add(sum: T, value: T, share: number): void;
  /** `value · share` in the place of what was there. */
  take(into: T, value: T, share: number): void;
  /** How far a weight is from a place that all lanes share. */
  distance(into: T, weight: T, place: Float64Array): void;
  /** Adds what a tensor of one entry is in every lane, times a share, in double precision. */
  addNumber(sums: Float64Array, value: T, share: number): void;
  /** Adds what a tensor's product with a vector is in every lane, times a share, in double precision. */
  addProduct(sums: Float64Array, value: T, vector: Float64Array, share: number): void;
  /** Whether all entries of some tensors are finite, of every lane. */
  areFinite(tensors: readonly T[]): readonly boolean[];
  /** How far an entry of a weight has gone since the start. */
  moved(weight: T, lane: number, entry: number): number;
  read(tensor: T, lane: number, entry: number): number;
  /** Puts a lane's entries in their places: those from the first of some values on. */
  putRow(tensor: T, lane: number, values: ArrayLike<number>, first: number): void;
  put(tensor: T, lane: number, entry: number, value: number): void;
}
