import { trainingLoss } from "./combination.js";
import type { ObservableRecord } from "./record.js";

const name = "train_loss";

export const trainLoss: ObservableRecord = {
  name,
  words: "train loss",
  documentation: "The loss on the training points at the weights after `T` updates.",
  diagrams:
    "The root of its diagrams may join any part; that part's row is averaged over the `N` training points.",
  synonyms: "trainingloss trainerror trainingerror empiricalrisk empiricalloss",
  numbers: () => [{ label: name, combination: [{ factor: 1, quantity: trainingLoss }] }],
};
