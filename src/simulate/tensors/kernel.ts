import type { Quantity } from "../../observables/index.js";
import { combinedValue } from "../../observables/index.js";
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
import { RowNumbers } from "./controls/row-numbers.js";
import type {
  KnownRows,
  LaneArithmetic,
  LaneNumbers,
  LanePass,
  LaneTensor,
  MeasuredTerm,
} from "./lane-arithmetic.js";
import { ExpansionOfLanes } from "./lanes-expansion.js";
import { PenaltyOfLanes } from "./lanes-penalty.js";
import { PointData } from "./point-data.js";
import type { TensorPlan } from "./tensor-plan.js";
import { type DrawnPoint, type TestData, testDataOf } from "./test-data.js";
import { WrongClasses } from "./wrong-classes.js";

/** What quantities are in the lanes that were measured last. */
interface Found {
  readonly train: LaneNumbers;
  readonly test: LaneNumbers;
  readonly errors: LaneNumbers;
  /** From order 0 on. */
  readonly trainOrders: readonly LaneNumbers[];
  readonly testOrders: readonly LaneNumbers[];
  /** Of each function that is observed, and its orders from 0 on. */
  readonly functions: readonly LaneNumbers[];
  readonly functionOrders: readonly (readonly LaneNumbers[])[];
}

/** Descent on a landscape of tensors: its programs, carried out a trial a lane. */
export class TensorKernel<T extends LaneTensor> implements TellingKernel {
  readonly lanes: number;
  private readonly results: TrialResults;
  private readonly training: TrainingData;
  /** Adds the gradient of a point to the sums, or has the weights go along it. */
  private readonly gradient: LanePass<T>;
  private readonly loss: LanePass<T> | undefined;
  private readonly testLoss: LanePass<T> | undefined;
  /** Of test points, where descent starts. */
  private readonly testLossAtStart: LanePass<T> | undefined;
  /** What is known of test points there, which is worked out once for each row. */
  private readonly known: { readonly of: KnownRows; readonly rows: RowNumbers } | undefined;
  private readonly penalty: PenaltyOfLanes<T> | undefined;
  private readonly wrong: WrongClasses<T> | undefined;
  private readonly functions: LanePass<T> | undefined;
  /** A tensor a weight; so are sums and orders. */
  private readonly weights: readonly T[];
  private readonly starts: readonly T[];
  /** Of the gradients of a batch; none where each is a step. */
  private readonly sums: readonly T[];
  private readonly expansion: ExpansionOfLanes<T> | undefined;
  private readonly controls: ControlsOfLanes<T> | undefined;
  private readonly point: PointData<T>;
  private readonly test: TestData<T> | undefined;
  private readonly found: Found;
  /** For each entry of the weights which one it is of which of them. */
  private readonly places: readonly (readonly [number, number])[];

