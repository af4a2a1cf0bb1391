import { Interpreter } from "../compile/interpreter.js";
import { agreement } from "../landscape/sampled-loss.js";
import { combinedValue, type Quantity } from "../observables/index.js";
import type { MeasuredColumn } from "./column.js";
import {
  type CollectedSums,
  type Fate,
  layoutOf,
  type MeasuredTrials,
  type TellingKernel,
  type UnsettledTrial,
} from "./kernel.js";
import { orderOf } from "./orders.js";
import { keptQuantities, readingOf } from "./reading.js";
import type { SampledPart, SimulationPlan } from "./simulation-plan.js";
import { TrainingData } from "./training-data.js";
import { TrialResults } from "./trial-results.js";
import { addTo, dataAt, setInputs, TwinDescent } from "./twin-descent.js";

/**
 * The kernel in plain JavaScript: the same programs, interpreted. It is the reference of the
 * WebAssembly kernel, and agrees with it to the bit.
 */
export class TwinKernel implements TellingKernel {
  readonly lanes: number;
  private readonly plan: SimulationPlan;
  private readonly first: TwinDescent;
  private readonly later: TwinDescent;
  private readonly loss: Interpreter | undefined;
  private readonly trainingOrders: Interpreter | undefined;
  private readonly ofState: Interpreter | undefined;
  private readonly closed: Interpreter | undefined;
  private readonly sampled: readonly Interpreter[];
  private readonly states: readonly Float64Array[];
  /** The first of them. */
  private readonly weights: readonly Float64Array[];
  private readonly data: TrainingData;
  private readonly trials: TrialResults;
  /** The train loss of each trial. */
  private readonly train: number[] = [];
  /** For each output of the program of training points' orders its mean, of the lanes that were measured last. */
  private trainingMeans: readonly Float64Array[] = [];
  private readonly kept: readonly Quantity[];
  /** Where the lanes that were measured last begin in the chunk. */
  private measuredSlot = 0;

  constructor(plan: SimulationPlan, seed: bigint | number, lanes: number) {
    this.lanes = lanes;
    this.plan = plan;
    this.first = new TwinDescent(plan, plan, lanes, plan.steps);
    this.later = plan.later === undefined ? this.first : new TwinDescent(plan, plan.later, lanes);
    this.loss = plan.loss && new Interpreter(plan.loss, lanes);
    this.closed = plan.closed && new Interpreter(plan.closed, lanes);
    this.sampled = plan.sampled.map((part) => new Interpreter(part.program, lanes));
    this.ofState = plan.ofState && new Interpreter(plan.ofState.program, lanes);
    this.trainingOrders = plan.orders?.training && new Interpreter(plan.orders.training, lanes);
    this.states = plan.states.map(() => new Float64Array(lanes));
    this.weights = this.states.slice(0, plan.weights);
    this.data = new TrainingData(plan, seed, lanes, layoutOf(plan).places);
    this.kept = keptQuantities(plan);
    this.trials = new TrialResults(plan);
  }

  begin(low: number, high: number): void {
    this.data.begin(low, high);
    this.states.forEach((lanes, index) => {
      lanes.fill(this.plan.states[index]!.start);
    });
  }

  draw(firstBlock: number, blocks: number, place: number): void {
    this.data.draw(firstBlock, blocks, place);
  }

  shuffle(epoch: number): void {
    this.data.shuffle(epoch);
  }

  descend(place: number, batches: number, epoch: number, first: number): void {
    const descent = epoch === 0 ? this.first : this.later;
    for (let update = 0; update < batches; update++) {
      descent.update(this.states, this.data, place + update * this.plan.batch, first + update);
    }
  }

  /** A register of every lane; a view, valid until the next update. */
  state(register: number): Float64Array {
    return this.states[register]!;
  }

  measure(slot: number): void {
    this.measuredSlot = slot;
    const { loss: test, holds } = this.testLoss();
    const train = this.trainLoss();
    this.readOrders();
    for (let lane = 0; lane < this.lanes; lane++) {
      const others = this.kept
        .filter((quantity) => orderOf(quantity) === undefined)
        .map((quantity) => this.found(quantity, lane, test[lane]!, train[lane]!));
      this.trials.record(
        slot + lane,
        (column) => this.measured(column, lane, test[lane]!, train[lane]!),
        [...this.weights.map((values) => values[lane]!), train[lane]!, ...others].every(Number.isFinite),
        holds[lane]!,
      );
      this.train[slot + lane] = train[lane]!;
    }
  }

  unsettled(slot: number, trials: number): readonly UnsettledTrial[] {
    if (this.plan.check === undefined) {
      return [];
    }
    const lanes = Array.from({ length: trials }, (_, lane) => lane);
    return lanes
      .filter((lane) => this.trials.isOpen(slot + lane))
      .map((lane) => ({ slot: slot + lane, weights: this.weights.map((values) => values[lane]!) }));
  }

