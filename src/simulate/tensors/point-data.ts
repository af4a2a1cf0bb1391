import type { TrainingData } from "../training-data.js";
import type { TensorDatum } from "./tensor-plan.js";

/** The data of one point of every lane, as programs take them: a tensor a datum, lane by lane. */
export class PointData {
  readonly values: readonly Float64Array[];

  constructor(
    private readonly drawn: readonly TensorDatum[],
    private readonly source: TrainingData,
  ) {
    this.values = drawn.map(
      (datum) => new Float64Array(datum.kind === "unused" ? 0 : source.lanes * datum.size),
    );
  }

  /** Takes the point at a place of what was drawn. */
  take(place: number): void {
    const { source } = this;
    this.drawn.forEach((datum, number) => {
      const out = this.values[number]!;
      if (datum.kind === "row") {
        const { size, values } = datum;
        source.values(place, datum.column).forEach((row, lane) => {
          for (let entry = 0; entry < size; entry++) {
            out[lane * size + entry] = values[row * size + entry]!;
          }
        });
      } else if (datum.kind === "entries") {
        datum.columns.forEach((column, entry) => {
          if (column >= 0) {
            source.values(place, column).forEach((value, lane) => {
              out[lane * datum.size + entry] = value;
            });
          }
        });
      }
    });
  }
}
