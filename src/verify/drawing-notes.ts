import { isWritten } from "../evaluate/index.js";
import { coarselyDrawn } from "../landscape/index.js";
import { predictionOrder } from "./predict.js";
import type { VerifySpecification } from "./specification.js";

/** Lines on moments that a run uses and does not draw right to 1e-4 of their value, each a sentence without its full stop. */
export function drawingNotes(specification: VerifySpecification): string[] {
  const { landscape } = specification;
  return isWritten(landscape) ? coarselyDrawn(landscape, predictionOrder(specification)) : [];
}
