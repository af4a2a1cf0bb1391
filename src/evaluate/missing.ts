import type { Evaluation } from "./evaluation.js";

/** What is not a finite number in an evaluation, in words. */
export interface MissingNumbers {
  /** Why the total, or an entry of it, is not there; absent when it is. */
  readonly total?: string;
  /** Coefficients of the series and counts that are not there. */
  readonly others: readonly string[];
}

const mostNamed = 3;

/** All of it in one line, the total first; `undefined` when nothing is missing. */
export function wordsOfMissing({ total, others }: MissingNumbers): string | undefined {
  const all = [...(total === undefined ? [] : [total]), ...others];
  if (all.length === 0) {
    return undefined;
  }
  const rest = all.length - mostNamed;
  return [...all.slice(0, mostNamed), ...(rest > 0 ? [`and ${rest} more numbers`] : [])].join("; ");
}

/**
 * Names the numbers that overflow or do not exist.
 * @param labels of the entries of a value.
 */
export function missingNumbers(
  { total, terms, series, isLimit }: Evaluation,
  labels: readonly string[],
): MissingNumbers {
  const totals = total.flatMap((value, component) => {
    if (Number.isFinite(value)) {
      return [];
    }
    const large = terms.filter((term) => !Number.isFinite(term.value[component]!));
    const named = large.slice(0, mostNamed).map(({ name, diagram }) => name ?? diagram);
    const more = large.length > mostNamed ? ` and ${large.length - mostNamed} more` : "";
    const which =
      large.length === 0
        ? "its terms are finite, but not their sum"
        : `its ${large.length === 1 ? "term" : "terms"} ${named.join(", ")}${more} overflow${large.length === 1 ? "s" : ""}`;
    return [
      `the total of ${labels[component]} ${howMissing(value)}: ${which}; lower eta, the order or the number of updates`,
    ];
  });
  const counts = terms
    .filter(({ embeddings }) => !isLimit && !Number.isFinite(embeddings))
    .map(({ name, diagram }) => `the embeddings of ${name ?? diagram} are more than a double can count`);
  const coefficients = series.flatMap((coefficient, power) =>
    coefficient.flatMap((value, component) =>
      Number.isFinite(value)
        ? []
        : [`in the series, the coefficient of eta^${power} of ${labels[component]} ${howMissing(value)}`],
    ),
  );
  return {
    ...(totals.length === 0 ? {} : { total: totals.join("; ") }),
    others: [...counts, ...coefficients],
  };
}

function howMissing(value: number): string {
  return Number.isNaN(value)
    ? "has no value, since parts that overflow have opposite signs"
    : `is ${value > 0 ? "more" : "less"} than a double can hold (${value > 0 ? "" : "-"}1.8e308)`;
}
