import { weightDisplacement } from "./combination.js";
import type { ObservableRecord } from "./record.js";

const name = "displacement";

export const displacement: ObservableRecord = {
  name,
  words: "displacement",
  documentation: "How far descent moves the weights: of all of them, or of those in parentheses.",
  example: `observe ${name}(u, v)`,
  diagrams:
    "It is `E[θ_T − θ_0]`. Only diagrams whose root has one edge add to it; the root is amputated, and its end of the edge is the free index.",
  synonyms: "shift movement drift delta motion",
  weights: { only: "only weights are displaced" },
  numbers: (weights) =>
    weights.map((weight) => ({
      label: `${name}(${weight.name})`,
      combination: [{ factor: 1, quantity: weightDisplacement(weight.index) }],
    })),
};
