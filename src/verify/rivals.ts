import {
  type AutoTerms,
  type Engine,
  type EngineName,
  type EngineRecord,
  engineRecords,
  UntriedTrials,
} from "../engines/index.js";
import { isWritten } from "../evaluate/index.js";
import { visitsOf } from "../optimisers/index.js";
import { processor } from "../runs/index.js";
import type { AnyRequest, SimulationResult } from "../simulate/index.js";
import { isAsProcessor } from "./engine-keys.js";
import { trialsOfPilot } from "./pilot-trials.js";

/** A run that the processor does sooner is not worth looking for another engine, in seconds. */
const shortRun = 4;

/** Why there is none, when nobody waits any more. */
const stopped = "the run was stopped";

/** An engine that is worth more than the processor. */
export interface Rival {
  readonly engine: Engine;
  /** How many times as fast as the processor it is. */
  readonly gain: number;
  /** Part of a line: `it is 12 times as fast as the processor`. */
  readonly why: string;
}

/** How the processor does with requests that are alike. */
interface Pace {
  readonly cpu: Engine;
  /** Trials a second. */
  readonly speed: number;
  /** Of the pilot that told it. */
  readonly seconds: number;
  /** Of all trials, at that speed. */
  readonly wholeSeconds: number;
}

/** For about so long the processor simulates what an engine with its bits does too, in seconds, and so many times in turn: of each the fastest counts. */
const comparedSeconds = 0.1;
const turns = 3;

/** Of a pilot on a large landscape, which takes some seconds. */
const shareOfPilot = 1 / 16;

/**
 * Kernels and programs of scalars are filled by so many trials, and take as long for few. They may be simulated where a pilot of few took no longer than this, or than
 * this share of all trials as it told their time.
 */
const filling = 64;
const mostSecondsOfFew = 0.5;
const mostShareOfFew = 1 / 2000;
/** What takes longer is timed once. */
const mostSecondsOfTurn = 0.05;

/** What may be taken in the processor's place, timed once for all requests of a run. Trials of pilots are thrown away. */
export class Rivals {
  private pace: Promise<Pace> | undefined;
  private readonly timed = new Map<EngineName, Promise<Rival | string>>();

  /**
   * @param open opens an engine, or has it open.
   * @param requests how many there will be that are alike.
   */
  constructor(
    private readonly open: (name: EngineName, signal?: AbortSignal) => Promise<Engine>,
    private readonly requests: number,
  ) {}

  /**
   * The fastest of those that are worth more than the processor, or in a line why there is none.
   * @param isWanted which may be taken.
   * @param signal gives up; what is answered then has no meaning.
   */
  async best(
    request: AnyRequest,
    isWanted: (record: EngineRecord) => boolean = () => true,
    signal?: AbortSignal,
  ): Promise<Rival | string> {
    const able = engineRecords.filter(
      (one) => one.auto !== undefined && isWanted(one) && one.refusal?.(request) === undefined,
    );
    if (able.length === 0) {
      // A pilot of such trials takes its time.
      return isWritten(request.landscape)
        ? "no other engine has such trials"
        : "the landscape is larger than a shader can hold";
    }
    this.pace ??= this.paceOf(request, signal);
    const pace = await this.pace;
    if (signal?.aborted) {
      return stopped;
    }
    if (pace.wholeSeconds < shortRun) {
      return "the run is short";
    }
    const found: (Rival | string)[] = [];
    for (const record of able) {
      const rival = this.timed.get(record.name) ?? this.time(record, record.auto!, pace, request, signal);
      this.timed.set(record.name, rival);
      found.push(await rival);
      if (signal?.aborted) {
        return stopped;
      }
    }
    const rivals = found.filter((one) => typeof one !== "string");
    const [first, ...others] = rivals;
    return first === undefined
      ? found.join("; ")
      : others.reduce((best, one) => (one.gain > best.gain ? one : best), first);
  }

  private async paceOf(request: AnyRequest, signal: AbortSignal | undefined): Promise<Pace> {
    const cpu = await this.open(processor.name, signal);
    const trials = trialsOfVisits(visitsOfPilot(processor.name), request);
    // The first are not timed: threads start.
    await few(cpu, request, Math.ceil(trials / 8), signal);
    const done = await few(cpu, request, trials, signal);
    const speed = speedOf(done);
    return { cpu, speed, seconds: done.seconds, wholeSeconds: (this.requests * request.trials) / speed };
  }

