import { addLanes, SeriesPass } from "./series-pass.js";
import type { TensorExpansion, TensorPlan } from "./tensor-plan.js";

/** The trials' own expansions about the start, order by order. */
export class ExpansionOfLanes {
  readonly order: number;
  /** Of each order from 1 on a tensor a weight, lane by lane. */
  readonly orders: readonly (readonly Float64Array[])[];
  /** What the orders of the gradient from 0 on add up to over a batch. */
  readonly sums: readonly (readonly Float64Array[])[];
  private readonly gradient: SeriesPass | undefined;
  private readonly loss: SeriesPass | undefined;
  private readonly testLoss: SeriesPass | undefined;
  private readonly functions: SeriesPass | undefined;

  constructor(
    private readonly plan: TensorPlan,
    private readonly expansion: TensorExpansion,
    private readonly lanes: number,
    hasOwnTestPoints: boolean,
  ) {
    const { starts } = plan;
    const { order, gradient, loss, functions } = expansion;
    this.order = order;
    const tensors = () =>
      Array.from({ length: order }, () => starts.map(({ length }) => new Float64Array(lanes * length)));
    this.orders = tensors();
    this.sums = tensors();
    this.gradient = gradient && new SeriesPass(gradient, starts, this.orders, true, lanes);
    this.loss = plan.measures.trainOrders
      ? new SeriesPass(loss!, starts, this.orders, true, lanes)
      : undefined;
    this.testLoss = plan.measures.testOrders
      ? new SeriesPass(loss!, starts, this.orders, hasOwnTestPoints, lanes)
      : undefined;
    this.functions = functions && new SeriesPass(functions, starts, this.orders, true, lanes);
  }

  begin(): void {
    this.orders.flat().forEach((values) => {
      values.fill(0);
    });
  }

  beginBatch(): void {
    this.sums.flat().forEach((values) => {
      values.fill(0);
    });
  }

  addPoint(data: readonly Float64Array[]): void {
    this.gradient?.run(data);
    this.sums.forEach((tensors, power) => {
      tensors.forEach((sum, weight) => {
        this.gradient!.addTo(sum, weight, power);
      });
    });
  }

  /** A step: an order goes along the gradient's order below, and along the curvature, of this order less that of the order below. */
  update(): void {
    const { factors, rate } = this.plan;
    // an order's step has the order below as it was
    for (let order = this.order; order >= 1; order--) {
      if (this.expansion.curvature !== undefined) {
        this.bend(order, this.expansion.curvature);
      }
      this.orders[order - 1]!.forEach((values, weight) => {
        addLanes(values, this.sums[order - 1]![weight]!, -rate * factors[weight]!);
      });
    }
  }

  addLoss(sums: readonly Float64Array[], data: readonly Float64Array[]): void {
    this.loss!.run(data);
    sums.forEach((sum, order) => {
      this.loss!.addTo(sum, 0, order);
    });
  }

  /** Of a row, or of a test point of every lane. */
  addTestLoss(sums: readonly Float64Array[], data: readonly Float64Array[], share: number): void {
    this.testLoss!.run(data);
    sums.forEach((sum, order) => {
      this.testLoss!.addTo(sum, 0, order, share);
    });
  }

  /** @param sums of each function its orders. */
  addFunctions(sums: readonly (readonly Float64Array[])[]): void {
    this.functions?.run([]);
    sums.forEach((orders, place) => {
      orders.forEach((sum, order) => {
        this.functions!.addTo(sum, place, order);
      });
    });
  }

  private bend(order: number, curvature: Float64Array): void {
    const { step, starts } = this.plan;
    const dimension = Math.sqrt(curvature.length);
    for (let lane = 0; lane < this.lanes; lane++) {
      const difference = new Float64Array(dimension);
      let first = 0;
      starts.forEach(({ length }, weight) => {
        for (let entry = 0; entry < length; entry++) {
          const at = lane * length + entry;
          const below = order === 1 ? 0 : this.orders[order - 2]![weight]![at]!;
          difference[first + entry] = this.orders[order - 1]![weight]![at]! - below;
        }
        first += length;
      });
      first = 0;
      starts.forEach(({ length }, weight) => {
        const values = this.orders[order - 1]![weight]!;
        for (let entry = 0; entry < length; entry++) {
          let product = 0;
          for (let column = 0; column < dimension; column++) {
            product += curvature[(first + entry) * dimension + column]! * difference[column]!;
          }
          values[lane * length + entry]! -= step * product;
        }
        first += length;
      });
    }
  }
}
