import type { TrialsDone } from "../protocol.js";

/**
 * What the shader's sums are made of (`src/engines/webgpu/reduce-text.ts`): a count, then for each column its digits, as many
 * for each number that it is a product of.
 */
const sumDigits = 18;
const squareDigits = 35;

/** @param factors of how many numbers each column is a product. */
export function digitsOf(factors: readonly number[]): number {
  return factors.reduce((digits, one) => digits + one * (sumDigits + squareDigits), 1);
}

/** Sums of products of so many factors of single precision are in units of 2^-149 for each; those of the protocol are finer. */
const sumShift = (factors: number) => BigInt(1074 - 149 * factors);

/** Exact sums over trials, as they grow. */
export class ExactSums {
  private trials = 0;
  private count = 0;
  private readonly sums: { readonly factors: number; sum: bigint; squares: bigint }[];

  /** @param factors as in {@link digitsOf}. */
  constructor(factors: readonly number[]) {
    this.sums = factors.map((one) => ({ factors: one, sum: 0n, squares: 0n }));
  }

  /** Adds what the shader found of some trials. */
  add(trials: number, digits: Int32Array): void {
    this.trials += trials;
    this.count += digits[0]!;
    let at = 1;
    for (const entry of this.sums) {
      const squares = at + entry.factors * sumDigits;
      const end = squares + entry.factors * squareDigits;
      const shift = sumShift(entry.factors);
      entry.sum += integer(digits.subarray(at, squares)) << shift;
      entry.squares += integer(digits.subarray(squares, end)) << (2n * shift);
      at = end;
    }
  }

  result(): Pick<TrialsDone, "trials" | "count" | "sums"> {
    return {
      trials: this.trials,
      count: this.count,
      sums: this.sums.map(({ sum, squares }) => ({ sum: sum.toString(16), squares: squares.toString(16) })),
    };
  }
}

function integer(digits: Int32Array): bigint {
  return digits.reduceRight((value, digit) => (value << 16n) + BigInt(digit), 0n);
}
