import { simulateTrials } from "./kernel.js";
import type { SimulationPlan, TestLossCheck } from "./simulation-plan.js";
import { TwinKernel } from "./twin.js";

/** Trials of a pilot have numbers that no run's have (docs/streams.md). */
const firstOfPilot = 2 ** 53;

const mostTrials = 64;
const fewestTrials = 4;

/** Instructions of all trials together that a pilot should take, some hundredths of a second, and may take. */
const instructions = { wanted: 2 ** 24, most: 2 ** 28 };

/**
 * Where some trials of a plan end that measures the displacements of all weights, in the order of the weights. Trials that
 * diverge are left out; where even a few trials would take long, the start stands for all.
 */
export function pilotEnds(plan: SimulationPlan, seed: bigint | number): readonly (readonly number[])[] {
  const starts = plan.states.slice(0, plan.weights).map(({ start }) => start);
  const perTrial = plan.points * plan.epochs * Math.max(1, plan.descent.instructions.length);
  if (fewestTrials * perTrial > instructions.most) {
    return [starts];
  }
  let lanes = mostTrials;
  while (lanes > fewestTrials && lanes * perTrial > instructions.wanted) {
    lanes /= 2;
  }
  const kernel = new TwinKernel(plan, seed, lanes);
  simulateTrials(kernel, plan, firstOfPilot, firstOfPilot + lanes, () => false);
  const displacements = starts.map((_, weight) => kernel.values(weight, 0, lanes));
  return Array.from({ length: lanes }, (_, lane) =>
    starts.map((start, weight) => start + displacements[weight]![lane]!),
  ).filter((end) => end.every(Number.isFinite));
}

/** By how much a box is wider than the places it is put around. */
const widened = 3;

/** A box around some places, with room for others like them; of no places one that holds nothing. */
export function boxAround(ends: readonly (readonly number[])[]): TestLossCheck["box"] {
  const [one] = ends;
  if (one === undefined) {
    return [{ low: Number.MAX_VALUE, high: -Number.MAX_VALUE }];
  }
  return one.map((_, weight) => {
    const values = ends.map((end) => end[weight]!);
    const low = Math.min(...values);
    const high = Math.max(...values);
    const half = Math.max((widened * (high - low)) / 2, 1e-3 * Math.max(1, Math.abs(low), Math.abs(high)));
    return { low: (low + high) / 2 - half, high: (low + high) / 2 + half };
  });
}
