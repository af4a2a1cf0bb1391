import { type RunRecord, remediesOf, type VerifyAmendment } from "../../src/runs/index.js";
import { counted } from "../kit/text.js";
import { shortNumber } from "./numbers.js";

/** What would decide a run, as a button says it, and what its `verify` block says then. */
export interface Remedy {
  readonly label: string;
  readonly amendment: VerifyAmendment;
}

/** What the inconclusive points of a run ask for: more trials, lower learning rates, another order. */
export function offeredRemedies({ points }: Pick<RunRecord, "points">): Remedy[] {
  const tooLarge = points.filter(
    ({ verdict, etaToDecide }) => verdict === "inconclusive" && etaToDecide !== undefined,
  );
  const isOneRate = new Set(tooLarge.map(({ eta }) => eta)).size === 1;
  return remediesOf(points).map((amendment) => ({ label: labelOf(amendment, isOneRate), amendment }));
}

function labelOf(amendment: VerifyAmendment, isOneRate: boolean): string {
  switch (amendment.kind) {
    case "trials":
      return `Run with ${counted(amendment.trials, "trial")}`;
    case "eta":
      return `Lower ${isOneRate ? "eta" : `eta = ${shortNumber(amendment.from)}`} to ${shortNumber(amendment.to)}`;
    case "order":
      return `Predict order ${amendment.order}`;
  }
}