  constructor(
    private readonly plan: TensorPlan,
    seed: bigint | number,
    private readonly arithmetic: LaneArithmetic<T>,
  ) {
    const { lanes } = arithmetic;
    this.lanes = lanes;
    const { starts, drawn, gradient, loss, measures, functions, expansion, batch, factors, rate } = plan;
    this.results = new TrialResults(plan);
    this.training = new TrainingData(plan, seed, lanes, layoutOf(plan).places);
    this.point = new PointData(drawn, this.training, arithmetic);
    this.test = plan.test && testDataOf(plan.test, plan, seed, arithmetic);
    this.weights = starts.map((start) => arithmetic.weight(start));
    this.starts = starts.map((start) => {
      const tensor = arithmetic.shared(start.length);
      arithmetic.putShared(tensor, start);
      return tensor;
    });
    const point = [...this.weights, ...this.point.tensors];
    const isOneStep = batch === 1 && plan.penalty === undefined;
    this.sums = isOneStep ? [] : starts.map(({ length }) => arithmetic.tensor(length));
    this.gradient = arithmetic.pass(
      gradient,
      point,
      starts.map((_, weight) =>
        isOneStep
          ? { kind: "descend", weight: this.weights[weight]!, share: -rate * factors[weight]! }
          : { kind: "add", sum: this.sums[weight]! },
      ),
    );
    this.loss = measures.train ? arithmetic.pass(loss, point) : undefined;
    const tested = this.test?.tensors ?? [];
    this.testLoss = measures.test ? arithmetic.pass(loss, [...this.weights, ...tested]) : undefined;
    this.controls =
      plan.controls && new ControlsOfLanes(plan.controls, plan, this.training, this.test, arithmetic);
    this.testLossAtStart =
      measures.test && this.test?.isOfLanes === true && this.controls?.test === undefined
        ? arithmetic.pass(loss, [...this.starts, ...tested])
        : undefined;
    const of = plan.test !== undefined && "points" in plan.test ? plan.test.of : undefined;
    this.known = this.testLossAtStart &&
      of && {
        of: arithmetic.knownRows(of.rows),
        rows: new RowNumbers(of.choices, this.test!.drawn!.source),
      };
    this.wrong = plan.classes && new WrongClasses(plan.classes, [...this.weights, ...tested], arithmetic);
    this.functions = functions && arithmetic.pass(functions, this.weights);
    this.expansion =
      expansion &&
      new ExpansionOfLanes(
        plan,
        expansion,
        { starts: this.starts, point: this.point.tensors, test: this.test?.tensors },
        arithmetic,
      );
    this.penalty =
      plan.penalty &&
      new PenaltyOfLanes(
        plan.penalty,
        plan,
        {
          starts: this.starts,
          weights: this.weights,
          orders: this.expansion?.orders ?? [],
          point: this.point.tensors,
        },
        arithmetic,
      );
    const orders = (this.expansion?.order ?? -1) + 1;
    const many = (count: number) => Array.from({ length: count }, () => arithmetic.numbers());
    this.found = {
      train: arithmetic.numbers(),
      test: arithmetic.numbers(),
      errors: arithmetic.numbers(),
      trainOrders: many(orders),
      testOrders: many(orders),
      functions: many(plan.observed.length),
      functionOrders: plan.observed.map(() => many(orders)),
    };
    this.places = starts.flatMap(({ length }, weight) =>
      Array.from({ length }, (_, entry) => [weight, entry] as const),
    );
  }

  /** The weights of the trials, a tensor each. */
  get weightTensors(): readonly T[] {
    return this.weights;
  }

  begin(low: number, high: number): void {
    this.training.begin(low, high);
    this.test?.begin(low, high);
    for (const weight of this.weights) {
      this.arithmetic.restart(weight);
    }
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
    const { arithmetic } = this;
    const { batch, factors, rate } = this.plan;
    for (let number = 0; number < batches; number++) {
      const first = place + number * batch;
      this.controls?.addBatch(first, epoch, firstBatch + number);
      for (const sum of this.sums) {
        arithmetic.clear(sum);
      }
      this.expansion?.beginBatch();
      arithmetic.loop(batch, (point) => {
        this.point.take(first + point);
        this.gradient.run();
        this.expansion?.addPoint();
      });
      this.penalty?.begin(this.sums, this.expansion?.sums ?? []);
      if (this.penalty !== undefined) {
        arithmetic.loop(batch, (point) => {
          this.point.take(first + point);
          this.penalty!.addPoint();
        });
      }
      this.sums.forEach((sum, weight) => {
        arithmetic.descend(this.weights[weight]!, sum, -rate * factors[weight]!);
      });
      this.expansion?.update();
      this.penalty?.update();
    }
  }

