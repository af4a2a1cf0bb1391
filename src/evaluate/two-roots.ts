import type { EnumeratedDiagram } from "../diagram/enumerate.js";
import { isJoined, splitRoot, type TwoRootedDiagram } from "../diagram/index.js";
import type { Combination } from "../observables/index.js";
import type { Schedule } from "../optimisers/index.js";
import { planShuffledTogether } from "../spacetime/index.js";

/**
 * The diagrams with two roots that a covariance has beyond the product of the expectations (THEORY §9), made of those with one:
 * a part has nodes below both roots, or shuffles tell the two halves of each other.
 */
export function splitsSeen(
  diagrams: readonly EnumeratedDiagram[],
  [one, other]: readonly [Combination, Combination],
  schedule: Schedule,
): TwoRootedDiagram[] {
  return diagrams.flatMap((diagram) =>
    splitRoot(diagram, (first, second) => isThere(one, first) && isThere(other, second)).filter(
      (split) =>
        isJoined(split) || planShuffledTogether(split.diagram, split.isFirst, schedule) !== undefined,
    ),
  );
}

/** Whether a quantity has so many derivatives: a weight's displacement has one. */
function isThere(combination: Combination, derivatives: number): boolean {
  return combination.some(({ quantity }) => quantity.kind !== "weight_displacement" || derivatives === 1);
}
