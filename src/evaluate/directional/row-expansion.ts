import type { Expansion } from "../../landscape/index.js";
import { EvaluationError } from "../evaluation.js";
import { beyondMean } from "./centring.js";
import type { LossDerivatives } from "./derivatives.js";
import { type Basis, CertainExpansion, dot, flattened, Numbering, placeOfTwo, twos } from "./entries.js";
import { mostOperations } from "./work.js";

/** Most numbers of derivatives that are held: 256 MiB. */
const largestTable = 1 << 25;

/** What a part's entries are by the indices of edges. */
export type Entry = (indices: readonly number[]) => number;

/** The same of a column of rows. */
type Column = (indices: readonly number[]) => Float64Array;

/**
 * The derivatives of the loss along a basis, as random variables over its rows. Of first and second ones there is a column of rows
 * for each; of third ones, which are too many, what they have in common with first ones of their own indices: in a diagram of
 * three edges a node of three has leaves on all of them.
 */
export class RowExpansion implements Expansion {
  readonly order = 3;
  private readonly means: CertainExpansion;
  private readonly numbering: Numbering;
  private readonly vectors: Float64Array;
  private readonly probabilities: Float64Array;
  private firsts: readonly Float64Array[] | undefined;
  private readonly seconds: (readonly Float64Array[])[] = [];
  /** By the number of first derivatives beside a third one. */
  private readonly thirds: (Float64Array | undefined)[] = [];

  /** @param curvatures the mean's second derivatives where the basis makes them diagonal. */
  constructor(
    private readonly of: LossDerivatives,
    private readonly basis: Basis,
    curvatures?: readonly number[],
  ) {
    this.means = new CertainExpansion(of, basis, curvatures, of.batch);
    this.numbering = new Numbering(basis.length);
    this.vectors = flattened(basis, of.dimension);
    this.probabilities = Float64Array.from({ length: of.rows }, (_, row) => of.probability(row));
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
    const lists = ids.map((id) => this.numbering.indices(id));
    const third = lists.find((list) => list.length === 3);
    const indices = third === undefined ? lists.flat() : [...third];
    // Edges of their own; of leaves on a node of three those of the same index.
    const left = [...indices.keys()];
    const incident = lists.map((list) =>
      list === third
        ? [0, 1, 2]
        : list.map(
            (index) =>
              left.splice(
                left.findIndex((edge) => indices[edge] === index),
                1,
              )[0]!,
          ),
    );
    return this.joint(incident)(indices);
  }

  /**
   * The joint cumulant of a part by the indices of edges.
   * @param incident for each of its nodes its edges.
   */
  entries(incident: readonly (readonly number[])[]): Entry {
    const [[a, b, c] = [], ...others] = incident;
    if (others.length > 0 || a === undefined) {
      return this.joint(incident);
    }
    return b === undefined
      ? (indices) => this.means.first(indices[a]!)
      : (indices) => this.means.higher(indices[a]!, indices[b]!, c === undefined ? undefined : indices[c]!);
  }

  private joint(incident: readonly (readonly number[])[]): Entry {
    const third = incident.find((edges) => edges.length === 3);
    if (third !== undefined) {
      return this.withThird(third, incident.filter((edges) => edges !== third).flat());
    }
    const columns = incident.map(
      ([a, b]): Column =>
        b === undefined
          ? (indices) => this.firstColumns()[indices[a!]!]!
          : (indices) => this.secondColumn(indices[a!]!, indices[b]!),
    );
    if (columns.length === 2) {
      const [one, other] = columns as [Column, Column];
      return (indices) => this.covariance(one(indices), other(indices));
    }
    if (columns.length === 3) {
      const [one, other, third] = columns as [Column, Column, Column];
      return (indices) => this.covariance(one(indices), other(indices), third(indices));
    }
    return (indices) => {
      const own = columns.map((column) => column(indices));
      const [first, ...rest] = own;
      return rest.reduce((value, other, place) => {
        const [one, two] = rest.filter((_, index) => index !== place);
        return value - this.covariance(first!, other) * this.covariance(one!, two!);
      }, this.moment(own));
    };
  }

