import type { Transform } from "../compile/deviates.js";
import type { Program } from "../compile/program.js";
import type { Landscape, RuleFit } from "../landscape/index.js";
import type { Column } from "./column.js";

/** A part of the test loss that is a weighted sum over quadrature points. */
export interface SampledPart {
  /** Inputs: the weights, then the part's data. */
  readonly program: Program;
  readonly data: number;
  /**
   * Whether each trial is to be checked: the sum with the points' second weights must be nearly 0 beside the sum of
   * magnitudes, else the part's expectation is not what its points say.
   */
  readonly checked: boolean;
  /** For each point its weight, its second weight when the part is checked, then its data; `width` numbers in all. */
  readonly points: Float64Array;
  readonly width: number;
  readonly count: number;
}

/** What it takes to find the test loss of trials at which the sampled parts do not hold. */
export interface TestLossCheck {
  readonly landscape: Landscape;
  readonly fit: RuleFit;
  /** For each weight where the points of the sampled parts were fitted: trials that end elsewhere do not hold. */
  readonly box: readonly { readonly low: number; readonly high: number }[];
}

/**
 * A request made ready for either back end: programs and numbers, and no functions, so that it can be
 * sent to a worker. Programs of a loss take the weights as inputs, then the data.
 */
export interface SimulationPlan {
  readonly starts: readonly number[];
  /** Data of a training point. */
  readonly data: number;
  readonly sources: readonly { readonly transform: Transform; readonly firstColumn: number }[];
  /**
   * One output a weight: its gradient, or, when a batch is one point, the weight after the update. In a plan with
   * calls it is a training point's share of what an update takes off the weight: `eta / B` times its gradient.
   */
  readonly descent: Program;
  /** l_x less its constant, when train losses are measured. */
  readonly loss: Program | undefined;
  /** l less its constant, when test losses are measured: `closed`, then the sampled parts added in order. */
  readonly closed: Program | undefined;
  readonly sampled: readonly SampledPart[];
  /** Present when some of the sampled parts are checked. */
  readonly check?: TestLossCheck;
  readonly columns: readonly Column[];
  readonly points: number;
  readonly batch: number;
  readonly batchesPerEpoch: number;
  readonly epochs: number;
  readonly reshuffled: boolean;
  /** Whether a trial's training data are kept until it is measured. */
  readonly stored: boolean;
  /** How far an update goes along the gradient of each point of its batch: the rule's share of `eta`, over `B`. */
  readonly rate: number;
}
