import type { Schedule } from "./schedule.js";

/** A name that users write, and what is said of it. */
interface Named {
  readonly name: string;
  /** Markdown: what it means. */
  readonly documentation: string;
  /** What else it is called elsewhere, in small letters without `_`, between spaces. */
  readonly synonyms: string;
}

/**
 * A positive whole number. It has to be given, by its name or by its place among those of the optimiser; one that has a
 * default may be given, by its name.
 */
export interface WholeNumberParameter extends Named {
  readonly kind: "whole number";
  /** What examples, snippets and messages write. */
  readonly example: number;
  readonly default?: number;
  /** Present where `inf` has a meaning: the limit of what is predicted, which nothing can simulate. */
  readonly hasLimit?: true;
}

/** A positive number, given by its name. */
export interface NumberParameter extends Named {
  readonly kind: "number";
  /** The number when none is given. */
  readonly default: number;
  /** Another one, as a file writes it. */
  readonly example: string;
}

/** One of some words, given by its name. */
export interface ChoiceParameter extends Named {
  readonly kind: "choice";
  readonly options: readonly Named[];
  /** The option when none is given; where there is none, the parameter may be left out and then has no value. */
  readonly default?: string;
}

export type Parameter = WholeNumberParameter | NumberParameter | ChoiceParameter;

/** What a user chose for each parameter: a number, or the name of an option. */
export type ParameterValues = Readonly<Record<string, number | string>>;

/** What an update does, apart from which cells it sees. */
export interface UpdateRule {
  /** The share of `eta` that every step goes: a factor for each node but the root. */
  readonly rate: number;
  /**
   * Present where descent is on the training loss and `eta` times this times `C^ν_ν`, the trace of the covariance of the
   * gradients at a datum, estimated without bias from the training points (THEORY §9). Its gradient counts as two edges.
   */
  readonly covariancePenalty?: number;
  /**
   * Present where descent is on the training loss and STIC, what Corollary 2 says of the generalization gap after so many
   * updates, estimated where the weights are from the training points. Nothing is predicted of it.
   */
  readonly gapPenalty?: { readonly updates: number };
  /**
   * Present where updates have no training points and go along the gradient of the expected loss: with Gaussian noise whose
   * covariance in one update is `variance` times that of the gradient at a datum.
   */
  readonly noise?: { readonly variance: number };
  /** Present where updates are no steps: weights follow the gradient of the expected loss in continuous time. */
  readonly isFlow?: true;
  /** What each part of so many nodes, but the root's own, weighs in every diagram: 0 where there is none such. 1 where absent. */
  readonly weightOfPart?: (nodes: number) => number;
  /** The last order whose diagrams are known; of all orders where absent. */
  readonly lastOrder?: number;
}

/** All that is known of an optimiser. Whatever lists, reads, documents, colours, sums or simulates one asks its record. */
export interface OptimiserRecord extends Named {
  /** In the order in which numbers without names are read. */
  readonly parameters: readonly Parameter[];
  /** What the command's help says of the option with its name. */
  readonly optionHelp: string;
  /** What the documentation shows. */
  readonly example: ParameterValues;
  /** Grids that are small enough to look at. */
  readonly smallExamples: readonly ParameterValues[];
  /** What a descent is called: `Gradient descent`. */
  title(values: ParameterValues): string;
  /** How long a descent is, in a few words; `T = … updates` where absent. */
  duration?(values: ParameterValues): string;
  /** What cells there are, a sentence each; where absent the schedule tells it. */
  cells?(values: ParameterValues): readonly string[];
  /** What is wrong with numbers that are positive and whole: a line that begins with the parameter's name. */
  problem?(values: ParameterValues): string | undefined;
  schedule(values: ParameterValues): Schedule;
  rule(values: ParameterValues): UpdateRule;
}

/** A number among a user's values; where there is none its default, or `NaN`. */
export function numberOf(values: ParameterValues, parameter: WholeNumberParameter | NumberParameter): number {
  const value = values[parameter.name];
  return typeof value === "number" ? value : (parameter.default ?? Number.NaN);
}
