/**
 * Controls of trials on landscapes of tensors (THEORY §10, networks): a path of descent with the mean gradient and what follows from it (`path`),
 * as numbers (`model`), and the sums that trials add up with them (`lanes`).
 */
export { ControlsOfLanes } from "./lanes.js";
export type { PathControls } from "./model.js";
