import type { LaneArithmetic, LaneNumbers, LaneTensor } from "../lane-arithmetic.js";
import { SeriesPass } from "../series-pass.js";
import type { TestOfPlan } from "../tensor-plan.js";
import type { TestData } from "../test-data.js";
import type { RowChoice } from "./model.js";
import { RowNumbers } from "./row-numbers.js";

/**
 * What test points have beyond all rows where a trial ends, to first order about the end of the path. Test points are drawn beside a trial's
 * weights, so that its expectation is 0 whatever these are. Their losses at the start, which are off their mean too, are taken off with it.
 */
export class TestOfLanes<T extends LaneTensor> {
  readonly sums: LaneNumbers;
  private readonly pass: SeriesPass<T>;
  private readonly rows: RowNumbers;
  /** How far trials are from the end of the path, a tensor a weight. */
  private readonly moved: readonly T[];
  /** The end of the path, which all trials share. */
  private readonly end: readonly T[];

  /** @param data what stands for the expected loss, which is drawn. */
  constructor(
    private readonly test: TestOfPlan,
    choices: readonly RowChoice[],
    private readonly data: TestData<T>,
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    const { end } = test.of;
    this.sums = arithmetic.numbers();
    this.moved = end.map(({ length }) => arithmetic.tensor(length));
    this.end = end.map(({ length }) => arithmetic.shared(length));
    this.pass = new SeriesPass(test.along, this.end, [this.moved], data.tensors, arithmetic);
    this.rows = new RowNumbers(choices, data.drawn!.source);
  }

  /** @param weights where trials have ended, a tensor a weight. */
  begin(weights: readonly T[]): void {
    const { end, slope, loss } = this.test.of;
    const { moved, sums, arithmetic } = this;
    arithmetic.fill(sums, this.test.atStart - loss);
    end.forEach((place, weight) => {
      arithmetic.putShared(this.end[weight]!, place);
      arithmetic.distance(moved[weight]!, weights[weight]!, this.end[weight]!);
      arithmetic.addProduct(sums, moved[weight]!, slope[weight]!, -1);
    });
  }

  /** Adds the test point that is drawn. @param losses of trials, of which its own at the start is taken off. */
  add(losses: LaneNumbers): void {
    const { sums, pass, arithmetic, rows } = this;
    const { place, share } = this.data.drawn!;
    pass.run();
    pass.addNumberTo(sums, 0, 0, share);
    pass.addNumberTo(sums, 0, 1, share);
    const table = { values: this.test.of.starts, update: 0, count: 0 };
    for (const one of [losses, sums]) {
      arithmetic.addOfRow(one, table, rows, place, -share);
    }
  }
}
