/**
 * Descent on landscapes of tensors that are too large to be written with scalars: a plan of tensor programs (`plan`) that draws the same
 * streams, and the kernel that interprets them in double precision (`kernel`), a trial's expansion included (`series-pass`).
 */
export { TensorKernel } from "./kernel.js";
export { measurableOrderOfTensors, planTensors } from "./plan.js";
export { tensorLossesAtStart } from "./start.js";
export type { TensorPlan } from "./tensor-plan.js";
