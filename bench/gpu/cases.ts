import { defaultObservable, numbersOf } from "../../src/observables/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { archimedes, gauss } from "../simulate/landscapes.js";

/** What each engine and rival simulates; the rivals have the rate in rival.py. */
export interface Case {
  readonly name: "gauss" | "archimedes";
  readonly title: string;
  /** Updates of a trial. */
  readonly updates: number;
  readonly trials: number;
  readonly landscape: SimulationRequest["landscape"];
  readonly rate: number;
  /**
   * The test loss after the last update, good to 10^-7 (Gauss) and 10^-6 (Archimedes). Found without random
   * numbers: the expectation was followed backwards through the updates on Chebyshev points, the mean over x
   * taken by Gauss's quadrature. Archimedes' screw has two numbers in its turning frame, and is stationary by
   * T = 200.
   */
  readonly expected: number;
}

export const cases: readonly Case[] = [
  {
    name: "gauss",
    title: "Gauss",
    updates: 100,
    trials: 10_000_000,
    landscape: gauss,
    rate: 0.1,
    expected: 0.51354,
  },
  {
    name: "archimedes",
    title: "Archimedes",
    updates: 10_000,
    trials: 100_000,
    landscape: archimedes,
    rate: 0.1,
    expected: 0.0270395,
  },
];

export function requestOf({ landscape, updates, rate }: Case, trials: number): SimulationRequest {
  return {
    landscape,
    spacetime: { optimiser: "sgd", parameters: { N: updates, E: 1, B: 1, shuffle: "same" } },
    eta: rate,
    numbers: numbersOf(defaultObservable, landscape),
    trials,
    seed: 1,
  };
}
