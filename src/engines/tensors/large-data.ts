import type { TensorDatum } from "../../simulate/tensors/index.js";
import type { TrainingData } from "../../simulate/training-data.js";
import type { Tensor, TensorNamespace } from "./namespace.js";

/** Data of a landscape of tensors as programs take them, of what a group of trials has drawn. */
export class LargeData {
  constructor(
    private readonly tf: TensorNamespace,
    private readonly drawn: readonly TensorDatum[],
    private readonly source: TrainingData,
  ) {}

  /** Each datum of the point at a place, of shape `[trials, entries]`; nothing for those that nothing needs. */
  point(place: number): readonly (Tensor | undefined)[] {
    const { lanes } = this.source;
    return this.drawn.map((datum) => {
      if (datum.kind === "unused") {
        return undefined;
      }
      // A new array each time: some back ends read it later, or keep it as it is.
      const out = new Float32Array(lanes * datum.size);
      if (datum.kind === "row") {
        const { size, values } = datum;
        this.source.values(place, datum.column).forEach((row, lane) => {
          for (let entry = 0; entry < size; entry++) {
            out[lane * size + entry] = values[row * size + entry]!;
          }
        });
      } else {
        datum.columns.forEach((column, entry) => {
          if (column >= 0) {
            this.source.values(place, column).forEach((value, lane) => {
              out[lane * datum.size + entry] = value;
            });
          }
        });
      }
      return this.tf.tensor(out, [lanes, datum.size], "float32");
    });
  }
}
