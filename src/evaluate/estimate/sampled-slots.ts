import type { Source } from "../directional/branch.js";

/*
 * Rows are drawn in slots. What a node of a diagram is says which slots it may have: so diagrams ask for the same vectors, and what one
 * pass over the rows finds serves several.
 */

/** Two slots for what is about mean gradients alone. */
const firstMean = 0;
const secondMean = 1;
/** These have so many times the rows of others: gradients are little work, and all diagrams are off by what their means are off by. */
const rowsOfMeans = 4;
/** Of parts of several nodes. */
const together = 2;
const beside = 3;
/** Of second and third derivatives of their own. */
const apart = 4;

/** For nodes with one edge that are alone in their part. */
export const slotsOfEnds: readonly number[] = [firstMean, secondMean, together, beside, apart];

/** For the others, and parts of several nodes. */
export const slotsOfInner: readonly number[] = [together, beside, apart];

/** How many times the rows of others a slot has. */
export function multipleOf(slot: number): number {
  return slot === firstMean || slot === secondMean ? rowsOfMeans : 1;
}

/** What stands at every node but those of functions of the weights. */
export const lossSource: Source = { name: "l" };

/** A direction along which the rows of a slot are differentiated: its gradients less their mean, row by row, or their mean. */
export interface PlainDirection {
  readonly slot: number;
  readonly isEach: boolean;
}

/** What is found in one pass over the rows of a slot: derivatives along none, each and all of the directions. */
export interface SharedPass {
  readonly slot: number;
  readonly directions: readonly PlainDirection[];
}

const rowwise: PlainDirection = { slot: together, isEach: true };
const first: PlainDirection = { slot: firstMean, isEach: false };
const second: PlainDirection = { slot: secondMean, isEach: false };

/**
 * The passes that a sample takes whatever is observed, by the most edges that diagrams have. For three edges these are 33 gradients a
 * row. The third derivatives bring the second ones with them that diagrams with paths of three edges ask for.
 */
export const sharedPasses: readonly (readonly SharedPass[])[] = [
  [],
  [
    { slot: firstMean, directions: [] },
    { slot: secondMean, directions: [] },
  ],
  [
    { slot: firstMean, directions: [] },
    { slot: together, directions: [] },
    { slot: together, directions: [rowwise] },
    { slot: beside, directions: [rowwise] },
    { slot: apart, directions: [first] },
  ],
  [
    { slot: firstMean, directions: [] },
    { slot: secondMean, directions: [] },
    { slot: together, directions: [] },
    { slot: together, directions: [first, rowwise] },
    { slot: together, directions: [rowwise, rowwise] },
    { slot: beside, directions: [rowwise, rowwise] },
    { slot: apart, directions: [rowwise, rowwise] },
    { slot: beside, directions: [first, second] },
    { slot: apart, directions: [first, second] },
  ],
];
