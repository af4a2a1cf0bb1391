import type { WeightFunction } from "../../observables/index.js";
import type { LiftedProgram, TensorProgram, TensorSource } from "../../tensors/index.js";
import type { TrialsShape } from "../simulation-plan.js";
import type { PathControls, RowChoice, TestOfPath } from "./controls/model.js";

/** Where a datum's entries come from: a row of a table by the number of the row, or columns that are drawn. */
export type TensorDatum =
  | {
      readonly kind: "row";
      /** The drawn column that is the row's number. */
      readonly column: number;
      readonly size: number;
      readonly values: ArrayLike<number>;
    }
  /** For each entry the drawn column; −1 where nothing needs it. */
  | { readonly kind: "entries"; readonly columns: Int32Array; readonly size: number }
  /** One that nothing needs. */
  | { readonly kind: "unused" };

/**
 * What an expected loss is the mean over: all rows, or points that are drawn for each trial. Of these it is the mean of how far the loss of
 * each has gone since the start, where its expectation is known: the same in expectation, and far less noise.
 */
export type TestSet =
  | { readonly rows: readonly TensorSource[] }
  | {
      readonly points: number;
      /** The expected loss where descent starts; 0 where none is measured. */
      readonly atStart: number;
      /** Which row a point is, and how many rows there are; absent where these are too many to know anything of each. */
      readonly of?: { readonly choices: readonly RowChoice[]; readonly rows: number };
    };

/** A trial's own expansion about the start, each order a tensor a weight. Programs take weights as power series, then a datum. */
export interface TensorExpansion {
  /** The last order. */
  readonly order: number;
  /** The curvature as steps have it, `m^{μν} H_{νλ}`, a row a weight's entry; absent where steps along it are of no order. */
  readonly curvature?: Float64Array;
  /** Of a training point: for each weight the orders of the gradient from 0 on; absent where there is no order but 0. */
  readonly gradient?: LiftedProgram;
  /** The orders of a datum's loss, when they are measured. */
  readonly loss?: LiftedProgram;
  /** The orders of functions of the weights, when they are measured: an output a function. */
  readonly functions?: LiftedProgram;
}

/** A penalty on the covariance of the training points' gradients, in descent with all of them. */
export interface PenaltyOfTensors {
  /** What the sum over the points of what the program says is multiplied by in a step, before its index is raised. */
  readonly share: number;
  /** Of a point. Inputs: the weights, its data, the mean gradient, a tensor a weight; an output a weight. */
  readonly program: TensorProgram;
  /** The same as power series in the weights and the mean gradient; absent where trials are expanded to no order that it is in. */
  readonly expanded?: LiftedProgram;
}

/** What is known of the test points of trials with controls. */
export interface TestOfPlan {
  readonly of: TestOfPath;
  /** The expected loss where descent starts, as the plan's test set has it. */
  readonly atStart: number;
  /** The loss of a datum and its derivative along a direction, as a power series. */
  readonly along: LiftedProgram;
}

/** What is taken off numbers of trials. */
export interface ControlsOfPlan {
  readonly path: PathControls;
  /** How the row of a point follows from what is drawn of it. */
  readonly choices: readonly RowChoice[];
  /** Present where test points stand for the expected loss, and controls know of them. */
  readonly test?: TestOfPlan;
}

/**
 * A request on a landscape of tensors made ready: programs and numbers, and no functions, so that it can be sent to a worker. Programs
 * take a tensor for each weight, then one for each datum.
 */
export interface TensorPlan extends TrialsShape {
  readonly kind: "tensors";
  /** Where each weight starts, row-major. */
  readonly starts: readonly Float64Array[];
  /** What raises the index of each weight's gradient. */
  readonly factors: readonly number[];
  /** How far an update goes along the mean gradient of its batch. */
  readonly step: number;
  /** The gradient of a training point, an output a weight. */
  readonly gradient: TensorProgram;
  readonly penalty?: PenaltyOfTensors;
  /** The loss of a datum. */
  readonly loss: TensorProgram;
  readonly measures: {
    /** The mean loss of training points, and the mean over all rows; and whether their orders are. */
    readonly train: boolean;
    readonly test: boolean;
    readonly trainOrders: boolean;
    readonly testOrders: boolean;
  };
  /** The logits and the label of a datum, when error rates are measured. */
  readonly classes?: TensorProgram;
  /** The functions of the weights that are measured, or orders of which are. */
  readonly observed: readonly WeightFunction[];
  /** An output for each of them; absent where there is none. */
  readonly functions?: TensorProgram;
  readonly expansion?: TensorExpansion;
  readonly controls?: ControlsOfPlan;
  /** Of each datum where its entries come from, in the order of the programs' inputs. */
  readonly drawn: readonly TensorDatum[];
  /** What expected losses and error rates are means over, when they are measured. */
  readonly test?: TestSet;
  /**
   * About how many operations of arithmetic a visit of a training point takes, of a row or a test point, what of that a test point takes
   * beside its loss at the end, and a trial.
   */
  readonly visitOperations: number;
  readonly testOperations: number;
  readonly pointOperations: number;
  readonly trialOperations: number;
}
