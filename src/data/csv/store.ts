import type { Numbers } from "../format.js";

const kinds = [Int8Array, Int16Array, Float32Array, Float64Array] as const;

/** A store grows to so many numbers at first. */
const leastCapacity = 64;

/** Collects numbers one by one: short texts stand for numbers that need few bytes. */
export class NumberStore {
  private kind = 0;
  private numbers: Numbers;
  private count = 0;

  /** @param expected how many numbers come at most, as far as that is known. */
  constructor(expected: number) {
    this.numbers = new kinds[0](Math.max(leastCapacity, expected));
  }

  get length(): number {
    return this.count;
  }

  push(value: number): void {
    if (this.count === this.numbers.length) {
      this.move(2 * this.count);
    }
    this.numbers[this.count] = value;
    while (!Object.is(this.numbers[this.count], value)) {
      this.kind++;
      this.move(this.numbers.length);
      this.numbers[this.count] = value;
    }
    this.count++;
  }

  /** The numbers without the first ones; nothing may be added after that. */
  finish(without: number): Numbers {
    const { numbers, count } = this;
    // Memory that was never written to costs nothing, and a copy does.
    const isWorth = 2 * (count - without) < numbers.length;
    return isWorth ? numbers.slice(without, count) : numbers.subarray(without, count);
  }

  private move(capacity: number): void {
    const before = this.numbers;
    this.numbers = new kinds[this.kind]!(capacity);
    this.numbers.set(before.subarray(0, this.count));
  }
}
