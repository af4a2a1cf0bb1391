import { causeOf } from "../files/index.js";
import { updatesOf } from "../optimisers/index.js";
import { columnsOf, type SimulationResult } from "../simulate/index.js";
import { Checkpoint, type CheckpointStore, checkpointIdentity } from "./checkpoint.js";
import type { TrialsKind } from "./kept-record.js";
import type { KnownTrials } from "./kept-trials.js";
import type { MeasuredNumbers } from "./measured-numbers.js";
import type { VerifySpecification } from "./specification.js";

/** Least time between two writes, in milliseconds; shorter work is done again rather than kept. */
const keepEvery = 1000;

export interface KeeperOptions {
  /**
   * Where to keep how far the run has come. What is kept is removed when the run is done, unless another run was stopped
   * that wanted more trials. What was kept is never replaced by less. Absent: nothing is kept.
   */
  readonly checkpoints?: CheckpointStore;
  /** Goes on where an earlier run of the same specification and seed stopped, if something is left of it. */
  readonly resume?: boolean;
  /** Called once, with one line, when what was done cannot be kept; the run itself goes on. */
  readonly onFault?: (reason: string) => void;
  /** Called when a checkpoint cannot be read, with a line that says what becomes of it. */
  readonly onUnreadable?: (line: string) => void;
  /**
   * Called when all trials of a result are kept: those at a learning rate from the first on. `kept` is how many of these
   * engines' trials are kept then: more than the result's where an earlier run had done more.
   */
  readonly onKept?: (eta: number, result: SimulationResult, kept: number) => void;
}

/** What a verification keeps, and when. A fault is told of once and does not end the run. */
export class Keeper {
  private readonly checkpoint: Checkpoint | undefined;
  private readonly options: KeeperOptions;
  /** On the clock of `performance.now()`. */
  private written = performance.now();
  /** What was taken since then, by learning rate. */
  private readonly fresh = new Map<number, KnownTrials>();
  private hasFailed = false;

  private constructor(checkpoint: Checkpoint | undefined, options: KeeperOptions) {
    this.checkpoint = checkpoint;
    this.options = options;
  }

  static async open(
    specification: VerifySpecification,
    seed: number,
    measured: MeasuredNumbers,
    options: KeeperOptions,
  ): Promise<Keeper> {
    const { checkpoints, onUnreadable } = options;
    const identity = checkpoints && checkpointIdentity(specification, seed, measured);
    let kind: TrialsKind | undefined;
    const kindOf = () => {
      const { landscape, spacetime } = specification;
      const { numbers, controlled } = measured;
      kind ??= {
        columns: columnsOf({ landscape, spacetime, numbers }),
        ...(controlled && { controlled: columnsOf({ landscape, spacetime, numbers: controlled }) }),
        updates: updatesOf(spacetime),
      };
      return kind;
    };
    const checkpoint = checkpoints && (await Checkpoint.open(checkpoints, identity!, onUnreadable, kindOf));
    return new Keeper(checkpoint, options);
  }

  get keeps(): boolean {
    return this.checkpoint !== undefined;
  }

  /** What earlier runs did at a learning rate, if this one is to go on with it; the longest first. */
  at(eta: number): readonly KnownTrials[] {
    return this.options.resume ? (this.checkpoint?.at(eta) ?? []) : [];
  }

  /** Takes trials done, which are written now and then. @param wanted how many the run is to have. */
  async take(eta: number, known: KnownTrials, wanted: number): Promise<void> {
    this.checkpoint?.take(eta, known, wanted);
    this.fresh.set(eta, known);
    if (performance.now() - this.written >= keepEvery) {
      await this.write();
    }
  }

  /** Writes what was taken. */
  async write(): Promise<void> {
    if (this.checkpoint === undefined || this.fresh.size === 0) {
      return;
    }
    const fresh = [...this.fresh];
    const isWritten = await this.safely(() => this.checkpoint!.write());
    this.written = performance.now();
    if (!isWritten) {
      return;
    }
    this.fresh.clear();
    for (const [eta, known] of fresh) {
      this.tellKept(eta, known);
    }
  }

  /** Says that these trials are kept. */
  tellKept(eta: number, known: KnownTrials): void {
    const kept = this.checkpoint?.longest({ ...known, eta }) ?? 0;
    this.options.onKept?.(eta, known.result, Math.max(kept, known.result.trials));
  }

  /** Ends what has begun: what is done is not kept any longer, unless somebody waits for more of it. */
  async finish(): Promise<void> {
    await this.safely(async () => this.checkpoint?.finish());
  }

  private async safely(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!this.hasFailed) {
        this.options.onFault?.(`how far the run has come cannot be kept: ${causeOf(error)}`);
      }
      this.hasFailed = true;
      return false;
    }
  }
}
