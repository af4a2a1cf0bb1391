import type { BodyInstruction, BodyValue } from "./body.js";

/** A run of entries of every lane: which of a program's, in the order in which they were made. An entry of all lanes is a vector. */
export type BufferId = number;

/** Where the entries of a buffer are that an index goes along. */
export type Walk =
  /** Entry `first + step·i`. */
  | { readonly kind: "even"; readonly first: number; readonly step: number }
  /** Entry `entries[i]`; where that is −1 there is a 0. */
  | { readonly kind: "table"; readonly entries: Int32Array };

/** What a loop over entries reads. */
export interface Source {
  readonly buffer: BufferId;
  readonly walk: Walk;
}

/** A factor of a product of matrices: how the entry follows from the row (or column) and from the inner index. */
export type ProductFactor = { readonly buffer: BufferId } & (
  | { readonly kind: "sum"; readonly outer: Walk; readonly inner: Walk }
  /** Of row `i` and inner index `k`: `entries[i · inner + k]`. */
  | { readonly kind: "table"; readonly entries: Int32Array }
);

/** What becomes of a number that a loop makes. */
export type Target =
  /** It is the entry of a buffer. */
  | { readonly kind: "store"; readonly buffer: BufferId }
  /** It is added, times a factor, to the entry. */
  | { readonly kind: "add"; readonly buffer: BufferId; readonly factor: number }
  /** The weight's way from its start goes along it, times a factor; the weight follows. */
  | {
      readonly kind: "descend";
      readonly weight: BufferId;
      readonly moved: BufferId;
      readonly start: number;
      readonly factor: number;
    };

/** What becomes of the numbers of a product of matrices: as of others, or each is added where row and column say. */
export type ProductTarget =
  | Target
  | { readonly kind: "scatter"; readonly buffer: BufferId; readonly rows: Walk; readonly columns: Walk };

/** What is done with each entry of a buffer as it is made, instead of putting it there. */
export interface EachEntry {
  /** The buffer: sources in it are the number that is made, which other ones follow as in a loop over all entries. */
  readonly of: BufferId;
  readonly sources: readonly Source[];
  readonly body: readonly BodyInstruction[];
  readonly outputs: readonly { readonly value: BodyValue; readonly target: Target }[];
}

/**
 * A loop over entries. Whatever goes on in it goes on in every lane. Sums are in the order of the index along which they go, so that
 * it does not matter in which blocks they are worked out.
 */
export type Loop =
  | {
      readonly kind: "entrywise";
      readonly count: number;
      readonly sources: readonly Source[];
      readonly body: readonly BodyInstruction[];
      readonly outputs: readonly { readonly value: BodyValue; readonly target: Target }[];
    }
  | {
      readonly kind: "product";
      readonly rows: number;
      readonly inner: number;
      readonly columns: number;
      readonly a: ProductFactor;
      readonly b: ProductFactor;
      readonly target: ProductTarget;
      /** The first entry that is made; others follow row by row. Of a scattered product 0. */
      readonly first: number;
      /** Where numbers go if not to the target, which may still have parts of their sums. */
      readonly each?: EachEntry;
    }
  /**
   * A convolution from its results back to what it read: entry `row · span + n · step + s`, where a row spans `step · (positions − 1) + width`
   * entries, is the sum of `a` of row `rows[p] + n` times `b` of column `columns[p] + s` over its pairs p from `starts[row]` to `starts[row + 1] − 1`,
   * then over the inner index, then over the positions n, all upwards.
   */
  | {
      readonly kind: "transposed";
      readonly positions: number;
      readonly step: number;
      readonly width: number;
      readonly inner: number;
      readonly a: ProductFactor;
      readonly b: ProductFactor;
      readonly buffer: BufferId;
      readonly starts: Int32Array;
      readonly rows: Int32Array;
      readonly columns: Int32Array;
      /** Where numbers go if not to the buffer. */
      readonly each?: EachEntry;
    }
  /** Entries along the middle of three axes are added up. */
  | {
      readonly kind: "sum";
      readonly outer: number;
      readonly length: number;
      readonly inner: number;
      readonly buffer: BufferId;
      readonly target: Target;
    }
  /** Entry `i` is the sum of the entries `entries[starts[i]] … entries[starts[i + 1] − 1]`. */
  | {
      readonly kind: "gatherSum";
      readonly count: number;
      readonly buffer: BufferId;
      readonly starts: Int32Array;
      readonly entries: Int32Array;
      readonly target: Target;
    }
  /** Zeros. */
  | { readonly kind: "clear"; readonly buffer: BufferId; readonly count: number }
  /** The largest of each row's entries times a factor. */
  | {
      readonly kind: "largest";
      readonly rows: number;
      readonly length: number;
      readonly source: Source;
      readonly out: BufferId;
    }
  /** 1 at the number that a row's entry is, else 0. */
  | {
      readonly kind: "oneHot";
      readonly rows: number;
      readonly length: number;
      readonly source: Source;
      readonly out: BufferId;
    };

/** A program as loops. */
export interface LoopProgram {
  readonly loops: readonly Loop[];
  /** How many entries each buffer has; those of who asked come first. */
  readonly sizes: readonly number[];
  /** The first loop that reads or writes a buffer, and the last; of those of who asked nothing is known. */
  readonly lives: readonly (readonly [number, number] | undefined)[];
}
