import { type CollectedSums, type Kernel, simulateTrials, type UnsettledTrial } from "../kernel.js";
import type { SimulationPlan } from "../simulation-plan.js";
import { TwinKernel } from "../twin.js";

/** Trials of a pilot: where each was after each update of its first pass, and what it measured in the end. */
export interface RecordedTrials {
  readonly trials: number;
  /** `states[update][register][trial]`: after update 0, 1, …. */
  readonly states: readonly (readonly Float64Array[])[];
  /** `measured[column][trial]`. */
  readonly measured: readonly Float64Array[];
}

/** Carries out trials `first …` and leaves out those that diverge, or of which something could not be measured. */
export function recordTrials(
  plan: SimulationPlan,
  seed: bigint | number,
  first: number,
  trials: number,
): RecordedTrials {
  const kernel = new ValuesKernel(plan, seed, trials, "records");
  simulateTrials(kernel, plan, first, first + trials, () => false);
  const measured = plan.columns.map((_, column) => kernel.values(column, trials));
  const sound = Array.from({ length: trials }, (_, trial) => trial).filter(
    (trial) =>
      measured.every((values) => Number.isFinite(values[trial]!)) &&
      kernel.recorded.every((registers) => registers.every((values) => Number.isFinite(values[trial]!))),
  );
  const kept = (values: ArrayLike<number>) => Float64Array.from(sound, (trial) => values[trial]!);
  return {
    trials: sound.length,
    states:
      sound.length === trials ? kernel.recorded : kernel.recorded.map((registers) => registers.map(kept)),
    measured: measured.map(kept),
  };
}

/** What trials `first …` measure: `measured[column][trial]`, without those of which something could not be measured. */
export function measureTrials(
  plan: SimulationPlan,
  seed: bigint | number,
  first: number,
  trials: number,
): readonly Float64Array[] {
  const kernel = new ValuesKernel(plan, seed, trials, "records nothing");
  simulateTrials(kernel, plan, first, first + trials, () => false);
  const measured = plan.columns.map((_, column) => kernel.values(column, trials));
  const sound = Array.from({ length: trials }, (_, trial) => trial).filter((trial) =>
    measured.every((values) => Number.isFinite(values[trial]!)),
  );
  return measured.map((values) => Float64Array.from(sound, (trial) => values[trial]!));
}

/** Trials side by side: so many that what a program holds of them stays in a processor's cache. */
const mostLanes = 512;

/** The reference kernel, of which values are wanted and no exact sums; told apart after each update of the first pass if it records. */
class ValuesKernel implements Kernel {
  readonly recorded: Float64Array[][] = [];
  readonly lanes: number;
  private readonly twin: TwinKernel;
  /** How many trials were begun before those under way. */
  private before = 0;

  constructor(
    private readonly plan: SimulationPlan,
    seed: bigint | number,
    private readonly trials: number,
    private readonly recording: "records" | "records nothing",
  ) {
    this.lanes = Math.min(mostLanes, trials);
    this.before = -this.lanes;
    this.twin = new TwinKernel(plan, seed, this.lanes);
  }

  begin(low: number, high: number): void {
    this.before += this.lanes;
    this.twin.begin(low, high);
  }

  draw(firstBlock: number, blocks: number, place: number): void {
    this.twin.draw(firstBlock, blocks, place);
  }

  shuffle(epoch: number): void {
    this.twin.shuffle(epoch);
  }

  descend(place: number, batches: number, epoch: number, first: number): void {
    if (epoch > 0 || this.recording === "records nothing") {
      this.twin.descend(place, batches, epoch, first);
      return;
    }
    for (let batch = 0; batch < batches; batch++) {
      this.twin.descend(place + batch * this.plan.batch, 1, epoch, first + batch);
      this.recorded[first + batch] ??= this.plan.states.map(() => new Float64Array(this.trials));
      for (const [register, values] of this.recorded[first + batch]!.entries()) {
        values.set(this.twin.state(register).subarray(0, this.trials - this.before), this.before);
      }
    }
  }

  measure(slot: number): void {
    this.twin.measure(slot);
  }

  unsettled(slot: number, trials: number): readonly UnsettledTrial[] {
    return this.twin.unsettled(slot, trials);
  }

  settle(slot: number, testLoss: number): void {
    this.twin.settle(slot, testLoss);
  }

  /** Nothing is summed. */
  collect(): CollectedSums {
    return { count: 0, sums: [] };
  }

  values(column: number, trials: number): readonly number[] {
    return this.twin.values(column, 0, trials);
  }
}
