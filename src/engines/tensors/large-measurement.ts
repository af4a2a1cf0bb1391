import { combinedValue, type Quantity } from "../../observables/index.js";
import { isMeasured, madeOf } from "../../simulate/column.js";
import { orderOf } from "../../simulate/orders.js";
import type { DoubleTensor, PointData, TensorPlan, TestData } from "../../simulate/tensors/index.js";
import { BatchedProgram } from "./batched-program.js";
import { tensorsOf } from "./large-data.js";
import type { LargeSeries } from "./large-series.js";
import type { LargeState } from "./large-state.js";
import type { Tensor } from "./namespace.js";
import type { GoesOn, Measured, Register } from "./tensor-descent.js";
import type { TensorEngine } from "./tensor-program.js";
import { addTo } from "./tensor-sum.js";

/** Points or rows whose losses are fetched together from where tensors are. */
const fetchedTogether = 16;

/** A loss with its orders from 0 on, behind it; in doubles, a number a trial. */
interface Losses {
  readonly whole: Float64Array;
  readonly orders: readonly Float64Array[];
}

/** A datum whose losses are added up. */
interface Datum {
  /** Its tensors; asked for in `tf.tidy`. */
  readonly take: () => readonly (Tensor | undefined)[];
  readonly share: number;
}

/** The data of a group of trials: what it trains on, and what expected losses are means over. */
export interface DataOfTrials {
  readonly training: PointData<DoubleTensor>;
  readonly test: TestData<DoubleTensor> | undefined;
}

/** What quantities are in a group of trials. */
interface Found {
  readonly train: Losses;
  readonly test: Losses;
  /** Of each function that is observed. */
  readonly functions: readonly Losses[];
}

/** The columns of a plan on a landscape of tensors, measured of trials that have done all their updates; means are made in doubles. */
export class LargeMeasurement {
  /** How many numbers of a trial are held at once, about. */
  readonly numbers: number;
  private readonly loss: BatchedProgram;
  private readonly functions: BatchedProgram | undefined;
  /** For each entry of the weights which one it is of which of them. */
  private readonly places: readonly (readonly [number, number])[];

  constructor(
    private readonly engine: TensorEngine,
    private readonly plan: TensorPlan,
    private readonly series: LargeSeries | undefined,
    /** Where each weight starts. */
    private readonly starts: readonly Tensor[],
  ) {
    this.loss = new BatchedProgram(engine, plan.loss);
    this.functions = plan.functions && new BatchedProgram(engine, plan.functions);
    this.numbers = Math.max(this.loss.numbers, this.functions?.numbers ?? 0);
    this.places = plan.starts.flatMap(({ length }, weight) =>
      Array.from({ length }, (_, entry) => [weight, entry] as const),
    );
  }

  /** @param goesOn is asked now and then; once it says no, nothing is measured. */
  async of(
    state: LargeState,
    data: DataOfTrials,
    lanes: number,
    goesOn: GoesOn,
  ): Promise<Measured | undefined> {
    const train = await this.trainingLosses(state, data.training, lanes, goesOn);
    const test = train && (await this.expectedLosses(state, data.test, lanes, goesOn));
    if (train === undefined || test === undefined) {
      return undefined;
    }
    const found: Found = { train, test, functions: await this.observedFunctions(state, lanes) };
    const ends = await Promise.all(state.weights.map((register) => valuesOf(register)));
    const orders = await Promise.all(
      state.orders.map((registers) => Promise.all(registers.map((register) => valuesOf(register)))),
    );
    const moved = (weight: number, order: number | undefined, lane: number): number => {
      const [tensor, entry] = this.places[weight]!;
      const start = this.plan.starts[tensor]!;
      const at = lane * start.length + entry;
      if (order === undefined) {
        return ends[tensor]![at]! - start[entry]!;
      }
      return order === 0 ? 0 : orders[order - 1]![tensor]![at]!;
    };
    const staysFinite = Array.from({ length: lanes }, (_, lane) =>
      ends.every((values) => {
        const size = values.length / lanes;
        return values.subarray(lane * size, (lane + 1) * size).every(Number.isFinite);
      }),
    );
    const columns: Float64Array[] = [];
    for (const column of this.plan.columns) {
      columns.push(
        Float64Array.from({ length: lanes }, (_, lane) =>
          isMeasured(column)
            ? combinedValue(column.combination, (quantity) =>
                quantity.kind === "weight_displacement"
                  ? moved(quantity.weight, orderOf(quantity), lane)
                  : this.valueOf(quantity, found, lane),
              ) - column.center
            : madeOf(column, (place) => columns[place]![lane]!),
        ),
      );
    }
    return { columns, staysFinite, unsettled: new Array<boolean>(lanes).fill(false), weights: [] };
  }

  private valueOf(quantity: Quantity, { train, test, functions }: Found, lane: number): number {
    const order = orderOf(quantity);
    const of = ({ whole, orders }: Losses) => (order === undefined ? whole : orders[order]!)[lane]!;
    switch (quantity.kind) {
      case "expected_loss":
        return of(test);
      case "training_loss":
        return of(train);
      case "weight_function": {
        const { name } = quantity.function;
        return of(functions[this.plan.observed.findIndex((one) => one.name === name)]!);
      }
      default:
        throw new Error(`tensors do not measure "${quantity.kind}"`);
    }
  }

