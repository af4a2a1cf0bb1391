import { isWritten } from "../evaluate/index.js";
import type { DataSource } from "../landscape/index.js";
import { isExpectation, type ObservedNumber } from "../observables/index.js";
import { hasTrainingPoints, scheduleOf, sidesOf } from "../optimisers/index.js";
import type { Run } from "../runs/index.js";
import type { Judgement, Outlook } from "./doubts.js";
import { judgeOrders, type MeasuredOrder } from "./judgement.js";
import { exactnessOf, finite, isSingleOnly, type Measured } from "./measured.js";
import type { ErrorsExist } from "./moments.js";
import { labels } from "./number-parts.js";
import { byLabel, countOfErrors, measuredOrders } from "./orders.js";
import type { PredictedOrder } from "./predicted-orders.js";
import type { VerifySpecification } from "./specification.js";

/** A number's orders, predicted and measured. */
export interface OrdersOfNumber {
  readonly number: ObservedNumber;
  readonly predicted: readonly PredictedOrder[];
  readonly measured: readonly (MeasuredOrder | null)[];
}

/** The orders of several numbers at one learning rate. */
export function ordersMeasured(
  numbers: readonly Pick<OrdersOfNumber, "number" | "predicted">[],
  { result, floors, pilot, isExact, isOfFlow }: Measured,
  errorExists: ErrorsExist,
): OrdersOfNumber[] {
  const known = byLabel(result.statistics);
  return numbers.map(({ number, predicted }) => {
    // A difference is as exact as what either descent has, not as what is left of it.
    const exactness = exactnessOf(
      isOfFlow ? predicted.reduce((sum, { magnitude }) => sum + magnitude, 0) : known.get(number.label)!.mean,
    );
    return {
      number,
      predicted,
      measured: measuredOrders(predicted, number, result.trials, known, {
        ...(pilot === undefined ? {} : { pilot }),
        ...(isExact === undefined ? {} : { exactness }),
        roundingFloor: (label) => floors.get(label)?.floor ?? (isOfFlow ? exactness : undefined),
        errorExists: (order) => errorExists(number, order),
      }),
    };
  });
}

/** What is told of orders: the judgement, and what stands beside it. */
export type OrderFields = Judgement & Pick<Run, "orders" | "remainder" | "truncation">;

/**
 * Judges the orders of a number.
 * @param statistics all numbers with an error that are compared in the block.
 */
export function judgedOrders(
  { number, predicted, measured }: OrdersOfNumber,
  trialled: Measured,
  statistics: number,
  outlook: Outlook,
  specification: Pick<VerifySpecification, "landscape" | "spacetime">,
): OrderFields {
  const { result, floors, isExact } = trialled;
  const own = labels.remainder(number.label);
  const rest = result.statistics.find(({ label }) => label === own);
  const floor = floors.get(own)?.floor;
  const remainder = {
    measured: rest?.mean ?? Number.NaN,
    standardError: rest?.standardError ?? Number.NaN,
    ...(floor === undefined ? {} : { roundingFloor: floor }),
  };
  const rounding = floors.get(number.label);
  const unfound = isExpectation(number) ? result.unfound : undefined;
  const rarest = rarestMeeting(specification);
  const functionName = functionIn(number);
  const judgement = judgeOrders(
    predicted,
    {
      orders: measured,
      remainder,
      trials: result.trials,
      diverged: result.diverged,
      ...(rounding === undefined ? {} : { divergesInDouble: rounding.diverges }),
      ...(isSingleOnly(trialled, specification) ? { isSingleOnly: true } : {}),
      ...(unfound === undefined ? {} : { unfound }),
      statistics,
      ...(rarest === undefined ? {} : { rarest }),
      ...(functionName === undefined ? {} : { functionName }),
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
    orders: predicted.map(({ order, predicted: value, exact, estimate }, at) => ({
      order,
      predicted: finite(value),
      ...(exact === undefined ? {} : { exact: finite(exact) }),
      ...(estimate === undefined ? {} : { predictedError: estimate.standardError }),
      measured: finite(measured[at]?.measured ?? Number.NaN),
      standardError: finite(measured[at]?.standardError ?? Number.NaN),
    })),
    remainder: { measured: finite(remainder.measured), standardError: finite(remainder.standardError) },
  };
}

/** The probability with which a trial meets the rarest of few outcomes; `undefined` where data are not of that kind. */
function rarestMeeting({
  landscape,
  spacetime,
}: Pick<VerifySpecification, "landscape" | "spacetime">): number | undefined {
  const sources: readonly DataSource[] = isWritten(landscape)
    ? landscape.data
    : landscape.whole.data.flatMap((source) => (source.kind === "independent" ? [source.entry] : []));
  const probabilities = sources.flatMap((source) =>
    source.kind === "finite" && source.law === undefined
      ? source.outcomes.map(({ probability }) => probability)
      : [],
  );
  // Both descents of a difference meet the same points, as far as both have them.
  const points = Math.max(
    0,
    ...sidesOf(spacetime).map((side) => (hasTrainingPoints(side) ? scheduleOf(side).points : 0)),
  );
  return probabilities.length === 0 || points === 0
    ? undefined
    : -Math.expm1(points * Math.log1p(-Math.min(1 - 2 ** -53, ...probabilities)));
}

/** The name of the function of the weights that a number is. */
function functionIn({ combination }: ObservedNumber): string | undefined {
  for (const { quantity } of combination) {
    if (quantity.kind === "weight_function") {
      return quantity.function.name;
    }
  }
  return undefined;
}

/** How many numbers with an error one verify block compares: as many at each of its learning rates as at this one. */
export function statisticsOfBlock(orders: readonly OrdersOfNumber[], rates: number): number {
  return rates * orders.reduce((sum, { measured, predicted }) => sum + countOfErrors(measured, predicted), 0);
}
