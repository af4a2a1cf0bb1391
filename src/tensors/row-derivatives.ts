import { LandscapeError } from "../landscape/index.js";
import { directions as directionsOf, powerSeries } from "./algebra.js";
import { DataRows } from "./data-rows.js";
import { entryName } from "./entries.js";
import type { TensorExpression } from "./expression.js";
import { finishTensorProgram } from "./include.js";
import { TensorInterpreter } from "./interpret.js";
import type { TensorLandscape } from "./landscape.js";
import { lift } from "./lift.js";
import { lowerLandscape } from "./lower.js";
import { arithmeticOperations } from "./operations.js";
import { type TensorProgram, TensorProgramBuilder } from "./program.js";
import { gradientProgram } from "./reverse.js";
import { degreesOf, type Kind, scaleDirections, vectorsOf } from "./scaled-directions.js";
import { sizeOf } from "./shapes.js";

/** About so many numbers a batch of rows may take: 8 MiB. */
const numbersOfBatch = 1 << 20;

const mostOfBatch = 256;

/** So many entries of a place are told. */
const mostShown = 6;

/** What carries a program out over a batch of items: see {@link TensorInterpreter}. */
export interface TensorCarrier extends Pick<TensorInterpreter, "varies" | "numbers" | "run"> {
  /** Whether it does so in single precision, whose range is narrow. */
  readonly isSingle?: boolean;
}

/** @param varying of each input, whether it is one tensor for each item. @param batch the most items of a run. */
export type MakeCarrier = (
  program: TensorProgram,
  varying: readonly boolean[],
  batch: number,
) => TensorCarrier;

/** In doubles, on this thread. */
export const interpreted: MakeCarrier = (program, varying, batch) =>
  new TensorInterpreter(program, varying, batch);

/** A program of vectors such as `∇^{k+1} l_x [a, b, ·]`, and how it is carried out. */
interface Pass {
  readonly interpreter: TensorCarrier;
  /** Of each vector and each weight, which output its part of the vector is; `-1` where that is zero. */
  readonly outputs: readonly (readonly number[])[];
}

/** Told of what a pass finds: a weight's part of a vector, and of which multiple of the vector. */
type Told = (
  vector: number,
  values: Float64Array,
  varies: boolean,
  offset: number,
  size: number,
  factorOf: ((item: number) => number) | undefined,
) => void;

/**
 * A function of a landscape's weights and data at one place, with its derivatives along directions for each row of data: no derivative
 * tensor is ever formed. Vectors have an entry a weight's entry, weight by weight, row-major.
 */
export class RowDerivatives {
  readonly dimension: number;
  /** How many rows of data there are: combinations with the values of independent data among them. */
  readonly rows: number;
  /** How many rows are best asked for at a time. */
  readonly batch: number;
  /** About how many arithmetic operations the gradient at one row takes. */
  readonly operations: number;
  private readonly function: TensorProgram;
  private readonly gradient: TensorProgram;
  private readonly data: DataRows;
  private readonly sizes: readonly number[];
  private readonly passes = new Map<string, Pass>();
  private mean: number | undefined;
  /** Of the value alone, once it is asked for. */
  private values: TensorCarrier | undefined;

  /**
   * @param at a place in weight space. @param expression a scalar; the loss where left out.
   * @param carrierOf what carries its programs out; the interpreter where left out.
   * @throws LandscapeError when a datum that it needs has infinitely many values.
   */
  constructor(
    private readonly landscape: TensorLandscape,
    private readonly at: Float64Array,
    expression: TensorExpression = landscape.loss,
    private readonly carrierOf: MakeCarrier = interpreted,
  ) {
    const { weights } = landscape;
    this.data = new DataRows(landscape);
    this.rows = this.data.count;
    this.sizes = weights.map(({ shape }) => sizeOf(shape));
    this.dimension = this.sizes.reduce((total, size) => total + size, 0);
    this.function = lowerLandscape(landscape, [expression]);
    this.gradient = gradientProgram(
      this.function,
      weights.map((_, weight) => weight),
    );
    this.operations = arithmeticOperations(this.gradient);
    const numbers = this.passOf([true, true], "highest", 1).interpreter.numbers;
    this.batch = Math.max(1, Math.min(mostOfBatch, Math.floor(numbersOfBatch / numbers)));
    this.passes.clear();
  }

