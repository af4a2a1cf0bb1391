import type { TrainingData } from "../training-data.js";
import type { LaneArithmetic, LaneTensor, TakenPoint } from "./lane-arithmetic.js";
import type { TensorDatum } from "./tensor-plan.js";

/** The data of one point of every lane, as programs take them: a tensor a datum. */
export class PointData<T extends LaneTensor> implements TakenPoint<T> {
  readonly tensors: readonly (T | undefined)[];

  /** @param drawn how the data follow from what is drawn. @param source of what is drawn. */
  constructor(
    readonly drawn: readonly TensorDatum[],
    readonly source: TrainingData,
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    this.tensors = drawn.map((datum) =>
      datum.kind === "unused" ? undefined : arithmetic.tensor(datum.size),
    );
  }

  /** Takes the point at a place of what was drawn. */
  take(place: number): void {
    this.arithmetic.takePoint(this, place);
  }
}
