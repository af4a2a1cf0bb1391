import type { DataRows } from "../../tensors/index.js";
import type { TrainingData } from "../training-data.js";
import type { RowNumbers } from "./controls/row-numbers.js";
import type {
  KnownRows,
  LabelledItems,
  LaneNumbers,
  LanePass,
  LaneTensor,
  Share,
  TakenPoint,
} from "./lane-arithmetic.js";

/** What a share is in a lane. */
export function shareIn(share: Share, lane: number): number {
  return typeof share === "number" ? share : share.values[lane]!;
}

/** What trials that are carried out on the thread of who asks have in common, whatever their tensors are. */
export abstract class HostLanes<T extends LaneTensor> {
  constructor(readonly lanes: number) {}

  abstract read(tensor: T, lane: number, entry: number): number;
  abstract putRow(tensor: T, lane: number, values: ArrayLike<number>, first: number): void;
  abstract put(tensor: T, lane: number, entry: number, value: number): void;
  abstract putShared(tensor: T, values: ArrayLike<number>): void;

  /** Puts a row of a table in each lane. @param size entries of a row. @param rows the number of each lane's. */
  protected putRows(tensor: T, values: ArrayLike<number>, size: number, rows: Float64Array): void {
    for (let lane = 0; lane < rows.length; lane++) {
      this.putRow(tensor, lane, values, rows[lane]! * size);
    }
  }

  numbers(): LaneNumbers {
    return { values: new Float64Array(this.lanes) };
  }

  fill({ values }: LaneNumbers, value: number): void {
    values.fill(value);
  }

  divide({ values }: LaneNumbers, by: number): void {
    for (let lane = 0; lane < this.lanes; lane++) {
      values[lane]! /= by;
    }
  }

  addMissed(
    { values: sums }: LaneNumbers,
    logits: T,
    labels: T,
    { count, classes, areProbabilities }: LabelledItems,
    share: Share,
  ): void {
    for (let lane = 0; lane < this.lanes; lane++) {
      let missed = 0;
      for (let item = 0; item < count; item++) {
        const label = areProbabilities
          ? this.largest(labels, lane, item * classes, classes)
          : this.read(labels, lane, item);
        missed += this.largest(logits, lane, item * classes, classes) === label ? 0 : 1;
      }
      sums[lane]! += (shareIn(share, lane) * missed) / count;
    }
  }

  /** Which of some entries is the largest; of several the first. */
  private largest(values: T, lane: number, first: number, count: number): number {
    let found = 0;
    let most = this.read(values, lane, first);
    for (let place = 1; place < count; place++) {
      const value = this.read(values, lane, first + place);
      if (value > most) {
        found = place;
        most = value;
      }
    }
    return found;
  }

  addOfRow(
    { values: sums }: LaneNumbers,
    {
      values,
      update,
      count,
    }: { readonly values: Float64Array; readonly update: number; readonly count: number },
    rows: RowNumbers,
    place: number,
    share: number,
  ): void {
    const first = update * count;
    rows.at(place).forEach((row, lane) => {
      sums[lane]! += share * values[first + row]!;
    });
  }

  knownRows(count: number): KnownRows {
    return { values: new Float64Array(count) };
  }

  addKnown(
    { values: sums }: LaneNumbers,
    pass: LanePass<T>,
    { values: known }: KnownRows,
    rows: RowNumbers,
    place: number,
    share: number,
  ): void {
    const own = rows.at(place);
    if (own.some((row) => known[row] === 0)) {
      pass.run();
      own.forEach((row, lane) => {
        known[row] = this.read(pass.outputs[0]!, lane, 0);
      });
    }
    own.forEach((row, lane) => {
      sums[lane]! += share * known[row]!;
    });
  }

  bend(values: readonly T[], below: readonly T[] | undefined, matrix: Float64Array, share: number): void {
    const places = values.flatMap(({ length }, tensor) =>
      Array.from({ length }, (_, entry) => [tensor, entry] as const),
    );
    for (let lane = 0; lane < this.lanes; lane++) {
      const at = (tensors: readonly T[]) =>
        places.map(([tensor, entry]) => this.read(tensors[tensor]!, lane, entry));
      const own = at(values);
      const others = below === undefined ? own.map(() => 0) : at(below);
      places.forEach(([tensor, entry], row) => {
        let product = 0;
        for (let column = 0; column < places.length; column++) {
          product += matrix[row * places.length + column]! * (own[column]! - others[column]!);
        }
        this.put(values[tensor]!, lane, entry, own[row]! - share * product);
      });
    }
  }

  loop(count: number, body: (index: number) => void, shouldStop: () => boolean = () => false): void {
    for (let index = 0; index < count && !shouldStop(); index++) {
      body(index);
    }
  }

  takePoint({ drawn, source, tensors }: TakenPoint<T>, place: number): void {
    drawn.forEach((datum, number) => {
      const tensor = tensors[number]!;
      if (datum.kind === "row") {
        const { size, values } = datum;
        this.putRows(tensor, values, size, source.values(place, datum.column));
      } else if (datum.kind === "entries") {
        datum.columns.forEach((column, entry) => {
          if (column >= 0) {
            source.values(place, column).forEach((value, lane) => {
              this.put(tensor, lane, entry, value);
            });
          }
        });
      }
    });
  }

  drawNext(source: TrainingData, index: number): void {
    if (index % 4 === 0) {
      source.draw(index / 4, 1, 0);
    }
  }

  takeRow(
    tensors: readonly T[],
    rows: DataRows,
    row: number,
    values: readonly Float64Array[],
    share: LaneNumbers,
  ): void {
    rows.write(row, values, 0);
    values.forEach((entries, datum) => {
      this.putShared(tensors[datum]!, entries);
    });
    share.values.fill(rows.probability(row));
  }
}
