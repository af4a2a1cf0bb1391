import { counted } from "../printable/index.js";
import { type Verdict, worstVerdict } from "../runs/index.js";

/** One sentence on how points compare with a prediction. */
export function verdictSentence(points: readonly { readonly verdict: Verdict | null }[]): string {
  const total = points.length;
  if (total > 0 && worstVerdict(points) === undefined) {
    return `${counted(total, "point is", "points are")} measured; nothing is predicted.`;
  }
  const numberOf = (verdict: Verdict): number => points.filter((point) => point.verdict === verdict).length;
  const [agreeing, disagreeing, open] = [numberOf("agrees"), numberOf("disagrees"), numberOf("inconclusive")];
  const parts = [`${agreeing} of ${counted(total, "point")} ${agreeing === 1 ? "agrees" : "agree"}`];
  if (disagreeing > 0) {
    parts.push(counted(disagreeing, "disagrees", "disagree"));
  }
  if (open > 0) {
    parts.push(`${counted(open, "is", "are")} inconclusive`);
  }
  return `${parts.join(", ")}.`;
}
