import { sizeOf } from "../../tensors/index.js";
import { shareIn } from "./host-lanes.js";
import type { LaneArithmetic, LaneNumbers, LanePass, LaneTensor, Share } from "./lane-arithmetic.js";
import type { TensorPlan } from "./tensor-plan.js";

/** How often the largest logits are not those of the labels, a trial a lane. */
export class WrongClasses<T extends LaneTensor> {
  private readonly pass: LanePass<T>;

  /** @param inputs weights, then data. */
  constructor(
    private readonly classes: NonNullable<TensorPlan["classes"]>,
    inputs: readonly (T | undefined)[],
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    this.pass = arithmetic.pass(classes, inputs);
  }

  /** Adds the share of labels that are missed, times a share, in every lane. */
  addTo({ values: sums }: LaneNumbers, share: Share): void {
    this.pass.run();
    const [logits, labels] = this.pass.outputs as readonly [T, T];
    const [ofLogits, ofLabels] = this.classes.outputs.map(
      (output) => this.classes.instructions[output]!.shape,
    );
    const count = ofLogits!.at(-1)!;
    const items = sizeOf(ofLogits!.slice(0, -1));
    const areProbabilities = ofLabels!.length === ofLogits!.length;
    for (let lane = 0; lane < this.arithmetic.lanes; lane++) {
      let missed = 0;
      for (let item = 0; item < items; item++) {
        const label = areProbabilities
          ? this.largest(labels, lane, item * count, count)
          : this.arithmetic.read(labels, lane, item);
        missed += this.largest(logits, lane, item * count, count) === label ? 0 : 1;
      }
      sums[lane]! += (shareIn(share, lane) * missed) / items;
    }
  }

  /** Which of some entries is the largest; of several the first. */
  private largest(values: T, lane: number, first: number, count: number): number {
    let found = 0;
    let most = this.arithmetic.read(values, lane, first);
    for (let place = 1; place < count; place++) {
      const value = this.arithmetic.read(values, lane, first + place);
      if (value > most) {
        found = place;
        most = value;
      }
    }
    return found;
  }
}
