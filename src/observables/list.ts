import { covariance } from "./covariance.js";
import { displacement } from "./displacement.js";
import { generalizationGap } from "./generalization-gap.js";
import type { ObservableRecord } from "./record.js";
import { testLoss } from "./test-loss.js";
import { trainLoss } from "./train-loss.js";
import { variance } from "./variance.js";

/** All that can be observed, in the order in which it is offered; what is observed where nobody says so comes first. */
export const observableRecords: readonly [ObservableRecord, ...ObservableRecord[]] = [
  testLoss,
  trainLoss,
  generalizationGap,
  displacement,
  variance,
  covariance,
];
