import type { Quantity } from "../../observables/index.js";
import { combinedValue } from "../../observables/index.js";
import { DataRows, TensorInterpreter } from "../../tensors/index.js";
import {
  type CollectedSums,
  type Fate,
  layoutOf,
  type MeasuredTrials,
  type TellingKernel,
  type UnsettledTrial,
} from "../kernel.js";
import { orderOf } from "../orders.js";
import { TrainingData } from "../training-data.js";
import { TrialResults } from "../trial-results.js";
import { addLanes, SeriesPass } from "./series-pass.js";
import type { TensorExpansion, TensorPlan } from "./tensor-plan.js";

/** What quantities are in the lanes that were measured last. */
interface Found {
  readonly train: Float64Array;
  readonly test: Float64Array;
  /** From order 0 on. */
  readonly trainOrders: readonly Float64Array[];
  readonly testOrders: readonly Float64Array[];
  /** Of each function that is observed, and its orders from 0 on. */
  readonly functions: readonly Float64Array[];
  readonly functionOrders: readonly (readonly Float64Array[])[];
}

/** Descent on a landscape of tensors: its programs, interpreted in double precision, a trial a lane. */
export class TensorKernel implements TellingKernel {
  readonly lanes: number;
  private readonly results: TrialResults;
  private readonly training: TrainingData;
  private readonly gradient: TensorInterpreter;
  private readonly loss: TensorInterpreter | undefined;
  private readonly lossOfRows: TensorInterpreter | undefined;
  private readonly functions: TensorInterpreter | undefined;
  /** A tensor a weight, lane by lane; so are sums and orders. */
  private readonly weights: readonly Float64Array[];
  private readonly sums: readonly Float64Array[];
  private readonly expansion: ExpansionOfLanes | undefined;
  /** The data of a point of every lane, and of a row. */
  private readonly ofPoint: readonly Float64Array[];
  private readonly ofRow: readonly Float64Array[];
  private readonly rows: DataRows | undefined;
  /** For each entry of the weights which one it is of which of them. */
  private readonly places: readonly (readonly [number, number])[];

  constructor(
    private readonly plan: TensorPlan,
    seed: bigint | number,
    lanes: number,
  ) {
    this.lanes = lanes;
    const { starts, drawn, gradient, loss, measures, functions, expansion, rows } = plan;
    this.results = new TrialResults(plan);
    this.training = new TrainingData(plan, seed, lanes, layoutOf(plan).places);
    const each = [...starts.map(() => true), ...drawn.map(() => true)];
    this.gradient = new TensorInterpreter(gradient, each, lanes);
    this.loss = measures.train ? new TensorInterpreter(loss, each, lanes) : undefined;
    const shared = [...starts.map(() => true), ...drawn.map(() => false)];
    this.lossOfRows = measures.test ? new TensorInterpreter(loss, shared, lanes) : undefined;
    this.functions =
      functions &&
      new TensorInterpreter(
        functions,
        starts.map(() => true),
        lanes,
      );
    const tensors = () => starts.map(({ length }) => new Float64Array(lanes * length));
    this.weights = tensors();
    this.sums = tensors();
    this.expansion = expansion && new ExpansionOfLanes(plan, expansion, lanes);
    this.ofPoint = drawn.map((datum) => new Float64Array(datum.kind === "unused" ? 0 : lanes * datum.size));
    this.rows = rows && new DataRows({ name: "", data: rows });
    this.ofRow = this.rows?.sizes.map((size) => new Float64Array(size)) ?? [];
    this.places = starts.flatMap(({ length }, weight) =>
      Array.from({ length }, (_, entry) => [weight, entry] as const),
    );
  }

  begin(low: number, high: number): void {
    this.training.begin(low, high);
    this.plan.starts.forEach((start, weight) => {
      for (let lane = 0; lane < this.lanes; lane++) {
        this.weights[weight]!.set(start, lane * start.length);
      }
    });
    this.expansion?.begin();
  }

  draw(firstBlock: number, blocks: number, place: number): void {
    this.training.draw(firstBlock, blocks, place);
  }

  shuffle(epoch: number): void {
    this.training.shuffle(epoch);
  }

  descend(place: number, batches: number): void {
    const { batch, factors, rate } = this.plan;
    for (let first = place; first < place + batches * batch; first += batch) {
      for (const sum of this.sums) {
        sum.fill(0);
      }
      this.expansion?.beginBatch();
      for (let point = first; point < first + batch; point++) {
        this.takePoint(point);
        this.gradient.run([...this.weights, ...this.ofPoint]).forEach((slope, weight) => {
          addLanes(this.sums[weight]!, slope);
        });
        this.expansion?.addPoint(this.ofPoint);
      }
      this.sums.forEach((sum, weight) => {
        addLanes(this.weights[weight]!, sum, -rate * factors[weight]!);
      });
      this.expansion?.update();
    }
  }

  measure(slot: number): void {
    const found = this.found();
    for (let lane = 0; lane < this.lanes; lane++) {
      const staysFinite = this.weights.every((values) => {
        const size = values.length / this.lanes;
        return values.subarray(lane * size, (lane + 1) * size).every(Number.isFinite);
      });
      this.results.record(
        slot + lane,
        ({ combination }) => combinedValue(combination, (quantity) => this.valueOf(quantity, found, lane)),
        staysFinite && Number.isFinite(found.train[lane]!),
        true,
      );
    }
  }

