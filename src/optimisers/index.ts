/**
 * The room of optimisers: a record for each (its names, parameters, documentation; the cells that it visits, and what its
 * updates do), and space-times, which are an optimiser with its parameters. Pure; all that grids, sums over embeddings,
 * plans and kernels need is the schedule and the rule. To add one, write its file and put it into
 * `list.ts` (docs/how-to/add-an-optimiser.md). A test that adds one has `list.ts` mocked with a list that is longer.
 */

export { exampleOf, exampleOption, examplesOfAll, exampleValues } from "./examples.js";
export { gradientDescent } from "./gradient-descent.js";
export { optimisers } from "./list.js";
export { penalty } from "./parameters.js";
export {
  type ArgumentPlace,
  numbersOf,
  placeArguments,
  readArguments,
  type SpaceTimeFault,
} from "./reading.js";
export type {
  ChoiceParameter,
  NumberParameter,
  OptimiserRecord,
  Parameter,
  ParameterValues,
  UpdateRule,
  WholeNumberParameter,
} from "./record.js";
export { isGradientDescent, type Schedule, updates, updatesPerEpoch, usesPointsOnce } from "./schedule.js";
export {
  type Descent,
  type Difference,
  durationOf,
  formatSpaceTime,
  hasTrainingPoints,
  infinite,
  isDifference,
  isFlow,
  isLimit,
  optimiserNamed,
  optimiserOf,
  optionsOf,
  ruleOf,
  type SpaceTime,
  scheduleOf,
  shortNumber,
  sidesOf,
  spaceTimeOf,
  spaceTimeProblem,
  stepSize,
  updatesOf,
  visitsOf,
  writtenNumber,
} from "./space-time.js";
export { stochasticGradientDescent } from "./stochastic-gradient-descent.js";
