/**
 * Descent on landscapes of tensors that are too large to be written with scalars: a plan of tensor programs (`plan`) that draws the same
 * streams, and the kernel that interprets them in double precision (`kernel`), a trial's expansion (`series-pass`) and its controls
 * (`controls`) included.
 */
export type { PathControls } from "./controls/index.js";
export { findPathControls } from "./controls/path.js";
export { RowNumbers } from "./controls/row-numbers.js";
export { type CostOfTest, costOfTest } from "./cost-of-test.js";
export { DoubleLanes, type DoubleTensor, doublePointData } from "./double-lanes.js";
export { HostLanes, shareIn } from "./host-lanes.js";
export { TensorKernel } from "./kernel.js";
export * from "./lane-arithmetic.js";
export { measurableOrderOfTensors, mostOfExpectation, planTensors, rowsOf } from "./plan.js";
export { PointData } from "./point-data.js";
export { findingLossAtStart, knowLossAtStart, tensorLossesAtStart } from "./start.js";
export type { TensorExpansion, TensorPlan } from "./tensor-plan.js";
export { type TestData, testDataOf } from "./test-data.js";
