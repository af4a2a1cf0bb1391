/**
 * Enclosures: how large expressions and their Taylor coefficients can be on whole discs of the complex plane, so that
 * an integral is known to be right and not only seen to settle. Hands out {@link compileBound}. Pure.
 */
export * from "./bound.js";
export { leastRealSquare } from "./functions.js";