  private async trainingLosses(
    state: LargeState,
    data: PointData<DoubleTensor>,
    lanes: number,
    goesOn: GoesOn,
  ): Promise<Losses | undefined> {
    const { measures, points } = this.plan;
    const sums = this.nothing(lanes);
    const isMade = await this.add(
      sums,
      state,
      { whole: measures.train, orders: measures.trainOrders },
      Array.from({ length: points }, (_, point) => ({
        take: () => {
          data.take(point);
          return tensorsOf(this.engine.tf, data.tensors, lanes);
        },
        share: 1,
      })),
      goesOn,
    );
    if (!isMade) {
      return undefined;
    }
    const mean = (sum: Float64Array) => sum.map((total) => total / points);
    return { whole: mean(sums.whole), orders: sums.orders.map(mean) };
  }

  private async expectedLosses(
    state: LargeState,
    data: TestData<DoubleTensor> | undefined,
    lanes: number,
    goesOn: GoesOn,
  ): Promise<Losses | undefined> {
    const { measures, test } = this.plan;
    const sums = this.nothing(lanes);
    const isMade = await this.add(
      sums,
      state,
      { whole: measures.test, orders: measures.testOrders, isSinceStart: data?.isOfLanes ?? false },
      this.testedBy(data, lanes),
      goesOn,
    );
    if (isMade && test !== undefined && "points" in test) {
      sums.whole.forEach((moved, lane) => {
        sums.whole[lane] = moved + test.atStart;
      });
      sums.orders[0]?.fill(test.atStart);
    }
    return isMade ? sums : undefined;
  }

  private *testedBy(data: TestData<DoubleTensor> | undefined, lanes: number): Generator<Datum> {
    for (const share of data?.inTurn() ?? []) {
      const take = () => tensorsOf(this.engine.tf, data!.tensors, data!.isOfLanes ? lanes : 1);
      yield { take, share };
    }
  }

  /**
   * Adds losses of data one after the other, times a share each.
   * @param measures `isSinceStart` where a whole loss is only how far it has gone.
   * @returns whether it was not stopped.
   */
  private async add(
    sums: Losses,
    state: LargeState,
    measures: { readonly whole: boolean; readonly orders: boolean; readonly isSinceStart?: boolean },
    data: Iterable<Datum>,
    goesOn: GoesOn,
  ): Promise<boolean> {
    const { tf } = this.engine;
    const highs = state.weights.map(({ high }) => high);
    const targets = [...(measures.whole ? [sums.whole] : []), ...(measures.orders ? sums.orders : [])];
    if (targets.length === 0) {
      return true;
    }
    let pending: Term[] = [];
    let waiting = 0;
    const fetch = async () => {
      const fetched = pending;
      [pending, waiting] = [[], 0];
      await fetchAll(fetched);
      return goesOn();
    };
    try {
      for (const { take, share } of data) {
        const terms = tf.tidy(() => {
          const own = take();
          return [
            ...(measures.whole ? [this.lossOf(highs, own, measures.isSinceStart ?? false)] : []),
            ...(measures.orders ? this.series!.losses(state.orders, own) : []),
          ];
        });
        pending.push(...termsFor(targets, terms, share));
        waiting++;
        if (waiting === fetchedTogether && !(await fetch())) {
          return false;
        }
      }
      return waiting === 0 || (await fetch());
    } finally {
      letGo(pending);
    }
  }

  private lossOf(
    weights: readonly Tensor[],
    data: readonly (Tensor | undefined)[],
    isSinceStart: boolean,
  ): Tensor | undefined {
    const [loss] = this.loss.run([...weights, ...data]);
    const [before] = isSinceStart ? this.loss.run([...this.starts, ...data]) : [];
    return loss && before ? this.engine.tf.sub(loss, before) : loss;
  }

  private async observedFunctions(state: LargeState, lanes: number): Promise<readonly Losses[]> {
    const { tf } = this.engine;
    const found = this.plan.observed.map(() => this.nothing(lanes));
    const wholes = tf.tidy(() => [...(this.functions?.run(state.weights.map(({ high }) => high)) ?? [])]);
    await fetchAll(
      termsFor(
        found.map(({ whole }) => whole),
        wholes,
        1,
      ),
    );
    const orders = tf.tidy(() => (this.series?.functionOrders(state.orders) ?? []).flat());
    await fetchAll(
      termsFor(
        found.flatMap((one) => one.orders),
        orders,
        1,
      ),
    );
    return found;
  }

  private nothing(lanes: number): Losses {
    return {
      whole: new Float64Array(lanes),
      orders: Array.from({ length: (this.series?.order ?? -1) + 1 }, () => new Float64Array(lanes)),
    };
  }
}

/** A tensor whose values are added to a sum, times a share. */
interface Term {
  readonly sum: Float64Array;
  readonly term: Tensor;
  readonly share: number;
}

function termsFor(
  sums: readonly Float64Array[],
  terms: readonly (Tensor | undefined)[],
  share: number,
): readonly Term[] {
  return terms.flatMap((term, place) => (term === undefined ? [] : [{ sum: sums[place]!, term, share }]));
}

/** Adds them; the tensors are let go. */
async function fetchAll(terms: readonly Term[]): Promise<void> {
  try {
    for (const { sum, term, share } of terms) {
      await addTo(sum, term, share);
    }
  } finally {
    letGo(terms);
  }
}

function letGo(terms: readonly Term[]): void {
  for (const { term } of terms) {
    term.dispose();
  }
}

async function valuesOf({ high, low }: Register): Promise<Float64Array> {
  const [whole, rest] = [await high.data(), await low.data()];
  return Float64Array.from(whole, (value, entry) => value + rest[entry]!);
}