  unsettled(): readonly UnsettledTrial[] {
    return [];
  }

  settle(): void {
    throw new Error("means over rows are always found");
  }

  collect(from: number, to: number): CollectedSums {
    return this.results.collect(from, to);
  }

  fates(from: number, to: number): readonly Fate[] {
    return this.results.fates(from, to);
  }

  takeOff(others: MeasuredTrials, sign: 1 | -1, from: number, to: number): void {
    this.results.takeOff(others, sign, from, to);
  }

  values(column: number, from: number, to: number): readonly number[] {
    return this.results.values(column, from, to);
  }

  /** Takes the data of the point at a place, of every lane. */
  private takePoint(place: number): void {
    const { lanes, training } = this;
    this.plan.drawn.forEach((datum, number) => {
      const out = this.ofPoint[number]!;
      if (datum.kind === "row") {
        const { size, values } = datum;
        training.values(place, datum.column).forEach((row, lane) => {
          for (let entry = 0; entry < size; entry++) {
            out[lane * size + entry] = values[row * size + entry]!;
          }
        });
      } else if (datum.kind === "entries") {
        datum.columns.forEach((column, entry) => {
          if (column >= 0) {
            const drawn = training.values(place, column);
            for (let lane = 0; lane < lanes; lane++) {
              out[lane * datum.size + entry] = drawn[lane]!;
            }
          }
        });
      }
    });
  }

  private found(): Found {
    const { plan, lanes, expansion } = this;
    const { measures, points } = plan;
    const zeros = (many: number) => Array.from({ length: many }, () => new Float64Array(lanes));
    const orders = (expansion?.order ?? -1) + 1;
    const found = {
      train: new Float64Array(lanes),
      test: new Float64Array(lanes),
      trainOrders: zeros(orders),
      testOrders: zeros(orders),
    };
    if (measures.train || measures.trainOrders) {
      for (let point = 0; point < points; point++) {
        this.takePoint(point);
        if (measures.train) {
          addLanes(found.train, this.loss!.run([...this.weights, ...this.ofPoint])[0]!);
        }
        if (measures.trainOrders) {
          expansion!.addLoss(found.trainOrders, this.ofPoint);
        }
      }
      for (const sums of [found.train, ...found.trainOrders]) {
        sums.forEach((sum, lane) => {
          sums[lane] = sum / points;
        });
      }
    }
    for (let row = 0; row < (this.rows?.count ?? 0); row++) {
      this.rows!.write(row, this.ofRow, 0);
      const share = this.rows!.probability(row);
      if (measures.test) {
        addLanes(found.test, this.lossOfRows!.run([...this.weights, ...this.ofRow])[0]!, share);
      }
      if (measures.testOrders) {
        expansion!.addLossOfRow(found.testOrders, this.ofRow, share);
      }
    }
    const functions = zeros(plan.observed.length);
    this.functions?.run(this.weights).forEach((values, place) => {
      addLanes(functions[place]!, values);
    });
    const functionOrders = plan.observed.map(() => zeros(orders));
    expansion?.addFunctions(functionOrders);
    return { ...found, functions, functionOrders };
  }

  private valueOf(quantity: Quantity, found: Found, lane: number): number {
    const order = orderOf(quantity);
    switch (quantity.kind) {
      case "expected_loss":
        return (order === undefined ? found.test : found.testOrders[order]!)[lane]!;
      case "training_loss":
        return (order === undefined ? found.train : found.trainOrders[order]!)[lane]!;
      case "weight_function": {
        const { name } = quantity.function;
        const place = this.plan.observed.findIndex((one) => one.name === name);
        return (order === undefined ? found.functions[place]! : found.functionOrders[place]![order]!)[lane]!;
      }
      case "weight_displacement": {
        const [weight, entry] = this.places[quantity.weight]!;
        const start = this.plan.starts[weight]!;
        const at = lane * start.length + entry;
        if (order === undefined) {
          return this.weights[weight]![at]! - start[entry]!;
        }
        return order === 0 ? 0 : this.expansion!.orders[order - 1]![weight]![at]!;
      }
      case "register":
        throw new Error("there are no registers of controls here");
    }
  }
}

/** The trials' own expansions about the start, order by order. */
class ExpansionOfLanes {
  readonly order: number;
  /** Of each order from 1 on a tensor a weight, lane by lane. */
  readonly orders: readonly (readonly Float64Array[])[];
  /** What the orders of the gradient from 0 on add up to over a batch. */
  private readonly sums: readonly (readonly Float64Array[])[];
  private readonly gradient: SeriesPass | undefined;
  private readonly loss: SeriesPass | undefined;
  private readonly lossOfRows: SeriesPass | undefined;
  private readonly functions: SeriesPass | undefined;

  constructor(
    private readonly plan: TensorPlan,
    private readonly expansion: TensorExpansion,
    private readonly lanes: number,
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
    this.lossOfRows = plan.measures.testOrders
      ? new SeriesPass(loss!, starts, this.orders, false, lanes)
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

  addLossOfRow(sums: readonly Float64Array[], data: readonly Float64Array[], share: number): void {
    this.lossOfRows!.run(data);
    sums.forEach((sum, order) => {
      this.lossOfRows!.addTo(sum, 0, order, share);
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
