import type { LossDerivatives } from "../directional/derivatives.js";

/** A whole number of 32 bits, each as likely, for each index of each slot of each sample; always the same for the same. */
export type RowWords = (sample: number, slot: number, index: number) => number;

/** The rows that samples draw, with replacement, each with its probability. */
export class SampledRows {
  /** By row the probability of it and those before it. Absent where all are as likely. */
  private readonly cumulated: Float64Array | undefined;

  /** @param size how many rows a slot has. */
  constructor(
    private readonly loss: Pick<LossDerivatives, "rows" | "probability">,
    private readonly words: RowWords,
    readonly size: number,
  ) {
    const { rows } = loss;
    const first = loss.probability(0);
    const isEven = Array.from({ length: rows }, (_, row) => loss.probability(row)).every(
      (one) => one === first,
    );
    if (!isEven) {
      let sum = 0;
      this.cumulated = Float64Array.from({ length: rows }, (_, row) => {
        sum += loss.probability(row);
        return sum;
      });
    }
  }

  of(sample: number, slot: number, count = this.size): Int32Array {
    return Int32Array.from({ length: count }, (_, index) => this.row(this.words(sample, slot, index)));
  }

  private row(word: number): number {
    const { rows } = this.loss;
    if (this.cumulated === undefined) {
      return Math.floor((word / 2 ** 32) * rows);
    }
    const share = (word + 0.5) / 2 ** 32;
    let [first, last] = [0, rows - 1];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (this.cumulated[middle]! < share) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    return first;
  }
}
