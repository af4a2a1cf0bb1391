import type { EvaluationRequest } from "../evaluation.js";

/** What samples are asked for: the terms of a series or, where `order` is there, those of exactly so many edges beside it. */
export interface AskedOfSamples {
  readonly request: EvaluationRequest;
  readonly order?: number;
}

/** Samples by their numbers, the last one left out. */
export interface SampleRange {
  readonly first: number;
  readonly end: number;
}

/**
 * What is known of a sample: numbers that hang on its number alone, whoever finds them. All of it can be posted and written as
 * JSON.
 */
export interface KnownSample {
  readonly sample: number;
  /** An estimate of the expected loss; absent where that is known of all rows. */
  readonly loss?: number;
  /** Contractions by the names of what is contracted. */
  readonly contractions: readonly (readonly [name: string, entries: number[]])[];
  /** What finding them has taken, in gradients of one row. */
  readonly work: number;
}
