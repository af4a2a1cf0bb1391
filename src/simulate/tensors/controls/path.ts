import { type Descent, scheduleOf, updates } from "../../../optimisers/index.js";
import {
  DataRows,
  interpreted,
  type LiftedProgram,
  type MakeCarrier,
  powerBelow,
  type TensorLandscape,
  type TensorProgram,
} from "../../../tensors/index.js";
import type { LargeRequest, RequestedNumber } from "../../request.js";
import { operationsOf, planTensors, rowsOf } from "../plan.js";
import type { TensorPlan } from "../tensor-plan.js";
import { type Followed, followedBy, slopeAt } from "./followed.js";
import { mostOfTables, type PathControls, sharedNumbers, type TestOfPath } from "./model.js";
import { alongDirection, RowPass, type RowSet, type TakeRow } from "./row-passes.js";

/** So many rows say where the path goes, and how it bends: which they are is in no expectation. */
const mostRows = { path: 512, bend: 128 } as const;

/** The share of all rows between one of those and the next, less whole ones: evenly among all, and in step with no order of theirs. */
const goldenShare = (Math.sqrt(5) - 1) / 2;

/** Weights of so many updates of the path may be held, in numbers: 128 MiB. */
const mostOfPath = 2 ** 24;

interface PathOptions {
  /** Whether test points may stand for the expected loss. */
  readonly hasTestPoints: boolean;
  /** Operations of arithmetic that finding controls may take. */
  readonly mostOperations: number;
  /** Carries programs out in single precision where doubles would take long: rounding makes controls no worse than it makes trials. */
  readonly single?: MakeCarrier | undefined;
}

/** So many operations are long: some seconds of the interpreter's. */
const longOperations = 2 ** 31;

/** What controls are made of, beside tables. */
interface Parts {
  /** Whether the losses' slope is followed back, and what is known of training points and of test points at the end. */
  readonly losses: boolean;
  readonly ends: boolean;
  readonly test: boolean;
}

type DescentRequest = LargeRequest & { readonly spacetime: Descent };

/**
 * The controls of a request's numbers, from its landscape, space-time and rate alone. It yields now and then.
 * @param numbers of which there are to be controls, in their order; those that have none have shares of nothing.
 * @returns nothing where data have infinitely many values, where it would take more operations or memory than it may, where no
 * number has a control, and where the path does not stay finite.
 */
export function* findPathControls(
  { landscape, spacetime, eta, seed }: Pick<DescentRequest, "landscape" | "spacetime" | "eta" | "seed">,
  numbers: readonly RequestedNumber[],
  { hasTestPoints, mostOperations, single }: PathOptions,
): Generator<void, PathControls | undefined, void> {
  const { followed, shares } = followedBy(numbers);
  const rows = rowsOf(landscape);
  const isControlled = shares.some(
    ({ training, test, slopes }) => training !== 0 || (test !== 0 && hasTestPoints) || slopes.length > 0,
  );
  if (!isControlled || !Number.isFinite(rows)) {
    return undefined;
  }
  const plan = planTensors({ landscape, spacetime, eta, seed, numbers, testPoints: 1, trials: 1 });
  const path = new Path(plan, landscape.whole, rows, updates(scheduleOf(spacetime)));
  const isOf: Parts = {
    losses: followed.some(({ kind }) => kind === "loss"),
    ends: shares.some(({ training }) => training !== 0),
    test: hasTestPoints && shares.some(({ test }) => test !== 0),
  };
  const operations = path.operations(followed.length, isOf);
  if (!path.fits(followed.length) || operations > mostOperations) {
    return undefined;
  }
  if (single !== undefined && operations > longOperations) {
    path.carrierOf = single;
  }
  if (!(yield* path.follow())) {
    return undefined;
  }
  const tables: Float64Array[] = [];
  for (const one of followed) {
    tables.push(yield* path.table(one));
  }
  const ends = isOf.ends || isOf.test ? yield* path.lossesAt(path.end) : undefined;
  const test = isOf.test ? yield* path.test(ends!.mean) : undefined;
  const found: PathControls = {
    kind: "path",
    numbers: numbers.length,
    rows,
    shares,
    tables,
    ...(isOf.ends ? { ends: lessMean(ends!.values, ends!.mean) } : {}),
    ...(test && { test }),
  };
  return staysFinite(found) ? found : undefined;
}

