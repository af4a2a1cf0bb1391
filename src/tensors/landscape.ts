import type { DataSource } from "../landscape/index.js";
import type { Shape, TensorExpression } from "./expression.js";

/** A weight with a shape, and where descent starts. */
export interface TensorWeight {
  readonly name: string;
  readonly shape: Shape;
  /** An entry for each of its entries, row-major. */
  readonly start: Float64Array;
}

/**
 * Data that are drawn together, a row at a time, each row with the same probability; or independent entries of one distribution.
 */
export type TensorSource =
  | {
      readonly kind: "rows";
      readonly columns: readonly TensorColumn[];
      /** How many rows there are. */
      readonly rows: number;
      /** SHA-256 of what the values were read from and how, in hexadecimal: equal digests are equal values. */
      readonly digest: string;
    }
  | {
      readonly kind: "independent";
      readonly name: string;
      readonly shape: Shape;
      /** What each entry is drawn from; its name means nothing. */
      readonly entry: Exclude<DataSource, { kind: "rows" }>;
    };

export interface TensorColumn {
  readonly name: string;
  readonly shape: Shape;
  /** Row by row the entries of a tensor, row-major; of which kind the array is means nothing. */
  readonly values: ArrayLike<number>;
  /** The least and the largest entry, where whoever read them has said. */
  readonly range?: readonly [number, number];
}

/** A loss of tensors `l_x(θ)`, the distribution of its datum `x` and the start `θ_0`. */
export interface TensorLandscape {
  readonly name: string;
  readonly weights: readonly TensorWeight[];
  readonly data: readonly TensorSource[];
  /** Of no axes. Its names are those of weights and data. */
  readonly loss: TensorExpression;
}
