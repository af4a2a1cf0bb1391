import {
  type Descent,
  formatSpaceTime,
  ruleOf,
  type Schedule,
  scheduleOf,
  type UpdateRule,
} from "../optimisers/index.js";

/** What all terms of a descent ask of it. */
export interface DescentFacts {
  /** As a file writes it, to tell descents apart. */
  readonly text: string;
  readonly schedule: Schedule;
  readonly rule: UpdateRule;
}

const known = new WeakMap<Descent, DescentFacts>();

export function factsOf(descent: Descent): DescentFacts {
  let facts = known.get(descent);
  if (facts === undefined) {
    facts = { text: formatSpaceTime(descent), schedule: scheduleOf(descent), rule: ruleOf(descent) };
    known.set(descent, facts);
  }
  return facts;
}
