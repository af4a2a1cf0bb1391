import { type Diagram, longestPath, nodesOfParts, satisfiesPathCondition } from "../../diagram/index.js";
import type { SumMode } from "../../evaluate/index.js";
import { weightOfParts } from "../../evaluate/part-weights.js";
import {
  type Descent,
  ruleOf,
  type Schedule,
  type SpaceTime,
  scheduleOf,
  sidesOf,
  updates,
  usesPointsOnce,
} from "../../optimisers/index.js";
import { counted } from "../../printable/index.js";
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
export const whyNoEmbedding = onEachSide((diagram, descent) => {
  const schedule = scheduleOf(descent);
  return (
    whyWeightless(diagram, descent) ?? (mayEmbed(diagram, schedule) ? undefined : whyNone(diagram, schedule))
  );
});

/**
 * Why a diagram's integral over times is 0 in a space-time, where whole times do not matter: nodes of one part share
 * their time in one epoch. `undefined` when it is not, or when the parts alone do not tell.
 */
const whyNoIntegral = onEachSide(
  (diagram, descent) =>
    whyWeightless(diagram, descent) ??
    (usesPointsOnce(scheduleOf(descent)) && !satisfiesPathCondition(diagram) ? meetsTwice : undefined),
);

/** Why a diagram adds nothing to a sum of this mode, as a sentence on it by this name; `undefined` when it may add. */
export function whyItAddsNothing(
  name: string,
  diagram: Diagram,
  spacetime: SpaceTime,
  sum: SumMode,
): string | undefined {
  const reason = (sum === "exact" ? whyNoEmbedding : whyNoIntegral)(diagram, spacetime);
  return reason === undefined
    ? undefined
    : `${name} has no embedding in this space-time, so it adds 0: ${reason}`;
}

/** Why an optimiser has no part of so many nodes. */
export const whyNoPart = onEachSide(whyWeightless);

function whyWeightless(diagram: Diagram, descent: Descent): string | undefined {
  if (weightOfParts(ruleOf(descent), diagram) !== 0) {
    return undefined;
  }
  const size = Math.max(...nodesOfParts(diagram).map((nodes) => nodes.length));
  return `it has a part of ${size} nodes, and ${descent.optimiser} has none of so many`;
}

function mayEmbed(diagram: Diagram, schedule: Schedule): boolean {
  try {
    return canEmbed(diagram, schedule);
  } catch {
    return true;
  }
}

/** In words, why a diagram that cannot embed does not. */
function whyNone(diagram: Diagram, schedule: Schedule): string {
  const longest = longestPath(diagram);
  const times = updates(schedule);
  if (longest > times) {
    return `it has a path of ${counted(longest, "edge")}, and there ${times === 1 ? "is" : "are"} ${counted(times, "update")}`;
  }
  return usesPointsOnce(schedule) && !satisfiesPathCondition(diagram)
    ? meetsTwice
    : "no choice of datapoints for its parts makes times increase along its edges";
}

const meetsTwice = "a path meets one part twice, and in one epoch a datapoint is used once";
