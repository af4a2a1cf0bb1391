import { SimulationError } from "../compile/index.js";
import { type Engine, EngineLost, type EngineName } from "../engines/index.js";
import { isWritten } from "../evaluate/index.js";
import { isFlow } from "../optimisers/index.js";
import { type ErrorRate, errorsWith, processor, tensorFlow, threeErrors } from "../runs/index.js";
import { type AnyRequest, meanOf, type SimulationResult } from "../simulate/index.js";
import { isFar, numbersToCentre } from "./centers.js";
import { testPointsOf } from "./choose-test-points.js";
import { controlsOfSpecification, type RunControls } from "./controlled.js";
import type { ChosenEngine, EngineChoice } from "./engine-choice.js";
import { isAsProcessor, nameIn } from "./engine-keys.js";
import { errorRateOf } from "./error-rate.js";
import type { MeasuredNumbers } from "./measured-numbers.js";
import { labels } from "./number-parts.js";
import { trialsOfPilot } from "./pilot-trials.js";
import { isZero, type PredictedOrder } from "./predicted-orders.js";
import { type Floors, type Rounding, roundingOf } from "./rounding.js";
import type { VerifySpecification } from "./specification.js";
import { lastOrderOf, type PredictedNumber } from "./verdict.js";

/** Enough to see what happens in one trial of a thousand. */
const pilotTrials = 10_000;

/** Trials that tell whether others hardly differ from their mean. */
const fewTrials = 64;

function pilotTrialsOf(request: AnyRequest): number {
  return isWritten(request.landscape)
    ? pilotTrials
    : Math.max(fewTrials, Math.min(pilotTrials, trialsOfPilot(request)));
}

/** Beyond all trials of runs (docs/streams.md). */
const firstOfPilot = 2 ** 52;

/** Beyond these. */
const firstOfCenters = 2 ** 52 + 2 ** 32;

/** What simulates from now on. */
export interface EngineNote {
  readonly verify: string;
  readonly eta: number;
  readonly backend: EngineName;
  readonly device: string;
  /** Part of a line: `the run is short`. */
  readonly why: string;
  /** Present when an engine was lost and this one goes on. */
  readonly fallback?: true;
}

/** What is predicted of one number. */
export interface LabelledPrediction {
  readonly label: string;
  /** Absent where it is measured only. */
  readonly prediction?: PredictedNumber;
  /** Where each order is measured by itself. */
  readonly orders?: readonly PredictedOrder[];
}

/** The engines of some keys by their names: `webgpu+cpu`. */
export function namesOf(engines: readonly string[]): string {
  return [...new Set(engines.map(nameIn))].join("+");
}

const none: Floors = new Map();

/** The engines of one verification, and what is said of them. */
export class RunEngines {
  private readonly engines: EngineChoice;
  private readonly name: string;
  private readonly tell: (note: EngineNote) => void;
  /** What was last told to simulate. */
  private told: Engine | undefined;

  /** @param name of the verification. */
  constructor(engines: EngineChoice, name: string, tell: (note: EngineNote) => void = () => undefined) {
    this.engines = engines;
    this.name = name;
    this.tell = tell;
  }

  /** The engine of a name, open until {@link close}. */
  opened(name: EngineName, signal?: AbortSignal): Promise<Engine> {
    return this.engines.open(name, signal);
  }

  /**
   * What simulates a request, and its rounding floors where these have a say in that. When the signal stops it, neither is told of.
   * @param begun what there is already of it, the best first: for each the keys of the engines that simulated it.
   * @throws SimulationError of one line when the engine that was asked for is not there.
   */
  async engineFor(
    request: AnyRequest,
    predictions: readonly LabelledPrediction[],
    begun: readonly (readonly string[])[] = [],
    signal?: AbortSignal,
  ): Promise<{ readonly engine: Engine; readonly floors: Floors }> {
    const { engine, why } = await this.choose(request, begun, signal);
    if (signal?.aborted) {
      return { engine, floors: none };
    }
    // Of the processor's own rounding there is nothing to settle on: its floors stand.
    if (engine.isPrecise(request) || isAsProcessor(engine.name)) {
      this.say(request.eta, engine, why);
      return { engine, floors: none };
    }
    try {
      const double = await this.engines.open(processor.name);
      const roundings = await roundingOf(engine, double, request, signal);
      if (roundings === undefined) {
        return { engine, floors: none };
      }
      const mayChange = this.engines.isFree && double.isPrecise(request);
      const matters = mayChange ? wouldDecide(roundings, request, predictions) : undefined;
      if (matters === undefined) {
        this.say(request.eta, engine, why);
        return { engine, floors: floorsOf(request, roundings) };
      }
      const precise = await this.engines.settleOnPrecise(matters, request, signal);
      if (signal?.aborted) {
        return { engine: precise.engine, floors: none };
      }
      this.say(request.eta, precise.engine, precise.why);
      return { engine: precise.engine, floors: none };
    } catch (error) {
      // Where the choice is free, what an engine refuses another one does.
      if (!(error instanceof EngineLost) && !this.engines.isFree) {
        throw error;
      }
      if (!(error instanceof SimulationError)) {
        throw error;
      }
      return { engine: await this.fallBack(request.eta, error.message), floors: none };
    }
  }

