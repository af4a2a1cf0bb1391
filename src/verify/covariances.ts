import type { Combination, ObservedNumber } from "../observables/index.js";
import {
  meanOf,
  type ObservableStatistics,
  type PairedNumber,
  type RequestedNumber,
  type SimulatedNumber,
  statisticsOf,
} from "../simulate/index.js";
import { labels, orderOf, remainderOf } from "./number-parts.js";

/*
 * What trials measure of covariances. An order of one is Σ_{i+j=k} Cov(a_i, b_j) over trials, a mean of products about centers
 * that a pilot finds, less the product of what the means are off these centers. What the orders leave over is
 * Cov(r, b) + Σ_i Cov(a_i, b − b_1 − … − b_{d−i}) with r = a − a_1 − … − a_d: nothing large cancels in it.
 */

/** An observed number that is a covariance. */
export type ObservedCovariance = ObservedNumber & Required<Pick<ObservedNumber, "covariedWith">>;

export function isCovarianceNumber(number: ObservedNumber): number is ObservedCovariance {
  return number.covariedWith !== undefined;
}

/** The expectations that observed numbers are, or are made of: what trials are expanded for. */
export function expectationsIn(observed: readonly ObservedNumber[]): ObservedNumber[] {
  return observed.flatMap(({ label, combination, covariedWith }) => [
    { label, combination },
    ...(covariedWith === undefined ? [] : [{ label, combination: covariedWith }]),
  ]);
}

/** Where the columns of something that covaries are. */
interface Covarying {
  readonly whole: number;
  /** Of order `k` at `k`, and of what is beyond it; where no order is measured the whole alone. */
  readonly orders: readonly number[];
  readonly beyond: readonly number[];
}

/** What trials measure of some covariances: numbers that are measured, and sums of products of them. */
export interface CovarianceNumbers {
  readonly measured: readonly SimulatedNumber[];
  readonly paired: readonly PairedNumber[];
}

/**
 * @param order the last that is measured; none where it is −1.
 * @param first the place of the first measured number among a request's.
 */
export function covarianceNumbers(
  covariances: readonly ObservedCovariance[],
  order: number,
  first: number,
): CovarianceNumbers {
  const measured: SimulatedNumber[] = [];
  const known = new Map<string, Covarying>();
  const columnsFor = (combination: Combination): Covarying => {
    const key = JSON.stringify(combination);
    let found = known.get(key);
    if (found === undefined) {
      const place = first + measured.length;
      const label = labels.covarying(known.size + 1);
      const upTo = Array.from({ length: Math.max(0, order) }, (_, index) => index + 1);
      measured.push(
        { label, combination },
        ...upTo.map((one) => ({ label: labels.order(label, one), combination: orderOf(combination, one) })),
        ...upTo.map((one) => ({
          label: labels.beyond(label, one),
          combination: remainderOf({ combination }, one),
        })),
      );
      found = {
        whole: place,
        orders: [Number.NaN, ...upTo.map((one) => place + one)],
        // A constant at order 0 covaries with nothing.
        beyond: [place, ...upTo.map((one) => place + upTo.length + one)],
      };
      known.set(key, found);
    }
    return found;
  };
  const paired = covariances.flatMap(({ label, combination, covariedWith }): PairedNumber[] => {
    const [a, b] = [columnsFor(combination), columnsFor(covariedWith)];
    const upTo = Array.from({ length: Math.max(0, order) }, (_, index) => index + 1);
    const whole: PairedNumber = { label, pairs: [[a.whole, b.whole]] };
    if (order < 0) {
      return [whole];
    }
    return [
      whole,
      ...upTo.slice(firstOrderOfCovariance - 1).map((one) => ({
        label: labels.order(label, one),
        pairs: upTo.slice(0, one - 1).map((part) => [a.orders[part]!, b.orders[one - part]!] as const),
      })),
      {
        label: labels.remainder(label),
        pairs: [
          [a.beyond[order]!, b.whole],
          ...upTo.map((one) => [a.orders[one]!, b.beyond[order - one]!] as const),
        ],
      },
    ];
  });
  return { measured, paired };
}

/** Below this order there is nothing in a covariance: what covaries has an edge or more each. */
export const firstOrderOfCovariance = 2;

/**
 * Statistics in which the mean of each sum of products is the covariance that it stands for: less the products of what the means
 * are off their centers, without bias. Its error is that of the sum: centers are near enough that their own part in it is small.
 */
export function withCovariances(
  statistics: readonly ObservableStatistics[],
  numbers: readonly RequestedNumber[],
): readonly ObservableStatistics[] {
  const paired = new Map(
    numbers.flatMap((number) => ("pairs" in number ? [[number.label, number.pairs] as const] : [])),
  );
  if (paired.size === 0) {
    return statistics;
  }
  const byLabel = new Map(statistics.map((one) => [one.label, one]));
  const offCenter = (place: number) => meanOf({ ...byLabel.get(numbers[place]!.label)!.moments, center: 0 });
  return statistics.map((one) => {
    const pairs = paired.get(one.label);
    const { count } = one.moments;
    if (pairs === undefined) {
      return one;
    }
    const mean = meanOf(one.moments);
    const centres = pairs.reduce((sum, [a, b]) => sum + offCenter(a) * offCenter(b), 0);
    const covariance = ((mean - centres) * count) / (count - 1);
    const start = mean - covariance;
    return statisticsOf(one.label, one.moments, { offset: -start, start, resolution: 0 });
  });
}
