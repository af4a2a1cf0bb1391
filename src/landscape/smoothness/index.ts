/**
 * Whether a loss has the derivatives that evaluations take, found in little time and before anybody evaluates it. Hands
 * out {@link roughnessOf} and {@link roughPartOf}. Pure.
 */
export { leastDegree, type Roughness, type RoughPart, roughnessOf, roughPartOf } from "./roughness.js";
