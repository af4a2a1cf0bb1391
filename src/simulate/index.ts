/**
 * The room where descent happens: many independent trials of SGD on a landscape, measured and averaged. A request becomes
 * programs (`plan`), which kernels carry out (`kernel`); the one in this room is the reference (`twin`), those that are fast
 * are in `engines`. Beside its weights a trial may carry its own expansion (`expansion`), of which quantities have orders. Sums are exact (`exact-sum`), so that a seed's results are the same bits on any number of workers and
 * shards. docs/streams.md defines the random numbers.
 */

export { type Column, type MeasuredColumn, mayOverflow, type ProductColumn } from "./column.js";
export { columnsOf, type Measuring, unitsOfRounding } from "./columns.js";
export type { ControlFit } from "./controls/index.js";
export {
  type ColumnSums,
  type ExactMoments,
  hexadecimalInteger,
  meanOf,
  mergeMoments,
  standardErrorOf,
} from "./exact-sum.js";
export { instructionsOfStep, measurableOrder, mostInstructions } from "./measurable-order.js";
export { type NumberWithOrders, withOrders } from "./orders.js";
export { controlsOf, controlsOfRun, requestProblem } from "./plan.js";
export * from "./request.js";
