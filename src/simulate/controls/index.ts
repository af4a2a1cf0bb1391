/**
 * Martingale controls: what a trial's fresh data add to polynomials of its state, less what was to be expected of them, has the
 * mean 0 whatever the polynomials are, and takes most of the variance away where they are good. A state (`model`) has features
 * of a separated loss (`features`), whose law stands as few points (`data-law`); polynomials are fitted to a pilot (`recorded`,
 * `fit`), judged by another (`choose`), and become a part of a plan's programs (`plan`, `programs`).
 */
export { chooseControls } from "./choose.js";
export type { ControlFit } from "./model.js";
export { controlProblem, withChosenControls } from "./plan.js";
export { wholly } from "./whole.js";
