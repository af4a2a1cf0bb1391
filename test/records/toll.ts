import { expectedLoss, trainingLoss, weightDisplacement } from "../../src/observables/combination.js";
import type { ObservableRecord } from "../../src/observables/record.js";

const name = "toll";

/** A made-up observable, as docs/how-to/add-an-observable.md adds one: of each weight, all that engines find together. */
export const toll: ObservableRecord = {
  name,
  words: "toll of descent",
  documentation: "Twice the train loss less half of the test loss, and three times how far a weight goes.",
  example: `observe ${name}(u)`,
  diagrams: "All diagrams add to it; a root of one edge does so twice, once cut off.",
  synonyms: "levy duty",
  weights: { only: "a toll is for weights" },
  numbers: (weights) =>
    weights.map((weight) => ({
      label: `${name}(${weight.name})`,
      combination: [
        { factor: 2, quantity: trainingLoss },
        { factor: -1 / 2, quantity: expectedLoss },
        { factor: 3, quantity: weightDisplacement(weight.index) },
      ],
    })),
};
