import type { TrainingData } from "../training-data.js";
import { DoubleLanes, type DoubleTensor } from "./double-lanes.js";
import type { LaneArithmetic, LaneTensor } from "./lane-arithmetic.js";
import type { TensorDatum } from "./tensor-plan.js";

/** The data of one point of every lane, as programs take them: a tensor a datum. */
export class PointData<T extends LaneTensor> {
  /** Absent of a datum that nothing needs. */
  readonly tensors: readonly (T | undefined)[];

  constructor(
    private readonly drawn: readonly TensorDatum[],
    private readonly source: TrainingData,
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    this.tensors = drawn.map((datum) =>
      datum.kind === "unused" ? undefined : arithmetic.tensor(datum.size),
    );
  }

  /** Takes the point at a place of what was drawn. */
  take(place: number): void {
    const { source, arithmetic } = this;
    this.drawn.forEach((datum, number) => {
      const tensor = this.tensors[number]!;
      if (datum.kind === "row") {
        const { size, values } = datum;
        const rows = source.values(place, datum.column);
        for (let lane = 0; lane < rows.length; lane++) {
          arithmetic.putRow(tensor, lane, values, rows[lane]! * size);
        }
      } else if (datum.kind === "entries") {
        datum.columns.forEach((column, entry) => {
          if (column >= 0) {
            source.values(place, column).forEach((value, lane) => {
              arithmetic.put(tensor, lane, entry, value);
            });
          }
        });
      }
    });
  }
}

/** The same in double precision. */
export function doublePointData(
  drawn: readonly TensorDatum[],
  source: TrainingData,
): PointData<DoubleTensor> {
  return new PointData(drawn, source, new DoubleLanes(source.lanes));
}