  /**
   * Its mean over all rows.
   * @throws LandscapeError where it is not finite; so do derivatives.
   */
  get value(): number {
    for (const _ of this.findingValue()) {
      // all at once
    }
    return this.mean!;
  }

  /** Takes the value from whoever has found it. */
  know(value: number): void {
    this.mean ??= value;
  }

  /** Finds the value a batch of rows a step, so that others have a turn in between; none where it is known. */
  *findingValue(): Generator<undefined, void> {
    const { rows, batch } = this;
    let mean = 0;
    for (let first = 0; this.mean === undefined && first < rows; first += batch) {
      const own = Int32Array.from({ length: Math.min(batch, rows - first) }, (_, item) => first + item);
      this.rowValues(own).forEach((value, item) => {
        mean += this.probability(first + item) * value;
      });
      yield;
    }
    this.mean ??= mean;
  }

  /** How likely a row is; all together are 1. */
  probability(row: number): number {
    return this.data.probability(row);
  }

  /**
   * `∇^{k+1} l_x [a, b, ·]` for some rows `x`, which may repeat.
   * @param directions `k` of them (0, 1 or 2): of `dimension` numbers where it is one for all of these rows, of `rows.length · dimension`
   *   where each has its own.
   * @returns `rows.length · dimension` numbers, row by row.
   */
  rowGradients(rows: ArrayLike<number>, directions: readonly Float64Array[]): Float64Array {
    const [out] = this.ofRows(rows, directions, "highest");
    this.refuseInfiniteOf(rows, out!, directions.length + 1);
    return out!;
  }

  /**
   * {@link rowGradients} along all choices among two directions or one, found together: along none, the first, the second, both. Two
   * that are the same array are one direction, which is less work.
   */
  rowGradientsOfAll(rows: ArrayLike<number>, directions: readonly Float64Array[]): Float64Array[] {
    const isTwice = directions.length === 2 && directions[0] === directions[1];
    if (!isTwice) {
      const found = this.ofRows(rows, directions, "all");
      found.forEach((out, set) => {
        this.refuseInfiniteOf(rows, out, 1 + (set & 1) + (set >> 1));
      });
      return found;
    }
    const [none, once, twice] = this.ofRows(rows, directions.slice(1), "curve");
    // of a series it is the coefficient
    for (let place = 0; place < twice!.length; place++) {
      twice![place]! *= 2;
    }
    [none, once, twice].forEach((out, k) => {
      this.refuseInfiniteOf(rows, out!, 1 + k);
    });
    return [none!, once!, once!, twice!];
  }

  private refuseInfiniteOf(rows: ArrayLike<number>, out: Float64Array, order: number): void {
    this.refuseInfinite(out, order, (place) => rows[Math.floor(place / this.dimension)]!);
  }

  /** The vectors of a kind for some rows, each row by row. */
  private ofRows(rows: ArrayLike<number>, directions: readonly Float64Array[], kind: Kind): Float64Array[] {
    const { dimension, batch } = this;
    const count = rows.length;
    const out = Array.from(
      { length: vectorsOf(kind, directions.length) },
      () => new Float64Array(count * dimension),
    );
    for (let first = 0; first < count; first += batch) {
      const items = Math.min(batch, count - first);
      const own = directions.map((numbers) =>
        numbers.length === dimension
          ? numbers
          : numbers.subarray(first * dimension, (first + items) * dimension),
      );
      // one row is shared by no others
      const isEach = own.map((numbers) => numbers.length > dimension);
      this.run(
        isEach,
        kind,
        items,
        (item) => rows[first + item]!,
        own,
        (vector, values, varies, offset, size, factorOf) => {
          const all = out[vector]!;
          for (let item = 0; item < items; item++) {
            const from = varies ? item * size : 0;
            const to = (first + item) * dimension + offset;
            all.set(values.subarray(from, from + size), to);
            const factor = factorOf?.(item) ?? 1;
            if (factor !== 1) {
              for (let entry = to; entry < to + size; entry++) {
                all[entry]! *= factor;
              }
            }
          }
        },
      );
    }
    return out;
  }

