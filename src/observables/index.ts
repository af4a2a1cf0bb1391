/**
 * The room of what is observed: a record for each observable, a file each, and what all others ask of them. A name is spelled
 * in its record's file and nowhere else. Pure.
 *
 * To add one, write its file and put it into `list.ts`; docs/how-to/add-an-observable.md has the steps. A test that adds one
 * has `list.ts` mocked with a list that is longer.
 */
export {
  type Arithmetic,
  type Combination,
  combined,
  combinedValue,
  errorRate,
  expectedLoss,
  factorOf,
  isWhole,
  type Quantity,
  type Summand,
  sumOf,
  trainingLoss,
  type WeightFunction,
  weightDisplacement,
} from "./combination.js";
export { aboutFunctions, exampleOfFunction } from "./function-of-weights.js";
export { observableRecords } from "./list.js";
export {
  codes,
  namesInWords,
  namesOfOperands,
  namesTakingOperands,
  namesTakingWeights,
  observableNames,
  writtenForms,
} from "./names.js";
export {
  componentLabels,
  defaultObservable,
  findObservable,
  isCovariance,
  isExpectation,
  isListed,
  numbersOf,
  type Observable,
  recordOf,
  sampleOf,
  titleOf,
} from "./observable.js";
export { chosenOperand, type Operand } from "./operand.js";
export type { ChosenOperand, ChosenWeight, ObservableRecord, ObservedNumber } from "./record.js";
export {
  isAmputable,
  isGap,
  isSeen,
  namesWithRootCutOff,
  namesWithRootInPart,
  observableFor,
  type RootFactors,
  rootDegree,
  rootFactors,
  whyUnseen,
} from "./seen.js";
export { observableOfLoss } from "./single.js";
