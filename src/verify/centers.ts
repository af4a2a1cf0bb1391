import {
  meanOf,
  type ObservableStatistics,
  type RequestedNumber,
  type SimulatedNumber,
} from "../simulate/index.js";

/* What the sums of numbers are about, where products are made of them: the nearer to the mean, the more digits are left. */

/** The places of the numbers that products are about, whose centers decide how well they are known. */
function centredPlaces(numbers: readonly RequestedNumber[]): ReadonlySet<number> {
  return new Set(
    numbers.flatMap((number) =>
      "pairs" in number ? number.pairs.flat() : "product" in number ? number.product : [],
    ),
  );
}

/** The numbers that covary, whose means are to be found before their products are measured. */
export function numbersToCentre(numbers: readonly RequestedNumber[]): SimulatedNumber[] {
  const places = new Set(numbers.flatMap((number) => ("pairs" in number ? number.pairs.flat() : [])));
  return numbers.filter(
    (number, place): number is SimulatedNumber => places.has(place) && "combination" in number,
  );
}

/** A mean so many deviations away from where sums are about leaves too few digits to their cubes. */
const farthest = 1000;

/** Whether squares and cubes of a number are to be about its mean: beside it trials hardly differ. */
export function isFar({ moments, standardError }: ObservableStatistics): boolean {
  const deviation = standardError * Math.sqrt(moments.count);
  return deviation > 0 && Math.abs(meanOf({ ...moments, center: 0 })) > farthest * deviation;
}

/** The centers that numbers have, by label. */
export function centersOf(numbers: readonly RequestedNumber[]): ReadonlyMap<string, number> {
  return new Map(
    numbers.flatMap((number) =>
      "center" in number && number.center !== undefined ? [[number.label, number.center] as const] : [],
    ),
  );
}

/** Numbers with their centers, by label. */
export function withCenters(
  numbers: readonly RequestedNumber[],
  centers: ReadonlyMap<string, number>,
): readonly RequestedNumber[] {
  const places = centredPlaces(numbers);
  return centers.size === 0
    ? numbers
    : numbers.map((number, place) => {
        const center = places.has(place) ? centers.get(number.label) : undefined;
        return center === undefined ? number : { ...number, center };
      });
}

/** Whether sums are about the centers that a run's are. */
export function haveCenters(
  statistics: readonly ObservableStatistics[],
  centers: ReadonlyMap<string, number>,
): boolean {
  return statistics.every(({ label, moments }) =>
    Object.is(moments.center, centers.get(label) ?? moments.center),
  );
}
