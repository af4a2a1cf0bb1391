import { type Landscape, printExpression, separate } from "../landscape/index.js";
import { type Descent, ruleOf, type SpaceTime, sidesOf } from "../optimisers/index.js";

/** A root of the covariance of more features takes too long. */
export const mostFeatures = 64;

/** Why a landscape's noise cannot be drawn, in one line; `undefined` when it can, or there is none. */
export function noiseProblem(landscape: Landscape, spacetime: SpaceTime): string | undefined {
  const drawn = sidesOf(spacetime).find((side) => ruleOf(side).noise !== undefined);
  return drawn && noiseProblemOf(landscape, drawn);
}

function noiseProblemOf(landscape: Landscape, { optimiser }: Descent): string | undefined {
  const terms = separate(landscape, 1);
  const features = new Set(
    terms.flatMap(({ outer }) =>
      outer.length === 0 ? [] : [outer.map(({ factor }) => printExpression(factor)).join(" ")],
    ),
  );
  const rest = `which ${optimiser} draws its noise by`;
  if (terms.some(({ mixed }) => mixed.length > 0)) {
    return `the loss of ${landscape.name} is no sum of functions of the weights times functions of the data, ${rest}; write it so, or take another optimiser`;
  }
  return features.size > mostFeatures
    ? `the loss of ${landscape.name} has ${features.size} functions of the data, and there may be ${mostFeatures}, ${rest}`
    : undefined;
}
