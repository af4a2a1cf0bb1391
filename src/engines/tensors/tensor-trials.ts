import { setImmediate as nextTurn } from "node:timers/promises";
import { SimulationError } from "../../compile/error.js";
import { exactInteger } from "../../compile/exact-double.js";
import type { RunTrials, TrialsDone } from "../../device/index.js";
import { foundOf, measuredOf } from "../../simulate/column.js";
import { layoutOf } from "../../simulate/kernel.js";
import { planSimulation, type SimulationPlan } from "../../simulate/plan.js";
import type { SimulationRequest } from "../../simulate/request.js";
import { TrainingData } from "../../simulate/training-data.js";
import { Constants } from "./namespace.js";
import { TensorData } from "./tensor-data.js";
import { type Measured, type Register, TensorMeasurement } from "./tensor-measurement.js";
import { type TensorEngine, TensorProgram, type TensorSizes } from "./tensor-program.js";
import { PairwiseSum, sumOverPoints } from "./tensor-sum.js";

/** Training data that are kept as doubles, in bytes: drawn for a while ahead, or all of them when they are needed again. */
const mostDrawnBytes = 2 ** 25;
const mostStoredBytes = 2 ** 28;
/** What one trial may need of it at most. */
const mostBytesOfTrial = 2 ** 30;
/** Tensors of training data that are kept between epochs, in bytes. */
const mostKeptBytes = 2 ** 25;

/** Data that are drawn between two looks at the clock. */
const drawnAtOnce = 2 ** 17;

/** How long requests may wait to be heard, in milliseconds. */
const turnEvery = 20;

/** A request that is simulated by tensors, whatever trials of it are asked for. */
export class TensorSimulation {
  private readonly engine: TensorEngine;
  private readonly plan: SimulationPlan;
  private readonly seed: bigint | number;
  private readonly descent: TensorProgram;
  private readonly afterBatch: TensorProgram | undefined;
  private readonly measurement: TensorMeasurement;
  private readonly mostTrials: number;
  private turned = 0;

  /**
   * @param plan the request's with calls; it has no programs for later passes, and no step constants.
   * @throws SimulationError of one line when the request is wrong, or too large.
   */
  constructor(
    engine: TensorEngine,
    request: SimulationRequest,
    plan: SimulationPlan = planSimulation(request, "calls"),
  ) {
    // The numbers of its programs are let go with it.
    this.engine = { ...engine, constants: new Constants(engine.tf) };
    this.plan = plan;
    this.seed = request.seed;
    this.mostTrials = mostTrialsAtOnce(this.plan, engine.sizes);
    this.descent = new TensorProgram(this.engine, plan.descent);
    this.afterBatch =
      plan.batch === 1 || plan.update === undefined ? undefined : new TensorProgram(this.engine, plan.update);
    this.measurement = new TensorMeasurement(this.engine, this.plan);
  }

  /** Lets its tensors go. */
  dispose(): void {
    this.measurement.dispose();
    this.engine.constants.dispose();
  }

