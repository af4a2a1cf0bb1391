/**
 * The room of verification: what a `verify` block asks for, the prediction with its truncation
 * estimate, the simulation that measures, and the verdict.
 */
export type { CheckpointStore } from "./checkpoint.js";
export { folderStore } from "./checkpoint-folder.js";
export {
  criteriaAlong,
  curvesOf,
  gapNotes,
  intervalAlong,
  notesOf,
  type PredictedPoint,
  predictedAt,
  spread,
  termsOf,
} from "./curves.js";
export type { Judgement } from "./doubts.js";
export { drawingNotes } from "./drawing-notes.js";
export {
  type EstimatesOptions,
  prepareAsked,
  prepareSpecification,
} from "./estimates.js";
export type { TrialsKind } from "./kept-record.js";
export { type KnownTrials, readTrials, writeTrials } from "./kept-trials.js";
export { landscapeDigest } from "./landscape-digest.js";
export { meaningOf } from "./meaning.js";
export { formatMetric, wordsOfMetric } from "./metric-text.js";
export type { VerifyOptions, VerifyPhase } from "./options.js";
export {
  evaluatorFor,
  evaluatorOfGap,
  predict,
  predictionOrder,
  requestOf,
  seedOfEstimates,
  truncationsOf,
} from "./predict.js";
export { PreparedJudge, type PrepareOptions, prepareVerification } from "./prepare.js";
export type { PreparedPoint, PreparedVerification } from "./prepared.js";
export { describedSpecification, formatSelection, labelledWith, labelWith, pointOf } from "./record.js";
export { type AskedOfRun, refuseBeforeEstimate } from "./refusals.js";
export type { Floors } from "./rounding.js";
export {
  exitStatus,
  measurementsOf,
  runVerification,
} from "./run.js";
export type { EngineNote } from "./run-engines.js";
export {
  isSimulated,
  mostSamples,
  mostSeed,
  mostTestPoints,
  mostTrials,
  onMetric,
  type Prediction,
  type SimulatedSpecification,
  simulationProblem,
  trialsOf,
  type Variant,
  type VerifySpecification,
  variantsOf,
  wordsOfWith,
} from "./specification.js";
export { testPointsProblem } from "./test-points.js";
export {
  type Difference,
  differenceOf,
  type MeasuredNumber,
  type PredictedNumber,
} from "./verdict.js";
