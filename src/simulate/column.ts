import type { Combination } from "../observables/index.js";
import type { Origin } from "./request.js";

/** One measured number of a trial: what is summed of it is less the center, and its constant is apart. */
export interface Column {
  readonly label: string;
  readonly center: number;
  readonly origin: Origin;
  readonly combination: Combination;
  /** Whether the expected loss is in it: trials whose loss could not be found are in no sum of it. */
  readonly isExpectation: boolean;
}
