import type { TrialsDone } from "../protocol.js";

/** What the shader's sums are made of (`src/engines/webgpu/reduce-text.ts`): a count, then for each column its digits. */
const sumDigits = 18;
const squareDigits = 35;

export function digitsOf(columns: number): number {
  return 1 + columns * (sumDigits + squareDigits);
}

/** Sums of single precision are in units of 2^-149 and squares of 2^-298; those of the protocol are finer. */
const sumShift = BigInt(1074 - 149);
const squareShift = BigInt(2148 - 298);

/** Exact sums over trials, as they grow. */
export class ExactSums {
  private trials = 0;
  private count = 0;
  private readonly sums: { sum: bigint; squares: bigint }[];

  constructor(columns: number) {
    this.sums = Array.from({ length: columns }, () => ({ sum: 0n, squares: 0n }));
  }

  /** Adds what the shader found of some trials. */
  add(trials: number, digits: Int32Array): void {
    this.trials += trials;
    this.count += digits[0]!;
    let at = 1;
    for (const entry of this.sums) {
      entry.sum += integer(digits.subarray(at, at + sumDigits)) << sumShift;
      entry.squares += integer(digits.subarray(at + sumDigits, at + sumDigits + squareDigits)) << squareShift;
      at += sumDigits + squareDigits;
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
