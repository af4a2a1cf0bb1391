import type { AnyRequest } from "../simulate/index.js";
import type { NumberOfRun } from "./judged-run.js";
import type { TrialsKind } from "./kept-record.js";
import type { Measured } from "./measured.js";
import type { VerifySpecification } from "./specification.js";

/**
 * A verification as far as it is known without its trials: what these are, what is predicted, and all that a verdict needs beside
 * what they measure. It is data throughout, so that it may be kept, and trials may be carried out anywhere.
 */
export interface PreparedVerification {
  readonly specification: VerifySpecification;
  readonly seed: number;
  /** One for each learning rate. */
  readonly points: readonly PreparedPoint[];
}

/** One learning rate of it. */
export interface PreparedPoint {
  readonly eta: number;
  /** All of its trials, from the first. */
  readonly request: AnyRequest;
  /** What all of its trials are rounded alike by, as a key of the processor's: whoever has another must not have any of them. */
  readonly arithmetic: string;
  /** What sums of such trials must be of; these are kept without a digest of controls, which are in the request. */
  readonly kind: TrialsKind;
  /** What is predicted of each number. */
  readonly predictions: readonly Omit<NumberOfRun, "outlook">[];
  /** One line on the descent itself, such as that it diverges by its learning rate. */
  readonly note: string | undefined;
  /** What is known of its trials beside what they measure. */
  readonly facts: Omit<Measured, "result" | "engines" | "device">;
}
