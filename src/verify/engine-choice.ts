import {
  type Engine,
  type EngineName,
  type EngineRecord,
  type EngineSource,
  engineRecords,
} from "../engines/index.js";
import { auto, type BackendChoice, processor } from "../runs/index.js";
import type { AnyRequest } from "../simulate/index.js";
import { bitsOf, mayGoOn, nameIn } from "./engine-keys.js";
import { Rivals } from "./rivals.js";

/** Which engine simulates, and why that one. */
export interface ChosenEngine {
  readonly engine: Engine;
  /** Part of a line: `the run is short`. */
  readonly why: string;
}

/** Of an engine that may go on with what the processor began. */
const hasProcessorsBits = ({ asProcessor }: EngineRecord): boolean => asProcessor === true;

/** Which engines a verification has, opened when needed; close it when done. */
export class EngineChoice {
  private readonly source: EngineSource;
  private readonly wish: BackendChoice;
  private readonly opened = new Map<EngineName, Promise<Engine>>();
  private readonly rivals: Rivals;
  private chosen: Promise<ChosenEngine> | undefined;
  /** What simulates from now on, whatever else there is: the processor may always go on with what has its bits. */
  private settledOn: EngineName | undefined;

  /** @param requests how many there will be that are alike. */
  constructor(source: EngineSource, wish: BackendChoice, requests = 1) {
    this.source = source;
    this.wish = wish;
    this.rivals = new Rivals((name, signal) => this.open(name, signal), requests);
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
        return (
          (await this.fasterAlike(own, request, one, signal)) ?? {
            engine: own,
            why: "it simulated what there is already",
          }
        );
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
    return this.settleOn({ engine: await this.open(processor.name), why });
  }

  /** From now on the processor simulates, or what is faster and has its bits. @param signal gives up; what is chosen then has no meaning. */
  async settleOnPrecise(why: string, request: AnyRequest, signal?: AbortSignal): Promise<ChosenEngine> {
    const rival = await this.rivals.best(request, hasProcessorsBits, signal);
    return typeof rival === "string"
      ? await this.settle(why)
      : this.settleOn({ engine: rival.engine, why: `${why}; ${rival.why}` });
  }

  private settleOn(chosen: ChosenEngine): ChosenEngine {
    this.settledOn = chosen.engine.name;
    this.chosen = Promise.resolve(chosen);
    return chosen;
  }

  /** What may go on in the processor's place with what has its bits, where that is worth it. */
  private async fasterAlike(
    own: Engine,
    request: AnyRequest,
    begun: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ChosenEngine | undefined> {
    if (own.name !== processor.name || this.settledOn === processor.name) {
      return undefined;
    }
    const rival = await this.rivals.best(request, hasProcessorsBits, signal);
    return typeof rival !== "string" && mayGoOn(rival.engine, request, begun, true) ? rival : undefined;
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
      const isOut = this.settledOn !== undefined && name !== this.settledOn && name !== processor.name;
      if (isOut || !keys.some((key) => nameIn(key) === name)) {
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
    const rival = await this.rivals.best(request, undefined, signal);
    return typeof rival === "string" ? { engine: await this.open(processor.name), why: rival } : rival;
  }
}
