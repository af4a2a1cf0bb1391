import type { TrainingData } from "../../training-data.js";
import type { LaneArithmetic, LaneTensor } from "../lane-arithmetic.js";
import type { ControlsOfPlan, TensorPlan } from "../tensor-plan.js";
import type { TestData } from "../test-data.js";
import { RowNumbers } from "./row-numbers.js";
import { TestOfLanes } from "./test-of-lanes.js";

/** What is taken off the numbers of trials, a trial a lane: sums over the points that each has met. */
export class ControlsOfLanes<T extends LaneTensor> {
  /** Of test points; absent where controls know nothing of these. */
  readonly test: TestOfLanes<T> | undefined;
  /** Of each slope that is followed back. */
  private readonly slopes: readonly Float64Array[];
  private readonly training: Float64Array;
  private readonly rows: RowNumbers;
  private readonly lanes: number;

  /** @param test what stands for the expected loss; absent where none is measured. */
  constructor(
    private readonly controls: ControlsOfPlan,
    private readonly plan: TensorPlan,
    training: TrainingData,
    test: TestData<T> | undefined,
    arithmetic: LaneArithmetic<T>,
  ) {
    const { lanes } = arithmetic;
    this.lanes = lanes;
    this.slopes = controls.path.tables.map(() => new Float64Array(lanes));
    this.training = new Float64Array(lanes);
    this.rows = new RowNumbers(controls.choices, training);
    this.test = controls.test && new TestOfLanes(controls.test, controls.choices, test!, arithmetic);
  }

  begin(): void {
    for (const sum of [...this.slopes, this.training]) {
      sum.fill(0);
    }
  }

  /** Adds what the points of a batch do. @param place of the first. @param update which of its epoch it is for. */
  addBatch(place: number, epoch: number, update: number): void {
    const { plan, lanes, slopes, training } = this;
    const { tables, ends, rows: count } = this.controls.path;
    // What later epochs add is in the tables of the first, where points come back to their places.
    if (epoch > 0 && !plan.reshuffled) {
      return;
    }
    const first = (epoch * plan.batchesPerEpoch + update) * count;
    for (let point = place; point < place + plan.batch; point++) {
      const rows = this.rows.at(point);
      tables.forEach((table, number) => {
        const sum = slopes[number]!;
        for (let lane = 0; lane < lanes; lane++) {
          sum[lane]! += table[first + rows[lane]!]!;
        }
      });
      if (epoch === 0 && ends !== undefined) {
        for (let lane = 0; lane < lanes; lane++) {
          training[lane]! += ends[rows[lane]!]! / plan.points;
        }
      }
    }
  }

  /** What is taken off a number in a lane. */
  value(number: number, lane: number): number {
    const shares = this.controls.path.shares[number]!;
    const of = (share: number, sums: Float64Array | undefined) =>
      share === 0 || sums === undefined ? 0 : share * sums[lane]!;
    return shares.slopes.reduce(
      (sum, share, slope) => sum + of(share, this.slopes[slope]),
      of(shares.training, this.training) + of(shares.test, this.test?.sums),
    );
  }
}
