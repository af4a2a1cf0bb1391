import type { DataSource, Landscape } from "../../../../src/landscape/index.js";
import { numbersOf, type Observable } from "../../../../src/observables/index.js";
import { type Descent, scheduleOf, stepSize } from "../../../../src/optimisers/index.js";
import { observedOf } from "../../../../src/simulate/column.js";
import { batchLaw } from "../../../../src/simulate/controls/data-law.js";
import { fitControls } from "../../../../src/simulate/controls/fit.js";
import { type ControlFit, controlledState } from "../../../../src/simulate/controls/model.js";
import { type ControlledPlan, withControls } from "../../../../src/simulate/controls/plan.js";
import { recordTrials } from "../../../../src/simulate/controls/recorded.js";
import { wholly } from "../../../../src/simulate/controls/whole.js";
import { planSimulation } from "../../../../src/simulate/plan.js";
import type { TrainingData } from "../../../../src/simulate/training-data.js";
import { TwinDescent } from "../../../../src/simulate/twin-descent.js";

export interface Case {
  readonly landscape: Landscape;
  readonly spacetime: Descent;
  readonly eta: number;
  readonly observables: readonly Observable[];
  readonly degree: number;
}

/** Fits controls to a pilot of some trials. @param change makes another fit of it. */
export function controlled(
  { landscape, spacetime, eta, observables, degree }: Case,
  change: (fit: ControlFit) => ControlFit = (fit) => fit,
): ControlledPlan {
  const numbers = observables.flatMap((observable) => numbersOf(observable, landscape));
  const plain = planSimulation({ landscape, spacetime, eta, numbers, trials: 1, seed: 3 });
  const schedule = scheduleOf(spacetime);
  const state = controlledState(landscape, observedOf(numbers), schedule, stepSize(spacetime, eta))!;
  const law = batchLaw(landscape, state.features, schedule.batch, degree)!;
  const pilot = recordTrials(withControls(plain, landscape, state, undefined), 3, 2 ** 53 + 2 ** 32, 256);
  return withControls(plain, landscape, state, change(wholly(fitControls(state, law, degree, pilot))));
}

/** What a datum of each source may be, with probabilities. */
function outcomesOf(
  source: DataSource,
): readonly { readonly values: readonly number[]; readonly probability: number }[] {
  switch (source.kind) {
    case "finite":
      return source.outcomes.map(({ value, probability }) => ({ values: [value], probability }));
    case "rows": {
      const width = source.names.length;
      const rows = source.values.length / width;
      return Array.from({ length: rows }, (_, row) => ({
        values: Array.from({ length: width }, (_, column) => source.values[row * width + column]!),
        probability: 1 / rows,
      }));
    }
    case "continuous":
      throw new Error("continuous data cannot be enumerated");
  }
}

export interface Enumerated {
  /** Of each sequence of data. */
  readonly probabilities: readonly number[];
  /** `states[register][sequence]` after the last update. */
  readonly states: readonly Float64Array[];
}

/** Every sequence of training points there may be, with the programs of a plan carried out on it. */
export function enumerated(plan: ControlledPlan, landscape: Landscape): Enumerated {
  const points = landscape.data.map(outcomesOf).reduce(
    (all, outcomes) =>
      all.flatMap((one) =>
        outcomes.map(({ values, probability }) => ({
          values: [...one.values, ...values],
          probability: one.probability * probability,
        })),
      ),
    [{ values: [] as readonly number[], probability: 1 }],
  );
  const count = points.length ** plan.points;
  const chosen = (sequence: number, place: number) =>
    points[Math.floor(sequence / points.length ** place) % points.length]!;
  const sequences = Array.from({ length: count }, (_, sequence) => sequence);
  const training = {
    values: (place: number, column: number) =>
      Float64Array.from(sequences, (sequence) => chosen(sequence, place).values[column]!),
  } as TrainingData;
  const states = plan.states.map(({ start }) => new Float64Array(count).fill(start));
  const first = new TwinDescent(plan, plan, count, plan.steps);
  const later = plan.later === undefined ? first : new TwinDescent(plan, plan.later, count);
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    for (let update = 0; update < plan.batchesPerEpoch; update++) {
      (epoch === 0 ? first : later).update(states, training, update * plan.batch, update);
    }
  }
  return {
    probabilities: sequences.map((sequence) =>
      Array.from({ length: plan.points }, (_, place) => chosen(sequence, place).probability).reduce(
        (product, probability) => product * probability,
        1,
      ),
    ),
    states,
  };
}

export function expectation(probabilities: readonly number[], values: ArrayLike<number>): number {
  return probabilities.reduce((sum, probability, at) => sum + probability * values[at]!, 0);
}
