/** Series estimated from rows that are drawn, where all rows are too many: values without bias, and their errors. */
export { type EstimateOptions, EstimatingEvaluator, fewestRows } from "./estimating-evaluator.js";
export { evaluatorOn, mostSamples, predictionProblem, samplesProblem } from "./evaluator-on.js";
export { roundingBetween } from "./rounding.js";
export type { AskedOfSamples, KnownSample, SampleRange } from "./sample-answer.js";
export type { RowWords } from "./sampled-rows.js";
