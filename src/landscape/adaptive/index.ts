/**
 * Integration that is known to be right: the space of some data is cut into cells, each taken only where bounds of the
 * integrands on discs of the complex plane say that its rule is good enough. Hands out {@link integrateInCells}. Pure.
 */
export * from "./cells.js";
export { powersAtEnds } from "./ends.js";
export type { FixedPoints } from "./fixed-points.js";
export * from "./functions.js";
export { nothingHides } from "./hiding.js";
export { kronrodPair } from "./kronrod.js";
export { type Line, makeLine } from "./line.js";
export { projected } from "./projection.js";
