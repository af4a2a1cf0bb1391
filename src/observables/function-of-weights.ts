import type { WeightFunction } from "./combination.js";
import type { ObservableRecord } from "./record.js";

/** How files and the command write one, under a name that is no observable's. */
export const exampleOfFunction = "radius = u^2 + v^2";

/** What can be said of all of them, as Markdown. */
export const aboutFunctions = {
  documentation: "The expectation of a smooth function of the weights, and of params, after `T` updates.",
  diagrams:
    "Diagrams whose root is alone in its part add to it; the derivatives at the root are the function's in place of the loss's.",
};

/** A function of the weights is observed like any other, under its author's name. */
export function recordOfFunction(observed: WeightFunction): ObservableRecord {
  const { name } = observed;
  return {
    name,
    words: name,
    ...aboutFunctions,
    example: `observe ${exampleOfFunction}`,
    synonyms: "",
    numbers: () => [
      {
        label: name,
        combination: [{ factor: 1, quantity: { kind: "weight_function", function: observed } }],
      },
    ],
  };
}
