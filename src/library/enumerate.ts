import { enumerateDiagrams, formatShortForm, largestEnumeration } from "../diagram/index.js";
import { checkKnown } from "./arguments.js";
import { DiagError, faultOf } from "./asked.js";
import type * as published from "./interface.js";

export const enumerate: typeof published.enumerate = (edges, options = {}) => {
  const { irreducible = false, pathCondition = false, train = false } = options;
  const filter = { irreducible, pathCondition, rootInPart: train };
  if (!Number.isSafeInteger(edges) || edges < 0) {
    throw new DiagError(
      `the number of edges is a whole number from 0 to ${largestEnumeration(filter)}, not ${edges}`,
    );
  }
  try {
    checkKnown(options, ["irreducible", "pathCondition", "train"]);
    const diagrams = [...enumerateDiagrams(edges, filter)].map(({ diagram }) => formatShortForm(diagram));
    return { edges, count: diagrams.length, diagrams };
  } catch (error) {
    throw faultOf(error);
  }
};
