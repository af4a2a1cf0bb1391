import { edgesOfPenalty } from "./covariance-penalty.js";
import type { LaneArithmetic, LanePass, LaneTensor } from "./lane-arithmetic.js";
import { SeriesPass } from "./series-pass.js";
import type { PenaltyOfTensors, TensorPlan } from "./tensor-plan.js";

/** What trials are that a penalty is taken off. */
interface Penalized<T extends LaneTensor> {
  readonly starts: readonly T[];
  readonly weights: readonly T[];
  /** As an expansion has them, from 1 on. */
  readonly orders: readonly (readonly T[])[];
  /** A training point's data. */
  readonly point: readonly (T | undefined)[];
}

/** What a penalty on the covariance of gradients takes off the weights of trials, and off their orders, a trial a lane. */
export class PenaltyOfLanes<T extends LaneTensor> {
  private readonly pass: LanePass<T>;
  private readonly expanded: SeriesPass<T> | undefined;
  /** The mean gradient, a tensor a weight, and what is added up over the points. */
  private readonly mean: readonly T[];
  private readonly sums: readonly T[];
  /** The same for each order that the expansion reaches, from 0 on: of each weight the orders of the mean; of each order a tensor a weight. */
  private readonly means: readonly (readonly T[])[];
  private readonly sumsOfOrders: readonly (readonly T[])[];

  constructor(
    private readonly penalty: PenaltyOfTensors,
    private readonly plan: TensorPlan,
    private readonly of: Penalized<T>,
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    const { starts, weights, orders, point } = of;
    const { program, expanded } = penalty;
    const tensors = () => plan.starts.map(({ length }) => arithmetic.tensor(length));
    this.mean = tensors();
    this.sums = tensors();
    const count = expanded === undefined ? 0 : orders.length + 1 - edgesOfPenalty;
    this.means = plan.starts.map(({ length }) =>
      Array.from({ length: count }, () => arithmetic.tensor(length)),
    );
    this.sumsOfOrders = Array.from({ length: count }, tensors);
    this.pass = arithmetic.pass(
      program,
      [...weights, ...point, ...this.mean],
      this.sums.map((sum) => ({ kind: "add", sum })),
    );
    this.expanded = expanded && new SeriesPass(expanded, starts, orders, point, arithmetic, this.means);
  }

  /** @param gradients what those of the points add up to. @param orders of each order from 0 on the same, as the expansion adds them up. */
  begin(gradients: readonly T[], orders: readonly (readonly T[])[]): void {
    const { arithmetic } = this;
    const share = 1 / this.plan.points;
    gradients.forEach((sum, weight) => {
      arithmetic.scale(this.mean[weight]!, sum, share);
      this.means[weight]!.forEach((mean, order) => {
        arithmetic.scale(mean, orders[order]![weight]!, share);
      });
    });
    for (const sum of [...this.sums, ...this.sumsOfOrders.flat()]) {
      arithmetic.clear(sum);
    }
  }

  /** Adds the training point that is taken now. */
  addPoint(): void {
    this.pass.run();
    this.expanded?.run();
    this.sumsOfOrders.forEach((sums, order) => {
      sums.forEach((sum, weight) => {
        this.expanded!.addTo(sum, weight, order);
      });
    });
  }

  /** Takes a step's share off the weights, and off orders, from the first on. */
  update(): void {
    const { arithmetic, of } = this;
    const share = (weight: number) => -this.penalty.share * this.plan.factors[weight]!;
    of.weights.forEach((values, weight) => {
      arithmetic.descend(values, this.sums[weight]!, share(weight));
    });
    this.sumsOfOrders.forEach((sums, order) => {
      of.orders[order + edgesOfPenalty - 1]!.forEach((values, weight) => {
        arithmetic.add(values, sums[weight]!, share(weight));
      });
    });
  }
}
