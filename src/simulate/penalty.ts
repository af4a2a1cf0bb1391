import type { ElementaryFunctions } from "../compile/elementary.js";
import type { ProgramBuilder, Value } from "../compile/program.js";

/** What descent is on beside the training loss: a function of sums over the training points, which are all in one batch. */
export interface Penalty {
  /** How many sums there are beside those of an update. */
  readonly width: number;
  /** What a training point adds to the sums. */
  sums(
    builder: ProgramBuilder,
    state: readonly Value[],
    data: readonly Value[],
    functions: ElementaryFunctions,
  ): readonly Value[];
  /**
   * The registers after a step down the penalty's gradient.
   * @param moved where they are after a step down the training loss.
   * @param sums over the points: of raised slopes, as an update has them, then those of the penalty.
   */
  steppedDown(
    builder: ProgramBuilder,
    moved: readonly Value[],
    sums: readonly Value[],
    step: number,
    functions: ElementaryFunctions,
  ): readonly Value[];
}
