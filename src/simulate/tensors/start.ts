import type { LargeLandscape } from "../../evaluate/index.js";
import { RowDerivatives } from "../../tensors/index.js";
import type { LossesAtStart } from "../losses.js";

/** How exact means over rows are, as a share of them. */
const summation = 1e-12;

const known = new WeakMap<LargeLandscape["whole"], RowDerivatives>();

/** The derivatives of a large landscape's loss where descent starts. @throws LandscapeError where there are infinitely many rows. */
export function derivativesAtStart({ whole }: LargeLandscape): RowDerivatives {
  let found = known.get(whole);
  if (found === undefined) {
    found = new RowDerivatives(whole, Float64Array.from(whole.weights.flatMap(({ start }) => [...start])));
    known.set(whole, found);
  }
  return found;
}

/**
 * Finds the expected loss where descent starts, in steps of some rows, so that who makes requests ready need not wait for all of them at once.
 * @throws LandscapeError where there are infinitely many rows, and where it is not finite.
 */
export function findingLossAtStart(landscape: LargeLandscape): Generator<undefined, void> {
  return derivativesAtStart(landscape).findingValue();
}

/** Takes the expected loss where descent starts from whoever has found it, over all rows. */
export function knowLossAtStart(landscape: LargeLandscape, loss: number): void {
  derivativesAtStart(landscape).know(loss);
}

/**
 * The losses of a large landscape where descent starts; programs of tensors leave no constants out.
 * @param units what evaluating may be off by, as a share of what is added up.
 * @throws LandscapeError where it is not finite.
 */
export function tensorLossesAtStart(landscape: LargeLandscape, units: number): LossesAtStart {
  const expectation = derivativesAtStart(landscape).value;
  return {
    constant: 0,
    testConstant: 0,
    expectation,
    resolution: (units + summation) * Math.abs(expectation),
  };
}
