import type { GridFunctions } from "./adaptive/index.js";
import type { Landscape } from "./landscape.js";

/** Points with weights that stand for the joint distribution of some sources. */
export interface Grid {
  readonly weights: Float64Array;
  /** `values[s][q]`: the datum in slot `slots[s]` at point `q`. */
  readonly slots: readonly number[];
  readonly values: readonly Float64Array[];
  /** `columns[j][q]`: function `j` at point `q`. */
  readonly columns: readonly Float64Array[];
  /** Of each function, how many such functions may be multiplied in one expectation; absent where there is no limit. */
  readonly powers?: Int32Array;
}

export interface GridRequest {
  readonly landscape: Landscape;
  readonly sources: readonly number[];
  /** First slot of each of the landscape's sources. */
  readonly slots: readonly number[];
  readonly functions: GridFunctions;
  /** For each of `sources`, the functions' degree as polynomials in it; `Infinity` when they are none. */
  readonly degrees: readonly number[];
  /** Products of up to this many functions must be integrated right, where their expectations exist. */
  readonly partSize: number;
}
