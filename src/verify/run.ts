import { type EngineName, type EngineSource, machineEngines } from "../engines/index.js";
import { type Evaluator, isWritten } from "../evaluate/index.js";
import { numbersOf } from "../observables/index.js";
import { isDifference, isFlow, type SpaceTime, sidesOf, updatesOf } from "../optimisers/index.js";
import {
  auto,
  type BackendChoice,
  defaultSeed,
  type Measurement,
  processor,
  type Run,
  type RunEstimating,
  type RunProgress,
} from "../runs/index.js";
import type { AnyRequest, SimulationProgress, SimulationResult } from "../simulate/index.js";
import { rowsOf } from "../simulate/tensors/index.js";
import { haveCenters, withCenters } from "./centers.js";
import { estimateOf, type RunControls, withControls } from "./controlled.js";
import { withCovariances } from "./covariances.js";
import { EngineChoice } from "./engine-choice.js";
import { engineKey, isAsProcessor, mayGoOn, nameIn } from "./engine-keys.js";
import { prepareSpecification } from "./estimates.js";
import { isOfAll, judgedRuns, type NumberOfRun } from "./judged-run.js";
import { Keeper, type KeeperOptions } from "./keeper.js";
import type { KnownTrials } from "./kept-trials.js";
import { finite, type Measured, withoutError } from "./measured.js";
import type { MeasuredNumbers } from "./measured-numbers.js";
import { errorsExist } from "./moments.js";
import { orderNumbers } from "./order-numbers.js";
import { byLabel } from "./orders.js";
import { Outlooks } from "./outlook.js";
import { evaluatorFor, ordersPredicted, predict, refuseMissing } from "./predict.js";
import { refuseTrials, refuseUntried } from "./refusals.js";
import { widerOf } from "./rounding.js";
import { type EngineNote, type LabelledPrediction, RunEngines, unlessAborted } from "./run-engines.js";
import { simulateInSegments } from "./segments.js";
import { observedNumbers, trialsOf, type VerifySpecification } from "./specification.js";
import { findStartOfLosses } from "./start-losses.js";
import { type Trialled, trialledOf } from "./trialled.js";

/** What a verification does, which may take long before anything can be said of it. */
export interface VerifyPhase {
  /** Expanding the landscape and summing diagrams, estimating these, looking for what simulates, fitting controls, simulating. */
  readonly doing: "predicting" | "estimating" | "choosing" | "fitting" | "simulating";
  readonly verify: string;
  /** Absent where it is for all learning rates. */
  readonly eta?: number;
}

export interface VerifyOptions extends KeeperOptions {
  /** `auto` when absent. */
  readonly backend?: BackendChoice;
  /** This machine's when absent. */
  readonly engines?: EngineSource;
  /** Instead of the specification's. */
  readonly trials?: number;
  readonly seed?: number;
  readonly workers?: number;
  /** Made by {@link evaluatorFor}, when there is one already. */
  readonly evaluator?: Evaluator;
  /**
   * Takes what is to be done in the end, with whether something that belongs to this run was stopped: what is known is kept
   * then, and forgotten otherwise. Absent: it is done with the run.
   */
  readonly onSettle?: (settle: (isStopped: boolean) => Promise<void>) => void;
  readonly signal?: AbortSignal;
  /** Called when trials of an earlier run are taken over. */
  readonly onResume?: (eta: number, trials: number) => void;
  /** Called when trials of an earlier run are not taken over, with a line that says why. */
  readonly onSetAside?: (eta: number, reason: string) => void;
  /** Called when something begins that may take long. */
  readonly onPhase?: (phase: VerifyPhase) => void;
  /** Called while predictions are estimated: before the first sample, after each, and when it turns out that more are needed. */
  readonly onEstimate?: (estimating: RunEstimating) => void;
  /** Called when what estimates has failed and others go on, with a line that says why. */
  readonly onEstimateNote?: (line: string) => void;
  /** Called when it is known what simulates, and when that changes. */
  readonly onEngine?: (note: EngineNote) => void;
  /**
   * Called now and then while trials are simulated.
   * @param partial what is measured so far at the learning rate under way.
   * @param secondsHere until its trials are done, at the present rate; infinite while unknown.
   */
  readonly onProgress?: (progress: RunProgress, partial: readonly Measurement[], secondsHere: number) => void;
  readonly onRun?: (run: Run) => void;
}

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
  refuseUntried(specification);
  options.onPhase?.({ doing: "predicting", verify: specification.name });
  const evaluator =
    specification.prediction === undefined ? undefined : (options.evaluator ?? evaluatorFor(specification));
  const { workers, signal } = options;
  const source = options.engines ?? machineEngines(workers === undefined ? {} : { workers });
  // Engines serve all learning rates, and so keep their workers and compiled kernels.
  const engines = new RunEngines(
    new EngineChoice(source, options.backend ?? auto.name, specification.etas.length),
    specification.name,
    options.onEngine,
  );
  try {
    const trialled = trialledOf(specification);
    const opened = (name: EngineName) => {
      options.onPhase?.({ doing: "choosing", verify: specification.name });
      return engines.opened(name, signal);
    };
    await refuseTrials(trialled, options, opened).catch(unlessAborted(signal));
    if (evaluator?.isEstimate) {
      // What is estimated now, and not by whoever gave the evaluator, may need what an engine holds.
      if (options.evaluator === undefined) {
        await engines.close();
      }
      options.onPhase?.({ doing: "estimating", verify: specification.name });
      await prepareSpecification(evaluator, specification, {
        ...{ backend: options.backend, engines: source, workers, signal },
        ...{ onEstimate: options.onEstimate, onNote: options.onEstimateNote },
      });
    }
    await findStartOfLosses(trialled.specification, signal);
    return signal?.aborted ? [] : await verifyAll(specification, trialled, evaluator, engines, options);
  } finally {
    await engines.close();
  }
}

