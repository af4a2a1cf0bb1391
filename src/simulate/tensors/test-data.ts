import { noiseWord, testDomain } from "../../compile/streams.js";
import { DataRows } from "../../tensors/index.js";
import { TrainingData } from "../training-data.js";
import type { LaneArithmetic, LaneNumbers, LaneTensor, Share } from "./lane-arithmetic.js";
import { PointData } from "./point-data.js";
import type { TensorPlan, TestSet } from "./tensor-plan.js";

/** The point of every lane that is drawn now: at a place of a source. */
export interface DrawnPoint {
  readonly source: TrainingData;
  readonly place: number;
  /** Of the mean. */
  readonly share: number;
}

/** What expected losses are means over, one after the other. */
export interface TestData<T extends LaneTensor> {
  /** Whether each lane has data of its own. */
  readonly isOfLanes: boolean;
  /** A tensor a datum; what it is now. */
  readonly tensors: readonly (T | undefined)[];
  /** What that is of the mean. */
  readonly share: Share;
  /** Present where they are drawn. */
  readonly drawn?: DrawnPoint;
  begin(low: number, high: number): void;
  /** Has the tensors be each of them in turn; leaves off when it is told to stop. */
  each(body: () => void, shouldStop?: () => boolean): void;
  /** The same for who takes one at a time, and is told its share. */
  inTurn(): Generator<number>;
}

export function testDataOf<T extends LaneTensor>(
  test: TestSet,
  plan: TensorPlan,
  seed: bigint | number,
  arithmetic: LaneArithmetic<T>,
): TestData<T> {
  return "rows" in test
    ? new AllRows(new DataRows({ name: "", data: test.rows }), arithmetic)
    : new DrawnPoints(plan, test.points, seed, arithmetic);
}

/** So many that are had one after the other. */
abstract class InTurn<T extends LaneTensor> {
  constructor(
    private readonly count: number,
    protected readonly arithmetic: LaneArithmetic<T>,
  ) {}

  /** Has the tensors be one of them. */
  protected abstract have(index: number): void;
  /** Of one of them. */
  protected abstract shareOf(index: number): number;

  each(body: () => void, shouldStop?: () => boolean): void {
    this.arithmetic.loop(
      this.count,
      (index) => {
        this.have(index);
        body();
      },
      shouldStop,
    );
  }

  *inTurn(): Generator<number> {
    for (let index = 0; index < this.count; index++) {
      this.have(index);
      yield this.shareOf(index);
    }
  }
}

class AllRows<T extends LaneTensor> extends InTurn<T> implements TestData<T> {
  readonly isOfLanes = false;
  readonly tensors: readonly T[];
  readonly share: LaneNumbers;
  private readonly values: readonly Float64Array[];

  constructor(
    private readonly rows: DataRows,
    arithmetic: LaneArithmetic<T>,
  ) {
    super(rows.count, arithmetic);
    this.values = rows.sizes.map((size) => new Float64Array(size));
    this.tensors = rows.sizes.map((size) => arithmetic.shared(size));
    this.share = arithmetic.numbers();
  }

  begin(): void {}

  protected have(row: number): void {
    this.arithmetic.takeRow(this.tensors, this.rows, row, this.values, this.share);
  }

  protected shareOf(row: number): number {
    return this.rows.probability(row);
  }
}

/** Points that are drawn for each trial, as training points are and from counters of their own (docs/streams.md). */
class DrawnPoints<T extends LaneTensor> extends InTurn<T> implements TestData<T> {
  readonly isOfLanes = true;
  readonly share: number;
  readonly drawn: { readonly source: TrainingData; place: number; readonly share: number };
  private readonly source: TrainingData;
  private readonly point: PointData<T>;

  constructor(plan: TensorPlan, points: number, seed: bigint | number, arithmetic: LaneArithmetic<T>) {
    super(points, arithmetic);
    this.source = new TrainingData(plan, seed, arithmetic.lanes, 4, testDomain);
    this.point = new PointData(plan.drawn, this.source, arithmetic);
    this.share = 1 / points;
    this.drawn = { source: this.source, place: 0, share: this.share };
  }

  get tensors(): readonly (T | undefined)[] {
    return this.point.tensors;
  }

  begin(low: number, high: number): void {
    this.source.begin(low, noiseWord(high));
  }

  protected have(point: number): void {
    this.arithmetic.drawNext(this.source, point);
    this.drawn.place = point % 4;
    this.point.take(this.drawn.place);
  }

  protected shareOf(): number {
    return this.share;
  }
}