/** Descent with the mean gradient of some rows, and what follows from it. Tensors are one a weight. */
class Path {
  /** What carries programs out; the interpreter in doubles if nothing else is said before the first one. */
  carrierOf = interpreted;
  private readonly data: DataRows;
  private readonly all: RowSet;
  private readonly some: RowSet;
  private readonly few: RowSet;
  /** Of an epoch where all epochs have the points at the same places, else of all. */
  private readonly tabled: number;
  /** The loss and its gradient, with their derivatives along a direction. */
  private readonly along: LiftedProgram;
  private readonly bend: LiftedProgram;
  /** Where it is before each update, and behind the last one. */
  private readonly places: Float64Array[][] = [];
  private slopeAtEnd: readonly Float64Array[] | undefined;
  private readonly passes = new Map<TensorProgram, RowPass>();

  constructor(
    private readonly plan: TensorPlan,
    private readonly landscape: TensorLandscape,
    private readonly rows: number,
    private readonly updates: number,
  ) {
    const { loss, gradient, starts } = plan;
    const data = new DataRows(landscape);
    this.data = data;
    this.all = { count: rows, row: (place) => place, share: (place) => data.probability(place) };
    this.some = someOf(data, mostRows.path);
    this.few = someOf(data, mostRows.bend);
    this.tabled = plan.reshuffled ? updates : plan.batchesPerEpoch;
    this.along = alongDirection(loss, starts.length);
    this.bend = alongDirection(gradient, starts.length);
  }

  get end(): readonly Float64Array[] {
    return this.places[this.updates]!;
  }

  /** Whether its memory may be had. @param slopes how many are followed back. */
  fits(slopes: number): boolean {
    const dimension = this.plan.starts.reduce((sum, { length }) => sum + length, 0);
    return (
      (this.updates + 1) * dimension <= mostOfPath && (slopes * this.tabled + 2) * this.rows <= mostOfTables
    );
  }

  /** About how many operations all of it takes. */
  operations(slopes: number, isOf: Parts): number {
    const { plan, updates, rows, some, few } = this;
    const [loss, gradient] = [operationsOf(plan.loss), operationsOf(plan.gradient)];
    const ofBends = slopes * (updates - 1) * operationsOf(this.bend.program);
    const ofRow =
      slopes * updates * operationsOf(this.along.program) +
      (isOf.ends || isOf.test ? loss : 0) +
      (isOf.test ? loss : 0) +
      (isOf.test || isOf.losses ? gradient : 0);
    return some.count * updates * gradient + few.count * ofBends + rows * ofRow;
  }

  /** @returns whether it stays finite. */
  *follow(): Generator<void, boolean, void> {
    const { factors, step, starts } = this.plan;
    let at: Float64Array[] = starts.map((start) => start.slice());
    this.places.push(at);
    for (let update = 0; update < this.updates; update++) {
      const slope = yield* this.slopeAt(at, this.some);
      at = at.map((values, weight) =>
        values.map((value, entry) => value - step * factors[weight]! * slope[weight]![entry]!),
      );
      if (!at.every((values) => values.every(Number.isFinite))) {
        return false;
      }
      this.places.push(at);
    }
    return true;
  }

  /** What a point of each row, in the batch of each update, does to what is observed at the end, less the mean over all rows. */
  *table(followed: Followed): Generator<void, Float64Array, void> {
    const { plan, rows, all, few, tabled } = this;
    const table = sharedNumbers(tabled * rows);
    let slope = followed.kind === "loss" ? yield* this.slope() : slopeAt(this.landscape, followed, this.end);
    for (let update = this.updates - 1; update >= 0; update--) {
      const at = this.places[update]!;
      const raised = slope.map((values, weight) => values.map((value) => plan.factors[weight]! * value));
      const moved = new Float64Array(rows);
      yield* this.derivatives(this.along, at, raised, all, (row, _, [derivative]) => {
        moved[row] = derivative!;
      });
      const mean = meanOf(moved, all);
      const first = (update % tabled) * rows;
      moved.forEach((derivative, row) => {
        table[first + row]! -= plan.rate * (derivative - mean);
      });
      if (update === 0) {
        break;
      }
      const bent = slope.map((values) => values.slice());
      yield* this.derivatives(this.bend, at, raised, few, (place, weight, entries) => {
        const share = plan.step * few.share(place);
        const own = bent[weight]!;
        for (let entry = 0; entry < entries.length; entry++) {
          own[entry]! -= share * entries[entry]!;
        }
      });
      slope = bent;
    }
    return table;
  }

