/** Means over samples that are independent and alike, number by number, with their standard errors. */
export function meanAndError(samples: readonly (readonly number[])[]): {
  readonly mean: number[];
  readonly error: number[];
} {
  const count = samples.length;
  const numbers = samples[0]!.map((_, index) => samples.map((one) => one[index]!));
  const mean = numbers.map((own) => own.reduce((sum, one) => sum + one, 0) / count);
  const error = numbers.map((own, index) => {
    // Of what is the same in all samples rounding is no spread.
    if (own.every((one) => one === own[0])) {
      return 0;
    }
    const squares = own.reduce((sum, one) => sum + (one - mean[index]!) ** 2, 0);
    return Math.sqrt(squares / (count * (count - 1)));
  });
  return { mean, error };
}