  /**
   * The rounding floors of all numbers of a request.
   * @param known those found when its engine was chosen.
   * @returns none of trials in double precision, and when the signal has stopped it.
   */
  async floorsFor(
    engine: Engine,
    request: AnyRequest,
    known: Floors = none,
    signal?: AbortSignal,
  ): Promise<Floors> {
    if (engine.isPrecise(request) || request.numbers.every(({ label }) => known.has(label))) {
      return known;
    }
    const double = await this.engines.open(processor.name);
    const single = isAsProcessor(engine.name) ? double : engine;
    const roundings = signal?.aborted ? undefined : await roundingOf(single, double, request, signal);
    return roundings === undefined ? none : floorsOf(request, roundings);
  }

  /** When the signal aborts, an engine that is then not there is no fault. */
  private async choose(
    request: AnyRequest,
    begun: readonly (readonly string[])[],
    signal: AbortSignal | undefined,
  ): Promise<ChosenEngine> {
    try {
      return await this.engines.choose(request, begun, signal);
    } catch (error) {
      if (!signal?.aborted) {
        throw error;
      }
      return { engine: await this.engines.open(processor.name), why: "" };
    }
  }

  /**
   * What a pilot measures, on streams that no run has: so that few trials are not judged by themselves only how skewed they are.
   * @returns nothing of an engine that is for trials too dear for a pilot, and when the signal has stopped it.
   */
  async pilotFor(
    request: AnyRequest,
    engine: Engine,
    signal?: AbortSignal,
  ): Promise<SimulationResult | undefined> {
    if (engine.name === tensorFlow.name || signal?.aborted) {
      return undefined;
    }
    const pilot = { ...request, firstTrial: firstOfPilot, trials: pilotTrialsOf(request) };
    // What takes long to begin is for the run itself.
    const double =
      engine.isPrecise(request) && !isAsProcessor(engine.name)
        ? engine
        : await this.engines.open(processor.name);
    const result = await this.trialsBy(double, pilot, signal);
    return result.cancelled ? undefined : result;
  }

  /**
   * About what products of numbers are measured: their means over trials on streams that no run has, as single precision can
   * have them too. Of all numbers that covary; of others where trials hardly differ beside the mean, so that squares and
   * cubes about the start would be rounding. Of a pilot that diverges those are left out.
   */
  async centersFor(request: AnyRequest, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const covarying = numbersToCentre(request.numbers);
    const hasSquares = request.numbers.some((number) => "product" in number);
    if ((covarying.length === 0 && !hasSquares) || isFlow(request.spacetime) || signal?.aborted) {
      return new Map();
    }
    const few = { ...request, firstTrial: firstOfCenters };
    const pilot =
      covarying.length === 0
        ? { ...few, trials: fewTrials }
        : { ...few, numbers: covarying, trials: pilotTrialsOf(request) };
    const double = await this.engines.open(processor.name);
    const { statistics } = await this.trialsBy(double, pilot, signal);
    const centers = statistics
      .filter(
        (one, place) => covarying.length > 0 || ("combination" in request.numbers[place]! && isFar(one)),
      )
      // Without what is added to all of them alike, which is in no sum.
      .map(({ label, moments }) => [label, Math.fround(meanOf(moments))] as const);
    // A negative zero would not come back from a file.
    return new Map(
      centers.flatMap(([label, mean]) =>
        Number.isFinite(mean)
          ? [label, ...(covarying.length === 0 ? [] : [labels.controlled(label)])].map(
              (one) => [one, mean + 0] as const,
            )
          : [],
      ),
    );
  }

  /**
   * How many test points stand for the expected losses of a request's trials; all rows where that is undefined, and when the signal has
   * stopped it.
   */
  async testPointsFor(request: AnyRequest, signal?: AbortSignal): Promise<number | undefined> {
    return testPointsOf(request, await this.onProcessor(signal)).catch(unlessAborted(signal));
  }

