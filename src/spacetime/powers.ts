import { bitsOf, type DoubledMatrix, powerDoubled } from "./doubled.js";

/* Powers and exponentials of the triangular matrices of one step in time, less the identity. */

/** What is left of the propagators is nothing beside 1 when it is smaller than this. */
const forgotten = 1e-20;

/**
 * The entry of `(I + M)^n` from the first state to the last. Only the first row is carried through
 * the bits of `n`. Where nothing but the first state lasts, the sum over times has converged before
 * all squarings are done, and they end.
 */
export function firstToLast(matrix: Float64Array, size: number, exponent: number): number {
  let power: Float64Array = matrix;
  let scratch: Float64Array = new Float64Array(size * size);
  const row = new Float64Array(size);
  row[0] = 1;
  for (let rest = exponent; rest >= 1; ) {
    if (rest % 2 === 1) {
      for (let column = size - 1; column >= 0; column--) {
        let sum = row[column]!;
        for (let middle = 0; middle <= column; middle++) {
          sum += row[middle]! * power[middle * size + column]!;
        }
        row[column] = sum;
      }
    }
    rest = Math.floor(rest / 2);
    if (rest >= 1) {
      joinPowers(power, power, scratch, size);
      [power, scratch] = [scratch, power === matrix ? new Float64Array(size * size) : power];
      if (matrix[0] === 0 && isForgetful(power, size)) {
        // Steps taken so far are forgotten too, and the rest alone is the limit.
        return power[size - 1]!;
      }
    }
  }
  return row[size - 1]!;
}

/** Whether `I + P` leads from the first state anywhere, and from the others nowhere. */
function isForgetful(power: Float64Array, size: number): boolean {
  for (let state = 1; state < size; state++) {
    const offset = state * size;
    for (let column = state; column < size; column++) {
      const entry = power[offset + column]! + (column === state ? 1 : 0);
      if (!(Math.abs(entry) < forgotten)) {
        return false;
      }
    }
  }
  return true;
}

/**
 * `(I + M)^n − I` of an upper triangular `M`. Keeping the identity apart keeps the digits of
 * propagators near 1 through many squarings; those near −1 need `low`.
 * @param rows that are wanted, all where absent; what stands in the others means nothing.
 */
export function powerLessIdentity(
  { high, low }: DoubledMatrix,
  size: number,
  exponent: number,
  rows?: readonly number[],
): DoubledMatrix {
  if (low !== undefined) {
    return powerDoubled({ high, low }, size, exponent);
  }
  let result = new Float64Array(size * size);
  let scratch = new Float64Array(size * size);
  const bits = bitsOf(exponent);
  bits.forEach((bit, place) => {
    // After the last squaring a row of the result is made of the same row before.
    const wanted = place === bits.length - 1 ? rows : undefined;
    if (place > 0) {
      joinPowers(result, result, scratch, size, wanted);
      [result, scratch] = [scratch, result];
    }
    if (bit === 1) {
      joinPowers(result, high, scratch, size, wanted);
      [result, scratch] = [scratch, result];
    }
  });
  return { high: result };
}

/** `target = (I + A)(I + B) − I` for upper triangular matrices; all rows, or some. */
function joinPowers(
  a: Float64Array,
  b: Float64Array,
  target: Float64Array,
  size: number,
  rows?: readonly number[],
): void {
  const count = rows?.length ?? size;
  for (let place = 0; place < count; place++) {
    const row = rows === undefined ? place : rows[place]!;
    const offset = row * size;
    for (let column = row; column < size; column++) {
      target[offset + column] = a[offset + column]! + b[offset + column]!;
    }
    for (let middle = row; middle < size; middle++) {
      const factor = a[offset + middle]!;
      if (factor !== 0) {
        const other = middle * size;
        for (let column = middle; column < size; column++) {
          target[offset + column]! += factor * b[other + column]!;
        }
      }
    }
  }
}

/** `exp(tM) − I` of an upper triangular `M`, by a Taylor series for a short time and doublings. */
export function exponentialLessIdentity(matrix: Float64Array, size: number, time: number): Float64Array {
  let norm = 0;
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let column = row; column < size; column++) {
      sum += Math.abs(matrix[row * size + column]!);
    }
    norm = Math.max(norm, sum);
  }
  const doublings = Math.max(0, Math.ceil(Math.log2(Math.max(norm * time, 1e-300))) + 3);
  const scale = time / 2 ** doublings;
  let result = new Float64Array(size * size);
  let term = new Float64Array(size * size);
  for (let state = 0; state < size; state++) {
    term[state * size + state] = 1;
  }
  for (let degree = 1; degree <= 14; degree++) {
    const next = new Float64Array(size * size);
    for (let row = 0; row < size; row++) {
      for (let middle = row; middle < size; middle++) {
        const factor = (term[row * size + middle]! * scale) / degree;
        if (factor !== 0) {
          for (let column = middle; column < size; column++) {
            next[row * size + column]! += factor * matrix[middle * size + column]!;
          }
        }
      }
    }
    term = next;
    for (let index = 0; index < result.length; index++) {
      result[index]! += term[index]!;
    }
  }
  let scratch = new Float64Array(size * size);
  for (let doubling = 0; doubling < doublings; doubling++) {
    joinPowers(result, result, scratch, size);
    [result, scratch] = [scratch, result];
  }
  return result;
}
