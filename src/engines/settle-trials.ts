import { setImmediate as nextTurn } from "node:timers/promises";
import { SimulationError } from "../compile/error.js";
import { exactInteger } from "../compile/exact-double.js";
import type { TrialsDone, UnsettledTrials } from "../device/index.js";
import { factorOf } from "../observables/index.js";
import type { AnyPlan } from "../simulate/any-plan.js";
import { foundOf, isMeasured, madeOf } from "../simulate/column.js";
import { hexadecimalInteger } from "../simulate/exact-sum.js";
import { type ChunkResult, finderOf } from "../simulate/kernel.js";
import type { UnfoundLosses } from "../simulate/unfound.js";

/** How long others wait at most while test losses are found, in milliseconds. */
const turnEvery = 20;

/**
 * What a device did, with the test losses that it left open found here. `undefined` when the signal stops that.
 * @param first the number of the device's first trial.
 * @param values what each column is in each trial less the center, a list a column; those of trials left open are put in.
 */
export async function settleTrials(
  plan: AnyPlan,
  { trials, count, sums, unsettled }: TrialsDone,
  first: number,
  signal?: AbortSignal,
  values?: readonly number[][],
): Promise<{ readonly chunk: ChunkResult; readonly seconds: number } | undefined> {
  if (trials > 0 && (sums.length !== plan.columns.length || !fits(plan, trials, unsettled))) {
    throw new SimulationError("the device answered something else");
  }
  const started = performance.now();
  const own = sums.map(({ sum, squares, overflowed = 0 }) => ({
    count: count - overflowed,
    sum: hexadecimalInteger(sum),
    squares: hexadecimalInteger(squares),
    overflowed,
  }));
  const open = unsettled?.trials ?? [];
  let unfound: UnfoundLosses | undefined;
  let turned = started;
  for (const [place, trial] of open.entries()) {
    if (performance.now() - turned > turnEvery) {
      await nextTurn();
      turned = performance.now();
    }
    if (signal?.aborted) {
      return undefined;
    }
    const found = finderOf(plan).at(unsettled!.weights.map((list) => list[place]!));
    const differences: number[] = [];
    plan.columns.forEach((column, index) => {
      if (column.isExpectation && !("loss" in found)) {
        return;
      }
      const value = isMeasured(column)
        ? unsettled!.values[index]![place]! +
          (column.isExpectation && "loss" in found
            ? factorOf(column.combination, "expected_loss") * found.loss
            : 0)
        : madeOf(column, (factor) => differences[factor]!);
      differences[index] = value;
      const sum = own[index]!;
      if (!Number.isFinite(value)) {
        sum.overflowed++;
        return;
      }
      if (values !== undefined) {
        values[index]![trial] = value;
      }
      const exact = exactInteger(value);
      sum.count++;
      sum.sum += exact;
      sum.squares += exact * exact;
    });
    if ("reason" in found) {
      unfound = {
        trials: 1 + (unfound?.trials ?? 0),
        first: unfound?.first ?? first + trial,
        reason: unfound?.reason ?? found.reason,
      };
    }
  }
  return {
    chunk: {
      trials,
      count: count + open.length,
      sums: own.map(({ overflowed, ...sum }) => (overflowed === 0 ? sum : { ...sum, overflowed })),
      ...(unfound === undefined ? {} : { unfound }),
    },
    seconds: (performance.now() - started) / 1000,
  };
}

function fits(plan: AnyPlan, done: number, unsettled: UnsettledTrials | undefined): boolean {
  if (unsettled === undefined) {
    return true;
  }
  const { trials, weights, values } = unsettled;
  return (
    plan.check !== undefined &&
    "weights" in plan &&
    weights.length === plan.weights &&
    values.length === foundOf(plan.columns).length &&
    [...weights, ...values].every((list) => list.length === trials.length) &&
    trials.every((trial) => trial < done)
  );
}
