/**
 * Landscapes of tensors: losses whose weights and data have shapes, as checked trees and as programs; their derivatives.
 * Pure: no I/O, no clock, no globals.
 */

export { directions, powerSeries, type TruncatedAlgebra } from "./algebra.js";
export { type Classifier, classifierOf, classifierProgram } from "./classifier.js";
export { DataRows } from "./data-rows.js";
export { entryName, entryNames } from "./entries.js";
export * from "./expression.js";
export { functionOfTensors } from "./from-scalars.js";
export * from "./functions/index.js";
export { finishTensorProgram, include } from "./include.js";
export * from "./instruction.js";
export { lastUses, TensorInterpreter } from "./interpret.js";
export { largestProduct } from "./kernels.js";
export * from "./landscape.js";
export { type Lifted, type LiftedProgram, lift, liftProgram } from "./lift.js";
export * from "./lower.js";
export { arithmeticOperations } from "./operations.js";
export { TensorProgramBuilder } from "./program.js";
export { gradientProgram, gradientsOf } from "./reverse.js";
export { interpreted, type MakeCarrier, RowDerivatives, type TensorCarrier } from "./row-derivatives.js";
export { powerBelow } from "./scaled-directions.js";
export {
  axisOf,
  broadcastShape,
  describeShape,
  indexShape,
  matmulShape,
  sameShape,
  sizeOf,
  TensorSizeError,
  withoutAxis,
} from "./shapes.js";
export * from "./unfold.js";
