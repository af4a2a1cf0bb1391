/**
 * What a row has beyond the mean over all rows; 0 where it is no more than adding up so many of its like is off by. What does not hang
 * on the data has no cumulants, and one of 1e-34 beside trials that are all alike would be a prediction that is wrong.
 */
export function beyondMean(value: number, mean: number, rows: number): number {
  const difference = value - mean;
  return Math.abs(difference) <= rows * Number.EPSILON * Math.abs(mean) ? 0 : difference;
}
