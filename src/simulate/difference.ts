import { isDifference, isFlow, sidesOf, updatesOf } from "../optimisers/index.js";
import type { AnyPlan } from "./any-plan.js";
import { type Column, isMeasured, madeOf, measuredOf } from "./column.js";
import { columnsOf } from "./columns.js";
import { followFlow } from "./flow.js";
import {
  type ChunkResult,
  type Fate,
  type MeasuredTrials,
  measureTrials,
  type TellingKernel,
  unfoundOf,
} from "./kernel.js";
import { planOf } from "./plan-of.js";
import type { AnyRequest } from "./request.js";
import { descentsOf } from "./sides.js";

/**
 * What the trials of a request take, as data: the plan of its descent. Of a difference it is that of one of them, whose columns
 * are the difference's, and the other is beside it.
 */
export interface TrialsPlan {
  readonly plan: AnyPlan;
  readonly other?: OtherPlan;
  /** Of a trial, of both descents. */
  readonly updates: number;
}

/** The other descent of a difference. */
export interface OtherPlan {
  /** Whether it is taken off, or what is taken off from. */
  readonly sign: 1 | -1;
  /** A descent that has trials of its own, or what a flow measures of each column in all of them: nothing where it diverges. */
  readonly of: AnyPlan | { readonly flow: readonly number[] | undefined };
}

/** Makes a request ready whose descents are not all flows. Throws one line when it is wrong. */
export function planTrials(request: AnyRequest): TrialsPlan {
  const { spacetime } = request;
  const updates = updatesOf(spacetime);
  if (!isDifference(spacetime)) {
    return { plan: planOf(request), updates };
  }
  const columns = columnsOf(request);
  const of = descentsOf(request).map((asked) => {
    if (isFlow(asked.spacetime)) {
      return { flow: followFlow(asked, measuredOf(columns)) };
    }
    const plan = planOf(asked);
    // What is measured is the side's own; what is known of it before any trial is known of the difference.
    const known = ({ center, origin }: Column, column: Column) => ({ ...column, center, origin });
    return { ...plan, columns: plan.columns.map((column, index) => known(columns[index]!, column)) };
  });
  // Trials whose expected loss does not hold are marked by a plan that checks it.
  const place = of.findIndex((one) => "check" in one && one.check !== undefined);
  const first = place >= 0 ? place : "flow" in of[0]! ? 1 : 0;
  return {
    plan: of[first] as AnyPlan,
    other: { sign: first === 0 ? 1 : -1, of: of[1 - first]! },
    updates,
  };
}

/** What a difference of flows measures of each column, less its center; nothing where one of them leaves all bounds. */
export function followFlows(request: AnyRequest): {
  readonly columns: readonly Column[];
  readonly differences: readonly number[] | undefined;
} {
  const columns = columnsOf(request);
  const [first, minus] = sidesOf(request.spacetime).map((spacetime) =>
    followFlow({ ...request, spacetime }, columns),
  );
  if (!isDifference(request.spacetime) || first === undefined || minus === undefined) {
    return { columns, differences: first };
  }
  const differences: number[] = [];
  for (const [index, column] of columns.entries()) {
    differences.push(
      isMeasured(column) ? first[index]! - minus[index]! : madeOf(column, (place) => differences[place]!),
    );
  }
  return { columns, differences };
}

/** The trials of the other descent, as they are measured beside those of the first. */
export interface OtherTrials extends MeasuredTrials {
  readonly sign: 1 | -1;
  /** As {@link measureTrials} does. */
  measure(from: number, to: number, shouldStop: () => boolean): ReturnType<typeof measureTrials>;
}

/** @param kernel of a plan, with lanes as the first descent's has; there where it is no flow. */
export function otherTrials(other: OtherPlan, kernel: TellingKernel | undefined): OtherTrials {
  const { sign, of } = other;
  if (!("flow" in of)) {
    return {
      sign,
      measure: (from, to, shouldStop) => measureTrials(kernel!, of, from, to, shouldStop),
      values: (column, from, to) => kernel!.values(column, from, to),
      fates: (from, to) => kernel!.fates(from, to),
    };
  }
  const { flow } = of;
  const all = <Value>(from: number, to: number, value: Value) => new Array<Value>(to - from).fill(value);
  return {
    sign,
    measure: () => new Map(),
    values: (column, from, to) => all(from, to, flow?.[column] ?? Number.NaN),
    fates: (from, to) => all<Fate>(from, to, flow === undefined ? "diverged" : "measured"),
  };
}

/**
 * Simulates trials of a difference: both descents of each have the same number, and so the same random numbers. As
 * `simulateTrials` does.
 */
export function simulateDifference(
  kernel: TellingKernel,
  plan: AnyPlan,
  other: OtherTrials,
  from: number,
  to: number,
  shouldStop: () => boolean,
): ChunkResult | undefined {
  const own = measureTrials(kernel, plan, from, to, shouldStop);
  const theirs = own && other.measure(from, to, shouldStop);
  if (own === undefined || theirs === undefined) {
    return undefined;
  }
  const trials = to - from;
  kernel.takeOff(other, other.sign, 0, trials);
  const fates = kernel.fates(0, trials);
  const unfound = new Map([...theirs, ...own].filter(([place]) => fates[place] === "unfound"));
  return { trials, ...kernel.collect(0, trials), ...unfoundOf(unfound, from) };
}
