import type { LaneArithmetic, LaneNumbers, LaneTensor, Share } from "./lane-arithmetic.js";
import { SeriesPass } from "./series-pass.js";
import type { TensorExpansion, TensorPlan } from "./tensor-plan.js";

/** What an expansion is of. */
interface Expanded<T extends LaneTensor> {
  /** Where weights start. */
  readonly starts: readonly T[];
  /** A training point's data. */
  readonly point: readonly (T | undefined)[];
  /** The data of a row or a test point; absent where none is measured. */
  readonly test: readonly (T | undefined)[] | undefined;
}

/** The trials' own expansions about the start, order by order. */
export class ExpansionOfLanes<T extends LaneTensor> {
  readonly order: number;
  /** Of each order from 1 on a tensor a weight. */
  readonly orders: readonly (readonly T[])[];
  /** What the orders of the gradient from 0 on add up to over a batch. */
  readonly sums: readonly (readonly T[])[];
  private readonly gradient: SeriesPass<T> | undefined;
  private readonly loss: SeriesPass<T> | undefined;
  private readonly testLoss: SeriesPass<T> | undefined;
  private readonly functions: SeriesPass<T> | undefined;

  constructor(
    private readonly plan: TensorPlan,
    private readonly expansion: TensorExpansion,
    { starts, point, test }: Expanded<T>,
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    const { order, gradient, loss, functions } = expansion;
    this.order = order;
    const tensors = () =>
      Array.from({ length: order }, () => plan.starts.map(({ length }) => arithmetic.tensor(length)));
    this.orders = tensors();
    this.sums = tensors();
    const series = (program: typeof gradient, data: readonly (T | undefined)[]) =>
      program && new SeriesPass(program, starts, this.orders, data, arithmetic);
    this.gradient = series(gradient, point);
    this.loss = plan.measures.trainOrders ? series(loss, point) : undefined;
    this.testLoss = plan.measures.testOrders ? series(loss, test!) : undefined;
    this.functions = series(functions, []);
  }

  begin(): void {
    for (const tensor of this.orders.flat()) {
      this.arithmetic.clear(tensor);
    }
  }

  beginBatch(): void {
    for (const tensor of this.sums.flat()) {
      this.arithmetic.clear(tensor);
    }
  }

  /** Adds the training point that is taken now. */
  addPoint(): void {
    this.gradient?.run();
    this.sums.forEach((tensors, power) => {
      tensors.forEach((sum, weight) => {
        this.gradient!.addTo(sum, weight, power);
      });
    });
  }

  /** A step: an order goes along the gradient's order below, and along the curvature, of this order less that of the order below. */
  update(): void {
    const { factors, rate, step } = this.plan;
    const { arithmetic, orders, sums } = this;
    const { curvature } = this.expansion;
    // an order's step has the order below as it was
    for (let order = this.order; order >= 1; order--) {
      const own = orders[order - 1]!;
      if (curvature !== undefined) {
        arithmetic.bend(own, orders[order - 2], curvature, step);
      }
      own.forEach((values, weight) => {
        arithmetic.add(values, sums[order - 1]![weight]!, -rate * factors[weight]!);
      });
    }
  }

  /** Adds the orders of the loss of the training point that is taken now. */
  addLoss(sums: readonly LaneNumbers[]): void {
    this.loss!.run();
    sums.forEach((sum, order) => {
      this.loss!.addNumberTo(sum, 0, order);
    });
  }

  /** Of a row, or of a test point of every lane. */
  addTestLoss(sums: readonly LaneNumbers[], share: Share): void {
    this.testLoss!.run();
    sums.forEach((sum, order) => {
      this.testLoss!.addNumberTo(sum, 0, order, share);
    });
  }

  /** @param sums of each function its orders. */
  addFunctions(sums: readonly (readonly LaneNumbers[])[]): void {
    this.functions?.run();
    sums.forEach((orders, place) => {
      orders.forEach((sum, order) => {
        this.functions!.addNumberTo(sum, place, order);
      });
    });
  }
}
