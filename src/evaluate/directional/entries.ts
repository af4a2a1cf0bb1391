import type { Expansion } from "../../landscape/index.js";
import { EvaluationError } from "../evaluation.js";
import type { DirectionalDerivatives, LossDerivatives } from "./derivatives.js";

/* Entries of derivatives along the vectors of a basis, as many as a contraction entry by entry asks for. */

/** A direction a vector of the basis. */
export type Basis = readonly (readonly number[])[];

/** Most choices of directions of a function that nobody says it of. */
const batchOfFunctions = 256;

/** Most numbers of derivatives of rows that are held: 256 MiB. */
const largestTable = 1 << 25;

/** Numbers of derivatives by the indices along which they are; those of fewer indices come first. */
class Numbering {
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
const placeOfTwo = (i: number, j: number): number => (j * (j + 1)) / 2 + i;
const placeOfThree = (i: number, j: number, k: number): number =>
  (k * (k + 1) * (k + 2)) / 6 + placeOfTwo(i, j);

/** How many entries a symmetric tensor of three indices has. */
export function threes(dimension: number): number {
  return placeOfThree(0, 0, dimension);
}

function flattened(basis: Basis, dimension: number): Float64Array {
  const all = new Float64Array(basis.length * dimension);
  basis.forEach((vector, index) => {
    all.set(vector, index * dimension);
  });
  return all;
}

function dot(vectors: Float64Array, offset: number, gradients: Float64Array, start: number, size: number) {
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
    if (i === undefined) {
      return this.loss;
    }
    if (j === undefined) {
      return this.table(0)[i]!;
    }
    if (k === undefined) {
      const { curvatures } = this;
      return curvatures === undefined ? this.table(1)[placeOfTwo(i, j)]! : i === j ? curvatures[i]! : 0;
    }
    return this.table(2)[placeOfThree(i, j, k)]!;
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
    const table = new Float64Array(placeOfTwo(0, dimension));
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

/** The derivatives of the loss along a basis, as random variables over its rows. */
export class RowExpansion implements Expansion {
  readonly order = 3;
  private readonly means: CertainExpansion;
  private readonly numbering: Numbering;
  private readonly vectors: Float64Array;
  /** By one, two or three indices, all but the last: what rows have beyond the mean, a column of rows for each last index from the last but one on. */
  private readonly columns = new Map<number, Float64Array>();

  /** @param curvatures the mean's second derivatives where the basis makes them diagonal. */
  constructor(
    private readonly of: LossDerivatives,
    private readonly basis: Basis,
    curvatures?: readonly number[],
  ) {
    this.means = new CertainExpansion(of, basis, curvatures, of.batch);
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

  cumulant(ids: readonly number[]): number {
    if (ids.length === 1) {
      return this.means.cumulant(ids);
    }
    const columns = ids.map((id) => this.column(id));
    const moment = this.moment(columns);
    if (ids.length < 4) {
      return moment;
    }
    const [first, ...others] = columns;
    return others.reduce((value, other, place) => {
      const rest = others.filter((_, index) => index !== place);
      return value - this.moment([first!, other]) * this.moment(rest);
    }, moment);
  }

  private moment(columns: readonly Float64Array[]): number {
    let sum = 0;
    for (let row = 0; row < this.of.rows; row++) {
      let product = this.of.probability(row);
      for (const column of columns) {
        product *= column[row]!;
      }
      sum += product;
    }
    return sum;
  }

  private column(id: number): Float64Array {
    const indices = this.numbering.indices(id);
    const last = indices.at(-1)!;
    const others = indices.slice(0, -1);
    const key = this.numbering.number(others);
    let block = this.columns.get(key);
    if (block === undefined) {
      block = this.block(others);
      this.columns.set(key, block);
    }
    const place = last - (others.at(-1) ?? 0);
    return block.subarray(place * this.of.rows, (place + 1) * this.of.rows);
  }

  /** The columns that differ in the last index only. */
  private block(others: readonly number[]): Float64Array {
    const { dimension, vectors } = this;
    const { rows } = this.of;
    const size = this.of.dimension;
    const held = rows * (others.length === 2 ? threes(dimension) : others.length * placeOfTwo(0, dimension));
    if (held > largestTable) {
      throw new EvaluationError(
        `derivatives of ${rows} rows along ${dimension} directions are ${held.toExponential(0)} numbers, more than fit; take fewer rows or a lower order, or use series, which needs none of them`,
      );
    }
    const from = others.at(-1) ?? 0;
    const block = new Float64Array((dimension - from) * rows);
    const directions = others.map((index) => vectors.subarray(index * size, (index + 1) * size));
    for (let first = 0; first < rows; first += this.of.batch) {
      const here = Int32Array.from(
        { length: Math.min(this.of.batch, rows - first) },
        (_, index) => first + index,
      );
      const gradients = this.of.rowGradients(here, directions);
      for (let last = from; last < dimension; last++) {
        here.forEach((row, index) => {
          block[(last - from) * rows + row] = dot(vectors, last * size, gradients, index * size, size);
        });
      }
    }
    for (let last = from; last < dimension; last++) {
      this.centre(block.subarray((last - from) * rows, (last - from + 1) * rows));
    }
    return block;
  }

  private centre(column: Float64Array): void {
    let mean = 0;
    column.forEach((value, row) => {
      mean += this.of.probability(row) * value;
    });
    column.forEach((value, row) => {
      column[row] = value - mean;
    });
  }
}
