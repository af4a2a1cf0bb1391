import type { DataRows, TensorProgram } from "../../tensors/index.js";
import type { TrainingData } from "../training-data.js";
import type { RowNumbers } from "./controls/row-numbers.js";
import type { TensorDatum } from "./tensor-plan.js";

/** A tensor of each of the trials side by side, or one that they share, as who carries them out holds it. Entries are row-major. */
export interface LaneTensor {
  /** How many entries it has. */
  readonly length: number;
}

/** The tensors that a point's data go to, and how they follow from what a source has drawn. */
export interface TakenPoint<T extends LaneTensor = LaneTensor> {
  readonly drawn: readonly TensorDatum[];
  readonly source: TrainingData;
  /** Absent of a datum that nothing needs. */
  readonly tensors: readonly (T | undefined)[];
}

/** A number of each of the trials side by side, in double precision. */
export interface LaneNumbers {
  readonly values: Float64Array;
}

/** What something is multiplied by: a number, or one of each lane. */
export type Share = number | LaneNumbers;

/** Items that have logits and a label each: its number, or how likely each class is. */
export interface LabelledItems {
  readonly count: number;
  readonly classes: number;
  readonly areProbabilities: boolean;
}

/** What is known of rows: 0 where nothing is, or what it is is 0. */
export interface KnownRows {
  readonly values: Float64Array;
}

/** A part of what a trial measured, times a factor. */
export interface MeasuredTerm<T extends LaneTensor = LaneTensor> {
  readonly factor: number;
  readonly of:
    | { readonly kind: "numbers"; readonly numbers: LaneNumbers }
    /** How far an entry of a weight has gone since the start. */
    | { readonly kind: "moved"; readonly weight: T; readonly entry: number }
    | { readonly kind: "entry"; readonly tensor: T; readonly entry: number };
}

/** What becomes of an output of a program, entry by entry in every lane. */
export type PassTarget<T extends LaneTensor = LaneTensor> =
  /** It is added to a sum. */
  | { readonly kind: "add"; readonly sum: T }
  /** A weight goes along it, times a share, once nothing of the program reads the weight any more. */
  | { readonly kind: "descend"; readonly weight: T; readonly share: number };

/** A program that is carried out in every lane. */
export interface LanePass<T extends LaneTensor = LaneTensor> {
  /** Of each output that has no target its tensor, until any program runs next; absent of others. */
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
  /**
   * Takes off the entries of some tensors, one behind the other, a matrix of theirs times how far they are from those of others, times a share;
   * in double precision, in every lane. @param below the others; nothing where these are 0.
   */
  bend(values: readonly T[], below: readonly T[] | undefined, matrix: Float64Array, share: number): void;
  /** `value · share` in the place of what was there. */
  scale(into: T, value: T, share: number): void;
  /** How far a weight is from a place that all lanes share. */
  distance(into: T, weight: T, place: T): void;
  /** Zeros in double precision. */
  numbers(): LaneNumbers;
  fill(numbers: LaneNumbers, value: number): void;
  divide(numbers: LaneNumbers, by: number): void;
  /** Adds what a tensor of one entry is in every lane, times a share. */
  addNumber(sums: LaneNumbers, value: T, share: Share): void;
  /** Adds of how many items of one the largest logit is not the label's, in every lane, times a share; of several that are largest it is the first. */
  addMissed(sums: LaneNumbers, logits: T, labels: T, items: LabelledItems, share: Share): void;
  /** Adds what a tensor's product with a vector is in every lane, times a share. */
  addProduct(sums: LaneNumbers, value: T, vector: Float64Array, share: number): void;
  /**
   * Adds the entry of a table that is the row's of the point that a lane has at a place, times a share. @param update which of the
   * table's rows of so many entries it is.
   */
  addOfRow(
    sums: LaneNumbers,
    table: { readonly values: Float64Array; readonly update: number; readonly count: number },
    rows: RowNumbers,
    place: number,
    share: number,
  ): void;

  /** Of so many rows what a program says of each; nothing is known at first. */
  knownRows(count: number): KnownRows;
  /**
   * Adds the first output of a program that hangs on nothing but the row that the point at a place is, times a share. It is carried out where
   * the rows of any lane are met for the first time.
   */
  addKnown(
    sums: LaneNumbers,
    pass: LanePass<T>,
    known: KnownRows,
    rows: RowNumbers,
    place: number,
    share: number,
  ): void;

  /** Does something so many times, and leaves off when it is told to stop. */
  loop(count: number, body: (index: number) => void, shouldStop?: () => boolean): void;
  /** Has the point at a place of what was drawn in a point's tensors. */
  takePoint(point: TakenPoint<T>, place: number): void;
  /** Draws a block of four points when the first of them is asked for. @param index of the point, from 0 on, in turn. */
  drawNext(source: TrainingData, index: number): void;
  /** Has a row of all in tensors that lanes share. @param values a tensor a datum. @param share becomes how likely the row is. */
  takeRow(
    tensors: readonly T[],
    rows: DataRows,
    row: number,
    values: readonly Float64Array[],
    share: LaneNumbers,
  ): void;

  /** Whether all entries of some tensors are finite, of every lane. */
  areFinite(tensors: readonly T[]): readonly boolean[];
  /** How far an entry of a weight has gone since the start. */
  moved(weight: T, lane: number, entry: number): number;
  read(tensor: T, lane: number, entry: number): number;
  /** Puts the entries of a tensor that lanes share. */
  putShared(tensor: T, values: ArrayLike<number>): void;
}
