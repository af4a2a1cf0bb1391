/**
 * Landscapes: losses, the distributions of their data, derivative tensors and their joint cumulants.
 * Hands out the types of losses and data, {@link expandLandscape} (what diagrams are valued with),
 * {@link gradient} and {@link expectedLossParts} (what simulations are generated from), {@link finiteForm} (what keeps
 * losses from overflowing), and printing.
 * Pure: no I/O, no clock, no globals.
 */

export {
  children,
  logSumExp,
  nodeCount,
  polynomialDegree,
  replaceSymbols,
  simplify,
  symbolsOf,
} from "./build.js";
export { canonicalParts } from "./canonical.js";
export { type ConstantApart, constantApart, magnitudeAt } from "./constant-part.js";
export * from "./distributions/index.js";
export { coarselyDrawn, coarseMoments, drawingErrors } from "./drawn-moments.js";
export * from "./error.js";
export { elementaryValue, evaluateExpression } from "./evaluation.js";
export * from "./expansion.js";
export { type ExpectedLossParts, expectedLossParts, type FoundLoss } from "./expected.js";
export * from "./expression.js";
export { finiteForm } from "./finite/index.js";
export { withZeroLogarithms } from "./finite/zero-logarithm.js";
export { gradient } from "./gradient.js";
export { movingKink } from "./kinks.js";
export * from "./landscape.js";
export { LossFinder } from "./loss-finder.js";
export { type AnyMetric, metricRoot, raised, withMetric } from "./metric.js";
export { expressionToLatex, nameToLatex, printExpression } from "./print.js";
export * from "./random-derivatives.js";
export { columnOf, rowCount } from "./rows.js";
export { fitRules, type RuleFit } from "./rule-fit.js";
export { agreement, SampledLoss } from "./sampled-loss.js";
export { type SeparatedTerm, separate } from "./separate.js";
export { checkExpansion } from "./size.js";
export { leastDegree, type Roughness, type RoughPart, roughnessOf, roughPartOf } from "./smoothness/index.js";