  /** @param leaves by their edges, which are edges of the node of three. */
  private withThird(edges: readonly number[], leaves: readonly number[]): Entry {
    const others = edges.filter((edge) => !leaves.includes(edge));
    if (leaves.length === 3) {
      const [a, b, c] = leaves as [number, number, number];
      return (indices) => this.fourth(indices[a]!, indices[b]!, indices[c]!);
    }
    const [alone, one, other] = [
      ...(leaves.length === 1 ? leaves : others),
      ...(leaves.length === 1 ? others : leaves),
    ] as [number, number, number];
    return (indices) =>
      this.third(leaves.length)[this.placeOf(indices[alone]!, indices[one]!, indices[other]!)]!;
  }

  /** Where an index and a pair of two others in any order stand. */
  private placeOf(alone: number, one: number, other: number): number {
    return alone * twos(this.dimension) + placeOfTwo(Math.min(one, other), Math.max(one, other));
  }

  /** Of two columns, or the third cumulant of three. */
  private covariance(one: Float64Array, other: Float64Array, third?: Float64Array): number {
    let sum = 0;
    for (let row = 0; row < one.length; row++) {
      sum += this.probabilities[row]! * one[row]! * other[row]! * (third === undefined ? 1 : third[row]!);
    }
    return sum;
  }

  private moment(columns: readonly Float64Array[]): number {
    let sum = 0;
    for (let row = 0; row < this.of.rows; row++) {
      let product = this.probabilities[row]!;
      for (const column of columns) {
        product *= column[row]!;
      }
      sum += product;
    }
    return sum;
  }

  private firstColumns(): readonly Float64Array[] {
    this.firsts ??= this.columns([], this.dimension);
    return this.firsts;
  }

  private secondColumn(i: number, j: number): Float64Array {
    const [less, more] = i < j ? [i, j] : [j, i];
    let columns = this.seconds[more];
    if (columns === undefined) {
      this.refuse(this.of.rows * twos(this.dimension));
      columns = this.columns([more], more + 1);
      this.seconds[more] = columns;
    }
    return columns[less]!;
  }

  /** What rows have beyond the mean, along some directions and one more of the first `count`. */
  private columns(directions: readonly number[], count: number): Float64Array[] {
    const { rows, dimension: size } = this.of;
    const columns = Array.from({ length: count }, () => new Float64Array(rows));
    for (const { first, gradients } of this.rowGradients(directions)) {
      columns.forEach((column, last) => {
        for (let place = 0; place * size < gradients.length; place++) {
          column[first + place] = dot(this.vectors, last * size, gradients, place * size, size);
        }
      });
    }
    for (const column of columns) {
      const mean = column.reduce((sum, value, row) => sum + this.probabilities[row]! * value, 0);
      column.forEach((value, row) => {
        column[row] = beyondMean(value, mean, rows);
      });
    }
    return columns;
  }

  /** The gradients of all rows along some directions, a batch at a time. */
  private *rowGradients(
    directions: readonly number[],
  ): Generator<{ readonly first: number; readonly gradients: Float64Array }> {
    const { rows, batch, dimension: size } = this.of;
    const along = directions.map((index) => this.vectors.subarray(index * size, (index + 1) * size));
    for (let first = 0; first < rows; first += batch) {
      const own = Int32Array.from({ length: Math.min(batch, rows - first) }, (_, index) => first + index);
      yield { first, gradients: this.of.rowGradients(own, along) };
    }
  }

  /**
   * Third derivatives beside one first derivative, by its index and then those of the two others; or beside two, by the index of
   * the third one alone and then theirs.
   */
  private third(leaves: number): Float64Array {
    let table = this.thirds[leaves];
    if (table === undefined) {
      const { dimension } = this;
      const size = dimension * twos(dimension);
      this.refuse(size);
      const filled = new Float64Array(size);
      for (let j = 0; j < dimension; j++) {
        for (let i = 0; i <= j; i++) {
          this.fill(filled, i, j, leaves);
        }
      }
      table = filled;
      this.thirds[leaves] = table;
    }
    return table;
  }