  /**
   * `∇^{k+1} l [a, b, ·]` of the mean over all rows, for `count` choices of directions.
   * @param directions `k` of them (0, 1 or 2), each of `count · dimension` numbers, choice by choice.
   * @returns `count · dimension` numbers, choice by choice.
   */
  gradients(count: number, directions: readonly Float64Array[]): Float64Array {
    const { dimension, batch, rows } = this;
    const out = new Float64Array(count * dimension);
    const none = directions.map(() => false);
    for (let choice = 0; choice < count; choice++) {
      const own = directions.map((numbers) => numbers.subarray(choice * dimension, (choice + 1) * dimension));
      for (let first = 0; first < rows; first += batch) {
        const items = Math.min(batch, rows - first);
        const shares = Float64Array.from({ length: items }, (_, item) => this.probability(first + item));
        const total = shares.reduce((sum, share) => sum + share, 0);
        this.run(
          none,
          "highest",
          items,
          (item) => first + item,
          own,
          (_, values, varies, offset, size, factorOf) => {
            const to = choice * dimension + offset;
            // Directions are all items'.
            const factor = factorOf?.(0) ?? 1;
            if (!varies) {
              for (let entry = 0; entry < size; entry++) {
                out[to + entry]! += total * factor * values[entry]!;
              }
              return;
            }
            for (let item = 0; item < items; item++) {
              const share = shares[item]! * factor;
              for (let entry = 0; entry < size; entry++) {
                out[to + entry]! += share * values[item * size + entry]!;
              }
            }
          },
        );
      }
    }
    this.refuseInfinite(out, directions.length + 1);
    return out;
  }

  /**
   * What it is for some rows, which may repeat.
   * @throws LandscapeError where it is not finite.
   */
  rowValues(rows: ArrayLike<number>): Float64Array {
    const { data, batch, landscape } = this;
    this.values ??= this.carrierOf(
      this.function,
      [...landscape.weights.map(() => false), ...data.sizes.map(() => true)],
      batch,
    );
    const { values: interpreter } = this;
    const out = new Float64Array(rows.length);
    for (let first = 0; first < rows.length; first += batch) {
      const items = Math.min(batch, rows.length - first);
      const drawn = this.drawn(items, (item) => rows[first + item]!);
      const [values] = interpreter.run([...this.split(this.at, 1), ...drawn], items);
      for (let item = 0; item < items; item++) {
        out[first + item] = values![interpreter.varies[0]! ? item : 0]!;
      }
    }
    this.refuseInfinite(out, 0, (place) => rows[place]!);
    return out;
  }

  /** @param rowOf of which row a number is, where it is one's. */
  private refuseInfinite(numbers: ArrayLike<number>, order: number, rowOf?: (place: number) => number): void {
    for (let place = 0; place < numbers.length; place++) {
      if (!Number.isFinite(numbers[place])) {
        const what = order === 0 ? "the loss" : `a derivative of order ${order} of the loss`;
        const row = rowOf === undefined ? "" : ` and row ${rowOf(place) + 1} of the data`;
        throw new LandscapeError(
          this.landscape.name,
          `${what} is not finite at ${this.place()}${row}; start elsewhere, or change the loss or its data so that it is smooth there`,
        );
      }
    }
  }

  /** Where it is, by the first entries of the weights. */
  private place(): string {
    const shown: string[] = [];
    let first = 0;
    for (const { name, shape } of this.landscape.weights) {
      const size = sizeOf(shape);
      for (let entry = 0; entry < size && shown.length < mostShown; entry++) {
        shown.push(`${entryName(name, shape, entry)} = ${this.at[first + entry]}`);
      }
      first += size;
    }
    return [...shown, ...(this.dimension > mostShown ? ["…"] : [])].join(", ");
  }