  /**
   * Simulates some trials. @param signal stops between batches; then nothing is known of any of them.
   * @param alive is called now and then.
   */
  async run(
    { first, trials, values }: RunTrials,
    signal: AbortSignal,
    alive: () => void = () => undefined,
  ): Promise<TrialsDone> {
    const started = performance.now();
    this.turned = started;
    const { columns } = this.plan;
    const measures = measuredOf(columns).length;
    const done = { count: 0, sums: columns.map(() => ({ sum: 0n, squares: 0n, overflowed: 0 })) };
    const told = columns.map((): (number | null)[] => []);
    const open = {
      trials: [] as number[],
      weights: Array.from({ length: this.plan.weights }, (): number[] => []),
      values: foundOf(columns).map((): number[] => []),
    };
    const groups = Math.ceil(trials / this.mostTrials);
    const lanes = Math.ceil(trials / groups);
    const data = new TrainingData(this.plan, this.seed, lanes, layoutOf(this.plan).places);
    for (let trial = first; trial < first + trials; ) {
      const low = trial % 2 ** 32;
      data.begin(low, Math.floor(trial / 2 ** 32));
      // Lanes beyond the low word's end would be other trials.
      const used = Math.min(lanes, first + trials - trial, 2 ** 32 - low);
      const measured = await this.group(data, signal, alive);
      if (measured === undefined) {
        return nothingDone(columns.length, started);
      }
      for (let lane = 0; lane < used; lane++) {
        const differences = measured.columns.map((column) => column[lane]!);
        const finite = differences.slice(0, measures).every(Number.isFinite);
        const sound = finite && !measured.unsettled[lane];
        if (sound) {
          done.count++;
        }
        if (finite && !sound) {
          open.trials.push(trial - first + lane);
          open.weights.forEach((list, weight) => {
            list.push(measured.weights[weight]![lane]!);
          });
        }
        differences.forEach((difference, column) => {
          const isKnown = sound && Number.isFinite(difference);
          if (values) {
            told[column]!.push(isKnown ? difference : null);
          }
          if (finite && !sound) {
            open.values[column]?.push(difference);
          }
          if (!sound) {
            return;
          }
          if (!isKnown) {
            done.sums[column]!.overflowed++;
            return;
          }
          const exact = exactInteger(difference);
          done.sums[column]!.sum += exact;
          done.sums[column]!.squares += exact * exact;
        });
      }
      trial += used;
    }
    return {
      trials,
      count: done.count,
      sums: done.sums.map(({ sum, squares, overflowed }) => ({
        sum: sum.toString(16),
        squares: squares.toString(16),
        ...(overflowed === 0 ? {} : { overflowed }),
      })),
      ...(open.trials.length > 0 ? { unsettled: open } : {}),
      ...(values ? { values: told } : {}),
      seconds: (performance.now() - started) / 1000,
    };
  }

  /** What a group of trials measures less the centers; undefined when it was stopped. */
  private async group(
    drawn: TrainingData,
    signal: AbortSignal,
    alive: () => void,
  ): Promise<Measured | undefined> {
    const plan = this.plan;
    const { tf } = this.engine;
    const layout = layoutOf(plan);
    const keptBytes = 4 * plan.points * plan.data * drawn.lanes;
    const keeps = plan.epochs > 1 && !plan.reshuffled && keptBytes <= mostKeptBytes;
    const data = new TensorData(tf, drawn, plan.data, keeps);
    let states = this.start(drawn.lanes);
    const goesOn = async () => {
      await this.turn(states, alive);
      return !signal.aborted;
    };
    const draw = async (firstBlock: number, blocks: number) => {
      const slice = Math.max(
        1,
        Math.floor(drawnAtOnce / (4 * drawn.lanes * Math.max(1, plan.sources.length))),
      );
      for (let block = 0; block < blocks; block += slice) {
        drawn.draw(firstBlock + block, Math.min(slice, blocks - block), 4 * block);
        if (!(await goesOn())) {
          return false;
        }
      }
      return true;
    };
    const descend = async (place: number, batches: number) => {
      for (let batch = 0; batch < batches; batch++) {
        states = this.update(states, data, place + batch * plan.batch);
        if (!(await goesOn())) {
          return false;
        }
      }
      return true;
    };
    try {
      if (plan.stored) {
        if (!(await draw(0, Math.ceil(plan.points / 4)))) {
          return undefined;
        }
        for (let epoch = 0; epoch < plan.epochs; epoch++) {
          if (epoch > 0 && plan.reshuffled) {
            drawn.shuffle(epoch);
          }
          if (!(await descend(0, plan.batchesPerEpoch))) {
            return undefined;
          }
        }
      } else {
        for (let point = 0; point < plan.points; point += layout.segment) {
          const end = Math.min(plan.points, point + layout.segment);
          const firstBlock = Math.floor(point / 4);
          if (!(await draw(firstBlock, Math.ceil(end / 4) - firstBlock))) {
            return undefined;
          }
          if (!(await descend(point - 4 * firstBlock, (end - point) / plan.batch))) {
            return undefined;
          }
        }
      }
      return await this.measurement.of(states, data, drawn.lanes, goesOn);
    } finally {
      data.forget();
      for (const { high, low } of states) {
        tf.dispose([high, low]);
      }
    }
  }

