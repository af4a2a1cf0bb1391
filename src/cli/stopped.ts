import type { KnownAnswer } from "./verb.js";
import { Keeping } from "./verbs/keeping.js";

/** What `diag verify`, `plot`, `report` and `doctor` say when they are stopped before they know anything. */
const nothing: Readonly<Record<string, () => KnownAnswer>> = {
  verify: () => ({
    json: { runs: [] },
    note: new Keeping().wordsOfStop(),
    status: 3,
    endsInOrder: false,
  }),
  plot: () => ({
    json: { files: [], runs: [] },
    note: new Keeping().wordsOfStop(),
    status: 3,
    endsInOrder: false,
  }),
  report: () => ({
    json: { drawings: [], plots: [], runs: [] },
    note: new Keeping().wordsOfStop(),
    status: 3,
    endsInOrder: false,
  }),
  doctor: () => ({
    json: { stopped: true, engines: [] },
    note: doctorStopped,
    status: 3,
    endsInOrder: false,
  }),
};

/** What `diag doctor` says when it is stopped. */
export const doctorStopped = "stopped; what is printed is what was known by then";

/** What a verb that is stopped before it begins says; nothing for verbs of which half an answer is worth nothing. */
export function knownAtStart(verb: string | undefined): KnownAnswer | undefined {
  return verb !== undefined && Object.hasOwn(nothing, verb) ? nothing[verb]!() : undefined;
}
