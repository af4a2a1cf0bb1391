import type { ObservedNumber } from "../observables/index.js";
import type { ObservableStatistics } from "../simulate/index.js";
import { offCenter } from "./covariances.js";
import type { MeasuredOrder } from "./judgement.js";
import { labels } from "./number-parts.js";
import { firstMeasuredOrder } from "./order-numbers.js";
import type { PredictedOrder } from "./predicted-orders.js";
import { type Spread, spreadOf } from "./skewness.js";

/** What some trials measured, by its label. */
export type StatisticsByLabel = ReadonlyMap<string, ObservableStatistics>;

export function byLabel(statistics: readonly ObservableStatistics[]): StatisticsByLabel {
  return new Map(statistics.map((one) => [one.label, one]));
}

/** How an order of a number spreads over trials; `undefined` where it was not measured. */
export function spreadOfOrder(known: StatisticsByLabel, label: string, order: number): Spread | undefined {
  const own = labels.order(label, order);
  const [mean, square, cube] = [own, labels.square(own), labels.cube(own)].map((name) => known.get(name));
  if (mean === undefined || square === undefined || cube === undefined) {
    return undefined;
  }
  const { center, count } = mean.moments;
  return spreadOf(count, center, [offCenter(mean), square.mean, cube.mean]);
}

/** What the orders of a number are measured with, beside their columns. */
export interface OrderFacts {
  /** Of trials on streams of their own. */
  readonly pilot?: StatisticsByLabel;
  /** What the mean of a column may be off by in single precision. */
  readonly roundingFloor?: (label: string) => number | undefined;
  /** Whether the data have the moments that the expectation of an order's error takes. */
  readonly errorExists: (order: number) => boolean;
  /** Present where nothing is random: what an order may be off by. */
  readonly exactness?: number;
}

/**
 * What was measured of each order of a prediction. Orders that hang on no data have no columns: they are the evaluator's; any
 * other without one was not measured.
 * @param count trials in the means.
 */
export function measuredOrders(
  predicted: readonly PredictedOrder[],
  number: ObservedNumber,
  count: number,
  known: StatisticsByLabel,
  facts: OrderFacts,
): (MeasuredOrder | null)[] {
  const { label } = number;
  return predicted.map(({ order, predicted: value }) => {
    const own = labels.order(label, order);
    const statistics = known.get(own);
    if (statistics === undefined) {
      return order >= Math.max(1, firstMeasuredOrder(number))
        ? null
        : { measured: value, standardError: 0, skewness: 0, count, errorExists: true };
    }
    if (facts.exactness !== undefined) {
      const { mean: measured, count } = statistics;
      return {
        measured,
        standardError: 0,
        skewness: 0,
        count,
        errorExists: true,
        exactness: facts.exactness,
      };
    }
    const pilot = facts.pilot && spreadOfOrder(facts.pilot, label, order);
    const roundingFloor = facts.roundingFloor?.(own);
    return {
      measured: statistics.mean,
      standardError: statistics.standardError,
      skewness: spreadOfOrder(known, label, order)?.skewness ?? 0,
      count: statistics.count,
      errorExists: facts.errorExists(order),
      ...(pilot === undefined ? {} : { pilot: { deviation: pilot.deviation, skewness: pilot.skewness } }),
      ...(roundingFloor === undefined ? {} : { roundingFloor }),
    };
  });
}

/** How many of the orders have an error, as measured or as predicted: those are compared by it. */
export function countOfErrors(
  orders: readonly (MeasuredOrder | null)[],
  predicted: readonly PredictedOrder[],
): number {
  return orders.filter(
    (order, at) =>
      order !== null && (order.standardError !== 0 || (predicted[at]?.estimate?.standardError ?? 0) !== 0),
  ).length;
}
