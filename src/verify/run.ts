import { updatesOf } from "../optimisers/index.js";
import { type Measurement, processor, type Run } from "../runs/index.js";
import type { AnyRequest, SimulationProgress, SimulationResult } from "../simulate/index.js";
import { estimateOf } from "./controlled.js";
import { withCovariances } from "./covariances.js";
import { engineKey, isAsProcessor } from "./engine-keys.js";
import { isOfAll, judgedRuns } from "./judged-run.js";
import { finite, type Measured } from "./measured.js";
import { errorsExist } from "./moments.js";
import type { VerifyOptions } from "./options.js";
import { orderNumbers } from "./order-numbers.js";
import { Outlooks } from "./outlook.js";
import { widerOf } from "./rounding.js";
import { simulateInSegments } from "./segments.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";
import { factsOfTrials, trialsAt } from "./trials-at.js";
import {
  judgedAs,
  type NumberOfPoint,
  predictionsAt,
  type Verification,
  withOutlooks,
  withVerification,
} from "./verification.js";

/**
 * Predicts and simulates every learning rate and observable of a specification, and judges.
 * When the signal aborts, the run under way is judged by the trials done, marked `cancelled`, and the rest is left out.
 * Where there are checkpoints, these trials are kept before they are told of.
 *
 * @throws EvaluationError, LandscapeError, SimulationError with one line for the user.
 */
export async function runVerification(
  specification: VerifySpecification,
  options: VerifyOptions = {},
): Promise<Run[]> {
  return (await withVerification(specification, options, verifyAll)) ?? [];
}

/** All learning rates, and what is kept of them. */
async function verifyAll(verification: Verification): Promise<Run[]> {
  const { options, keeper } = verification;
  const runs = await verifyEach(verification);
  const settle = (isStopped: boolean) => (isStopped ? keeper.write() : keeper.finish());
  if (options.signal?.aborted) {
    await settle(true);
  } else if (options.onSettle) {
    options.onSettle(settle);
  } else {
    await settle(false);
  }
  return runs;
}

async function verifyEach(verification: Verification): Promise<Run[]> {
  const { specification, options, evaluator, trials, seed } = verification;
  const { landscape } = specification;
  const outlooks = new Outlooks(specification);
  const errorExists = errorsExist(landscape, specification.spacetime);
  const runs: Run[] = [];
  for (const eta of specification.etas) {
    if (options.signal?.aborted) {
      break;
    }
    const predictions = predictionsAt(verification, eta);
    // Before trials: a run that is stopped is to be told of at once.
    const note = evaluator?.divergence(eta, specification.spacetime);
    const measured = judgedAs(specification.spacetime, await measure(verification, eta, predictions));
    // What a stopped run tells is on disk by then.
    if (options.signal?.aborted) {
      await verification.keeper.write();
    }
    if (measured.result.trials === 0) {
      break;
    }
    const rate = { specification, eta, seed, wanted: trials, note, errorExists };
    const judged = withOutlooks(specification, outlooks, eta, predictions);
    for (const run of judgedRuns(rate, judged, measured)) {
      runs.push(run);
      options.onRun?.(run);
    }
  }
  return runs;
}

