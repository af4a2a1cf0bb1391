import type { Expansion } from "../../landscape/index.js";
import type { DirectionalDerivatives } from "./derivatives.js";

/* Entries of derivatives along the vectors of a basis, as many as a contraction entry by entry asks for. */

/** A direction a vector of the basis. */
export type Basis = readonly (readonly number[])[];

/** Most choices of directions of a function that nobody says it of. */
const batchOfFunctions = 256;

/** Numbers of derivatives by the indices along which they are; those of fewer indices come first. */
export class Numbering {
  constructor(private readonly dimension: number) {}

  number(indices: readonly number[]): number {
    return [...indices]
      .sort((one, other) => other - one)
      .reduce((number, index) => number * (this.dimension + 1) + index + 1, 0);
  }

  /** Ascending. */
  indices(number: number): number[] {
    const indices: number[] = [];
    for (let rest = number; rest > 0; rest = Math.floor(rest / (this.dimension + 1))) {
      indices.push((rest % (this.dimension + 1)) - 1);
    }
    return indices;
  }
}

/** Where `i ≤ j` and `i ≤ j ≤ k` stand among all of their kind. */
export const placeOfTwo = (i: number, j: number): number => (j * (j + 1)) / 2 + i;
const placeOfThree = (i: number, j: number, k: number): number =>
  (k * (k + 1) * (k + 2)) / 6 + placeOfTwo(i, j);

/** How many entries a symmetric tensor of two or of three indices has. */
export const twos = (dimension: number): number => placeOfTwo(0, dimension);
const threes = (dimension: number): number => placeOfThree(0, 0, dimension);

export function flattened(basis: Basis, dimension: number): Float64Array {
  const all = new Float64Array(basis.length * dimension);
  basis.forEach((vector, index) => {
    all.set(vector, index * dimension);
  });
  return all;
}

export function dot(
  vectors: Float64Array,
  offset: number,
  gradients: Float64Array,
  start: number,
  size: number,
) {
  let sum = 0;
  for (let entry = 0; entry < size; entry++) {
    sum += vectors[offset + entry]! * gradients[start + entry]!;
  }
  return sum;
}

/** Derivatives of a function that is certain; of up to three indices, each kind found whole when one is asked for. */
export class CertainExpansion implements Expansion {
  readonly order = 3;
  private readonly numbering: Numbering;
  private readonly vectors: Float64Array;
  private readonly known: (Float64Array | undefined)[] = [];

  /** @param curvatures the second derivatives where they are diagonal. */
  constructor(
    private readonly of: DirectionalDerivatives,
    private readonly basis: Basis,
    private readonly curvatures?: readonly number[],
    private readonly batch = batchOfFunctions,
  ) {
    this.numbering = new Numbering(basis.length);
    this.vectors = flattened(basis, of.dimension);
  }

  get dimension(): number {
    return this.basis.length;
  }

  get loss(): number {
    return this.of.value;
  }

  derivative(indices: readonly number[]): number {
    return this.numbering.number(indices);
  }

  cumulant([number]: readonly number[]): number {
    const [i, j, k] = this.numbering.indices(number!);
    return i === undefined ? this.loss : j === undefined ? this.first(i) : this.higher(i, j, k);
  }

  first(i: number): number {
    return this.table(0)[i]!;
  }

  /** The second derivative, or the third; indices in any order. */
  higher(i: number, j: number, k?: number): number {
    if (k === undefined) {
      const { curvatures } = this;
      return curvatures === undefined
        ? this.table(1)[placeOfTwo(Math.min(i, j), Math.max(i, j))]!
        : i === j
          ? curvatures[i]!
          : 0;
    }
    const [least, most] = [Math.min(i, j, k), Math.max(i, j, k)];
    return this.table(2)[placeOfThree(least, i + j + k - least - most, most)]!;
  }

  /** All derivatives along so many directions and one more. */
  private table(directions: number): Float64Array {
    let table = this.known[directions];
    if (table === undefined) {
      table = directions === 0 ? this.firsts() : directions === 1 ? this.seconds() : this.thirds();
      this.known[directions] = table;
    }
    return table;
  }

  private firsts(): Float64Array {
    const size = this.of.dimension;
    const gradient = this.of.gradients(1, []);
    return Float64Array.from(this.basis, (_, i) => dot(this.vectors, i * size, gradient, 0, size));
  }

  private seconds(): Float64Array {
    const { vectors, dimension } = this;
    const size = this.of.dimension;
    const table = new Float64Array(twos(dimension));
    for (let first = 0; first < dimension; first += this.batch) {
      const count = Math.min(this.batch, dimension - first);
      const gradients = this.of.gradients(count, [vectors.subarray(first * size, (first + count) * size)]);
      for (let i = first; i < first + count; i++) {
        for (let j = i; j < dimension; j++) {
          table[placeOfTwo(i, j)] = dot(vectors, j * size, gradients, (i - first) * size, size);
        }
      }
    }
    return table;
  }

  private thirds(): Float64Array {
    const { vectors, dimension } = this;
    const size = this.of.dimension;
    const table = new Float64Array(threes(dimension));
    const pairs: (readonly [number, number])[] = [];
    const flush = () => {
      const along = [0, 1].map((side) => {
        const directions = new Float64Array(pairs.length * size);
        pairs.forEach((pair, place) => {
          const offset = pair[side]! * size;
          directions.set(vectors.subarray(offset, offset + size), place * size);
        });
        return directions;
      });
      const gradients = this.of.gradients(pairs.length, along);
      pairs.forEach(([i, j], place) => {
        for (let k = j; k < dimension; k++) {
          table[placeOfThree(i, j, k)] = dot(vectors, k * size, gradients, place * size, size);
        }
      });
      pairs.length = 0;
    };
    for (let j = 0; j < dimension; j++) {
      for (let i = 0; i <= j; i++) {
        pairs.push([i, j]);
        if (pairs.length === this.batch) {
          flush();
        }
      }
    }
    if (pairs.length > 0) {
      flush();
    }
    return table;
  }
}
