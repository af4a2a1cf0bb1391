/** Loops that carry out operations of tensors in doubles, over items one behind the other. A step of 0 is an operand all items share. */

/** Whole powers are products, so that they are the same on every machine. */
export const largestProduct = 64;

export function add(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  size: number,
  items: number,
  stepA: number,
  stepB: number,
): void {
  for (let item = 0, o = 0; item < items; item++) {
    for (let i = 0, x = item * stepA, y = item * stepB; i < size; i++) {
      out[o++] = a[x++]! + b[y++]!;
    }
  }
}

export function multiply(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  size: number,
  items: number,
  stepA: number,
  stepB: number,
): void {
  for (let item = 0, o = 0; item < items; item++) {
    for (let i = 0, x = item * stepA, y = item * stepB; i < size; i++) {
      out[o++] = a[x++]! * b[y++]!;
    }
  }
}

export function divide(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  size: number,
  items: number,
  stepA: number,
  stepB: number,
): void {
  for (let item = 0, o = 0; item < items; item++) {
    for (let i = 0, x = item * stepA, y = item * stepB; i < size; i++) {
      out[o++] = a[x++]! / b[y++]!;
    }
  }
}

export function power(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  size: number,
  items: number,
  stepA: number,
  stepB: number,
): void {
  for (let item = 0, o = 0; item < items; item++) {
    for (let i = 0, x = item * stepA, y = item * stepB; i < size; i++) {
      out[o++] = powerOf(a[x++]!, b[y++]!);
    }
  }
}

export function powerOf(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > largestProduct) {
    return exponent === 1 / 2 ? Math.sqrt(base) : base ** exponent;
  }
  let result = 1;
  let square = base;
  for (let rest = Math.abs(exponent); rest > 0; rest >>= 1) {
    if ((rest & 1) === 1) {
      result *= square;
    }
    square *= square;
  }
  return exponent < 0 ? 1 / result : result;
}

export function gather(
  a: Float64Array,
  out: Float64Array,
  table: Int32Array,
  items: number,
  step: number,
): void {
  const size = table.length;
  for (let item = 0, o = 0; item < items; item++) {
    const first = item * step;
    for (let i = 0; i < size; i++) {
      const place = table[i]!;
      out[o++] = place < 0 ? 0 : a[first + place]!;
    }
  }
}

/** Adds up over the middle of three axes. */
export function sum(a: Float64Array, out: Float64Array, outer: number, length: number, inner: number): void {
  if (inner === 1) {
    for (let o = 0, x = 0; o < outer; o++) {
      let total = 0;
      for (let k = 0; k < length; k++) {
        total += a[x++]!;
      }
      out[o] = total;
    }
    return;
  }
  for (let o = 0, x = 0; o < outer; o++) {
    const first = o * inner;
    for (let i = 0; i < inner; i++) {
      out[first + i] = a[x++]!;
    }
    for (let k = 1; k < length; k++) {
      for (let i = 0; i < inner; i++) {
        out[first + i]! += a[x++]!;
      }
    }
  }
}

/** Repeats along the middle of three axes. */
export function broadcast(
  a: Float64Array,
  out: Float64Array,
  outer: number,
  length: number,
  inner: number,
): void {
  for (let o = 0, y = 0; o < outer; o++) {
    const first = o * inner;
    for (let k = 0; k < length; k++) {
      for (let i = 0; i < inner; i++) {
        out[y++] = a[first + i]!;
      }
    }
  }
}

/** How a product of matrices `[rows, inner] [inner, columns]` lies in its operands. */
export interface ProductLayout {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** One product, from `firstA` and `firstB` on into `out` from `firstOut` on. */
export function matmul(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  { rows, inner, columns, transposeA, transposeB }: ProductLayout,
  firstA: number,
  firstB: number,
  firstOut: number,
): void {
  const [rowA, innerA] = transposeA ? [1, rows] : [inner, 1];
  if (transposeB || columns === 1) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let x = firstA + i * rowA;
        let y = firstB + j * inner;
        let total = 0;
        for (let k = 0; k < inner; k++) {
          total += a[x]! * b[y++]!;
          x += innerA;
        }
        out[firstOut + i * columns + j] = total;
      }
    }
    return;
  }
  for (let i = 0; i < rows; i++) {
    const o = firstOut + i * columns;
    for (let j = 0; j < columns; j++) {
      out[o + j] = 0;
    }
    for (let k = 0; k < inner; k++) {
      const factor = a[firstA + i * rowA + k * innerA]!;
      const y = firstB + k * columns;
      for (let j = 0; j < columns; j++) {
        out[o + j]! += factor * b[y + j]!;
      }
    }
  }
}

/** `log(Σ e^x)` of each row; the largest is taken out, so that none overflows. */
export function logsumexp(a: Float64Array, out: Float64Array, rows: number, length: number): void {
  for (let row = 0; row < rows; row++) {
    const first = row * length;
    let largest = a[first]!;
    let most = first;
    for (let i = first; i < first + length; i++) {
      // what is not a number stays
      if (!(a[i]! <= largest)) {
        largest = a[i]!;
        most = i;
      }
    }
    if (!Number.isFinite(largest)) {
      out[row] = largest;
      continue;
    }
    let rest = 0;
    for (let i = first; i < first + length; i++) {
      if (i !== most) {
        rest += Math.exp(a[i]! - largest);
      }
    }
    out[row] = largest + Math.log1p(rest);
  }
}

/** Rows that are 0 but for a 1 at the number that `a` is; 0 altogether where that is none of them. */
export function oneHot(a: Float64Array, out: Float64Array, rows: number, length: number): void {
  out.fill(0, 0, rows * length);
  for (let row = 0; row < rows; row++) {
    const index = a[row]!;
    if (index >= 0 && index < length && Number.isInteger(index)) {
      out[row * length + index] = 1;
    }
  }
}
