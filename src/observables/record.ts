import type { Combination } from "./combination.js";

/** A number that trials are measured by, and that diagrams predict. */
export interface ObservedNumber {
  /** As in all outputs: the observable's name, with what tells its numbers apart in parentheses. */
  readonly label: string;
  readonly combination: Combination;
  /** Present where the number is a covariance over trials: that of the combination with this one. Else it is an expectation. */
  readonly covariedWith?: Combination;
}

/** A weight of a landscape. */
export interface ChosenWeight {
  /** Into the landscape's weights. */
  readonly index: number;
  readonly name: string;
}

/** What covaries: the final loss or a weight, as it stands in parentheses. */
export interface ChosenOperand {
  readonly text: string;
  readonly combination: Combination;
}

/** Something that can be observed: all that anything of this product knows of it. */
export interface ObservableRecord {
  /** As files write it. */
  readonly name: string;
  /** What it is, in words for a sentence. */
  readonly words: string;
  /** What it is, as Markdown: a sentence or two. */
  readonly documentation: string;
  /** A statement that shows more than its name. */
  readonly example?: string;
  /** Which diagrams add to it, as Markdown: a sentence or two. */
  readonly diagrams: string;
  /** What authors call it elsewhere, in small letters without signs between them. */
  readonly synonyms: string;
  /** Present when weights may stand behind its name in parentheses; all of them are meant where none stands. */
  readonly weights?: {
    /** Why nothing but a weight may stand there. */
    readonly only: string;
  };
  /** Present when so many of the final loss and the weights must stand behind its name in parentheses. */
  readonly operands?: number;
  /** How it is defined, as LaTeX; hovers show it. */
  readonly formula?: string;
  /** Its numbers. @param weights, operands the chosen ones in order; none where it takes none. */
  readonly numbers: (
    weights: readonly ChosenWeight[],
    operands: readonly ChosenOperand[],
  ) => readonly ObservedNumber[];
}
