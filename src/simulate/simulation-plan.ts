import type { Transform } from "../compile/deviates.js";
import type { Program } from "../compile/program.js";
import type { Landscape, RuleFit } from "../landscape/index.js";
import type { Quantity } from "../observables/index.js";
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
 * What an update does to a trial's state. A program may have fewer outputs than there are registers: those behind stay as
 * they are.
 */
export interface DescentPrograms {
  /**
   * Of one training point. Inputs: the state, the point's data, the step constants. Outputs: when a batch is one point the
   * state after the update, otherwise what is added up over the batch. In a plan with calls it is a training
   * point's share of what an update takes off each register: for weights `eta / B` times their gradient.
   */
  readonly descent: Program;
  /**
   * Of one batch of several points. Inputs: the state, the sums over the batch, the step constants. Outputs: the state after
   * the update, or, in a plan with calls, what it takes off each register. Where there is none, an update takes `rate` times its sum off each register.
   */
  readonly update?: Program;
}

/** Numbers that the programs of the first pass over the training points take, the same for all trials. */
export interface StepConstants {
  /** Of one update after the other, `width` numbers each. */
  readonly rows: Float64Array;
  readonly width: number;
}

/** What quantities are that hang on nothing but the state where a trial ended. */
export interface StateProgram {
  /** Inputs: the state. */
  readonly program: Program;
  /** What its outputs are, one each. */
  readonly quantities: readonly Quantity[];
}

/** What the orders of quantities are read from after the last update. Programs take the whole state as inputs. */
export interface OrderPrograms {
  /** For each weight the registers of its displacement's orders 1, 2, …; order 0 is 0. */
  readonly displacements: readonly (readonly number[])[];
  /** Output `k` is order `k` of a training point's loss, whose data are inputs behind the state. */
  readonly training?: Program;
}

/** The trials of a plan, whatever carries them out: what they draw, in which batches they take it, and what they measure. */
export interface TrialsShape {
  /** Numbers that are drawn of a training point. */
  readonly data: number;
  readonly sources: readonly { readonly transform: Transform; readonly firstColumn: number }[];
  /** Present when some of the test losses are checked. */
  readonly check?: TestLossCheck;
  readonly columns: readonly Column[];
  readonly points: number;
  readonly batch: number;
  readonly batchesPerEpoch: number;
  readonly epochs: number;
  readonly reshuffled: boolean;
  /** Whether a trial's training data are kept until it is measured. */
  readonly stored: boolean;
  /** Present where data are noise that the optimiser draws, on streams of its own. */
  readonly drawsNoise?: true;
  /** How far an update goes along the gradient of each point of its batch: the rule's share of `eta`, over `B`. */
  readonly rate: number;
}

/**
 * A request made ready for either back end: programs and numbers, and no functions, so that it can be
 * sent to a worker. Programs of a loss take the weights as inputs, then the data.
 */
export interface SimulationPlan extends DescentPrograms, TrialsShape {
  /** The registers of a trial's state: the weights first, then what else is carried along. */
  readonly states: readonly { readonly start: number }[];
  /** How many of them are weights. */
  readonly weights: number;
  /**
   * Programs of all passes over the training points but the first, where these are others; they take no step constants.
   * Where there are none, each pass has the same programs and the same rows of step constants.
   */
  readonly later?: DescentPrograms;
  readonly steps?: StepConstants;
  readonly orders?: OrderPrograms;
  /** Of functions of the weights and their orders, and of orders of the expected loss, those that are measured. */
  readonly ofState?: StateProgram;
  /** l_x less its constant, when train losses are measured. */
  readonly loss: Program | undefined;
  /** l less its constant, when test losses are measured: `closed`, then the sampled parts added in order. */
  readonly closed: Program | undefined;
  readonly sampled: readonly SampledPart[];
}
