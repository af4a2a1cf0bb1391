import { UsageError } from "../cli/usage.js";
import { enumerateDiagrams, formatShortForm, largestEnumeration } from "../diagram/index.js";
import { checkKnown, optionsGiven, wordsOfValue } from "./arguments.js";
import { faultOf } from "./asked.js";
import type * as published from "./interface.js";

const known = ["irreducible", "pathCondition", "train"] as const;

export const enumerate: typeof published.enumerate = (edges, options) => {
  try {
    return enumerated(edges, optionsGiven(options));
  } catch (error) {
    throw faultOf(error);
  }
};

/** @throws UsageError, RangeError in one line. */
function enumerated(edges: number, options: published.EnumerateOptions): published.Enumerated {
  checkKnown(options, known);
  for (const name of known) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "boolean") {
      throw new UsageError(`${name} takes true or false, not ${wordsOfValue(value)}`);
    }
  }
  const { irreducible = false, pathCondition = false, train = false } = options;
  const filter = { irreducible, pathCondition, rootInPart: train };
  if (!Number.isSafeInteger(edges) || edges < 0) {
    throw new UsageError(
      `the number of edges is a whole number from 0 to ${largestEnumeration(filter)}, not ${wordsOfValue(edges)}`,
    );
  }
  const diagrams = [...enumerateDiagrams(edges, filter)].map(({ diagram }) => formatShortForm(diagram));
  return { edges, count: diagrams.length, diagrams };
}