  /** All entries of which two indices are these, one of them a leaf's or both. */
  private fill(table: Float64Array, i: number, j: number, leaves: number): void {
    const { dimension, vectors } = this;
    const size = this.of.dimension;
    const columns = this.firstColumns();
    const weights =
      leaves === 1
        ? [columns[i]!, columns[j]!]
        : [centredProduct(columns[i]!, columns[j]!, this.covariance(columns[i]!, columns[j]!))];
    const sums = this.weighted([i, j], weights);
    for (let k = 0; k < dimension; k++) {
      const entries = sums.map((sum) => dot(vectors, k * size, sum, 0, size));
      if (leaves === 2) {
        table[this.placeOf(k, i, j)] = entries[0]!;
      } else {
        table[this.placeOf(i, j, k)] = entries[0]!;
        table[this.placeOf(j, i, k)] = entries[1]!;
      }
    }
  }

  /** The expectation of rows' gradients along two directions, times columns. */
  private weighted(directions: readonly number[], columns: readonly Float64Array[]): Float64Array[] {
    const size = this.of.dimension;
    const sums = columns.map(() => new Float64Array(size));
    for (const { first, gradients } of this.rowGradients(directions)) {
      columns.forEach((column, index) => {
        const sum = sums[index]!;
        for (let place = 0; place * size < gradients.length; place++) {
          const weight = this.probabilities[first + place]! * column[first + place]!;
          for (let entry = 0; entry < size; entry++) {
            sum[entry]! += weight * gradients[place * size + entry]!;
          }
        }
      });
    }
    return sums;
  }

  /** The joint cumulant of a third derivative and the first ones along its directions. */
  private fourth(i: number, j: number, k: number): number {
    let table = this.thirds[3];
    const { dimension } = this;
    if (table === undefined) {
      const { rows, operations } = this.of;
      const work = rows * dimension * twos(dimension) * (dimension + 4 * operations);
      if (work > mostOperations) {
        throw tooMany("all that third derivatives have in common with first ones", work, "operations");
      }
      this.refuse(dimension * twos(dimension));
      table = this.fourths();
      this.thirds[3] = table;
    }
    return table[this.placeOf(k, i, j)]!;
  }

  private fourths(): Float64Array {
    const { dimension, vectors } = this;
    const size = this.of.dimension;
    const columns = this.firstColumns();
    const table = new Float64Array(dimension * twos(dimension));
    for (let j = 0; j < dimension; j++) {
      for (let i = 0; i <= j; i++) {
        const together = this.covariance(columns[i]!, columns[j]!);
        const weights = columns.map((last) => {
          const [ofFirst, ofSecond] = [
            this.covariance(columns[i]!, last),
            this.covariance(columns[j]!, last),
          ];
          const moment = this.covariance(columns[i]!, columns[j]!, last);
          return last.map(
            (value, row) =>
              columns[i]![row]! * columns[j]![row]! * value -
              moment -
              together * value -
              ofSecond * columns[i]![row]! -
              ofFirst * columns[j]![row]!,
          );
        });
        this.weighted([i, j], weights).forEach((sum, k) => {
          table[this.placeOf(k, i, j)] = dot(vectors, k * size, sum, 0, size);
        });
      }
    }
    return table;
  }

  private refuse(numbers: number): void {
    if (numbers > largestTable) {
      throw tooMany(`derivatives along ${this.dimension} directions`, numbers, "numbers");
    }
  }
}

function centredProduct(one: Float64Array, other: Float64Array, mean: number): Float64Array {
  return one.map((value, row) => value * other[row]! - mean);
}

function tooMany(what: string, count: number, of: string): EvaluationError {
  return new EvaluationError(
    `${what} are ${count.toExponential(0).replace("e+", "·10^")} ${of}, more than fit; take fewer rows or a lower order, or use series, which needs none of them`,
  );
}
