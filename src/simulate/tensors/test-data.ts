import { noiseWord, testDomain } from "../../compile/streams.js";
import { DataRows } from "../../tensors/index.js";
import { TrainingData } from "../training-data.js";
import type { LaneArithmetic, LaneTensor } from "./lane-arithmetic.js";
import { PointData } from "./point-data.js";
import type { TensorPlan, TestSet } from "./tensor-plan.js";

/** The point of every lane that is drawn now: at a place of a source. */
export interface DrawnPoint {
  readonly source: TrainingData;
  readonly place: number;
}

/** What expected losses are means over, one after the other. */
export interface TestData<T extends LaneTensor> {
  /** Whether each lane has data of its own. */
  readonly isOfLanes: boolean;
  /** A tensor a datum; what it is now. */
  readonly tensors: readonly (T | undefined)[];
  /** Present where they are drawn. */
  readonly drawn?: DrawnPoint;
  begin(low: number, high: number): void;
  /** Has the tensors be each of them in turn, and says its share of the mean. */
  each(): Generator<number>;
}

export function testDataOf<T extends LaneTensor>(
  test: TestSet,
  plan: TensorPlan,
  seed: bigint | number,
  arithmetic: LaneArithmetic<T>,
): TestData<T> {
  return "rows" in test
    ? new AllRows(test.rows, arithmetic)
    : new DrawnPoints(plan, test.points, seed, arithmetic);
}

class AllRows<T extends LaneTensor> implements TestData<T> {
  readonly isOfLanes = false;
  readonly tensors: readonly T[];
  private readonly values: readonly Float64Array[];
  private readonly rows: DataRows;

  constructor(
    data: Extract<TestSet, { rows: unknown }>["rows"],
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    this.rows = new DataRows({ name: "", data });
    this.values = this.rows.sizes.map((size) => new Float64Array(size));
    this.tensors = this.rows.sizes.map((size) => arithmetic.shared(size));
  }

  begin(): void {}

  *each(): Generator<number> {
    for (let row = 0; row < this.rows.count; row++) {
      this.rows.write(row, this.values, 0);
      this.values.forEach((values, datum) => {
        this.arithmetic.putRow(this.tensors[datum]!, 0, values, 0);
      });
      yield this.rows.probability(row);
    }
  }
}

/** Points that are drawn for each trial, as training points are and from counters of their own (docs/streams.md). */
class DrawnPoints<T extends LaneTensor> implements TestData<T> {
  readonly isOfLanes = true;
  readonly drawn: { readonly source: TrainingData; place: number };
  private readonly source: TrainingData;
  private readonly point: PointData<T>;

  constructor(
    plan: TensorPlan,
    private readonly points: number,
    seed: bigint | number,
    arithmetic: LaneArithmetic<T>,
  ) {
    this.source = new TrainingData(plan, seed, arithmetic.lanes, 4, testDomain);
    this.point = new PointData(plan.drawn, this.source, arithmetic);
    this.drawn = { source: this.source, place: 0 };
  }

  get tensors(): readonly (T | undefined)[] {
    return this.point.tensors;
  }

  begin(low: number, high: number): void {
    this.source.begin(low, noiseWord(high));
  }

  *each(): Generator<number> {
    for (let point = 0; point < this.points; point++) {
      if (point % 4 === 0) {
        this.source.draw(point / 4, 1, 0);
      }
      this.drawn.place = point % 4;
      this.point.take(point % 4);
      yield 1 / this.points;
    }
  }
}