  /** An engine that is worth more than the processor, or in a line why it is not. */
  private async time(
    { name }: EngineRecord,
    terms: AutoTerms,
    pace: Pace,
    request: AnyRequest,
    signal: AbortSignal | undefined,
  ): Promise<Rival | string> {
    const { device, gain: wanted, price, kind, beginning = "beginning" } = terms;
    let engine: Engine;
    try {
      engine = await this.open(name, signal);
    } catch (error) {
      return `there is no ${device} to use: ${(error as Error).message}`;
    }
    if (signal?.aborted) {
      return stopped;
    }
    if (engine.software) {
      return `the only ${device} is a program, ${engine.device}`;
    }
    try {
      const expected = (await engine.secondsToBegin?.(request)) ?? 0;
      if (expected > (1 - 1 / wanted) * pace.wholeSeconds) {
        return `${beginning} would take about ${short(expected)} s, for which a run of ${short(pace.wholeSeconds)} s is too short`;
      }
      const { gain, begun } = await gainOf(engine, pace, request, signal);
      const times = gain >= 10 ? Math.round(gain).toLocaleString("en-US") : gain.toPrecision(2);
      const after = expected > 0 ? `, after ${short(begun)} s of ${beginning}` : "";
      return gain < wanted
        ? `${kind === undefined ? engine.device : `${kind} ${engine.device},`} is ${times} times as fast, which ${price} not worth`
        : { engine, gain, why: `it is ${times} times as fast as the processor${after}` };
    } catch (error) {
      return error instanceof UntriedTrials
        ? error.why
        : `the ${device} does not work: ${(error as Error).message}`;
    }
  }
}

/**
 * How many times as fast as the processor an engine is, and what it took to begin, in seconds. The first trials are not timed: an engine of a device finds
 * out how much that can take at once. What has the processor's bits may gain little, and so is timed with the processor, by the same trials.
 */
async function gainOf(
  engine: Engine,
  { cpu, speed, seconds, wholeSeconds }: Pace,
  request: AnyRequest,
  signal: AbortSignal | undefined,
): Promise<{ readonly gain: number; readonly begun: number }> {
  const most = trialsOfVisits(visitsOfPilot(engine.name), request);
  const mayFill =
    isWritten(request.landscape) && seconds < Math.max(mostSecondsOfFew, mostShareOfFew * wholeSeconds);
  const fewest = mayFill ? Math.min(filling, request.trials) : 1;
  const isAlike = isAsProcessor(engine.name);
  const trials = isAlike ? Math.max(fewest, Math.min(most, Math.ceil(comparedSeconds * speed))) : most;
  const started = performance.now();
  const first = await few(engine, request, Math.ceil(trials / 8), signal);
  const begun = Math.max(0, (performance.now() - started) / 1000 - first.seconds);
  if (!isAlike) {
    return { gain: speedOf(await few(engine, request, trials, signal)) / speed, begun };
  }
  let [own, theirs] = [0, 0];
  const times = seconds < mostSecondsOfTurn ? turns : 1;
  for (let turn = 0; turn < times && !signal?.aborted; turn++) {
    own = Math.max(own, speedOf(await few(engine, request, trials, signal)));
    theirs = Math.max(theirs, speedOf(await few(cpu, request, trials, signal)));
  }
  return { gain: own / theirs, begun };
}

function visitsOfPilot(name: EngineName): number {
  return engineRecords.find((one) => one.name === name)?.pilotVisits ?? 0;
}

/** A visit on a large landscape may take as long as ten thousand others. */
function trialsOfVisits(visits: number, request: AnyRequest): number {
  const trials = isWritten(request.landscape)
    ? visits / visitsOf(request.spacetime)
    : shareOfPilot * trialsOfPilot(request);
  return Math.max(1, Math.min(request.trials, Math.floor(trials)));
}

function few(
  engine: Engine,
  request: AnyRequest,
  trials: number,
  signal: AbortSignal | undefined,
): Promise<SimulationResult> {
  return engine.simulate({ ...request, firstTrial: 0, trials }, signal === undefined ? {} : { signal });
}

/** Trials a second. */
function speedOf({ trials, seconds }: SimulationResult): number {
  return trials / Math.max(seconds, 1e-6);
}

/** Seconds, for people. */
function short(seconds: number): string {
  return seconds >= 10 ? Math.round(seconds).toLocaleString("en-US") : seconds.toPrecision(2);
}