  /** The controls of a request's trials on the processor; undefined where there are none, and when the signal has stopped it. */
  async controlsFor(
    specification: VerifySpecification,
    request: AnyRequest,
    { controlled }: MeasuredNumbers,
    signal?: AbortSignal,
  ): Promise<RunControls | undefined> {
    const search = { simulate: await this.onProcessor(signal), ...(controlled && { controlled }) };
    return controlsOfSpecification(specification, request, signal, search).catch(unlessAborted(signal));
  }

  /** The error rate where trials of a request end; undefined where there is none, and when the signal has stopped it. */
  async errorRateFor(request: AnyRequest, signal?: AbortSignal): Promise<ErrorRate | undefined> {
    return signal?.aborted
      ? undefined
      : errorRateOf(request, await this.onProcessor(signal)).catch(unlessAborted(signal));
  }

  /** Simulates in double precision, and refuses to begin when the signal has stopped it. */
  private async onProcessor(signal: AbortSignal | undefined) {
    const double = await this.engines.open(processor.name);
    return async (request: AnyRequest): Promise<SimulationResult> => {
      signal?.throwIfAborted();
      return await this.trialsBy(double, request, signal);
    };
  }

  /** Trials beside those of a run. Where the processor has lost a thread, other threads do them once more. */
  private async trialsBy(
    engine: Engine,
    request: AnyRequest,
    signal: AbortSignal | undefined,
  ): Promise<SimulationResult> {
    const options = signal === undefined ? {} : { signal };
    try {
      return await engine.simulate(request, options);
    } catch (error) {
      if (!(error instanceof EngineLost) || engine.name !== processor.name) {
        throw error;
      }
      await this.fallBack(request.eta, error.message);
      return await engine.simulate(request, options);
    }
  }

  /** The processor goes on where another engine was lost. */
  async fallBack(eta: number, reason: string): Promise<Engine> {
    const { engine, why } = await this.engines.settle(reason);
    this.say(eta, engine, why, true);
    return engine;
  }

  close(): Promise<void> {
    return this.engines.close();
  }

  private say(eta: number, engine: Engine, why: string, fallback = false): void {
    if (this.told === engine && !fallback) {
      return;
    }
    this.told = engine;
    const note = { verify: this.name, eta, backend: engine.name, device: engine.device, why };
    this.tell(fallback ? { ...note, fallback } : note);
  }
}

/** Takes what ends a run that is stopped. */
export function unlessAborted(signal: AbortSignal | undefined): (error: unknown) => undefined {
  return (error) => {
    if (!signal?.aborted) {
      throw error;
    }
  };
}

function floorsOf({ numbers }: AnyRequest, roundings: readonly Rounding[]): Floors {
  return new Map(numbers.map(({ label }, index) => [label, roundings[index]!]));
}

/** A floor is of no matter when it is below this share of what decides. */
const negligible = 1 / 4;

/** Whether rounding would have a say in a verdict, and how. */
function wouldDecide(
  roundings: readonly Rounding[],
  { numbers, trials }: Pick<AnyRequest, "numbers" | "trials">,
  predictions: readonly LabelledPrediction[],
): string | undefined {
  const known = new Map(numbers.map(({ label }, index) => [label, roundings[index]!]));
  for (const { label, prediction, orders } of predictions) {
    const { floor, deviation } = known.get(label)!;
    const band =
      errorsWith(trials, threeErrors) * (deviation / Math.sqrt(trials)) + (prediction?.truncation ?? 0);
    const last = prediction === undefined ? Number.POSITIVE_INFINITY : lastOrderOf(prediction);
    if (floor > negligible * Math.min(band, last)) {
      return Number.isFinite(floor)
        ? `single precision may put ${label} off by ${floor.toPrecision(2)}, which is too much here`
        : trials < 2
          ? "one trial does not tell what single precision does"
          : "trials diverge in single precision, so that what else it does is not known";
    }
    const lastOrder = Math.abs(orders?.findLast((one) => one.order > 0 && !isZero(one))?.predicted ?? 0);
    const coarse = orders?.find(({ order }) =>
      isCoarse(lastOrder, known.get(labels.order(label, order)), trials),
    );
    if (coarse !== undefined) {
      return `single precision is too coarse for order ${coarse.order} of ${label}`;
    }
  }
  return undefined;
}

/** Whether rounding is much both of an order's noise and of the last order. @param last its magnitude. */
function isCoarse(last: number, rounding: Rounding | undefined, trials: number): boolean {
  if (rounding === undefined) {
    return false;
  }
  const { floor, deviation } = rounding;
  const noise = errorsWith(trials, threeErrors) * (deviation / Math.sqrt(trials));
  return floor > negligible * Math.max(noise, last);
}
