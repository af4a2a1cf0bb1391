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
  /** The whole less its control; the whole where there are no controls. */
  readonly controlled: number;
  /** Of order `k` at `k`, and of what is beyond it; where no order is measured the whole alone. */
  readonly orders: readonly number[];
  readonly beyond: readonly number[];
}

/** What trials measure of some covariances: numbers that are measured, and sums of products of them. */
export interface CovarianceNumbers {
  readonly measured: readonly SimulatedNumber[];
  readonly paired: readonly PairedNumber[];
}

/** Where the numbers of covariances begin. */
export interface CovarianceForm {
  /** The last order that is measured; none where it is −1. */
  readonly order: number;
  /** The place of the first measured number among a request's. */
  readonly first: number;
  /** The first of the controls of what covaries, behind which those of the covariances are; absent where they have none. */
  readonly firstControl?: number | undefined;
}

export function covarianceNumbers(
  covariances: readonly ObservedCovariance[],
  { order, first, firstControl }: CovarianceForm,
): CovarianceNumbers {
  const measured: SimulatedNumber[] = [];
  const upTo = Array.from({ length: Math.max(0, order) }, (_, index) => index + 1);
  const known = new Map<string, Covarying>();
  const columnsFor = (combination: Combination): Covarying => {
    const key = JSON.stringify(combination);
    let found = known.get(key);
    if (found === undefined) {
      const place = first + measured.length;
      const label = labels.covarying(known.size + 1);
      measured.push(
        { label, combination },
        ...upTo.map((one) => ({ label: labels.order(label, one), combination: orderOf(combination, one) })),
        ...upTo.map((one) => ({
          label: labels.beyond(label, one),
          combination: remainderOf({ combination }, one),
        })),
      );
      if (firstControl !== undefined) {
        measured.push({ label: labels.controlled(label), combination, control: firstControl + known.size });
      }
      found = {
        whole: place,
        controlled: firstControl === undefined ? place : first + measured.length - 1,
        orders: [Number.NaN, ...upTo.map((one) => place + one)],
        // A constant at order 0 covaries with nothing.
        beyond: [place, ...upTo.map((one) => place + upTo.length + one)],
      };
      known.set(key, found);
    }
    return found;
  };
  const covarying = covariances.map(
    ({ combination, covariedWith }) => [columnsFor(combination), columnsFor(covariedWith)] as const,
  );
  const added =
    firstControl === undefined ? [] : covariances.map((_, number) => first + measured.length + number);
  if (firstControl !== undefined) {
    measured.push(
      ...covariances.map(({ label }, number) => ({
        ...{ label: labels.control(label), combination: [] },
        control: firstControl + known.size + number,
      })),
    );
  }
  const paired = covariances.flatMap(({ label }, number): PairedNumber[] => {
    const [a, b] = covarying[number]!;
    const whole: PairedNumber = { label, pairs: [[a.whole, b.whole]] };
    const controlled =
      added[number] === undefined
        ? []
        : [
            { ...whole, label: labels.controlled(label), added: added[number] },
            {
              label: labels.centering(labels.controlled(label)),
              pairs: [[a.controlled, b.controlled]] as const,
            },
          ];
    if (order < 0) {
      return [whole, ...controlled];
    }
    return [
      whole,
      ...controlled,
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

/** The numbers that a run's controls are of, in their order: some expectations, what covaries and, of their products, the covariances. */
export function controlledNumbers(
  expectations: readonly SimulatedNumber[],
  covariances: readonly ObservedCovariance[],
): RequestedNumber[] {
  const { measured, paired } = covarianceNumbers(covariances, { order: -1, first: expectations.length });
  return [...expectations, ...measured, ...paired];
}

/**
 * Statistics in which the mean of each sum of products is the covariance that it stands for: less the products of what the means
 * are off their centers, without bias. Its error is that of the sum: centers are near enough that their own part in it is small.
 * Where the sum is less a control its error may be that small too, so that controls are taken off the means as well, and what
 * is left of their errors is added.
 */
export function withCovariances(
  statistics: readonly ObservableStatistics[],
  numbers: readonly RequestedNumber[],
): readonly ObservableStatistics[] {
  const paired = new Map(
    numbers.flatMap((number) => ("pairs" in number ? [[number.label, number] as const] : [])),
  );
  if (paired.size === 0) {
    return statistics;
  }
  const byLabel = new Map(statistics.map((one) => [one.label, one]));
  const inPair = ([a, b]: readonly [number, number]) =>
    [a, b].map((place) => byLabel.get(numbers[place]!.label)!) as [
      ObservableStatistics,
      ObservableStatistics,
    ];
  return statistics.map((one) => {
    const number = paired.get(one.label);
    if (number === undefined) {
      return one;
    }
    const { count } = one.moments;
    const mean = meanOf(one.moments);
    const about = (start: number) =>
      statisticsOf(one.label, one.moments, { offset: -start, start, resolution: 0 });
    if (number.added === undefined) {
      const centres = number.pairs.reduce((sum, pair) => {
        const [a, b] = inPair(pair).map(offCenter) as [number, number];
        return sum + a * b;
      }, 0);
      return about(mean - ((mean - centres) * count) / (count - 1));
    }
    const centering = labels.centering(one.label);
    const [a, b] = inPair(paired.get(centering)!.pairs[0]!);
    const together = meanOf(byLabel.get(centering)!.moments);
    const controlled = about((count * offCenter(a) * offCenter(b) - together) / (count - 1));
    const ofCenters =
      Math.abs(offCenter(a)) * b.standardError +
      Math.abs(offCenter(b)) * a.standardError +
      a.standardError * b.standardError;
    return { ...controlled, standardError: controlled.standardError + ofCenters };
  });
}

/** The mean less the center, without its rounding. */
export function offCenter({ moments }: ObservableStatistics): number {
  return meanOf({ ...moments, center: 0 });
}
