import { noiseWord } from "../compile/streams.js";
import { expectedLossParts } from "../landscape/expected.js";
import { LossFinder } from "../landscape/loss-finder.js";
import type { AnyPlan } from "./any-plan.js";
import { visitInstructions } from "./cost.js";
import { addSums, type ColumnSums, type ExactMoments, noMoments } from "./exact-sum.js";
import type { TrialsShape } from "./simulation-plan.js";
import { mergeUnfound, type UnfoundLosses } from "./unfound.js";

/**
 * What a back end does for one group of trials at a time: neighbouring trials, one a lane. Calls are
 * short (some milliseconds at most), so that a run can stop between them.
 */
export interface Kernel {
  readonly lanes: number;
  /**
   * Sets the lanes to the trials from `high · 2^32 + low` and their state to the start. With the highest bit of `high` set
   * what they draw is an optimiser's noise.
   */
  begin(low: number, high: number): void;
  /** Draws the data of points `4·firstBlock …` into the places of a buffer from `place`, four a block. */
  draw(firstBlock: number, blocks: number, place: number): void;
  /** Shuffles the stored points as before the given epoch (1, 2, …). */
  shuffle(epoch: number): void;
  /**
   * Updates the state with this many batches, which lie in the buffer from `place` on.
   * @param epoch 0, 1, …, and the number of the first of these batches in it.
   */
  descend(place: number, batches: number, epoch: number, first: number): void;
  /**
   * Measures every lane; lane `i` becomes trial `slot + i` of the chunk.
   * @param shouldStop where it takes long it looks at this now and then, and leaves off: what was measured then means nothing.
   */
  measure(slot: number, shouldStop: () => boolean): void;
  /**
   * Those of the first `trials` lanes that were just measured into `slot …` whose weights are finite and whose test loss
   * does not hold.
   */
  unsettled(slot: number, trials: number): readonly UnsettledTrial[];
  /** Tells the test loss of an unsettled trial, among those that were measured last. */
  settle(slot: number, testLoss: number): void;
  /** Sums over the chunk's trials `from … to − 1`; those still unsettled are in no sum of test losses. */
  collect(from: number, to: number): CollectedSums;
}

/** What became of a trial: it is in all sums, in none, or in none of expected losses. */
export type Fate = "measured" | "diverged" | "unfound";

/** What some trials measured. */
export interface MeasuredTrials {
  /** A column of trials `from … to − 1`, NaN where one is in no sum of it. */
  values(column: number, from: number, to: number): readonly number[];
  fates(from: number, to: number): readonly Fate[];
}

/** A kernel that tells what each trial of its chunk measured. */
export interface TellingKernel extends Kernel, MeasuredTrials {
  /**
   * Puts in the place of what trials `from … to − 1` measured what is left of it when what others measured is taken off, or,
   * with the sign −1, what is left of theirs; products are made anew.
   */
  takeOff(others: MeasuredTrials, sign: 1 | -1, from: number, to: number): void;
}

/** A trial that has to be measured elsewhere. */
export interface UnsettledTrial {
  readonly slot: number;
  readonly weights: readonly number[];
}

export interface CollectedSums {
  /** Trials that did not diverge. */
  readonly count: number;
  readonly sums: readonly ColumnSums[];
}

/** What came of some trials. */
export interface ChunkResult extends CollectedSums {
  readonly trials: number;
  readonly unfound?: UnfoundLosses;
}

export function emptyChunk(plan: TrialsShape): ChunkResult {
  return { trials: 0, count: 0, sums: plan.columns.map(() => ({ count: 0, sum: 0n, squares: 0n })) };
}

export function addChunks(first: ChunkResult, second: ChunkResult): ChunkResult {
  return {
    trials: first.trials + second.trials,
    count: first.count + second.count,
    sums: first.sums.map((entry, index) => addSums(entry, second.sums[index]!)),
    ...mergeUnfound(first, second),
  };
}

/** The moments of each of a plan's columns. */
export function momentsOf(plan: TrialsShape, chunk: ChunkResult): readonly ExactMoments[] {
  return plan.columns.map((column, index) => ({ ...noMoments(column.center), ...chunk.sums[index]! }));
}

/** How a kernel's buffer of training data is used. */
export interface Layout {
  /** Points between two draws when data are not stored: whole batches. */
  readonly segment: number;
  /** Places in the buffer, a multiple of four. */
  readonly places: number;
}

const fewestPlaces = 128;

export function layoutOf(plan: TrialsShape): Layout {
  const { points, batch } = plan;
  if (plan.stored) {
    return { segment: points, places: Math.ceil(points / 4) * 4 };
  }
  const aligned = batch % 4 === 0 ? batch : batch % 2 === 0 ? 2 * batch : 4 * batch;
  const unit = aligned <= fewestPlaces ? aligned : batch;
  const segment = Math.min(points, unit * Math.max(1, Math.floor(fewestPlaces / unit)));
  return { segment, places: Math.ceil((segment + 3) / 4) * 4 };
}

