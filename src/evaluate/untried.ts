import { formatSpaceTime, ruleOf, type SpaceTime, sidesOf } from "../optimisers/index.js";
import type { LargeLandscape } from "./any-landscape.js";

/** Why a descent has no trials on tensors, in one line; `undefined` where it has, or where it cannot go on a landscape of them. */
export function untriedOnTensors(
  { name }: Pick<LargeLandscape, "name">,
  spacetime: SpaceTime,
): string | undefined {
  const unfit = sidesOf(spacetime).find((side) => ruleOf(side).gapPenalty !== undefined);
  return (
    unfit && `${formatSpaceTime(unfit)} has no trials on tensors, such as ${name} has; leave its penalty out`
  );
}
