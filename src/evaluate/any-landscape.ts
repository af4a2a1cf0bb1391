import type { Landscape, Weight, WeightFactor, WeightTensor } from "../landscape/landscape.js";
import { entryNames } from "../tensors/entries.js";
import type { TensorLandscape } from "../tensors/landscape.js";

/** A landscape that is written with scalars; one of tensors keeps what it was written out of. */
export type WrittenLandscape = Landscape & { readonly whole?: TensorLandscape };

/** A landscape of tensors that is too large to be written with scalars. */
export interface LargeLandscape {
  readonly name: string;
  /** The entries of the tensors, one after the other, row-major. */
  readonly weights: readonly Weight[];
  readonly tensors: readonly WeightTensor[];
  readonly whole: TensorLandscape;
  /** Why it is not written with scalars, in one line. */
  readonly unwritten: string;
  /** What raises the index of a gradient to that of a step: a number for each name; 1 where absent. */
  readonly metric?: readonly WeightFactor[];
}

/** Whatever diagrams are evaluated on. */
export type AnyLandscape = WrittenLandscape | LargeLandscape;

export function isWritten(landscape: AnyLandscape): landscape is WrittenLandscape {
  return !("unwritten" in landscape);
}

/** @param unwritten why it is not written with scalars, in one line. */
export function largeLandscape(whole: TensorLandscape, unwritten: string): LargeLandscape {
  const { name, weights } = whole;
  return {
    name,
    weights: weights.flatMap((weight) =>
      entryNames(weight.name, weight.shape).map((entry, place) => ({
        name: entry,
        start: weight.start[place]!,
      })),
    ),
    tensors: weights.map((weight) => ({ name: weight.name, shape: weight.shape })),
    whole,
    unwritten,
  };
}
