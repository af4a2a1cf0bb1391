/** What Slurm's words for states say; those of [M] were seen in 22.05, those of [D] are of its documentation. */

/** A job in one of these is over, if no other word says otherwise. The list is complete: an unknown word is one of life. */
export const endedStates = [
  "COMPLETED", // [M]
  "FAILED", // [M]
  "TIMEOUT", // [M]
  "CANCELLED", // [M]
  "OUT_OF_MEMORY", // [M]
  "NODE_FAIL", // [M]
  "PREEMPTED", // [M]
  "BOOT_FAIL", // [D]
  "DEADLINE", // [D]
] as const;

export type EndedState = (typeof endedStates)[number];

/** Words beside a state that say nothing of whether the job is over [D]. */
const remarks = new Set(["LAUNCH_FAILED", "UPDATE_DB", "RECONFIG_FAIL"]);

/** The word for how a job ended; `undefined` while it may live. */
export function endedState(states: readonly string[]): EndedState | undefined {
  const words = states.filter((word) => !remarks.has(word));
  const [first, ...others] = words;
  return others.length === 0 ? endedStates.find((state) => state === first) : undefined;
}

/** Whether a job is over. */
export function isEnded(states: readonly string[]): boolean {
  return endedState(states) !== undefined;
}
