import type { TrainingData } from "../../training-data.js";
import type { LaneArithmetic, LaneNumbers, LaneTensor, MeasuredTerm } from "../lane-arithmetic.js";
import type { ControlsOfPlan, TensorPlan } from "../tensor-plan.js";
import type { TestData } from "../test-data.js";
import { RowNumbers } from "./row-numbers.js";
import { TestOfLanes } from "./test-of-lanes.js";

/** What is taken off the numbers of trials, a trial a lane: sums over the points that each has met. */
export class ControlsOfLanes<T extends LaneTensor> {
  /** Of test points; absent where controls know nothing of these. */
  readonly test: TestOfLanes<T> | undefined;
  /** Of each slope that is followed back. */
  private readonly slopes: readonly LaneNumbers[];
  private readonly training: LaneNumbers;
  private readonly rows: RowNumbers;

  /** @param test what stands for the expected loss; absent where none is measured. */
  constructor(
    private readonly controls: ControlsOfPlan,
    private readonly plan: TensorPlan,
    training: TrainingData,
    test: TestData<T> | undefined,
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    this.slopes = controls.path.tables.map(() => arithmetic.numbers());
    this.training = arithmetic.numbers();
    this.rows = new RowNumbers(controls.choices, training);
    this.test = controls.test && new TestOfLanes(controls.test, controls.choices, test!, arithmetic);
  }

  begin(): void {
    for (const sum of [...this.slopes, this.training]) {
      this.arithmetic.fill(sum, 0);
    }
  }

  /** Adds what the points of a batch do. @param place of the first. @param update which of its epoch it is for. */
  addBatch(place: number, epoch: number, update: number): void {
    const { plan, arithmetic, rows } = this;
    const { tables, ends, rows: count } = this.controls.path;
    // What later epochs add is in the tables of the first, where points come back to their places.
    if (epoch > 0 && !plan.reshuffled) {
      return;
    }
    const tabled = epoch * plan.batchesPerEpoch + update;
    arithmetic.loop(plan.batch, (point) => {
      tables.forEach((values, number) => {
        arithmetic.addOfRow(this.slopes[number]!, { values, update: tabled, count }, rows, place + point, 1);
      });
      if (epoch === 0 && ends !== undefined) {
        const table = { values: ends, update: 0, count: 0 };
        arithmetic.addOfRow(this.training, table, rows, place + point, 1 / plan.points);
      }
    });
  }

  /** What is taken off a number. */
  terms(number: number): readonly MeasuredTerm<T>[] {
    const shares = this.controls.path.shares[number]!;
    const sums: readonly (readonly [number, LaneNumbers | undefined])[] = [
      [shares.training, this.training],
      [shares.test, this.test?.sums],
      ...shares.slopes.map((share, slope) => [share, this.slopes[slope]] as const),
    ];
    return sums.flatMap(([factor, numbers]) =>
      factor === 0 || numbers === undefined ? [] : [{ factor, of: { kind: "numbers", numbers } }],
    );
  }
}
