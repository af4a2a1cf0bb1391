/** A formula made shorter for a hover, and what was left out, in words. */
export interface Abbreviated {
  readonly latex: string;
  readonly note?: string;
}

/** Sums over more signs than this are abbreviated. */
const longestSum = 400;

/**
 * A closed-form sum whose sums over many orders of events are cut to the first order. Other formulas stay.
 */
export function abbreviateSum(latex: string): Abbreviated {
  let omitted = 0;
  const factors = splitTop(latex, "\\,").map((factor) => {
    // Two gaps between events are one order, written as a sum of three fractions.
    if (
      !factor.startsWith("\\left(") ||
      factor.startsWith("\\left(\\frac{1}{(1-") ||
      factor.length <= longestSum
    ) {
      return factor;
    }
    const orders = splitTop(factor.slice("\\left(".length, -"\\right)".length), "+");
    if (orders.length === 1) {
      return factor;
    }
    omitted += orders.length - 1;
    return `\\left(${orders[0]}+\\cdots\\right)`;
  });
  return omitted === 0
    ? { latex }
    : {
        latex: factors.join("\\,"),
        note: `The sum over times has ${omitted.toLocaleString("en-US")} more terms of this kind, one for each order in time of its events.`,
      };
}

/** Splits where a separator stands outside of all braces, brackets and parentheses. */
export function splitTop(latex: string, separator: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < latex.length; at++) {
    const sign = latex[at]!;
    if (depth === 0 && latex.startsWith(separator, at)) {
      pieces.push(latex.slice(from, at));
      from = at + separator.length;
      at = from - 1;
    } else if (sign === "{" || sign === "(" || sign === "[") {
      depth++;
    } else if (sign === "}" || sign === ")" || sign === "]") {
      depth--;
    }
  }
  return [...pieces, latex.slice(from)];
}