/** The trials at one learning rate, those of an earlier run taken over. */
async function measure(
  verification: Verification,
  eta: number,
  predictions: readonly NumberOfPoint[],
): Promise<Measured> {
  const { trialled: specification, options, keeper, trials } = verification;
  const { spacetime, name } = specification;
  const prepared = await trialsAt(verification, eta, predictions);
  const { exact, request, engine, controls, done } = prepared;
  let { floors } = prepared;
  if (done !== undefined) {
    keeper.tellKept(eta, done);
    await keeper.take(eta, done, trials);
  }
  options.onPhase?.({ doing: "simulating", verify: name, eta });
  const facts = await factsOfTrials(verification, prepared);
  const started = performance.now();
  const onProgress = (progress: SimulationProgress) => {
    const seconds = Math.max((performance.now() - started) / 1000, 1e-6);
    const fresh = progress.trials - (done?.result.trials ?? 0);
    const { trials: known, total } = progress;
    const secondsHere = fresh === 0 ? Number.POSITIVE_INFINITY : (seconds * (total - known)) / fresh;
    const etasLeft = specification.etas.length - 1 - specification.etas.indexOf(eta);
    const share = (total - known) / total;
    const secondsLeft = share > 0 ? secondsHere + etasLeft * (secondsHere / share) : Number.POSITIVE_INFINITY;
    const stepsPerSecond = (fresh * updatesOf(spacetime)) / seconds;
    options.onProgress?.(
      { eta, trials: known, totalTrials: total, stepsPerSecond, secondsLeft: finite(secondsLeft) },
      measurementsOf(specification, eta, progress),
      secondsHere,
    );
  };
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const withErrorRate = async (trialled: Omit<Measured, "errorRate">): Promise<Measured> => {
    const errorRate = await verification.engines.errorRateFor(
      { ...exact, ...pointsOf(request) },
      options.signal,
    );
    return errorRate === undefined ? trialled : { ...trialled, errorRate };
  };
  if (!keeper.keeps && engine.name === processor.name) {
    return withErrorRate({
      result: covarying(await engine.simulate(request, { ...signal, onProgress }), request),
      engines: [engineKey(engine, request)],
      device: engine.device,
      floors,
      ...facts,
    });
  }
  const engines = [...new Set([...(done?.engines ?? []), engineKey(engine, request)])];
  let { device } = engine;
  const result = await simulateInSegments(engine, request, {
    ...signal,
    ...(done === undefined ? {} : { done: done.result }),
    onProgress,
    keep: (result) =>
      keeper.take(
        eta,
        { result, engines: [...engines], floors, ...(controls === undefined ? {} : { controls }) },
        trials,
      ),
    fallback: async (reason) => {
      const next = await verification.engines.fallBack(eta, reason);
      const key = engineKey(next, request);
      if (engines.at(-1) !== key) {
        engines.push(key);
      }
      if (!isAsProcessor(engine.name)) {
        floors = widerOf(
          floors,
          await verification.engines.floorsFor(next, request, undefined, options.signal),
        );
      }
      device = next.device;
      return next;
    },
  });
  return withErrorRate({ result: covarying(result, request), engines, device, floors, ...facts });
}

/** How many test points a request's trials have, where that is not all rows. */
function pointsOf({ testPoints }: AnyRequest): Pick<AnyRequest, "testPoints"> {
  return testPoints === undefined ? {} : { testPoints };
}

/** A result in which sums of products are the covariances that they stand for. */
export function covarying(result: SimulationResult, { numbers }: AnyRequest): SimulationResult {
  return { ...result, statistics: withCovariances(result.statistics, numbers) };
}

/** What is measured at a learning rate by the trials done so far. */
export function measurementsOf(
  specification: VerifySpecification,
  eta: number,
  progress: Pick<SimulationProgress, "trials" | "diverged" | "statistics">,
): Measurement[] {
  const { trials, diverged } = progress;
  const observed = observedNumbers(specification);
  const statistics = withCovariances(progress.statistics, orderNumbers(observed, -1, true));
  return observed.map(({ label }) => {
    const { mean, standardError } = estimateOf(label, { statistics }, isOfAll(progress)).best;
    const means = { measured: finite(mean), standardError: finite(standardError) };
    return { eta, observable: label, ...means, trials, diverged };
  });
}

/** The exit status of a set of runs: 1 when one disagrees, else 3 when one is inconclusive, else 0. */
export function exitStatus(runs: readonly Run[]): 0 | 1 | 3 {
  if (runs.some((run) => run.verdict === "disagrees")) {
    return 1;
  }
  return runs.some((run) => run.verdict === "inconclusive") ? 3 : 0;
}
