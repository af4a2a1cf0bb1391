import { hasHyperWeights, type Landscape, modelWeights } from "../landscape/landscape.js";
import {
  type Descent,
  formatSpaceTime,
  isFlow,
  optimiserOf,
  ruleOf,
  type SpaceTime,
  sidesOf,
} from "../optimisers/index.js";

/** What a problem is about. */
export type Unfit = Pick<Landscape, "name" | "weights" | "tensors">;

/** Why there are no predictions of descent on a landscape in a space-time, in one line; `undefined` where there are. */
export function unpredictedProblem(landscape: Unfit, spacetime: SpaceTime): string | undefined {
  return penaltyUnpredicted(spacetime) ?? hyperUnpredicted(landscape);
}

/** The same for what the space-time alone is reason for. */
export function penaltyUnpredicted(spacetime: SpaceTime): string | undefined {
  const penalised = sidesOf(spacetime).find(isPenalised);
  return (
    penalised &&
    `${formatSpaceTime(penalised)} has no prediction: no diagrams are known of its penalty; only trials tell of it`
  );
}

/** The same for what the landscape alone is reason for. */
export function hyperUnpredicted({ name, weights }: Unfit): string | undefined {
  const hyper = weights.find(({ interval }) => interval !== undefined);
  return (
    hyper &&
    `descent on ${name} has no prediction: its hyper weight ${hyper.name} is put back to an interval, which is not smooth; only trials tell of it`
  );
}

/** Why descent of an optimiser cannot go on a landscape, in one line; `undefined` where it can. */
export function placeProblem(landscape: Unfit, spacetime: SpaceTime): string | undefined {
  const sides = sidesOf(spacetime);
  const untrained =
    landscape.tensors && sides.find((side) => ruleOf(side).noise !== undefined || isFlow(side));
  if (untrained !== undefined) {
    return `${untrained.optimiser} has no training points, and on landscapes of tensors such as ${landscape.name} descent has them; take sgd, gd or gdc`;
  }
  const problem = sides.some(isPenalised) ? penaltyProblem(landscape) : undefined;
  if (problem !== undefined) {
    return problem;
  }
  const flow = sides.find(isFlow);
  return flow !== undefined && hasHyperWeights(landscape)
    ? `${optimiserOf(flow).name} follows what is smooth, and hyper weights of ${landscape.name} are put back to intervals; take another optimiser`
    : undefined;
}

function isPenalised(descent: Descent): boolean {
  return ruleOf(descent).gapPenalty !== undefined;
}

/** Why a landscape has no STIC to descend on. */
function penaltyProblem(landscape: Unfit): string | undefined {
  const own = modelWeights(landscape);
  if (own.length === 1) {
    return undefined;
  }
  const count = own.length === 0 ? "none but hyper ones" : `${own.length}`;
  return `this penalty is of landscapes with one weight beside hyper ones, and ${landscape.name} has ${count}; leave the penalty out, or take another landscape`;
}
