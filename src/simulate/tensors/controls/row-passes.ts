import {
  type DataRows,
  type LiftedProgram,
  liftProgram,
  type MakeCarrier,
  powerSeries,
  type TensorCarrier,
  type TensorProgram,
} from "../../../tensors/index.js";

/** Some rows of data, and the share that each has in a mean. */
export interface RowSet {
  readonly count: number;
  row(place: number): number;
  share(place: number): number;
}

/** Takes an output's entries of the row at a place of a set, valid until the next call. */
export type TakeRow = (place: number, output: number, entries: Float64Array) => void;

/** Numbers that a batch of rows may hold, about (8 MiB), operations that it may take (a tenth of a second), and rows. */
const most = { numbers: 2 ** 20, operations: 2 ** 26, rows: 256 } as const;

/** Carries a program out over rows of data, at weights that all of them share. */
export class RowPass {
  private readonly carrier: TensorCarrier;
  private readonly batch: number;
  private readonly values: readonly Float64Array[];

  /**
   * @param program its inputs are some that all rows share, and then the data. @param operations that it takes for a row.
   * @param carrierOf what carries it out.
   */
  constructor(
    program: TensorProgram,
    private readonly data: DataRows,
    operations: number,
    carrierOf: MakeCarrier,
  ) {
    const shared = program.inputs.length - data.sizes.length;
    const varying = program.inputs.map((_, input) => input >= shared);
    const { numbers } = carrierOf(program, varying, 1);
    const fitting = Math.min(most.rows, most.numbers / Math.max(1, numbers), most.operations / operations);
    this.batch = Math.max(1, Math.floor(fitting));
    this.carrier = carrierOf(program, varying, this.batch);
    this.values = data.sizes.map((size) => new Float64Array(this.batch * size));
  }

  /** Tells of each row what the outputs are, one after the other; yields after each batch. */
  *run(shared: readonly Float64Array[], rows: RowSet, take: TakeRow): Generator<void, void, void> {
    const { batch, data, values, carrier } = this;
    for (let first = 0; first < rows.count; first += batch) {
      const items = Math.min(batch, rows.count - first);
      for (let item = 0; item < items; item++) {
        data.write(rows.row(first + item), values, item);
      }
      carrier.run([...shared, ...values], items).forEach((found, output) => {
        const varies = carrier.varies[output]!;
        const size = varies ? found.length / items : found.length;
        for (let item = 0; item < items; item++) {
          const from = varies ? item * size : 0;
          take(first + item, output, found.subarray(from, from + size));
        }
      });
      yield;
    }
  }
}

/** A program over numbers and their derivatives along a direction of its first inputs, the weights. */
export function alongDirection(program: TensorProgram, weights: number): LiftedProgram {
  return liftProgram(
    program,
    powerSeries(1),
    program.inputs.map((_, input) => (input < weights ? [1] : [])),
  );
}