  /** Carries a pass out and tells what each weight's part of the vectors is, unless that is zero. */
  private run(
    isEach: readonly boolean[],
    kind: Kind,
    items: number,
    rowOf: (item: number) => number,
    directions: readonly Float64Array[],
    tell: Told,
  ): void {
    const { interpreter, outputs } = this.passOf(isEach, kind, this.batch);
    const scaled = interpreter.isSingle ? scaleDirections(directions, this.dimension) : undefined;
    const found = interpreter.run(
      [
        ...this.split(this.at, 1),
        ...(scaled?.directions ?? directions).flatMap((numbers, k) =>
          this.split(numbers, isEach[k]! ? items : 1),
        ),
        ...this.drawn(items, rowOf),
      ],
      items,
    );
    outputs.forEach((own, vector) => {
      const degrees = degreesOf(kind, vector, directions.length);
      const factorOf = scaled && ((item: number) => scaled.factor(item, degrees));
      let offset = 0;
      own.forEach((output, weight) => {
        const size = this.sizes[weight]!;
        if (output >= 0) {
          tell(vector, found[output]!, interpreter.varies[output]!, offset, size, factorOf);
        }
        offset += size;
      });
    });
  }

  /** The data of some rows, an array a datum. */
  private drawn(items: number, rowOf: (item: number) => number): Float64Array[] {
    const drawn = this.data.sizes.map((size) => new Float64Array(items * size));
    for (let item = 0; item < items; item++) {
      this.data.write(rowOf(item), drawn, item);
    }
    return drawn;
  }

  /** Vectors as tensors: an array a weight, item by item. */
  private split(vectors: Float64Array, items: number): Float64Array[] {
    let offset = 0;
    return this.sizes.map((size) => {
      const own = new Float64Array(items * size);
      for (let item = 0; item < items; item++) {
        const from = item * this.dimension + offset;
        own.set(vectors.subarray(from, from + size), item * size);
      }
      offset += size;
      return own;
    });
  }

  /** @param isEach of each direction, whether it is one a row. */
  private passOf(isEach: readonly boolean[], kind: Kind, batch: number): Pass {
    const key = `${kind} ${isEach.join()}`;
    let pass = this.passes.get(key);
    if (pass === undefined) {
      pass = this.makePass(isEach, kind, batch);
      this.passes.set(key, pass);
    }
    return pass;
  }

  private makePass(isEach: readonly boolean[], kind: Kind, batch: number): Pass {
    const { gradient, landscape } = this;
    const count = landscape.weights.length;
    const builder = new TensorProgramBuilder();
    const inputs = [landscape.weights.length, ...isEach.map(() => count)].map((weights) =>
      gradient.inputs.slice(0, weights).map((shape) => builder.input(shape)),
    );
    const data = gradient.inputs.slice(count).map((shape) => [builder.input(shape)]);
    const algebra = kind === "curve" ? powerSeries(2) : directionsOf(isEach.length);
    const lifted = lift(builder, gradient, algebra, [
      ...inputs[0]!.map((value, weight) =>
        Array.from({ length: algebra.size }, (_, component) =>
          component === 0 ? value : inputs[1 + Math.log2(component)]?.[weight],
        ),
      ),
      ...data,
    ]);
    const wanted = Array.from({ length: algebra.size }, (_, component) => component);
    const values = (kind === "highest" ? wanted.slice(-1) : wanted).map((component) =>
      lifted.slice(1).map((components) => components[component]),
    );
    const present = [...new Set(values.flat().filter((value) => value !== undefined))];
    const places = values.map((own) =>
      own.map((value) => (value === undefined ? -1 : present.indexOf(value))),
    );
    const varying = [
      ...landscape.weights.map(() => false),
      ...isEach.flatMap((each) => landscape.weights.map(() => each)),
      ...data.map(() => true),
    ];
    return {
      interpreter: this.carrierOf(finishTensorProgram(builder, present), varying, batch),
      outputs: places,
    };
  }
}
