import { formatSpaceTime, isFlow, ruleOf, type SpaceTime, sidesOf } from "../optimisers/index.js";
import type { LargeLandscape } from "./any-landscape.js";

/** Why a descent has no trials on a landscape that is not written with scalars, in one line; `undefined` where it has. */
export function untriedOnTensors(
  { name }: Pick<LargeLandscape, "name">,
  spacetime: SpaceTime,
): string | undefined {
  const unfit = sidesOf(spacetime).find((side) => {
    const { covariancePenalty, gapPenalty, noise } = ruleOf(side);
    return isFlow(side) || [covariancePenalty, gapPenalty, noise].some((one) => one !== undefined);
  });
  return unfit === undefined
    ? undefined
    : `trials of ${formatSpaceTime(unfit)} on a landscape as large as ${name} are not simulated yet, only predicted; take sgd or gd`;
}
