/** Trials whose expected loss could not be found where they ended; they are in no mean of it. */
export interface UnfoundLosses {
  readonly trials: number;
  /** The least number of them, and one line that says why its loss could not be found. */
  readonly first: number;
  readonly reason: string;
}

interface MayBeUnfound {
  readonly unfound?: UnfoundLosses;
}

/** Those of both lots of trials, as a field of what is known of them together; no field when there are none. */
export function mergeUnfound({ unfound: one }: MayBeUnfound, { unfound: other }: MayBeUnfound): MayBeUnfound {
  if (one === undefined || other === undefined) {
    const either = one ?? other;
    return either === undefined ? {} : { unfound: either };
  }
  const { first, reason } = one.first <= other.first ? one : other;
  return { unfound: { trials: one.trials + other.trials, first, reason } };
}
