import { componentLabels, type Evaluator } from "../evaluate/index.js";
import { openSimulator, type SimulationResult, type Simulator } from "../simulate/index.js";
import { updates } from "../spacetime/index.js";
import { evaluatorFor, predict } from "./predict.js";
import type { VerifySpecification } from "./specification.js";
import { judge, type PredictedNumber, type Verdict } from "./verdict.js";

/** One number verified at one learning rate: the rows of `diag verify` (LANGUAGE.md). */
export interface VerifyRun {
  readonly verify: string;
  readonly eta: number;
  readonly observable: string;
  readonly predicted: number;
  readonly truncation: number;
  /** `null` when no trial stayed finite. */
  readonly measured: number | null;
  readonly standardError: number | null;
  readonly trials: number;
  readonly diverged: number;
  /** Updates simulated, over all trials. */
  readonly steps: number;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly trialsToDecide?: number;
  /** What simulated: `cpu`, which is the WebAssembly kernel. */
  readonly backend: string;
  readonly seed: number;
  readonly stepsPerSecond: number;
  /** Present when the run was stopped before all its trials were done. */
  readonly cancelled?: true;
}

/** What is known while a run goes on. */
export interface VerifyProgress {
  readonly verify: string;
  readonly eta: number;
  readonly trials: number;
  readonly totalTrials: number;
  readonly stepsPerSecond: number;
  /** Seconds until this run is done, at the present rate. */
  readonly secondsLeft: number;
}

export interface VerifyOptions {
  /** Instead of the specification's. */
  readonly trials?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: VerifyProgress) => void;
  readonly onRun?: (run: VerifyRun) => void;
}

/** Trials for a specification that names none. */
export const defaultTrials = 100_000;

/** The seed where neither the file nor the command names one. */
export const defaultSeed = 1;

/**
 * Predicts and simulates every learning rate and observable of a specification, and judges.
 * When the signal aborts, the run under way is judged by the trials done, marked `cancelled`, and
 * the rest is left out.
 *
 * @throws EvaluationError, LandscapeError, SimulationError with one line for the user.
 */
export async function runVerification(
  specification: VerifySpecification,
  options: VerifyOptions = {},
): Promise<VerifyRun[]> {
  const trials = options.trials ?? specification.trials ?? defaultTrials;
  const seed = options.seed ?? specification.seed ?? defaultSeed;
  const evaluator = evaluatorFor(specification);
  // One simulator for all learning rates keeps its workers and compiled kernels.
  const simulator = openSimulator(options.workers);
  try {
    return await verifyEach(specification, options, evaluator, simulator, trials, seed);
  } finally {
    await simulator.close();
  }
}

async function verifyEach(
  specification: VerifySpecification,
  options: VerifyOptions,
  evaluator: Evaluator,
  simulator: Simulator,
  trials: number,
  seed: number,
): Promise<VerifyRun[]> {
  const { landscape, spacetime, observables } = specification;
  const runs: VerifyRun[] = [];
  for (const eta of specification.etas) {
    if (options.signal?.aborted) {
      break;
    }
    const predictions = observables.flatMap((observable) => {
      const labels = componentLabels(observable, landscape);
      return predict(evaluator, specification, observable, eta).map((prediction, index) => ({
        label: labels[index]!,
        prediction,
      }));
    });
    const started = performance.now();
    const result = await simulator.simulate(
      { landscape, spacetime, eta, observables, trials, seed },
      {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        onProgress: ({ trials: done, total }) => {
          const seconds = (performance.now() - started) / 1000;
          options.onProgress?.({
            verify: specification.name,
            eta,
            trials: done,
            totalTrials: total,
            stepsPerSecond: (done * updates(spacetime)) / seconds,
            secondsLeft: done === 0 ? Number.POSITIVE_INFINITY : (seconds * (total - done)) / done,
          });
        },
      },
    );
    if (result.trials === 0) {
      break;
    }
    for (const { label, prediction } of predictions) {
      const run = recordOf(specification.name, eta, label, prediction, result, seed, trials);
      runs.push(run);
      options.onRun?.(run);
    }
  }
  return runs;
}

function recordOf(
  verify: string,
  eta: number,
  label: string,
  prediction: PredictedNumber,
  result: SimulationResult,
  seed: number,
  wanted: number,
): VerifyRun {
  const statistics = result.statistics.find((one) => one.label === label)!;
  const judgement = judge(prediction, {
    measured: statistics.mean,
    standardError: statistics.standardError,
    trials: result.trials,
    diverged: result.diverged,
  });
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    verify,
    eta,
    observable: label,
    predicted: prediction.predicted,
    truncation: prediction.truncation,
    measured: finite(statistics.mean),
    standardError: finite(statistics.standardError),
    trials: result.trials,
    diverged: result.diverged,
    steps: result.steps,
    ...judgement,
    backend: "cpu",
    seed,
    stepsPerSecond: Math.round(result.steps / result.seconds),
    ...(result.trials < wanted ? { cancelled: true as const } : {}),
  };
}

/** The exit status of a set of runs: 1 when one disagrees, else 3 when one is inconclusive, else 0. */
export function exitStatus(runs: readonly VerifyRun[]): 0 | 1 | 3 {
  if (runs.some((run) => run.verdict === "disagrees")) {
    return 1;
  }
  return runs.some((run) => run.verdict === "inconclusive") ? 3 : 0;
}
