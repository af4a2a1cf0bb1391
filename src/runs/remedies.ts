import type { VerifyAmendment } from "./messages.js";
import type { RunPoint } from "./model.js";

/**
 * What the inconclusive of some points ask for, as a `verify` block would say it: more trials, a lower learning rate, another
 * order; at most one of each, which does for all of them as far as it can.
 */
export function remediesOf(points: readonly Pick<RunPoint, "eta" | "verdict" | Help>[]): VerifyAmendment[] {
  const open = points.filter(({ verdict }) => verdict === "inconclusive");
  const trials = largest(open.map(({ trialsToDecide }) => trialsToDecide));
  const order = largest(open.map(({ orderToDecide }) => orderToDecide));
  return [
    ...(trials > 0 ? [{ kind: "trials", trials } as const] : []),
    ...lowerRates(open),
    ...(order > 0 ? [{ kind: "order", order } as const] : []),
  ];
}

type Help = "trialsToDecide" | "etaToDecide" | "orderToDecide";

function largest(values: readonly (number | undefined)[]): number {
  return Math.max(0, ...values.map((value) => value ?? 0));
}

/** The largest rate that is too large, lowered to what would do for all numbers at it. */
function lowerRates(open: readonly Pick<RunPoint, "eta" | "etaToDecide">[]): VerifyAmendment[] {
  const rates = open.filter(({ etaToDecide }) => etaToDecide !== undefined);
  if (rates.length === 0) {
    return [];
  }
  const from = Math.max(...rates.map(({ eta }) => eta));
  const to = Math.min(...rates.flatMap(({ eta, etaToDecide }) => (eta === from ? etaToDecide! : [])));
  return [{ kind: "eta", from, to }];
}
