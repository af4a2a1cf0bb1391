import {
  type Engine,
  type EngineName,
  type EngineSource,
  engineRecords,
  machineEngines,
} from "../../engines/index.js";
import { isFlow } from "../../optimisers/index.js";
import { processor } from "../../runs/index.js";
import type { AnyRequest } from "../../simulate/index.js";
import { bitsOf, engineKey, isAsProcessor } from "../../verify/engine-keys.js";
import { Rivals } from "../../verify/rivals.js";

/** What carries out trials on a node, and why that. */
export interface NodeEngine {
  readonly engine: Engine;
  /** Part of a line. */
  readonly why: string;
}

/** A node has no engine that the run may use. One line. */
export class UnfitNode extends Error {
  override readonly name = "UnfitNode";
}

/** The engines of a node that have a run's bits: the processor, and what goes on in its place. */
export class NodeEngines {
  private readonly source: EngineSource;
  private readonly opened = new Map<EngineName, Promise<Engine>>();
  /** Of requests that are alike. */
  private chosen: { readonly of: object; readonly node: NodeEngine } | undefined;
  /** What was told of last. */
  told: Engine | undefined;
  /** Why nothing but the processor simulates any more. */
  private settled: string | undefined;

  /** @param only the one engine that may be used; of the processor's bits where absent. */
  constructor(
    threads: number,
    private readonly only: string | undefined,
    source: EngineSource = machineEngines({ workers: threads }),
  ) {
    this.source = source;
  }

  /**
   * Finds out whether this node has the bits of a request's trials.
   * @throws UnfitNode where it has not.
   */
  async check(request: AnyRequest, arithmetic: string): Promise<void> {
    const own = bitsOf(engineKey(await this.open(processor.name), request));
    if (own !== arithmetic) {
      throw new UnfitNode(`this node has other arithmetic (${own}) than the run (${arithmetic})`);
    }
    if (this.only === undefined || this.only === processor.name) {
      return;
    }
    const name = engineRecords.find((one) => one.name === this.only)?.name;
    if (name === undefined || !isAsProcessor(name)) {
      throw new UnfitNode(`trials of a cluster's tasks are not simulated by ${this.only}`);
    }
    await this.open(name).catch((error: Error) => {
      throw new UnfitNode(`this node has no engine ${name}: ${error.message}`);
    });
  }

  /**
   * What carries out requests that are alike: chosen by the first of them.
   * @param of what they have in common, such as the verification that they are of.
   * @param trials of all of them together.
   * @param signal ends pilots; what is chosen then has no meaning.
   */
  async choose(
    of: object,
    request: AnyRequest,
    trials: () => number,
    signal: AbortSignal,
  ): Promise<NodeEngine> {
    if (this.chosen?.of !== of) {
      this.chosen = { of, node: await this.best(request, trials(), signal) };
    }
    return this.chosen.node;
  }

  /** The processor goes on where another engine was lost. @throws where no other may. */
  async fallBack(reason: string): Promise<NodeEngine> {
    if (this.only !== undefined && this.only !== processor.name) {
      throw new Error(`${this.only} was lost, and the run allows nothing else: ${reason}`);
    }
    this.settled = reason;
    const node = { engine: await this.open(processor.name), why: reason };
    this.chosen = this.chosen && { ...this.chosen, node };
    return node;
  }

  async close(): Promise<void> {
    const engines = [...this.opened.values()];
    this.opened.clear();
    await Promise.all(engines.map((engine) => engine.then((one) => one.close()).catch(() => undefined)));
  }

  private async best(request: AnyRequest, trials: number, signal: AbortSignal): Promise<NodeEngine> {
    const wanted = engineRecords.find(({ name }) => name === this.only)?.name;
    if (wanted !== undefined) {
      return { engine: await this.open(wanted), why: "the run allows nothing else" };
    }
    const here = async (why: string) => ({ engine: await this.open(processor.name), why });
    if (this.settled !== undefined) {
      return here(this.settled);
    }
    if (isFlow(request.spacetime)) {
      return here("a flow has one trial");
    }
    const rivals = new Rivals((name) => this.open(name), 1);
    const rival = await rivals.best({ ...request, trials }, ({ name }) => isAsProcessor(name), signal);
    if (typeof rival !== "string") {
      return rival;
    }
    // What is not taken holds memory.
    await this.closeAllBut(processor.name);
    return here(rival);
  }

  private open(name: EngineName): Promise<Engine> {
    let engine = this.opened.get(name);
    if (engine === undefined) {
      engine = this.source.open(name);
      this.opened.set(name, engine);
    }
    return engine;
  }

  private async closeAllBut(kept: EngineName): Promise<void> {
    for (const [name, engine] of this.opened) {
      if (name !== kept) {
        this.opened.delete(name);
        await engine.then((one) => one.close()).catch(() => undefined);
      }
    }
  }
}
