import type { Contribution, RunPoint, RunRecord } from "../model.js";

/** The tables that a run has: what was verified, and what the diagrams add. */
export type ResultTable = "points" | "terms";

/** A term of a prediction with the number and learning rate that it is a term of. */
export interface TermRow extends Contribution {
  readonly eta: number;
  readonly observable: string;
}

/** Whether a term is that of order 0, the observable where descent starts. */
export function isOrderZero({ edges }: Pick<Contribution, "edges">): boolean {
  return edges === 0;
}

/** All terms of a run, in the order of the learning rates, then of the observables. */
export function termRows({ terms }: Pick<RunRecord, "terms">): TermRow[] {
  return terms.flatMap(({ eta, observable, terms: contributions }) =>
    contributions.map((contribution) => ({ eta, observable, ...contribution })),
  );
}

/** The points at which a run measured one observable, by increasing learning rate. */
export function pointsOf({ points }: Pick<RunRecord, "points">, observable: string): RunPoint[] {
  return points.filter((point) => point.observable === observable).sort((one, other) => one.eta - other.eta);
}
