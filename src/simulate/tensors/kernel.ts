import type { Quantity } from "../../observables/index.js";
import { combinedValue } from "../../observables/index.js";
import { TensorInterpreter } from "../../tensors/index.js";
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
import { ControlsOfLanes } from "./controls/index.js";
import { ExpansionOfLanes } from "./lanes-expansion.js";
import { PenaltyOfLanes } from "./lanes-penalty.js";
import { PointData } from "./point-data.js";
import { addLanes } from "./series-pass.js";
import type { TensorPlan } from "./tensor-plan.js";
import { type TestData, testDataOf } from "./test-data.js";
import { WrongClasses } from "./wrong-classes.js";

/** What quantities are in the lanes that were measured last. */
interface Found {
  readonly train: Float64Array;
  readonly test: Float64Array;
  readonly errors: Float64Array;
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
  private readonly testLoss: TensorInterpreter | undefined;
  /** Of test points, where descent starts. */
  private readonly testLossAtStart: TensorInterpreter | undefined;
  private readonly penalty: PenaltyOfLanes | undefined;
  private readonly wrong: WrongClasses | undefined;
  private readonly functions: TensorInterpreter | undefined;
  /** A tensor a weight, lane by lane; so are sums and orders. */
  private readonly weights: readonly Float64Array[];
  private readonly sums: readonly Float64Array[];
  private readonly expansion: ExpansionOfLanes | undefined;
  private readonly controls: ControlsOfLanes | undefined;
  private readonly point: PointData;
  private readonly test: TestData | undefined;
  /** For each entry of the weights which one it is of which of them. */
  private readonly places: readonly (readonly [number, number])[];

  constructor(
    private readonly plan: TensorPlan,
    seed: bigint | number,
    lanes: number,
  ) {
    this.lanes = lanes;
    const { starts, drawn, gradient, loss, measures, functions, expansion } = plan;
    this.results = new TrialResults(plan);
    this.training = new TrainingData(plan, seed, lanes, layoutOf(plan).places);
    const each = [...starts.map(() => true), ...drawn.map(() => true)];
    this.gradient = new TensorInterpreter(gradient, each, lanes);
    this.loss = measures.train ? new TensorInterpreter(loss, each, lanes) : undefined;
    this.test = plan.test && testDataOf(plan.test, plan, seed, lanes);
    const isOwn = this.test?.isOfLanes ?? false;
    const ofTest = (areWeights: boolean) =>
      measures.test
        ? new TensorInterpreter(loss, [...starts.map(() => areWeights), ...drawn.map(() => isOwn)], lanes)
        : undefined;
    this.testLoss = ofTest(true);
    this.controls =
      plan.controls && new ControlsOfLanes(plan.controls, plan, this.training, this.test, lanes);
    this.testLossAtStart = isOwn && this.controls?.test === undefined ? ofTest(false) : undefined;
    this.wrong = plan.classes && new WrongClasses(plan.classes, plan, isOwn, lanes);
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
    this.expansion = expansion && new ExpansionOfLanes(plan, expansion, lanes, isOwn);
    this.penalty =
      plan.penalty && new PenaltyOfLanes(plan.penalty, plan, this.expansion?.orders ?? [], lanes);
    this.point = new PointData(drawn, this.training);
    this.places = starts.flatMap(({ length }, weight) =>
      Array.from({ length }, (_, entry) => [weight, entry] as const),
    );
  }

  begin(low: number, high: number): void {
    this.training.begin(low, high);
    this.test?.begin(low, high);
    this.plan.starts.forEach((start, weight) => {
      for (let lane = 0; lane < this.lanes; lane++) {
        this.weights[weight]!.set(start, lane * start.length);
      }
    });
    this.expansion?.begin();
    this.controls?.begin();
  }

  draw(firstBlock: number, blocks: number, place: number): void {
    this.training.draw(firstBlock, blocks, place);
  }

  shuffle(epoch: number): void {
    this.training.shuffle(epoch);
  }

