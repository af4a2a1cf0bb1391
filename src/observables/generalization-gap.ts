import { expectedLoss, trainingLoss } from "./combination.js";
import type { ObservableRecord } from "./record.js";

const name = "gen_gap";

export const generalizationGap: ObservableRecord = {
  name,
  words: "generalization gap",
  documentation: "The generalization gap: test loss minus train loss.",
  diagrams: "Only diagrams whose root shares a part add to it, with the opposite sign.",
  synonyms: "gap generalizationgap generalisationgap generalization generalisation",
  numbers: () => [
    {
      label: name,
      combination: [
        { factor: 1, quantity: expectedLoss },
        { factor: -1, quantity: trainingLoss },
      ],
    },
  ],
};
