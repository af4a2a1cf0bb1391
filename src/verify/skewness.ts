/** A mean over trials and what is known of how it spreads. */
export interface Spread {
  readonly mean: number;
  /** Of a trial. */
  readonly deviation: number;
  /** Third central moment over the deviation's cube; 0 where nothing spreads. */
  readonly skewness: number;
}

/** The spread of numbers, by their means less a center and those of its square and cube. */
export function spreadOf(count: number, center: number, powers: readonly [number, number, number]): Spread {
  const [first, second, third] = powers;
  const variance = Math.max(0, second - first * first);
  const cubes = third - first * (3 * second - 2 * first * first);
  const deviation = Math.sqrt((variance * count) / (count - 1));
  return {
    mean: center + first,
    deviation,
    skewness: variance === 0 ? 0 : cubes / (variance * Math.sqrt(variance)),
  };
}

/** Trials from which on a mean of such a skewness may be judged, as a multiple of its square (THEORY §8). */
const trialsPerSquaredSkewness = 10;

/** How many trials it takes until the error of a mean can be trusted. */
export function trialsForSkewness(skewness: number): number {
  return trialsPerSquaredSkewness * skewness * skewness;
}

/**
 * A Student's statistic corrected for the skewness of what was averaged, so that it is Student's to a higher order in
 * `1/√trials` (P. Hall, On the removal of skewness by transformation, 1992). It grows with the statistic.
 */
export function withoutSkewness(statistic: number, skewness: number, trials: number): number {
  const a = skewness / (6 * Math.sqrt(trials));
  return statistic + 2 * a * statistic ** 2 + (4 / 3) * a ** 2 * statistic ** 3 + a;
}
