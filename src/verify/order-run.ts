import { isExpectation, type ObservedNumber } from "../observables/index.js";
import type { Run } from "../runs/index.js";
import type { Judgement, Outlook } from "./doubts.js";
import { judgeOrders, type MeasuredOrder } from "./judgement.js";
import { exactnessOf, finite, type Measured } from "./measured.js";
import type { ErrorsExist } from "./moments.js";
import { labels } from "./order-numbers.js";
import { byLabel, countOfErrors, measuredOrders } from "./orders.js";
import type { PredictedOrder } from "./predicted-orders.js";

/** A number's orders, predicted and measured. */
export interface OrdersOfNumber {
  readonly number: ObservedNumber;
  readonly predicted: readonly PredictedOrder[];
  readonly measured: readonly (MeasuredOrder | null)[];
}

/** The orders of several numbers at one learning rate. */
export function ordersMeasured(
  numbers: readonly Pick<OrdersOfNumber, "number" | "predicted">[],
  { result, floors, pilot, isExact }: Measured,
  errorExists: ErrorsExist,
): OrdersOfNumber[] {
  const known = byLabel(result.statistics);
  return numbers.map(({ number, predicted }) => ({
    number,
    predicted,
    measured: measuredOrders(predicted, number.label, result.trials, known, {
      ...(pilot === undefined ? {} : { pilot }),
      ...(isExact === undefined ? {} : { exactness: exactnessOf(known.get(number.label)!.mean) }),
      roundingFloor: (label) => floors.get(label)?.floor,
      errorExists: (order) => errorExists(number, order),
    }),
  }));
}

/** What is told of orders: the judgement, and what stands beside it. */
export type OrderFields = Judgement & Pick<Run, "orders" | "remainder" | "truncation">;

/**
 * Judges the orders of a number.
 * @param statistics all numbers with an error that are compared in the block.
 */
export function judgedOrders(
  { number, predicted, measured }: OrdersOfNumber,
  { result, floors, isExact }: Measured,
  statistics: number,
  outlook: Outlook,
): OrderFields {
  const rest = result.statistics.find(({ label }) => label === labels.remainder(number.label));
  const remainder = {
    measured: rest?.mean ?? Number.NaN,
    standardError: rest?.standardError ?? Number.NaN,
  };
  const rounding = floors.get(number.label);
  const unfound = isExpectation(number) ? result.unfound : undefined;
  const judgement = judgeOrders(
    predicted,
    {
      orders: measured,
      remainder,
      trials: result.trials,
      diverged: result.diverged,
      ...(rounding === undefined ? {} : { divergesInDouble: rounding.diverges }),
      ...(unfound === undefined ? {} : { unfound }),
      statistics,
      ...(isExact === undefined
        ? {}
        : {
            exactness: exactnessOf(result.statistics.find(({ label }) => label === number.label)?.mean ?? 0),
          }),
    },
    outlook,
  );
  return {
    ...judgement,
    truncation: Math.abs(remainder.measured),
    orders: predicted.map(({ order, predicted: value, exact }, at) => ({
      order,
      predicted: finite(value),
      ...(exact === undefined ? {} : { exact: finite(exact) }),
      measured: finite(measured[at]?.measured ?? Number.NaN),
      standardError: finite(measured[at]?.standardError ?? Number.NaN),
    })),
    remainder: { measured: finite(remainder.measured), standardError: finite(remainder.standardError) },
  };
}

/** How many numbers with an error one verify block compares: as many at each of its learning rates as at this one. */
export function statisticsOfBlock(orders: readonly OrdersOfNumber[], rates: number): number {
  return rates * orders.reduce((sum, { measured }) => sum + countOfErrors(measured), 0);
}
