import { sizeOf } from "../../tensors/index.js";
import type {
  LabelledItems,
  LaneArithmetic,
  LaneNumbers,
  LanePass,
  LaneTensor,
  Share,
} from "./lane-arithmetic.js";
import type { TensorPlan } from "./tensor-plan.js";

/** How often the largest logits are not those of the labels, a trial a lane. */
export class WrongClasses<T extends LaneTensor> {
  private readonly pass: LanePass<T>;
  private readonly items: LabelledItems;

  /** @param inputs weights, then data. */
  constructor(
    classes: NonNullable<TensorPlan["classes"]>,
    inputs: readonly (T | undefined)[],
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    this.pass = arithmetic.pass(classes, inputs);
    const [logits, labels] = classes.outputs.map((output) => classes.instructions[output]!.shape);
    this.items = {
      count: sizeOf(logits!.slice(0, -1)),
      classes: logits!.at(-1)!,
      areProbabilities: labels!.length === logits!.length,
    };
  }

  /** Adds the share of labels that are missed, times a share, in every lane. */
  addTo(sums: LaneNumbers, share: Share): void {
    this.pass.run();
    const [logits, labels] = this.pass.outputs as readonly [T, T];
    this.arithmetic.addMissed(sums, logits, labels, this.items, share);
  }
}
