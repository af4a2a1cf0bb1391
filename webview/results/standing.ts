import { type RunRecord, type RunSummary, type Verdict, worstVerdict } from "../../src/runs/index.js";

/** How a run stands, as one word that has an icon. */
export type Standing =
  | Verdict
  | "running"
  | "evaluated"
  | "measured"
  | "no verdict"
  | "cancelled"
  | "failed"
  | "interrupted";

/** How a run of a list stands; what is known of its record is newer. */
export function standingOf(run: Pick<RunSummary, "kind" | "state" | "verdict"> | RunRecord): Standing {
  if (run.state !== "done") {
    return run.state;
  }
  const verdict = "points" in run ? worstVerdict(run.points) : run.verdict;
  if (verdict !== undefined) {
    return verdict;
  }
  if (run.kind === "evaluation") {
    return "evaluated";
  }
  return "points" in run && run.points.length > 0 ? "measured" : "no verdict";
}

/** One sentence on how points compare with a prediction. */
export function verdictSentence(points: readonly { readonly verdict: Verdict | null }[]): string {
  const total = points.length;
  if (total > 0 && worstVerdict(points) === undefined) {
    return `${total} ${total === 1 ? "point is" : "points are"} measured; nothing is predicted.`;
  }
  const numberOf = (verdict: Verdict): number => points.filter((point) => point.verdict === verdict).length;
  const [agreeing, disagreeing, open] = [numberOf("agrees"), numberOf("disagrees"), numberOf("inconclusive")];
  const parts = [
    `${agreeing} of ${total} ${total === 1 ? "point" : "points"} ${agreeing === 1 ? "agrees" : "agree"}`,
  ];
  if (disagreeing > 0) {
    parts.push(`${disagreeing} ${disagreeing === 1 ? "disagrees" : "disagree"}`);
  }
  if (open > 0) {
    parts.push(`${open} ${open === 1 ? "is" : "are"} inconclusive`);
  }
  return `${parts.join(", ")}.`;
}
