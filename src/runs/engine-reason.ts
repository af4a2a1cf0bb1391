import { cutText } from "../printable/text.js";

/** Why an engine simulates: what fits behind `since`, and all of it. */
export interface EngineReason {
  /** The end of one sentence, without its full stop. */
  readonly sentence: string;
  /** Everything that was said, one line each; empty where the sentence says all. */
  readonly details: readonly string[];
}

const longestSentence = 160; // characters

/** A driver's message may have several lines, and several engines a reason each: the first is the sentence. */
export function engineReason(why: string): EngineReason {
  const clauses = why
    .split(/\r?\n|; /)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "");
  const sentence = cutText(clauses[0] ?? "", longestSentence).replace(/\.$/, "");
  return { sentence, details: clauses.length === 1 && sentence === why ? [] : clauses };
}