  /** The loss of each row somewhere. */
  *lossesAt(
    at: readonly Float64Array[],
  ): Generator<void, { readonly values: Float64Array; readonly mean: number }, void> {
    const { all, plan } = this;
    const values = sharedNumbers(all.count);
    yield* this.passOf(plan.loss).run(at, all, (row, _, [loss]) => {
      values[row] = loss!;
    });
    return { values, mean: meanOf(values, all) };
  }

  /** @param loss the mean loss where the path ends. */
  *test(loss: number): Generator<void, TestOfPath, void> {
    const { values: starts } = yield* this.lossesAt(this.plan.starts);
    const slope = yield* this.slope();
    return { starts, end: this.end.map(shared), loss, slope: slope.map(shared) };
  }

  /** The mean gradient of all rows where the path ends: what a trial's points do there is to be known well. */
  private *slope(): Generator<void, readonly Float64Array[], void> {
    this.slopeAtEnd ??= yield* this.slopeAt(this.end, this.all);
    return this.slopeAtEnd;
  }

  /** The mean gradient of some rows. */
  private *slopeAt(
    at: readonly Float64Array[],
    rows: RowSet,
  ): Generator<void, readonly Float64Array[], void> {
    const { plan } = this;
    const mean = plan.starts.map(({ length }) => new Float64Array(length));
    yield* this.passOf(plan.gradient).run(at, rows, (place, weight, entries) => {
      const share = rows.share(place);
      const own = mean[weight]!;
      for (let entry = 0; entry < entries.length; entry++) {
        own[entry]! += share * entries[entry]!;
      }
    });
    return mean;
  }

  /** Tells the derivatives along a direction of what a program says of some rows; none of an output that is the same everywhere. */
  private *derivatives(
    lifted: LiftedProgram,
    at: readonly Float64Array[],
    direction: readonly Float64Array[],
    rows: RowSet,
    take: TakeRow,
  ): Generator<void, void, void> {
    const shared: Float64Array[] = [];
    // A direction of no extreme size: there are carriers whose range is narrow.
    const scale = powerBelow(
      direction.reduce(
        (most, values) => values.reduce((larger, value) => Math.max(larger, Math.abs(value)), most),
        0,
      ),
    );
    at.forEach((values, weight) => {
      const [value, derivative] = lifted.inputs[weight]!;
      shared[value!] = values;
      shared[derivative!] = direction[weight]!.map((entry) => entry / scale);
    });
    const outputs = new Map(lifted.outputs.map(([, derivative], output) => [derivative, output]));
    yield* this.passOf(lifted.program).run(shared, rows, (place, found, entries) => {
      const output = outputs.get(found);
      if (output !== undefined) {
        take(
          place,
          output,
          entries.map((entry) => scale * entry),
        );
      }
    });
  }

  private passOf(program: TensorProgram): RowPass {
    let pass = this.passes.get(program);
    if (pass === undefined) {
      pass = new RowPass(program, this.data, operationsOf(program), this.carrierOf);
      this.passes.set(program, pass);
    }
    return pass;
  }
}

/** Up to so many rows, which stand for all of them. */
function someOf(data: DataRows, most: number): RowSet {
  const count = Math.min(data.count, most);
  const row = (place: number) =>
    count === data.count ? place : Math.floor((((place + 1) * goldenShare) % 1) * data.count);
  let total = 0;
  for (let place = 0; place < count; place++) {
    total += data.probability(row(place));
  }
  return { count, row, share: (place) => data.probability(row(place)) / total };
}

function meanOf(values: Float64Array, rows: RowSet): number {
  let mean = 0;
  for (let row = 0; row < values.length; row++) {
    mean += rows.share(row) * values[row]!;
  }
  return mean;
}

function lessMean(values: Float64Array, mean: number): Float64Array {
  for (let row = 0; row < values.length; row++) {
    values[row]! -= mean;
  }
  return values;
}

function shared(values: Float64Array): Float64Array {
  const copy = sharedNumbers(values.length);
  copy.set(values);
  return copy;
}

function staysFinite({ tables, ends, test }: PathControls): boolean {
  const arrays = [...tables, ...(ends === undefined ? [] : [ends])];
  if (test !== undefined) {
    arrays.push(test.starts, ...test.end, ...test.slope, Float64Array.of(test.loss));
  }
  return arrays.every((values) => values.every(Number.isFinite));
}