  descend(place: number, batches: number, epoch: number, firstBatch: number): void {
    const { batch, factors, rate } = this.plan;
    for (let number = 0; number < batches; number++) {
      const first = place + number * batch;
      this.controls?.addBatch(first, epoch, firstBatch + number);
      for (const sum of this.sums) {
        sum.fill(0);
      }
      this.expansion?.beginBatch();
      for (let point = first; point < first + batch; point++) {
        this.point.take(point);
        this.gradient.run([...this.weights, ...this.point.values]).forEach((slope, weight) => {
          addLanes(this.sums[weight]!, slope);
        });
        this.expansion?.addPoint(this.point.values);
      }
      this.penalty?.begin(this.sums, this.expansion?.sums ?? []);
      for (let point = first; this.penalty !== undefined && point < first + batch; point++) {
        this.point.take(point);
        this.penalty.addPoint(this.weights, this.point.values);
      }
      this.sums.forEach((sum, weight) => {
        addLanes(this.weights[weight]!, sum, -rate * factors[weight]!);
      });
      this.expansion?.update();
      this.penalty?.update(this.weights, this.expansion?.orders ?? []);
    }
  }

  measure(slot: number, shouldStop: () => boolean): void {
    const found = this.found(shouldStop);
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

  private found(shouldStop: () => boolean): Found {
    const { plan, lanes, expansion } = this;
    const { measures, points } = plan;
    const zeros = (many: number) => Array.from({ length: many }, () => new Float64Array(lanes));
    const orders = (expansion?.order ?? -1) + 1;
    const found = {
      train: new Float64Array(lanes),
      test: new Float64Array(lanes),
      errors: new Float64Array(lanes),
      trainOrders: zeros(orders),
      testOrders: zeros(orders),
    };
    if (measures.train || measures.trainOrders) {
      for (let point = 0; point < points; point++) {
        this.point.take(point);
        if (measures.train) {
          addLanes(found.train, this.loss!.run([...this.weights, ...this.point.values])[0]!);
        }
        if (measures.trainOrders) {
          expansion!.addLoss(found.trainOrders, this.point.values);
        }
      }
      for (const sums of [found.train, ...found.trainOrders]) {
        sums.forEach((sum, lane) => {
          sums[lane] = sum / points;
        });
      }
    }
    this.addTest(found, shouldStop);
    const functions = zeros(plan.observed.length);
    this.functions?.run(this.weights).forEach((values, place) => {
      addLanes(functions[place]!, values);
    });
    const functionOrders = plan.observed.map(() => zeros(orders));
    expansion?.addFunctions(functionOrders);
    return { ...found, functions, functionOrders };
  }

  /** Adds what all rows or test points are, in mean. */
  private addTest(
    { test, testOrders, errors }: Pick<Found, "test" | "testOrders" | "errors">,
    shouldStop: () => boolean,
  ): void {
    const { test: data, expansion, plan } = this;
    this.controls?.test?.begin(this.weights);
    for (const share of data?.each() ?? []) {
      if (shouldStop()) {
        break;
      }
      if (plan.measures.test) {
        addLanes(test, this.testLoss!.run([...this.weights, ...data!.values])[0]!, share);
        if (this.testLossAtStart !== undefined) {
          addLanes(test, this.testLossAtStart.run([...plan.starts, ...data!.values])[0]!, -share);
        }
        this.controls?.test?.add(test, data!.values, share);
      }
      this.wrong?.addTo(errors, [...this.weights, ...data!.values], share);
      if (plan.measures.testOrders) {
        expansion!.addTestLoss(testOrders, data!.values, share);
      }
    }
    if (plan.test !== undefined && "points" in plan.test) {
      const { atStart } = plan.test;
      test.forEach((moved, lane) => {
        test[lane] = moved + atStart;
      });
      testOrders[0]?.fill(atStart);
    }
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
      case "error_rate":
        return found.errors[lane]!;
      case "register":
        return this.controls!.value(quantity.register, lane);
    }
  }
}
