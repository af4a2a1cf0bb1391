import {
  type Expansion,
  type ExpansionOptions,
  expandLandscape,
  type Landscape,
  LandscapeError,
} from "../landscape/index.js";
import type { WeightFunction } from "../observables/index.js";
import { EvaluationError } from "./evaluation.js";

/**
 * A function of the weights with its derivatives, which are certain: of the expansion's cumulants those of one derivative are
 * asked for.
 * @throws EvaluationError when it has none.
 */
export function functionExpansion(
  { name, value }: WeightFunction,
  weights: Landscape["weights"],
  { order, at, basis }: Pick<ExpansionOptions, "order" | "at" | "basis">,
): Expansion {
  try {
    return expandLandscape(
      { name, weights, data: [], loss: value },
      { order, partSize: 1, ...(at === undefined ? {} : { at }), ...(basis === undefined ? {} : { basis }) },
    );
  } catch (error) {
    if (error instanceof LandscapeError) {
      const place = weights.map((weight, index) => `${weight.name} = ${at?.[index] ?? weight.start}`);
      const shown = place.length > 6 ? [...place.slice(0, 6), "…"] : place;
      throw new EvaluationError(
        `${name} or a derivative of it is not finite at ${shown.join(", ")}; start elsewhere, or observe what is smooth there`,
      );
    }
    throw error;
  }
}