/** All learning rates, and what is kept of them. */
async function verifyAll(
  specification: VerifySpecification,
  { specification: trialled, numbers }: Trialled,
  evaluator: Evaluator | undefined,
  engines: RunEngines,
  options: VerifyOptions,
): Promise<Run[]> {
  const trials = trialsOf(specification, options.trials);
  const seed = options.seed ?? specification.seed ?? defaultSeed;
  const keeper = await Keeper.open(trialled, seed, numbers, options);
  const runs = await verifyEach({
    ...{ specification, trialled, options, evaluator },
    ...{ engines, keeper, numbers, trials, seed },
  });
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

/** Whether it is a difference in which a descent is a flow, which is followed. */
function isOfFlow(spacetime: SpaceTime): boolean {
  return isDifference(spacetime) && sidesOf(spacetime).some(isFlow);
}

/** What the learning rates of one verification share. */
interface Verification {
  readonly specification: VerifySpecification;
  /** What its trials are of. */
  readonly trialled: VerifySpecification;
  readonly options: VerifyOptions;
  /** Absent where nothing is predicted. */
  readonly evaluator: Evaluator | undefined;
  readonly engines: RunEngines;
  readonly keeper: Keeper;
  readonly numbers: MeasuredNumbers;
  readonly trials: number;
  readonly seed: number;
}

async function verifyEach(verification: Verification): Promise<Run[]> {
  const { specification, options, evaluator, trials, seed } = verification;
  const { landscape, observables } = specification;
  const outlooks = new Outlooks(specification);
  const errorExists = errorsExist(landscape, specification.spacetime);
  const isTotal = specification.measure === "total";
  const runs: Run[] = [];
  for (const eta of specification.etas) {
    if (options.signal?.aborted) {
      break;
    }
    options.onPhase?.({ doing: "predicting", verify: specification.name, eta });
    const predictions = observables.flatMap((observable) => {
      const numbers = numbersOf(observable, landscape);
      if (evaluator === undefined) {
        return numbers.map((number): NumberOfRun => ({ number, label: number.label }));
      }
      const predicted = predict(evaluator, specification, observable, eta);
      refuseMissing(evaluator, specification, observable, eta, predicted);
      const orders = isTotal ? undefined : ordersPredicted(evaluator, specification, observable, eta);
      return predicted.map(
        (prediction, component): NumberOfRun => ({
          ...(orders === undefined ? {} : { orders: orders[component]! }),
          number: numbers[component]!,
          label: numbers[component]!.label,
          prediction,
          outlook: outlooks.of(observable, component, eta),
        }),
      );
    });
    // Before trials: a run that is stopped is to be told of at once.
    const note = evaluator?.divergence(eta, specification.spacetime);
    const trialled = await measure(verification, eta, predictions);
    const found = isFlow(specification.spacetime) ? withoutError(trialled) : trialled;
    const measured = isOfFlow(specification.spacetime) ? { ...found, isOfFlow: true as const } : found;
    // What a stopped run tells is on disk by then.
    if (options.signal?.aborted) {
      await verification.keeper.write();
    }
    if (measured.result.trials === 0) {
      break;
    }
    const rate = { specification, eta, seed, wanted: trials, note, errorExists };
    for (const run of judgedRuns(rate, predictions, measured)) {
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
  predictions: readonly LabelledPrediction[],
): Promise<Measured> {
  const { trialled: specification, options, keeper, trials, seed } = verification;
  const { landscape, spacetime, name } = specification;
  const { numbers, expansion } = verification.numbers;
  const exact: AnyRequest = {
    ...{ landscape, spacetime, eta, trials, seed, numbers },
    ...(expansion === undefined ? {} : { expansion }),
  };
  options.onPhase?.({ doing: "choosing", verify: name, eta });
  const asked = specification.testPoints ?? (await verification.engines.testPointsFor(exact, options.signal));
  const testPoints =
    asked === undefined || isWritten(landscape) || asked >= rowsOf(landscape) ? {} : { testPoints: asked };
  const natural: AnyRequest = { ...exact, ...testPoints };
  const centers = await verification.engines.centersFor(natural, options.signal);
  const plain = { ...natural, numbers: withCenters(numbers, centers) };
  const kept = keeper.at(eta);
  const begun = kept.filter(({ result }) => result.trials <= trials);
  const chosen = await verification.engines.engineFor(
    plain,
    predictions,
    begun.map(({ engines }) => engines),
    options.signal,
  );
  const { engine } = chosen;
  const controls = await findControls(verification, plain, engine.name);
  const isFree = (options.backend ?? auto.name) === auto.name;
  const done = begun.find(
    (trials) =>
      mayGoOn(engine, plain, trials.engines, isFree) &&
      haveCenters(trials.result.statistics, centers) &&
      trials.controls === controlsWith(controls, trials.engines),
  );
  const digest = controlsWith(controls, done?.engines ?? [engineKey(engine, plain)]);
  const controlled = digest === undefined ? plain : withControls(plain, verification.numbers, controls);
  const request = { ...controlled, numbers: withCenters(controlled.numbers, centers) };
  // The processor goes on with trials of which some may be of single precision; a run that is stopped measures none.
  const measured = await verification.engines.floorsFor(engine, request, chosen.floors, options.signal);
  let floors = done !== undefined && measured.size === 0 ? done.floors : measured;
  if (!options.signal?.aborted) {
    if (done !== undefined) {
      options.onResume?.(eta, done.result.trials);
    } else if (kept.length > 0) {
      options.onSetAside?.(eta, setAside(kept[0]!, trials, controls));
    }
  }
  if (done !== undefined) {
    keeper.tellKept(eta, done);
    await keeper.take(eta, done, trials);
  }
  options.onPhase?.({ doing: "simulating", verify: name, eta });
  const pilot =
    expansion === undefined || isFlow(spacetime)
      ? undefined
      : await verification.engines.pilotFor(plain, engine, options.signal);
  const points = request.testPoints === undefined ? {} : { testPoints: request.testPoints };
  const facts = { ...points, pilot: pilot && byLabel(pilot.statistics) };
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
    const errorRate = await verification.engines.errorRateFor({ ...exact, ...points }, options.signal);
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
        { result, engines: [...engines], floors, ...(digest === undefined ? {} : { controls: digest }) },
        trials,
      ),
    fallback: async (reason) => {
      const next = await verification.engines.fallBack(eta, reason);
      engines.push(engineKey(next, request));
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

/** A result in which sums of products are the covariances that they stand for. */
function covarying(result: SimulationResult, { numbers }: AnyRequest): SimulationResult {
  return { ...result, statistics: withCovariances(result.statistics, numbers) };
}

/** Controls are for the processor and what has its bits, and for runs that measure more than the total. */
async function findControls(
  { trialled: specification, options, numbers, engines }: Verification,
  request: AnyRequest,
  engine: EngineName,
): Promise<RunControls | undefined> {
  if (!isAsProcessor(engine) || numbers.controlled === undefined) {
    return undefined;
  }
  options.onPhase?.({ doing: "fitting", verify: specification.name, eta: request.eta });
  return await engines.controlsFor(specification, request, numbers, options.signal);
}

/** The digest of the controls that trials have which such engines simulate, one after the other. */
function controlsWith(controls: RunControls | undefined, engines: readonly string[]): string | undefined {
  const [first] = engines;
  return first !== undefined && isAsProcessor(nameIn(first)) ? controls?.digest : undefined;
}

/** Why trials that are kept are done anew. */
function setAside(known: KnownTrials, wanted: number, controls: RunControls | undefined): string {
  const { result, engines } = known;
  if (result.trials > wanted) {
    return `${result.trials} trials are kept and stay so; the ${wanted} that are asked for are done anew`;
  }
  const why =
    known.controls === controlsWith(controls, engines)
      ? "another engine simulates now"
      : "their controls are not those of this run";
  return `${result.trials} trials that ${engines.join(" and ")} had done are done anew, since ${why}`;
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
