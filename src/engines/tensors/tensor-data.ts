import type { TrainingData } from "../../simulate/training-data.js";
import type { Tensor, TensorNamespace } from "./namespace.js";

/** Training data as tensors, made from what a group of trials has drawn. */
export class TensorData {
  private readonly tf: TensorNamespace;
  private readonly data: TrainingData;
  /** Data of a point. */
  private readonly width: number;
  private readonly keeps: boolean;
  private readonly kept = new Map<number, readonly Tensor[]>();

  /** @param keeps whether the batches' tensors are kept until `forget`, for epochs to come. */
  constructor(tf: TensorNamespace, data: TrainingData, width: number, keeps: boolean) {
    this.tf = tf;
    this.data = data;
    this.width = width;
    this.keeps = keeps;
  }

  /**
   * Each datum of some points in the places from `place` on, of shape `[points, trials]`, or `[trials]` of one point.
   * To be called in `tf.tidy`, which takes those back that are not kept.
   */
  batch(place: number, points: number): readonly Tensor[] {
    if (!this.keeps) {
      return this.passing(place, points);
    }
    const kept = this.kept.get(place);
    if (kept !== undefined) {
      return kept;
    }
    const made = this.passing(place, points).map((tensor) => this.tf.keep(tensor));
    this.kept.set(place, made);
    return made;
  }

  /** The same, never kept. */
  passing(place: number, points: number): readonly Tensor[] {
    const { lanes } = this.data;
    return Array.from({ length: this.width }, (_, column) => {
      // A new array each time: some back ends read it later, or keep it as it is.
      const values = new Float32Array(points * lanes);
      for (let point = 0; point < points; point++) {
        values.set(this.data.values(place + point, column), point * lanes);
      }
      return this.tf.tensor(values, points === 1 ? [lanes] : [points, lanes], "float32");
    });
  }

  /** The points have changed, or are done with. */
  forget(): void {
    for (const tensors of this.kept.values()) {
      this.tf.dispose([...tensors]);
    }
    this.kept.clear();
  }
}
