import type { LandscapeError } from "../error.js";

/** What is known of each class of functions over a part of the data. */
export interface ClassBounds {
  /** The largest absolute value of any function of the class, divided by its factor. */
  readonly magnitudes: Float64Array;
  /** How far any function of the class is from its value in the middle. */
  readonly variations: Float64Array;
  /** 1 where all functions of the class are analytic in the data there. */
  readonly analytic: Uint8Array;
}

/** Functions of the data of some sources, evaluated together. */
export interface GridFunctions {
  readonly count: number;
  /** About how much work one evaluation is: expression nodes times Taylor coefficients. */
  readonly cost: number;
  /** Functions of one class are bounded together: `classes[j]` of function `j`, from 0 on. */
  readonly classes: Int32Array;
  readonly classCount: number;
  /** What each function is divided by before it is bounded: functions of a class may differ in size by what they count. */
  readonly factors: Float64Array;
  /** Reads `data` (all the landscape's data, by slot) and writes `count` numbers. */
  evaluate(data: Float64Array, out: Float64Array): void;
  /** Bounds the classes where each datum is in a disc of the complex plane around a real centre. */
  bound(centres: Float64Array, radii: Float64Array, out: ClassBounds): void;
  /** An error for a value that is not finite. */
  problem(index: number, data: Float64Array): LandscapeError;
}