/** About how many datum visits of a lane there are between two looks at the clock or at a stop. */
const sliceWork = 1 << 14;

/** As many instructions at most. */
const sliceInstructions = 1 << 23;

/**
 * Simulates the trials `from … to − 1`, at most `most` of them at a time being in the kernel's chunk.
 * Returns undefined when `shouldStop` said so before they were done.
 */
export function simulateTrials(
  kernel: Kernel,
  plan: AnyPlan,
  from: number,
  to: number,
  shouldStop: () => boolean,
): ChunkResult | undefined {
  const unfound = measureTrials(kernel, plan, from, to, shouldStop);
  return unfound && { trials: to - from, ...kernel.collect(0, to - from), ...unfoundOf(unfound, from) };
}

/** Why losses of trials are not found, by the trials' places in the chunk, in their order. */
export type UnfoundPlaces = ReadonlyMap<number, string>;

export function unfoundOf(unfound: UnfoundPlaces, from: number): { readonly unfound?: UnfoundLosses } {
  const [first] = [...unfound].sort(([one], [other]) => one - other);
  return first === undefined
    ? {}
    : { unfound: { trials: unfound.size, first: from + first[0], reason: first[1] } };
}

/** {@link simulateTrials}, with the trials measured and not yet added up. @returns those whose losses are not found. */
export function measureTrials(
  kernel: Kernel,
  plan: AnyPlan,
  from: number,
  to: number,
  shouldStop: () => boolean,
): UnfoundPlaces | undefined {
  const layout = layoutOf(plan);
  const unfound = new Map<number, string>();
  for (let trial = from; trial < to; trial += kernel.lanes) {
    const high = Math.floor(trial / 2 ** 32);
    kernel.begin(trial % 2 ** 32, plan.drawsNoise ? noiseWord(high) : high);
    const finished = plan.stored
      ? runStored(kernel, plan, shouldStop)
      : runOnce(kernel, plan, layout, shouldStop);
    if (!finished) {
      return undefined;
    }
    kernel.measure(trial - from, shouldStop);
    for (const { slot, weights } of kernel.unsettled(trial - from, Math.min(kernel.lanes, to - trial))) {
      if (shouldStop()) {
        return undefined;
      }
      const found = finderOf(plan).at(weights);
      if ("loss" in found) {
        kernel.settle(slot, found.loss);
      } else {
        unfound.set(slot, found.reason);
      }
    }
    if (shouldStop()) {
      return undefined;
    }
  }
  return unfound;
}

const finders = new WeakMap<TrialsShape, LossFinder>();

/** What finds the test losses of a plan that checks them, where its points do not hold. */
export function finderOf(plan: TrialsShape): LossFinder {
  let finder = finders.get(plan);
  if (finder === undefined) {
    const { landscape, fit } = plan.check!;
    finder = new LossFinder(landscape, expectedLossParts(landscape), fit);
    finders.set(plan, finder);
  }
  return finder;
}

/** Every point is used once: data are drawn a segment at a time and forgotten. */
function runOnce(kernel: Kernel, plan: AnyPlan, layout: Layout, shouldStop: () => boolean): boolean {
  for (let point = 0; point < plan.points; point += layout.segment) {
    const end = Math.min(plan.points, point + layout.segment);
    const firstBlock = Math.floor(point / 4);
    kernel.draw(firstBlock, Math.ceil(end / 4) - firstBlock, 0);
    const batches = { epoch: 0, first: point / plan.batch, count: (end - point) / plan.batch };
    if (!descendSlices(kernel, plan, point - 4 * firstBlock, batches, shouldStop)) {
      return false;
    }
  }
  return true;
}

function runStored(kernel: Kernel, plan: AnyPlan, shouldStop: () => boolean): boolean {
  const blocks = Math.ceil(plan.points / 4);
  const slice = sliceWork / 4;
  for (let block = 0; block < blocks; block += slice) {
    kernel.draw(block, Math.min(slice, blocks - block), 4 * block);
    if (shouldStop()) {
      return false;
    }
  }
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    if (epoch > 0 && plan.reshuffled) {
      kernel.shuffle(epoch);
    }
    if (!descendSlices(kernel, plan, 0, { epoch, first: 0, count: plan.batchesPerEpoch }, shouldStop)) {
      return false;
    }
  }
  return true;
}

function descendSlices(
  kernel: Kernel,
  plan: AnyPlan,
  place: number,
  { epoch, first, count }: { epoch: number; first: number; count: number },
  shouldStop: () => boolean,
): boolean {
  const points = Math.min(sliceWork, sliceInstructions / Math.max(1, visitInstructions(plan)));
  const slice = Math.max(1, Math.floor(points / plan.batch));
  for (let batch = 0; batch < count; batch += slice) {
    kernel.descend(place + batch * plan.batch, Math.min(slice, count - batch), epoch, first + batch);
    if (shouldStop()) {
      return false;
    }
  }
  return true;
}
