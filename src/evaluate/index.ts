/**
 * The room of numbers: what diagrams are worth on a landscape in a space-time (uvalues, rvalues,
 * their sums over embeddings), and how that is written as formulas. Pure.
 */
export {
  type AnyLandscape,
  isWritten,
  type LargeLandscape,
  largeLandscape,
  type WrittenLandscape,
} from "./any-landscape.js";
export type { Criteria } from "./criteria.js";
export {
  type DirectionalDerivatives,
  type DirectionalLandscape,
  directionalProblem,
  directionalTensors,
  directionalValuation,
  type LossDerivatives,
} from "./directional/index.js";
export {
  type AskedOfSamples,
  type EstimateOptions,
  EstimatingEvaluator,
  evaluatorOn,
  fewestRows,
  type KnownSample,
  mostSamples,
  predictionProblem,
  type RowWords,
  roundingBetween,
  type SampleRange,
  samplesProblem,
} from "./estimate/index.js";
export {
  type EstimateCost,
  type EstimatedOrders,
  type Evaluation,
  EvaluationError,
  type EvaluationRequest,
  type EvaluatorOptions,
  type Selection,
  type SumMode,
  type Term,
} from "./evaluation.js";
export { Evaluator } from "./evaluator.js";
export { type DiagramFormula, formulaOf } from "./formula.js";
export { functionExpansion } from "./function-expansion.js";
export {
  lastOrderIn,
  orderProblem,
  type Reach,
  reachOf,
  reachProblem,
  sizeProblem,
  truncationOrders,
  truncationOrdersOfTotal,
  workOf,
} from "./limits.js";
export { type MissingNumbers, missingNumbers, wordsOfMissing } from "./missing.js";
export { trainingProblem } from "./training.js";
export { hyperUnpredicted, penaltyUnpredicted, placeProblem, unpredictedProblem } from "./unpredicted.js";
export type { Valuation } from "./valuation.js";
export { evaluationProblem, selectionProblem } from "./valuation-on.js";
