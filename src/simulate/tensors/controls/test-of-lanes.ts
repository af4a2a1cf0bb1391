import { SeriesPass } from "../series-pass.js";
import type { TestOfPlan } from "../tensor-plan.js";
import type { DrawnPoint } from "../test-data.js";
import type { RowChoice } from "./model.js";
import { RowNumbers } from "./row-numbers.js";

/**
 * What test points have beyond all rows where a trial ends, to first order about the end of the path. Test points are drawn beside a trial's
 * weights, so that its expectation is 0 whatever these are. Their losses at the start, which are off their mean too, are taken off with it.
 */
export class TestOfLanes {
  readonly sums: Float64Array;
  private readonly pass: SeriesPass;
  private readonly rows: RowNumbers;
  /** How far trials are from the end of the path, a tensor a weight, lane by lane. */
  private readonly moved: readonly Float64Array[];

  constructor(
    private readonly test: TestOfPlan,
    choices: readonly RowChoice[],
    private readonly drawn: DrawnPoint,
    private readonly lanes: number,
  ) {
    const { end } = test.of;
    this.sums = new Float64Array(lanes);
    this.moved = end.map(({ length }) => new Float64Array(lanes * length));
    this.pass = new SeriesPass(test.along, end, [this.moved], true, lanes);
    this.rows = new RowNumbers(choices, drawn.source);
  }

  /** @param weights where trials have ended, a tensor a weight, lane by lane. */
  begin(weights: readonly Float64Array[]): void {
    const { end, slope, loss } = this.test.of;
    const { moved, lanes, sums } = this;
    sums.fill(this.test.atStart - loss);
    end.forEach((place, weight) => {
      const [own, slopes, at] = [moved[weight]!, slope[weight]!, weights[weight]!];
      for (let lane = 0; lane < lanes; lane++) {
        const first = lane * place.length;
        for (let entry = 0; entry < place.length; entry++) {
          const distance = at[first + entry]! - place[entry]!;
          own[first + entry] = distance;
          sums[lane]! -= slopes[entry]! * distance;
        }
      }
    });
  }

  /** Adds the test point that is drawn. @param losses of trials, of which its own at the start is taken off. */
  add(losses: Float64Array, data: readonly Float64Array[], share: number): void {
    const { sums, pass, lanes } = this;
    pass.run(data);
    pass.addTo(sums, 0, 0, share);
    pass.addTo(sums, 0, 1, share);
    const rows = this.rows.at(this.drawn.place);
    const { starts } = this.test.of;
    for (let lane = 0; lane < lanes; lane++) {
      const start = share * starts[rows[lane]!]!;
      losses[lane]! -= start;
      sums[lane]! -= start;
    }
  }
}
