/**
 * The room of the `.diag` language: from text to checked declarations and diagnostics. The grammar, the
 * names, the checks and the conversion to the typed values of the rooms below, as Langium services that
 * an editor's language server can be built on. Files are asked for in `loader` only.
 */

export {
  type AnalyzedFile,
  analyzeFile,
  analyzeText,
  type DiagDiagnostic,
  type TextSurroundings,
  type UsedFile,
} from "./analyze.js";
export { createDiagServices, DiagModule } from "./diag-module.js";
export {
  addressOf,
  confinedReader,
  diskReader,
  type OpenText,
  openTextsOf,
  pathOfAddress,
  pathOnDisk,
  type SourceReader,
  TextLoader,
  within,
} from "./loader/index.js";
export type { Position, ProblemCode, Range } from "./problem.js";
export { type NamedDiagram, readShortForm } from "./semantics/diagram.js";
export { whyItAddsNothing } from "./semantics/embeds.js";
export { metricWeightsOf } from "./semantics/metric.js";
export { readMetric } from "./semantics/metric-text.js";
export { type ChosenDiagram, predictionFault, repetitionFault } from "./semantics/prediction.js";
export type { GivenValues } from "./semantics/with.js";
export type { DiagServices } from "./services.js";
export { nearestName } from "./spelling.js";
