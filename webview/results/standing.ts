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
