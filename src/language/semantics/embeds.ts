import { type Diagram, nodesOfParts, satisfiesPathCondition } from "../../diagram/index.js";
import {
  type Descent,
  ruleOf,
  type SpaceTime,
  scheduleOf,
  sidesOf,
  updates,
  usesPointsOnce,
} from "../../optimisers/index.js";
import { canEmbed } from "../../spacetime/index.js";

/** Why a diagram is nowhere in a space-time: of a difference, why it is in neither. */
type Reason = (diagram: Diagram, spacetime: SpaceTime) => string | undefined;

function onEachSide(why: (diagram: Diagram, descent: Descent) => string | undefined): Reason {
  return (diagram, spacetime) => {
    const reasons = sidesOf(spacetime).map((side) => why(diagram, side));
    return reasons.includes(undefined) ? undefined : reasons[0];
  };
}

/**
 * Why a diagram has no embedding in a space-time, or `undefined` when it has one: times increase along
 * its edges, and nodes of one part lie in one row (THEORY §3). Also `undefined` when the question is too
 * large to answer here, which evaluation then says.
 */
export const whyNoEmbedding = onEachSide((diagram, spacetime) => {
  const large = whyTooLarge(diagram, spacetime);
  if (large !== undefined) {
    return large;
  }
  if (scheduleOf(spacetime).isContinuous) {
    return undefined;
  }
  const longest = longestPath(diagram);
  const schedule = scheduleOf(spacetime);
  const times = updates(schedule);
  // Cells that are shared take less time than there are edges.
  if (longest > times && schedule.sharedCells === undefined) {
    return `it has a path of ${longest} edges, and there ${times === 1 ? "is 1 update" : `are ${times} updates`}`;
  }
  if (schedule.epochs === 1 && !satisfiesPathCondition(diagram)) {
    return meetsTwice;
  }
  try {
    return canEmbed(diagram, schedule)
      ? undefined
      : "no choice of datapoints for its parts makes times increase along its edges";
  } catch {
    return undefined;
  }
});

/**
 * Why a diagram's integral over times is 0 in a space-time, where whole times do not matter: nodes of one part share
 * their time in one epoch. `undefined` when it is not, or when the parts alone do not tell.
 */
export const whyNoIntegral = onEachSide(
  (diagram, spacetime) =>
    whyTooLarge(diagram, spacetime) ??
    (usesPointsOnce(scheduleOf(spacetime)) && !satisfiesPathCondition(diagram) ? meetsTwice : undefined),
);

/** Why an optimiser has no part of so many nodes. */
export const whyNoPart = onEachSide(whyTooLarge);

function whyTooLarge(diagram: Diagram, spacetime: Descent): string | undefined {
  const { weightOfPart } = ruleOf(spacetime);
  const size = Math.max(...nodesOfParts(diagram).map((nodes) => nodes.length));
  return weightOfPart === undefined || weightOfPart(size) !== 0
    ? undefined
    : `it has a part of ${size} nodes, and ${spacetime.optimiser} has none of so many`;
}

const meetsTwice = "a path meets one part twice, and in one epoch a datapoint is used once";

/** Edges from the farthest leaf to the root. */
function longestPath(diagram: Diagram): number {
  const heights = new Array<number>(diagram.parents.length).fill(0);
  diagram.parents.forEach((parent, node) => {
    if (parent >= 0) {
      heights[parent] = Math.max(heights[parent]!, heights[node]! + 1);
    }
  });
  return heights[heights.length - 1]!;
}
