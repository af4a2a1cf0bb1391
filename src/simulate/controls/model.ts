import type { Landscape } from "../../landscape/index.js";
import { isWhole, type ObservedNumber } from "../../observables/index.js";
import { type Schedule, updatesPerEpoch } from "../../optimisers/index.js";
import { raisedSlopes } from "../metric.js";
import { type Feature, type SeparatedLoss, separatedLoss } from "./features.js";
import type { Law } from "./law.js";
import { monomialCount } from "./polynomials.js";

/**
 * What the polynomials of controls are of: the state of a trial, so that what it will measure is known from it but for the data
 * to come. Beside the weights these are sums of features over the training points so far, where the training loss is measured
 * or points are met again, and then also sums in which later points count more.
 */
export interface ControlledState {
  /** The features that updates and sums depend on. */
  readonly features: readonly Feature[];
  /** What steps go along, as its gradient is by the metric. */
  readonly slopes: SeparatedLoss["slopes"];
  /** Of the weights, as the slopes have them. */
  readonly names: readonly string[];
  /** Whether the weights are variables. After one update by all points they are known from the sums. */
  readonly hasWeights: boolean;
  readonly hasSums: boolean;
  readonly hasTrends: boolean;
  /** Updates of the first pass over the training points: after it a state has all that is random but shuffles. */
  readonly updates: number;
  readonly batch: number;
  /** How far an update goes along the mean gradient of its batch. */
  readonly step: number;
}

const known = new WeakMap<Landscape, { readonly separated: SeparatedLoss | undefined }>();

function separatedOnce(landscape: Landscape): SeparatedLoss | undefined {
  let found = known.get(landscape);
  if (found === undefined) {
    found = { separated: separatedLoss(landscape) };
    known.set(landscape, found);
  }
  return found.separated;
}

/** Undefined where the loss does not separate, so that expectations over a datum cannot be found at every state. */
export function controlledState(
  landscape: Landscape,
  numbers: readonly ObservedNumber[],
  schedule: Schedule,
  step: number,
): ControlledState | undefined {
  const separated = separatedOnce(landscape);
  if (separated === undefined) {
    return undefined;
  }
  const measuresTraining = numbers.some(({ combination }) =>
    combination.some(({ quantity }) => isWhole(quantity, "training_loss")),
  );
  const updates = updatesPerEpoch(schedule);
  const hasSums = measuresTraining || schedule.epochs > 1;
  return {
    features: separated.features.filter(({ isInSlopes }) => isInSlopes || measuresTraining),
    slopes: raisedSlopes(landscape, separated.slopes),
    names: landscape.weights.map(({ name }) => name),
    hasWeights: !hasSums || updates > 1,
    hasSums,
    hasTrends: schedule.epochs > 1 && updates > 1,
    updates,
    batch: schedule.batch,
    step,
  };
}

/** How many registers a trial carries beside its weights for the polynomials' sake. */
export function carriedRegisters({ features, hasSums, hasTrends }: ControlledState): number {
  return features.length * (Number(hasSums) + Number(hasTrends));
}

export function variablesOf(state: ControlledState): number {
  return (state.hasWeights ? state.names.length : 0) + carriedRegisters(state);
}

/** How much the features of an update count in the sums in which later ones count more. */
export function trendOf({ updates }: ControlledState, update: number): number {
  return (update + 0.5) / updates - 0.5;
}

/**
 * Controls of some numbers, as numbers: for each update of the first pass a polynomial of the state after it, and where data
 * may be put in place of their law. All that trials need of it, so that a run may go on elsewhere with the same bits.
 */
export interface ControlFit {
  readonly degree: number;
  /** How many numbers have a control. */
  readonly numbers: number;
  /** The law of the mean of features over a batch. */
  readonly law: Law;
  /**
   * For each update a row: how much its features count in trends; for each variable what it is multiplied by, then what is
   * added; for each number the coefficients of its polynomial.
   */
  readonly rows: readonly (readonly number[])[];
  /** For each variable between which values polynomials hold: a trial's controls end with the update that leaves the box. */
  readonly box: readonly { readonly low: number; readonly high: number }[];
}

/** Whether a fit has the shape that controls of this state have. */
export function isFitOf(state: ControlledState, { rows, box, law, degree, numbers }: ControlFit): boolean {
  const variables = variablesOf(state);
  const width = 1 + 2 * variables + numbers * monomialCount(variables, degree);
  return (
    rows.length === state.updates &&
    rows.every((row) => row.length === width) &&
    box.length === variables &&
    law.values.length === state.features.length &&
    law.values.every((points) => points.length === law.weights.length)
  );
}