  settle(slot: number, testLoss: number): void {
    this.trials.settle(slot, (column) =>
      this.measured(column, slot - this.measuredSlot, testLoss, this.train[slot]!),
    );
  }

  /** What a column is in a lane that has just been measured. */
  private measured({ combination }: MeasuredColumn, lane: number, test: number, train: number): number {
    return combinedValue(combination, (quantity) => this.found(quantity, lane, test, train));
  }

  /** What a quantity is in a lane that has just been measured. */
  private found(quantity: Quantity, lane: number, test: number, train: number): number {
    const reading = readingOf(this.plan, quantity);
    switch (reading.from) {
      case "expected loss":
        return test;
      case "training loss":
        return train;
      case "state":
        return this.ofState!.output(reading.output)[lane]!;
      case "training orders":
        return this.trainingMeans[reading.output]![lane]!;
      case "register": {
        const value = this.states[reading.register]![lane]!;
        return reading.start === undefined ? value : value - reading.start;
      }
      case "nothing":
        return 0;
    }
  }

  private testLoss(): { loss: Float64Array; holds: boolean[] } {
    const loss = new Float64Array(this.lanes);
    const holds = Array.from(loss, () => true);
    if (this.closed === undefined) {
      return { loss, holds };
    }
    setInputs(this.closed, this.weights, 0);
    this.closed.run();
    loss.set(this.closed.output(0));
    this.plan.check?.box.forEach(({ low, high }, weight) => {
      this.weights[weight]!.forEach((value, lane) => {
        if (!(low <= value && value <= high)) {
          holds[lane] = false;
        }
      });
    });
    this.plan.sampled.forEach((part, index) => {
      this.addSampled(part, this.sampled[index]!, loss, holds);
    });
    return { loss, holds };
  }

  private addSampled(
    part: SampledPart,
    interpreter: Interpreter,
    loss: Float64Array,
    holds: boolean[],
  ): void {
    setInputs(interpreter, this.weights, 0);
    const [sum, difference, scale] = [0, 0, 0].map(() => new Float64Array(this.lanes)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const { points, count, width, data } = part;
    for (let at = 0; at < count * width; at += width) {
      for (let datum = 0; datum < data; datum++) {
        interpreter.input(this.weights.length + datum)?.fill(points[at + width - data + datum]!);
      }
      interpreter.run();
      const values = interpreter.output(0);
      for (let lane = 0; lane < this.lanes; lane++) {
        const term = points[at]! * values[lane]!;
        sum[lane]! += term;
        if (!part.checked) {
          continue;
        }
        difference[lane]! += points[at + 1]! * values[lane]!;
        scale[lane]! += Math.abs(term);
      }
    }
    for (let lane = 0; lane < this.lanes; lane++) {
      loss[lane]! += sum[lane]!;
      if (part.checked && !(Math.abs(difference[lane]!) < agreement * scale[lane]!)) {
        holds[lane] = false;
      }
    }
  }

  private trainLoss(): Float64Array {
    if (this.loss === undefined) {
      return new Float64Array(this.lanes);
    }
    setInputs(this.loss, this.weights, 0);
    return this.trainingMeansOf(this.loss, this.plan.weights)[0]!;
  }

  private readOrders(): void {
    const { ofState, trainingOrders } = this;
    if (ofState !== undefined) {
      setInputs(ofState, this.states, 0);
      ofState.run();
    }
    if (trainingOrders !== undefined) {
      setInputs(trainingOrders, this.states, 0);
      this.trainingMeans = this.trainingMeansOf(trainingOrders, this.states.length);
    }
  }

  /** For each output of a program of a training point its mean. @param firstDatum the first input that is of the point. */
  private trainingMeansOf(program: Interpreter, firstDatum: number): readonly Float64Array[] {
    const { points, data } = this.plan;
    const sums = program.outputs.map(() => new Float64Array(this.lanes));
    for (let point = 0; point < points; point++) {
      setInputs(program, dataAt(this.data, point, data), firstDatum);
      program.run();
      sums.forEach((sum, output) => {
        addTo(sum, program.output(output));
      });
    }
    return sums.map((sum) => sum.map((total) => total / points));
  }

  collect(from: number, to: number): CollectedSums {
    return this.trials.collect(from, to);
  }

  fates(from: number, to: number): readonly Fate[] {
    return this.trials.fates(from, to);
  }

  takeOff(others: MeasuredTrials, sign: 1 | -1, from: number, to: number): void {
    this.trials.takeOff(others, sign, from, to);
  }

  values(column: number, from: number, to: number): number[] {
    return this.trials.values(column, from, to);
  }
}
