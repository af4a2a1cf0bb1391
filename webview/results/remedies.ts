import type { RunPoint, RunRecord, VerifyAmendment } from "../../src/runs/index.js";
import { counted } from "../kit/text.js";
import { shortNumber } from "./numbers.js";

/** What would decide a run, as a button says it, and what its `verify` block says then. */
export interface Remedy {
  readonly label: string;
  readonly amendment: VerifyAmendment;
}

/** What the inconclusive points of a run ask for: more trials, lower learning rates, another order. */
export function remediesOf({ points }: Pick<RunRecord, "points">): Remedy[] {
  const open = points.filter(({ verdict }) => verdict === "inconclusive");
  const largest = (values: readonly (number | undefined)[]) =>
    Math.max(0, ...values.map((value) => value ?? 0));
  const trials = largest(open.map(({ trialsToDecide }) => trialsToDecide));
  const order = largest(open.map(({ orderToDecide }) => orderToDecide));
  return [
    ...(trials > 0
      ? [{ label: `Run with ${counted(trials, "trial")}`, amendment: { kind: "trials", trials } as const }]
      : []),
    ...lowerRates(open),
    ...(order > 0 ? [{ label: `Predict order ${order}`, amendment: { kind: "order", order } as const }] : []),
  ];
}

/** The largest rate that is too large, lowered to what would do for all numbers at it. */
function lowerRates(open: readonly RunPoint[]): Remedy[] {
  const rates = open.filter(({ etaToDecide }) => etaToDecide !== undefined);
  if (rates.length === 0) {
    return [];
  }
  const from = Math.max(...rates.map(({ eta }) => eta));
  const to = Math.min(...rates.flatMap(({ eta, etaToDecide }) => (eta === from ? etaToDecide! : [])));
  const which = new Set(rates.map(({ eta }) => eta)).size === 1 ? "eta" : `eta = ${shortNumber(from)}`;
  return [{ label: `Lower ${which} to ${shortNumber(to)}`, amendment: { kind: "eta", from, to } }];
}

/** Why the worst of some points stands as it does: where, and the reason. */
export function reasonOf({ points }: Pick<RunRecord, "points">): string {
  const worst =
    points.find(({ verdict }) => verdict === "disagrees") ??
    points.find(({ verdict }) => verdict === "inconclusive") ??
    points.at(-1);
  return worst === undefined ? "" : `${worst.observable} at η = ${shortNumber(worst.eta)}: ${worst.reason}.`;
}
