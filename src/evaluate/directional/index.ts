/** Diagrams valued without tensors, from derivatives along directions that rows of data have. */
export type { DirectionalDerivatives, DirectionalLandscape, LossDerivatives } from "./derivatives.js";
export { directionalProblem } from "./limits.js";
export { directionalTensors } from "./tensors.js";
export { directionalValuation } from "./valuation.js";
