import {
  DoubleLanes,
  type DoubleTensor,
  doublePointData,
  type PointData,
  type TensorPlan,
  testDataOf,
} from "../../simulate/tensors/index.js";
import type { TrainingData } from "../../simulate/training-data.js";
import { BatchedProgram } from "./batched-program.js";
import { mostDrawnAtOnce } from "./drawn-memory.js";
import { tensorsOf } from "./large-data.js";
import { LargeMeasurement } from "./large-measurement.js";
import { LargeSeries } from "./large-series.js";
import { type LargeState, letGo, stateOf } from "./large-state.js";
import type { Tensor } from "./namespace.js";
import {
  type GoesOn,
  type Measured,
  type Register,
  stepped,
  type TensorDescent,
  type TrialsGroup,
} from "./tensor-descent.js";
import type { TensorEngine } from "./tensor-program.js";
import { PairwiseSum } from "./tensor-sum.js";

/** Copies of the state that there are at once: a step's old and new registers, of two tensors each, and its sums. */
const copiesOfState = 6;

/** Tensors of a trial that operations take beside those that are held. */
const copiesOfHeld = 2;

/** Descent by programs of tensors, on a landscape that is not written with scalars. */
export class LargeDescent implements TensorDescent {
  readonly mostTrials: number;
  private readonly gradient: BatchedProgram;
  private readonly series: LargeSeries | undefined;
  private readonly measurement: LargeMeasurement;
  /** Where each weight starts, `[1, entries]`, and what single precision leaves of that. */
  private readonly starts: readonly Register[];

  /** @throws SimulationError of one line when a trial's data are too large. */
  constructor(
    private readonly engine: TensorEngine,
    readonly plan: TensorPlan,
  ) {
    const { tf } = engine;
    const { starts, expansion } = plan;
    const tensor = (values: Float64Array) =>
      tf.tensor(Float32Array.from(values), [1, values.length], "float32");
    this.starts = starts.map((start) => ({
      high: tensor(start),
      low: tensor(start.map((value) => value - Math.fround(value))),
    }));
    const highs = this.starts.map(({ high }) => high);
    this.gradient = new BatchedProgram(engine, plan.gradient);
    this.series = expansion && new LargeSeries(engine, plan, expansion, highs);
    this.measurement = new LargeMeasurement(engine, plan, this.series, highs);
    const held = Math.max(this.gradient.numbers, this.series?.numbers ?? 0, this.measurement.numbers);
    const state = starts.reduce((sum, { length }) => sum + length, 0) * (1 + (expansion?.order ?? 0));
    const inputs = plan.drawn.reduce((sum, datum) => sum + (datum.kind === "unused" ? 0 : datum.size), 0);
    const levels = Math.ceil(Math.log2(plan.batch));
    const numbers = copiesOfHeld * held + (copiesOfState + levels) * state + inputs;
    this.mostTrials = Math.max(
      1,
      Math.floor(Math.min(mostDrawnAtOnce(plan), engine.sizes.numbers / numbers)),
    );
  }

  dispose(): void {
    const { tf } = this.engine;
    this.series?.dispose();
    for (const { high, low } of this.starts) {
      tf.dispose([high, low]);
    }
  }

  begin(drawn: TrainingData): TrialsGroup {
    const { tf } = this.engine;
    const data = doublePointData(this.plan.drawn, drawn);
    const test =
      this.plan.test && testDataOf(this.plan.test, this.plan, drawn.seed, new DoubleLanes(drawn.lanes));
    test?.begin(drawn.first.low, drawn.first.high);
    let state = this.start(drawn.lanes);
    return {
      update: async (place, goesOn) => {
        const next = await this.updated(state, data, drawn.lanes, place, goesOn);
        if (next === undefined) {
          return false;
        }
        letGo(tf, state);
        state = next;
        return goesOn();
      },
      measured: (goesOn: GoesOn): Promise<Measured | undefined> =>
        this.measurement.of(state, { training: data, test }, drawn.lanes, goesOn),
      settle: async () => {
        const sample = tf.slice(state.weights[0]!.high, [0, 0], [1, 1]);
        await sample.data();
        sample.dispose();
      },
      dispose: () => letGo(tf, state),
    };
  }

  private start(lanes: number): LargeState {
    const { tf } = this.engine;
    const everywhere = (value: Tensor) =>
      tf.tidy(() => tf.add(tf.fill([lanes, value.shape[1]!], 0, "float32"), value));
    const nothing = (value: Tensor) => tf.fill([lanes, value.shape[1]!], 0, "float32");
    return {
      weights: this.starts.map(({ high, low }) => ({ high: everywhere(high), low: everywhere(low) })),
      orders: Array.from({ length: this.plan.expansion?.order ?? 0 }, () =>
        this.starts.map(({ high }) => ({ high: nothing(high), low: nothing(high) })),
      ),
    };
  }

  /** The state after the batch that begins at a place, beside the old one; undefined when nothing goes on. */
  private async updated(
    state: LargeState,
    data: PointData<DoubleTensor>,
    lanes: number,
    place: number,
    goesOn: GoesOn,
  ): Promise<LargeState | undefined> {
    const { tf, constants } = this.engine;
    const { batch, factors, rate } = this.plan;
    const highs = state.weights.map(({ high }) => high);
    const sums: PairwiseSum[] = [];
    try {
      for (let point = 0; point < batch; point++) {
        const terms = tf.tidy(() => {
          data.take(place + point);
          const own = tensorsOf(tf, data.tensors, lanes);
          return [
            ...this.gradient.run([...highs, ...own]),
            ...(this.series?.gradients(state.orders, own) ?? []),
          ];
        });
        terms.forEach((term, index) => {
          sums[index] ??= new PairwiseSum(tf, true);
          sums[index].add(term);
        });
        if (point + 1 < batch && !(await goesOn())) {
          return undefined;
        }
      }
      const totals = sums.map((sum) => sum.total()!);
      const pairs = tf.tidy(() => {
        const bent = this.series?.bends(state.orders) ?? [];
        const registers = [...state.weights, ...state.orders.flat()];
        return totals.flatMap((total, index) => {
          const along = tf.mul(constants.of(rate * factors[index % factors.length]!), total);
          const across = bent[index - factors.length];
          return stepped(tf, registers[index]!, across === undefined ? along : tf.add(along, across));
        });
      });
      tf.dispose(totals);
      return stateOf(pairs, factors.length);
    } finally {
      for (const sum of sums) {
        sum.forget();
      }
    }
  }
}
