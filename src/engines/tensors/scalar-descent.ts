import type { SimulationPlan } from "../../simulate/plan.js";
import type { TrainingData } from "../../simulate/training-data.js";
import { mostDrawnAtOnce } from "./drawn-memory.js";
import { TensorData } from "./tensor-data.js";
import {
  type GoesOn,
  type Measured,
  type Register,
  stepped,
  type TensorDescent,
  type TrialsGroup,
} from "./tensor-descent.js";
import { TensorMeasurement } from "./tensor-measurement.js";
import { type TensorEngine, TensorProgram } from "./tensor-program.js";
import { PairwiseSum, sumOverPoints } from "./tensor-sum.js";

/** Tensors of training data that are kept between epochs, in bytes. */
const mostKeptBytes = 2 ** 25;

/** Descent by programs of scalars; a register of the state is a tensor of shape `[trials]`. */
export class ScalarDescent implements TensorDescent {
  readonly mostTrials: number;
  private readonly descent: TensorProgram;
  private readonly afterBatch: TensorProgram | undefined;
  private readonly measurement: TensorMeasurement;

  /**
   * @param plan with calls; it has no programs for later passes, and no step constants.
   * @throws SimulationError of one line when a trial's data are too large.
   */
  constructor(
    private readonly engine: TensorEngine,
    readonly plan: SimulationPlan,
  ) {
    const { entries, rows } = engine.sizes;
    this.mostTrials = Math.max(
      1,
      Math.floor(Math.min(mostDrawnAtOnce(plan), entries / Math.min(rows, plan.batch))),
    );
    this.descent = new TensorProgram(engine, plan.descent);
    this.afterBatch =
      plan.batch === 1 || plan.update === undefined ? undefined : new TensorProgram(engine, plan.update);
    this.measurement = new TensorMeasurement(engine, plan);
  }

  dispose(): void {
    this.measurement.dispose();
  }

  begin(drawn: TrainingData): TrialsGroup {
    const { plan, engine, measurement } = this;
    const { tf } = engine;
    const keptBytes = 4 * plan.points * plan.data * drawn.lanes;
    const keeps = plan.epochs > 1 && !plan.reshuffled && keptBytes <= mostKeptBytes;
    const data = new TensorData(tf, drawn, plan.data, keeps);
    let states = this.start(drawn.lanes);
    return {
      update: async (place, goesOn) => {
        states = this.updated(states, data, place);
        return goesOn();
      },
      measured: (goesOn: GoesOn): Promise<Measured | undefined> =>
        measurement.of(states, data, drawn.lanes, goesOn),
      settle: async () => {
        const sample = tf.slice(states[0]!.high, [0], [1]);
        await sample.data();
        sample.dispose();
      },
      dispose: () => {
        data.forget();
        for (const { high, low } of states) {
          tf.dispose([high, low]);
        }
      },
    };
  }

  private start(lanes: number): readonly Register[] {
    const { tf } = this.engine;
    return this.plan.states.map(({ start }) => {
      const high = Math.fround(start);
      return { high: tf.fill([lanes], high, "float32"), low: tf.fill([lanes], start - high, "float32") };
    });
  }

  /** The state after the batch that begins at a place; what it replaces of the old one is let go. */
  private updated(states: readonly Register[], data: TensorData, place: number): readonly Register[] {
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
      return taken.flatMap((step, register) => stepped(tf, states[register]!, step));
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
}
