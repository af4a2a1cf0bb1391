import { TensorInterpreter } from "../../tensors/index.js";
import { edgesOfPenalty } from "./covariance-penalty.js";
import { addLanes, SeriesPass } from "./series-pass.js";
import type { PenaltyOfTensors, TensorPlan } from "./tensor-plan.js";

/** What a penalty on the covariance of gradients takes off the weights of trials, and off their orders, a trial a lane. */
export class PenaltyOfLanes {
  private readonly interpreter: TensorInterpreter;
  private readonly expanded: SeriesPass | undefined;
  /** The mean gradient, a tensor a weight, and what is added up over the points. */
  private readonly mean: readonly Float64Array[];
  private readonly sums: readonly Float64Array[];
  /** The same for each order that the expansion reaches, from 0 on: of each weight the orders of the mean; of each order a tensor a weight. */
  private readonly means: readonly (readonly Float64Array[])[];
  private readonly sumsOfOrders: readonly (readonly Float64Array[])[];

  /** @param orders of the weights, as an expansion has them. */
  constructor(
    private readonly penalty: PenaltyOfTensors,
    private readonly plan: TensorPlan,
    orders: readonly (readonly Float64Array[])[],
    lanes: number,
  ) {
    const { starts } = plan;
    const { program, expanded } = penalty;
    this.interpreter = new TensorInterpreter(
      program,
      program.inputs.map(() => true),
      lanes,
    );
    const tensor = ({ length }: Float64Array) => new Float64Array(lanes * length);
    this.mean = starts.map(tensor);
    this.sums = starts.map(tensor);
    const count = expanded === undefined ? 0 : orders.length + 1 - edgesOfPenalty;
    this.means = starts.map((start) => Array.from({ length: count }, () => tensor(start)));
    this.sumsOfOrders = Array.from({ length: count }, () => starts.map(tensor));
    this.expanded = expanded && new SeriesPass(expanded, starts, orders, true, lanes, this.means);
  }

  /** @param gradients what those of the points add up to. @param orders of each order from 0 on the same, as the expansion adds them up. */
  begin(gradients: readonly Float64Array[], orders: readonly (readonly Float64Array[])[]): void {
    const { points } = this.plan;
    const take = (mean: Float64Array, sum: Float64Array) => {
      mean.set(sum);
      for (let entry = 0; entry < mean.length; entry++) {
        mean[entry]! /= points;
      }
    };
    gradients.forEach((sum, weight) => {
      take(this.mean[weight]!, sum);
      this.means[weight]!.forEach((mean, order) => {
        take(mean, orders[order]![weight]!);
      });
    });
    for (const sum of [...this.sums, ...this.sumsOfOrders.flat()]) {
      sum.fill(0);
    }
  }

  addPoint(weights: readonly Float64Array[], data: readonly Float64Array[]): void {
    this.interpreter.run([...weights, ...data, ...this.mean]).forEach((bend, weight) => {
      addLanes(this.sums[weight]!, bend);
    });
    this.expanded?.run(data);
    this.sumsOfOrders.forEach((sums, order) => {
      sums.forEach((sum, weight) => {
        this.expanded!.addTo(sum, weight, order);
      });
    });
  }

  /** Takes a step's share off the weights, and off orders, from the first on. */
  update(weights: readonly Float64Array[], orders: readonly (readonly Float64Array[])[]): void {
    const { factors } = this.plan;
    weights.forEach((values, weight) => {
      addLanes(values, this.sums[weight]!, -this.penalty.share * factors[weight]!);
    });
    this.sumsOfOrders.forEach((sums, order) => {
      orders[order + edgesOfPenalty - 1]!.forEach((values, weight) => {
        addLanes(values, sums[weight]!, -this.penalty.share * factors[weight]!);
      });
    });
  }
}