  measure(slot: number, shouldStop: () => boolean): void {
    this.find(shouldStop);
    const staysFinite = this.arithmetic.areFinite(this.weights);
    for (let lane = 0; lane < this.lanes; lane++) {
      this.results.record(
        slot + lane,
        ({ combination }) => combinedValue(combination, (quantity) => this.valueOf(quantity, lane)),
        staysFinite[lane]! && Number.isFinite(this.found.train.values[lane]!),
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

  /** Finds what quantities are. */
  find(shouldStop: () => boolean): void {
    const { plan, expansion, arithmetic, found } = this;
    const { measures, points } = plan;
    const training = [found.train, ...found.trainOrders];
    for (const numbers of [
      ...training,
      ...[found.test, found.errors, ...found.testOrders],
      ...[...found.functions, ...found.functionOrders.flat()],
    ]) {
      arithmetic.fill(numbers, 0);
    }
    if (measures.train || measures.trainOrders) {
      arithmetic.loop(points, (point) => {
        this.point.take(point);
        if (measures.train) {
          this.loss!.run();
          arithmetic.addNumber(found.train, this.loss!.outputs[0]!, 1);
        }
        if (measures.trainOrders) {
          expansion!.addLoss(found.trainOrders);
        }
      });
      for (const sums of training) {
        arithmetic.divide(sums, points);
      }
    }
    this.findTest(shouldStop);
    this.functions?.run();
    this.functions?.outputs.forEach((value, place) => {
      arithmetic.addNumber(found.functions[place]!, value!, 1);
    });
    expansion?.addFunctions(found.functionOrders);
  }

  /** Adds what all rows or test points are, in mean. */
  private findTest(shouldStop: () => boolean): void {
    const { test: data, expansion, plan, arithmetic, found } = this;
    const atStart = plan.test !== undefined && "points" in plan.test ? plan.test.atStart : undefined;
    if (atStart !== undefined) {
      // How far test points have gone is added to it.
      arithmetic.fill(found.test, atStart);
    }
    this.controls?.test?.begin(this.weights);
    data?.each(() => {
      const { share } = data;
      if (plan.measures.test) {
        this.testLoss!.run();
        arithmetic.addNumber(found.test, this.testLoss!.outputs[0]!, share);
        if (this.testLossAtStart !== undefined) {
          this.addStart(this.testLossAtStart, data.drawn!);
        }
        this.controls?.test?.add(found.test);
      }
      this.wrong?.addTo(found.errors, share);
      if (plan.measures.testOrders) {
        expansion!.addTestLoss(found.testOrders, share);
      }
    }, shouldStop);
    if (atStart !== undefined && found.testOrders[0] !== undefined) {
      arithmetic.fill(found.testOrders[0], atStart);
    }
  }

  /** Takes the loss of the test point that is drawn off, where descent starts. */
  private addStart(atStart: LanePass<T>, { place, share }: DrawnPoint): void {
    const { arithmetic, found, known } = this;
    if (known !== undefined) {
      arithmetic.addKnown(found.test, atStart, known.of, known.rows, place, -share);
      return;
    }
    atStart.run();
    arithmetic.addNumber(found.test, atStart.outputs[0]!, -share);
  }

  private valueOf(quantity: Quantity, lane: number): number {
    let value: number | undefined;
    for (const { factor, of } of this.termsOf(quantity)) {
      const found =
        of.kind === "numbers"
          ? of.numbers.values[lane]!
          : of.kind === "moved"
            ? this.arithmetic.moved(of.weight, lane, of.entry)
            : this.arithmetic.read(of.tensor, lane, of.entry);
      const term = factor === 1 ? found : factor * found;
      value = value === undefined ? term : value + term;
    }
    return value ?? 0;
  }

  /** What a quantity is the sum of, when it has been found. */
  termsOf(quantity: Quantity): readonly MeasuredTerm<T>[] {
    const { found } = this;
    const order = orderOf(quantity);
    const whole = (numbers: LaneNumbers): readonly MeasuredTerm<T>[] => [
      { factor: 1, of: { kind: "numbers", numbers } },
    ];
    switch (quantity.kind) {
      case "expected_loss":
        return whole(order === undefined ? found.test : found.testOrders[order]!);
      case "training_loss":
        return whole(order === undefined ? found.train : found.trainOrders[order]!);
      case "weight_function": {
        const { name } = quantity.function;
        const place = this.plan.observed.findIndex((one) => one.name === name);
        return whole(order === undefined ? found.functions[place]! : found.functionOrders[place]![order]!);
      }
      case "weight_displacement": {
        const [weight, entry] = this.places[quantity.weight]!;
        if (order === undefined) {
          return [{ factor: 1, of: { kind: "moved", weight: this.weights[weight]!, entry } }];
        }
        const tensor = this.expansion?.orders[order - 1]?.[weight];
        return tensor === undefined ? [] : [{ factor: 1, of: { kind: "entry", tensor, entry } }];
      }
      case "error_rate":
        return whole(found.errors);
      case "register":
        return this.controls!.terms(quantity.register);
    }
  }
}