  private start(lanes: number): readonly Register[] {
    const { tf } = this.engine;
    return this.plan.states.map(({ start }) => {
      const high = Math.fround(start);
      return { high: tf.fill([lanes], high, "float32"), low: tf.fill([lanes], start - high, "float32") };
    });
  }

  /**
   * The state after the batch that begins at a place; what it replaces of the old one is let go. What is lost where a small
   * step meets a large register goes into the next step.
   */
  private update(states: readonly Register[], data: TensorData, place: number): readonly Register[] {
    const { tf, constants, sizes } = this.engine;
    const { batch, descent } = this.plan;
    const highs = states.map(({ high }) => high);
    const pairs = tf.tidy(() => {
      const sums = descent.outputs.map(() => new PairwiseSum(tf));
      for (let point = 0; point < batch; point += sizes.rows) {
        const points = Math.min(sizes.rows, batch - point);
        const outputs = this.descent.run([...highs, ...data.batch(place + point, points)]);
        outputs.forEach((output, index) => {
          sums[index]!.add(sumOverPoints(tf, constants, output, points));
        });
      }
      const totals = sums.map((sum) => sum.total()!);
      const taken = this.afterBatch?.run([...highs, ...totals]) ?? totals;
      return taken.flatMap((step, register) => {
        const { high, low } = states[register]!;
        const change = tf.sub(low, step);
        const next = tf.add(high, change);
        return [next, tf.sub(change, tf.sub(next, high))];
      });
    });
    return states.map((state, register) => {
      const [high, low] = pairs.slice(2 * register, 2 * register + 2);
      if (high === undefined || low === undefined) {
        return state;
      }
      tf.dispose([state.high, state.low]);
      return { high, low };
    });
  }

  /** Lets requests be heard, now and then, and waits for a device that has fallen behind. */
  private async turn(states: readonly Register[], alive: () => void): Promise<void> {
    if (performance.now() - this.turned < turnEvery) {
      return;
    }
    const { tf } = this.engine;
    const sample = tf.slice(states[0]!.high, [0], [1]);
    await sample.data();
    sample.dispose();
    alive();
    await nextTurn();
    this.turned = performance.now();
  }
}

/** How many trials a group may have. */
function mostTrialsAtOnce(plan: SimulationPlan, { entries, rows }: TensorSizes): number {
  const bytesOfTrial = layoutOf(plan).places * Math.max(1, plan.data) * 8;
  if (bytesOfTrial > mostBytesOfTrial) {
    const [what, size] = plan.stored ? ["N", plan.points] : ["B", plan.batch];
    const fitting = Math.floor(size * (mostBytesOfTrial / bytesOfTrial));
    throw new SimulationError(
      `${what} = ${size} needs ${Math.ceil(bytesOfTrial / 2 ** 20)} MiB for a trial's training data, of which ` +
        `${mostBytesOfTrial / 2 ** 20} MiB may be used; ${what} = ${fitting} would fit`,
    );
  }
  const most = (plan.stored ? mostStoredBytes : mostDrawnBytes) / bytesOfTrial;
  return Math.max(1, Math.floor(Math.min(most, entries / Math.min(rows, plan.batch))));
}

function nothingDone(columns: number, started: number): TrialsDone {
  const sums = Array.from({ length: columns }, () => ({ sum: "0", squares: "0" }));
  return { trials: 0, count: 0, sums, seconds: (performance.now() - started) / 1000 };
}
