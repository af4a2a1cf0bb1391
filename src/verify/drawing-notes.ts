import { isWritten } from "../evaluate/index.js";
import { coarselyDrawn, coarseMoments } from "../landscape/index.js";
import { predictionOrder } from "./predict.js";
import type { VerifySpecification } from "./specification.js";

/** Lines on moments that a run uses and does not draw right to 1e-4 of their value, each a sentence without its full stop. */
export function drawingNotes(specification: VerifySpecification): string[] {
  const { landscape } = specification;
  return isWritten(landscape) ? coarselyDrawn(landscape, predictionOrder(specification)) : [];
}

/** A moment that is drawn so far off, as a share of its value, shifts what is measured of orders that take it. */
const shifting = 0.01;

/** Which moments of heavy-tailed data are drawn so far off that an order may disagree for it, in words. */
export function shiftingMoments(specification: VerifySpecification): string[] {
  const { landscape } = specification;
  return isWritten(landscape)
    ? coarseMoments(landscape, predictionOrder(specification))
        .filter(({ most }) => most >= shifting)
        .map(({ words }) => words)
    : [];
}
