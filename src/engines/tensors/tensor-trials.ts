import { setImmediate as nextTurn } from "node:timers/promises";
import { exactInteger } from "../../compile/exact-double.js";
import type { RunTrials, TrialsDone } from "../../device/index.js";
import { foundOf, isMeasured, madeOf, mayOverflow } from "../../simulate/column.js";
import type { TrialsPlan } from "../../simulate/difference.js";
import { layoutOf } from "../../simulate/kernel.js";
import { planSimulation, type SimulationPlan } from "../../simulate/plan.js";
import type { SimulationRequest } from "../../simulate/request.js";
import type { TrialsShape } from "../../simulate/simulation-plan.js";
import type { TensorPlan } from "../../simulate/tensors/index.js";
import { TrainingData } from "../../simulate/training-data.js";
import { LargeDescent } from "./large-descent.js";
import { Constants } from "./namespace.js";
import { ScalarDescent } from "./scalar-descent.js";
import type { GoesOn, Measured, TensorDescent, TrialsGroup } from "./tensor-descent.js";
import type { TensorEngine } from "./tensor-program.js";

/** Data that are drawn between two looks at the clock. */
const drawnAtOnce = 2 ** 17;

/** How long requests may wait to be heard, in milliseconds. */
const turnEvery = 20;

/** Trials on a landscape that is not written with scalars, made ready for any of them. */
export interface LargeTrials {
  /** Of descents that have trials: tensors follow no flow. */
  readonly trials: TrialsPlan;
  readonly seed: bigint | number;
}

/** What is simulated by tensors, whatever trials of it are asked for. */
export class TensorSimulation {
  private readonly engine: TensorEngine;
  private readonly plan: TrialsShape;
  private readonly seed: bigint | number;
  /** Its descent, or both of a difference. */
  private readonly descents: readonly TensorDescent[];
  /** Whether the second one is taken off, or what is taken off from. */
  private readonly sign: 1 | -1;
  private turned = 0;

  /**
   * @param plan the request's with calls; it has no programs for later passes, and no step constants.
   * @throws SimulationError of one line when the request is wrong, or too large.
   */
  constructor(engine: TensorEngine, work: SimulationRequest | LargeTrials, plan?: SimulationPlan) {
    // The numbers of its programs are let go with it.
    this.engine = { ...engine, constants: new Constants(engine.tf) };
    this.seed = work.seed;
    if (isLarge(work)) {
      const { plan: first, other } = work.trials;
      this.descents = [first, ...(other === undefined ? [] : [other.of])].map(
        (one) => new LargeDescent(this.engine, one as TensorPlan),
      );
      this.sign = other?.sign ?? 1;
    } else {
      this.descents = [new ScalarDescent(this.engine, plan ?? planSimulation(work, "calls"))];
      this.sign = 1;
    }
    this.plan = this.descents[0]!.plan;
  }

  /** Lets its tensors go. */
  dispose(): void {
    for (const descent of this.descents) {
      descent.dispose();
    }
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
    const found = foundOf(columns).length;
    const done = { count: 0, sums: columns.map(() => ({ sum: 0n, squares: 0n, overflowed: 0 })) };
    const told = columns.map((): (number | null)[] => []);
    const open = {
      trials: [] as number[],
      weights: [] as number[][],
      values: Array.from({ length: found }, (): number[] => []),
    };
    const groups = Math.ceil(trials / Math.min(...this.descents.map(({ mostTrials }) => mostTrials)));
    const lanes = Math.ceil(trials / groups);
    const drawn = this.descents.map(
      ({ plan }) => new TrainingData(plan, this.seed, lanes, layoutOf(plan).places),
    );
    for (let trial = first; trial < first + trials; ) {
      const low = trial % 2 ** 32;
      for (const data of drawn) {
        data.begin(low, Math.floor(trial / 2 ** 32));
      }
      // Lanes beyond the low word's end would be other trials.
      const used = Math.min(lanes, first + trials - trial, 2 ** 32 - low);
      const measured = await this.group(drawn, signal, alive);
      if (measured === undefined) {
        return nothingDone(columns.length, started);
      }
      for (let lane = 0; lane < used; lane++) {
        const differences = measured.columns.map((column) => column[lane]!);
        const finite =
          measured.staysFinite[lane]! &&
          columns.every((column, index) => mayOverflow(column) || Number.isFinite(differences[index]!));
        const sound = finite && !measured.unsettled[lane];
        const isOpen = finite && !sound && differences.slice(0, found).every(Number.isFinite);
        if (sound) {
          done.count++;
        }
        if (isOpen) {
          open.trials.push(trial - first + lane);
          measured.weights.forEach((ends, weight) => {
            open.weights[weight] ??= [];
            open.weights[weight].push(ends[lane]!);
          });
        }
        differences.forEach((difference, column) => {
          const isKnown = sound && Number.isFinite(difference);
          if (values) {
            told[column]!.push(isKnown ? difference : null);
          }
          if (isOpen) {
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
    drawn: readonly TrainingData[],
    signal: AbortSignal,
    alive: () => void,
  ): Promise<Measured | undefined> {
    const found: Measured[] = [];
    for (const [place, descent] of this.descents.entries()) {
      const measured = await this.descend(descent, drawn[place]!, signal, alive);
      if (measured === undefined) {
        return undefined;
      }
      found.push(measured);
    }
    const [own, theirs] = found;
    return theirs === undefined ? own : this.difference(own!, theirs);
  }

  private async descend(
    descent: TensorDescent,
    drawn: TrainingData,
    signal: AbortSignal,
    alive: () => void,
  ): Promise<Measured | undefined> {
    const { plan } = descent;
    const layout = layoutOf(plan);
    const group = descent.begin(drawn);
    const goesOn: GoesOn = async () => {
      await this.turn(group, alive);
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
    const take = async (place: number, batches: number) => {
      for (let batch = 0; batch < batches; batch++) {
        if (!(await group.update(place + batch * plan.batch, goesOn))) {
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
          if (!(await take(0, plan.batchesPerEpoch))) {
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
          if (!(await take(point - 4 * firstBlock, (end - point) / plan.batch))) {
            return undefined;
          }
        }
      }
      return await group.measured(goesOn);
    } finally {
      group.dispose();
    }
  }

  /** What is left of what one descent measured when the other's is taken off; products are made anew. */
  private difference(own: Measured, theirs: Measured): Measured {
    const columns: Float64Array[] = [];
    this.plan.columns.forEach((column, index) => {
      columns.push(
        own.columns[index]!.map((value, lane) =>
          isMeasured(column)
            ? this.sign * (value - theirs.columns[index]![lane]!)
            : madeOf(column, (place) => columns[place]![lane]!),
        ),
      );
    });
    return {
      ...own,
      columns,
      staysFinite: own.staysFinite.map((stays, lane) => stays && theirs.staysFinite[lane]!),
    };
  }

  /** Lets requests be heard, now and then, and waits for a device that has fallen behind. */
  private async turn(group: TrialsGroup, alive: () => void): Promise<void> {
    if (performance.now() - this.turned < turnEvery) {
      return;
    }
    await group.settle();
    alive();
    await nextTurn();
    this.turned = performance.now();
  }
}

function isLarge(work: SimulationRequest | LargeTrials): work is LargeTrials {
  return "trials" in work && typeof work.trials === "object";
}

function nothingDone(columns: number, started: number): TrialsDone {
  const sums = Array.from({ length: columns }, () => ({ sum: "0", squares: "0" }));
  return { trials: 0, count: 0, sums, seconds: (performance.now() - started) / 1000 };
}
