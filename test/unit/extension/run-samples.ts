import type { RunHeader, RunPoint } from "../../../src/runs/index.js";

/** A run's header, of two learning rates unless told otherwise. */
export function header(more: Partial<RunHeader> = {}): RunHeader {
  return {
    id: "1",
    kind: "verification",
    title: "once",
    uri: "file:///w/a.diag",
    file: "a.diag",
    textHash: "0",
    started: 0,
    landscape: "bowl",
    spacetime: "sgd(N = 1, E = 1, B = 1)",
    prediction: "order 2",
    sum: "exact",
    order: 2,
    observables: ["test_loss"],
    etas: [0.1, 0.2],
    trials: 20_000,
    seed: 1,
    backend: "cpu",
    version: "0",
    ...more,
  };
}

/** A verified number that agrees unless told otherwise. */
export function point(more: Partial<RunPoint> = {}): RunPoint {
  return {
    eta: 0.1,
    observable: "test_loss",
    measured: 0.9113,
    standardError: 0.0006,
    trials: 20_000,
    diverged: 0,
    predicted: 0.91,
    truncation: 0.0001,
    verdict: "agrees",
    reason: "within 3s + τ = 0.00190",
    steps: 20_000,
    stepsPerSecond: 2e6,
    ...more,
  };
}
