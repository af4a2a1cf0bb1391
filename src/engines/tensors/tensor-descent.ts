import type { TrialsShape } from "../../simulate/simulation-plan.js";
import type { TrainingData } from "../../simulate/training-data.js";
import type { Tensor, TensorNamespace } from "./namespace.js";

/** Lets requests be heard, now and then; says whether work goes on. */
export type GoesOn = () => Promise<boolean>;

/** What a group of trials measured. */
export interface Measured {
  /** For each column what it is in each trial less the center; not finite where a trial diverged. */
  readonly columns: readonly Float64Array[];
  /** Whether all weights of a trial are finite, and whatever else must be. */
  readonly staysFinite: readonly boolean[];
  /** Whether a trial's test loss does not hold; it is then counted as 0. */
  readonly unsettled: readonly boolean[];
  /** For each weight what it is in each trial, where test losses may not hold. */
  readonly weights: readonly Float64Array[];
}

/** A part of the state of a group of trials; `low` is what rounding has taken from `high`. */
export interface Register {
  readonly high: Tensor;
  readonly low: Tensor;
}

/** A descent that tensors carry out for one group of trials after the other. */
export interface TensorDescent {
  readonly plan: TrialsShape;
  /** How many trials a group may have. */
  readonly mostTrials: number;
  /** @param drawn the training data of the group, as they are when an update asks for them. */
  begin(drawn: TrainingData): TrialsGroup;
  /** Lets its tensors go. */
  dispose(): void;
}

/** A group of trials under way. */
export interface TrialsGroup {
  /** Goes on by the batch that begins at a place of what was drawn. @returns whether it was not stopped. */
  update(place: number, goesOn: GoesOn): Promise<boolean>;
  /** What trials measure that have done all their updates; undefined when they were stopped. */
  measured(goesOn: GoesOn): Promise<Measured | undefined>;
  /** Waits until a device has come as far as it was told to. */
  settle(): Promise<void>;
  /** Lets its tensors go. */
  dispose(): void;
}

/**
 * The registers of the next step, with what it takes off them; the old ones are to be let go. What is lost where a small step meets a
 * large register goes into the next step.
 */
export function stepped(
  tf: TensorNamespace,
  { high, low }: Register,
  step: Tensor,
): readonly [Tensor, Tensor] {
  const change = tf.sub(low, step);
  const next = tf.add(high, change);
  return [next, tf.sub(change, tf.sub(next, high))];
}
