import type { VerifyRun } from "../verify/run.js";

/** The verdict of all runs together: the worst of theirs. */
export function verdictOf(runs: readonly VerifyRun[]): VerifyRun["verdict"] {
  const order = ["disagrees", "inconclusive", "agrees"] as const;
  return order.find((verdict) => runs.some((run) => run.verdict === verdict)) ?? "inconclusive";
}
