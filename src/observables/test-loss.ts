import { expectedLoss } from "./combination.js";
import type { ObservableRecord } from "./record.js";

const name = "test_loss";

export const testLoss: ObservableRecord = {
  name,
  words: "test loss",
  documentation: "The loss on new data at the weights after `T` updates.",
  diagrams: "Diagrams whose root is alone in its part add to it.",
  synonyms: "loss testerror valloss validationloss risk populationrisk populationloss expectedloss",
  numbers: () => [{ label: name, combination: [{ factor: 1, quantity: expectedLoss }] }],
};
