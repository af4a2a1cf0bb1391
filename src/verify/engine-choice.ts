import {
  type AutoTerms,
  type Engine,
  type EngineName,
  type EngineSource,
  engineRecord,
  engineRecords,
} from "../engines/index.js";
import { isWritten } from "../evaluate/index.js";
import { visitsOf } from "../optimisers/index.js";
import { auto, type BackendChoice, processor } from "../runs/index.js";
import type { AnyRequest } from "../simulate/index.js";
import { bitsOf, mayGoOn } from "./engine-keys.js";

/** Which engine simulates, and why that one. */
export interface ChosenEngine {
  readonly engine: Engine;
  /** Part of a line: `the run is short`. */
  readonly why: string;
}

/** A run that the processor does sooner is not worth looking for another engine, in seconds. */
const shortRun = 4;

/** Why the processor, when nobody waits any more. */
const stopped = "the run was stopped";

/** An engine that may be taken in the processor's place. */
interface Rival extends ChosenEngine {
  /** How many times as fast as the processor it is. */
  readonly gain: number;
}

/** Which engines a verification has, opened when needed; close it when done. */
export class EngineChoice {
  private readonly source: EngineSource;
  private readonly wish: BackendChoice;
  private readonly opened = new Map<EngineName, Promise<Engine>>();
  /** How many requests there will be that are alike. */
  private readonly requests: number;
  private chosen: Promise<ChosenEngine> | undefined;
  private settled = false;

  constructor(source: EngineSource, wish: BackendChoice, requests = 1) {
    this.source = source;
    this.wish = wish;
    this.requests = requests;
  }

  /** @param signal gives up opening an engine that is not open yet. */
  open(name: EngineName, signal?: AbortSignal): Promise<Engine> {
    let engine = this.opened.get(name);
    if (engine === undefined) {
      engine = this.source.open(name, signal);
      this.opened.set(name, engine);
    }
    return engine;
  }

  /**
   * The engine for a request. The engine for those like it is chosen once, but what an engine has begun it goes on with,
   * where the choice is free.
   * @param begun what there is already of the request, the best first: for each the keys of the engines that simulated it,
   * one after the other.
   * @param signal ends the pilots; what is chosen then has no meaning.
   * @throws SimulationError of one line when the engine that was asked for is not there.
   */
  async choose(
    request: AnyRequest,
    begun: readonly (readonly string[])[] = [],
    signal?: AbortSignal,
  ): Promise<ChosenEngine> {
    for (const one of this.isFree ? begun : []) {
      const own = await this.thatBegan(request, one, signal);
      if (own !== undefined) {
        return { engine: own, why: "it simulated what there is already" };
      }
    }
    this.chosen ??=
      this.wish === auto.name
        ? this.fastest(request, signal)
        : this.open(this.wish, signal).then((engine) => ({ engine, why: "it was asked for" }));
    return this.chosen;
  }

  /** From now on the processor simulates. */
  async settle(why: string): Promise<ChosenEngine> {
    this.settled = true;
    const chosen = { engine: await this.open(processor.name), why };
    this.chosen = Promise.resolve(chosen);
    return chosen;
  }

  private async thatBegan(
    request: AnyRequest,
    begun: readonly string[],
    signal?: AbortSignal,
  ): Promise<Engine | undefined> {
    // What began is looked for before the processor, which may have gone on.
    const others = engineRecords.map(({ name }) => name).filter((name) => name !== processor.name);
    for (const name of [...others, processor.name]) {
      // The processor goes on with what has its bits.
      const keys = name === processor.name ? begun.map(bitsOf) : begun;
      if (!keys.some((key) => key.startsWith(`${name} `)) || (this.settled && name !== processor.name)) {
        continue;
      }
      const engine = await this.open(name, signal).catch(() => undefined);
      if (signal?.aborted) {
        break;
      }
      if (engine !== undefined && mayGoOn(engine, request, begun, true)) {
        return engine;
      }
    }
    return undefined;
  }

  get isFree(): boolean {
    return this.wish === auto.name;
  }

  async close(): Promise<void> {
    const opened = [...this.opened.values()];
    this.opened.clear();
    await Promise.all(opened.map((engine) => engine.then((one) => one.close()).catch(() => undefined)));
  }

  private async fastest(request: AnyRequest, signal: AbortSignal | undefined): Promise<ChosenEngine> {
    const cpu = await this.open(processor.name);
    const here = (why: string) => ({ engine: cpu, why });
    if (!isWritten(request.landscape)) {
      // there is no rival, and a pilot of such trials takes its time
      return here("the landscape is larger than a shader can hold");
    }
    const speed = await pilot(cpu, request, signal);
    if (signal?.aborted) {
      return here(stopped);
    }
    if ((this.requests * request.trials) / speed < shortRun) {
      return here("the run is short");
    }
    const rivals: Rival[] = [];
    const reasons: string[] = [];
    for (const { name, auto: terms } of engineRecords) {
      if (terms === undefined) {
        continue;
      }
      const rival = await this.rival(name, terms, speed, request, signal);
      if (signal?.aborted) {
        return here(stopped);
      }
      if (typeof rival === "string") {
        reasons.push(rival);
      } else {
        rivals.push(rival);
      }
    }
    const [first, ...others] = rivals;
    return first === undefined
      ? here(reasons.join("; "))
      : others.reduce((best, one) => (one.gain > best.gain ? one : best), first);
  }

  /**
   * An engine that is worth more than the processor, or in a line why it is not.
   * @param speed of the processor, in trials a second.
   * @param signal gives up; what is answered then has no meaning.
   */
  private async rival(
    name: EngineName,
    { device, gain: wanted, price }: AutoTerms,
    speed: number,
    request: AnyRequest,
    signal: AbortSignal | undefined,
  ): Promise<Rival | string> {
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
      const gain = (await pilot(engine, request, signal)) / speed;
      const times = gain >= 10 ? Math.round(gain).toLocaleString("en-US") : gain.toPrecision(2);
      return gain < wanted
        ? `${engine.device} is ${times} times as fast, which ${price} not worth`
        : { engine, gain, why: `it is ${times} times as fast as the processor` };
    } catch (error) {
      return `the ${device} does not work: ${(error as Error).message}`;
    }
  }
}

/**
 * Trials that an engine simulates in a second, by some that are thrown away. The first are not timed: threads start, and an
 * engine of a device finds out how much that can take at once.
 */
async function pilot(engine: Engine, request: AnyRequest, signal: AbortSignal | undefined): Promise<number> {
  const visits = engineRecord(engine.name).pilotVisits ?? 0;
  const perTrial = visitsOf(request.spacetime);
  const few = async (share: number) => {
    const trials = Math.max(1, Math.min(request.trials, Math.floor((share * visits) / perTrial)));
    const options = signal === undefined ? {} : { signal };
    const done = await engine.simulate({ ...request, firstTrial: 0, trials }, options);
    return done.trials / Math.max(done.seconds, 1e-6);
  };
  await few(1 / 8);
  return few(1);
}
