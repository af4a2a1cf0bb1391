import type { Diagram } from "../diagram/index.js";
import type { Observable } from "../observables/index.js";
import type { SpaceTime } from "../optimisers/index.js";

/** Exact sums over the grid's times, or the integrals of the paper's Remark 2. */
export type SumMode = "exact" | "integral";

/** A request that cannot be evaluated; the message is one line and says what would fit. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
}

/** The diagrams to sum. */
export type Selection =
  /** All irreducible diagrams of at most so many edges, as rvalues. */
  | { readonly kind: "order"; readonly order: number }
  /** All diagrams of at most so many edges, as uvalues. */
  | { readonly kind: "series"; readonly order: number }
  /** These diagrams as rvalues, and the order-0 term. */
  | {
      readonly kind: "diagrams";
      readonly diagrams: readonly { readonly name: string; readonly diagram: Diagram }[];
    };

export interface EvaluationRequest {
  readonly spacetime: SpaceTime;
  readonly eta: number;
  readonly observable: Observable;
  readonly selection: Selection;
  readonly sum: SumMode;
}

/** What one diagram contributes. */
export interface Term {
  /** Short form. */
  readonly diagram: string;
  readonly name?: string;
  readonly edges: number;
  readonly automorphisms: number;
  /** Labelled embeddings; expected or average numbers need not be whole. */
  readonly embeddings: number;
  /** Of a difference those in the space-time of the descent that is taken off. */
  readonly minusEmbeddings?: number;
  /** With sign and symmetry factor; an entry for each number of the observable. */
  readonly value: readonly number[];
  /** Of an estimate, for each number. */
  readonly standardError?: readonly number[];
  /** Of a difference what both descents' values are together, against which it may be rounding. */
  readonly magnitude?: readonly number[];
}

export interface Evaluation {
  /** An entry for each number of the observable. */
  readonly total: readonly number[];
  /** Present where updates never end: embeddings are infinitely many, and the series has no coefficients. */
  readonly isLimit?: true;
  /** `series[d]` is the coefficient of `eta^d`, from uvalues. */
  readonly series: readonly (readonly number[])[];
  readonly terms: readonly Term[];
  /** Present where it is estimated from rows that were drawn. */
  readonly estimate?: EstimateErrors;
}

/** What an estimate is made of. */
export interface EstimateCost {
  /** How many samples. */
  readonly samples: number;
  /** How many rows each sample has for an expectation. */
  readonly rows: number;
  /**
   * How much work it was beyond what was known before, in gradients of one row: a derivative along `k` directions is `2^k`.
   */
  readonly gradients: number;
}

/** How far the orders of an estimate may be off. */
export interface EstimatedOrders extends EstimateCost {
  /** From order 0 on, for each number of the observable. */
  readonly errors: readonly (readonly number[])[];
  /** Of their sum. */
  readonly total: readonly number[];
}

/** How far an estimate may be off: standard errors from samples that are independent of each other. */
export interface EstimateErrors extends EstimateCost {
  /** Of the total, for each number. */
  readonly total: readonly number[];
  /** Of the series' coefficients. */
  readonly series: readonly (readonly number[])[];
}

export interface EvaluatorOptions {
  /** The most edges of any diagram that will be asked for. */
  readonly order: number;
  /** The last so many of these orders are not what the user asks for, but what an estimate takes. */
  readonly beyond?: number;
  /** How many diagrams are asked for by name, when not all are. */
  readonly named?: number;
  /** Where descent starts; by default the landscape's start. */
  readonly at?: readonly number[];
}
