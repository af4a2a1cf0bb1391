import { TensorInterpreter } from "../../tensors/index.js";
import type { TensorPlan } from "./tensor-plan.js";

/** How often the largest logits are not those of the labels, a trial a lane. */
export class WrongClasses {
  private readonly interpreter: TensorInterpreter;

  /** @param isOfLanes whether each lane has data of its own. */
  constructor(
    private readonly classes: NonNullable<TensorPlan["classes"]>,
    { starts, drawn }: Pick<TensorPlan, "starts" | "drawn">,
    isOfLanes: boolean,
    private readonly lanes: number,
  ) {
    const varying = [...starts.map(() => true), ...drawn.map(() => isOfLanes)];
    this.interpreter = new TensorInterpreter(classes, varying, lanes);
  }

  /** Adds the share of labels that are missed, times a share, in every lane. @param inputs weights, then data. */
  addTo(sums: Float64Array, inputs: readonly Float64Array[], share: number): void {
    const [logits, labels] = this.interpreter.run(inputs) as [Float64Array, Float64Array];
    const [ofLogits, ofLabels] = this.classes.outputs.map(
      (output) => this.classes.instructions[output]!.shape,
    );
    const count = ofLogits!.at(-1)!;
    const items = ofLogits!.slice(0, -1).reduce((product, length) => product * length, 1);
    const areProbabilities = ofLabels!.length === ofLogits!.length;
    const lanesOf = (values: Float64Array, size: number, lane: number) =>
      values.length === size ? 0 : lane * size;
    for (let lane = 0; lane < this.lanes; lane++) {
      const first = lanesOf(logits, items * count, lane);
      const firstLabel = lanesOf(labels, areProbabilities ? items * count : items, lane);
      let missed = 0;
      for (let item = 0; item < items; item++) {
        const label = areProbabilities
          ? largest(labels, firstLabel + item * count, count)
          : labels[firstLabel + item]!;
        missed += largest(logits, first + item * count, count) === label ? 0 : 1;
      }
      sums[lane]! += (share * missed) / items;
    }
  }
}

/** Which of some numbers is the largest; of several the first. */
function largest(values: Float64Array, first: number, count: number): number {
  let found = 0;
  for (let place = 1; place < count; place++) {
    if (values[first + place]! > values[first + found]!) {
      found = place;
    }
  }
  return found;
}
