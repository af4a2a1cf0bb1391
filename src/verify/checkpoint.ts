import {
  deserializeStatistics,
  type SerializedStatistics,
  type SimulationResult,
  serializeStatistics,
} from "../simulate/index.js";
import type { Rounding } from "./rounding.js";
import type { Floors } from "./run-engines.js";
import type { VerifySpecification } from "./specification.js";

/** Where checkpoints are kept: texts by names of letters and digits. */
export interface CheckpointStore {
  /** `undefined` when there is none. */
  read(name: string): Promise<string | undefined>;
  /** Replaces what was there, wholly or not at all. */
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Raised when what is kept is not what was written here. */
const format = 3;

/** How far the trials at one learning rate have come: those from the first to the last done, none left out. */
interface SavedResult {
  readonly eta: number;
  readonly trials: number;
  readonly diverged: number;
  readonly steps: number;
  readonly seconds: number;
  readonly backend: SimulationResult["backend"];
  readonly engines: readonly string[];
  readonly floors: readonly SavedFloor[];
  readonly statistics: readonly SerializedStatistics[];
}

/** JSON has no infinity: `null` stands for a floor that is not known. */
interface SavedFloor {
  readonly label: string;
  readonly floor: number | null;
  readonly deviation: number | null;
  readonly diverges: boolean;
}

/** Trials done at a learning rate. */
export interface KnownTrials {
  readonly result: SimulationResult;
  /** What simulated them, one after the other; trials of one engine have the same bits. */
  readonly engines: readonly string[];
  /** What single precision did to them. */
  readonly floors: Floors;
}

/**
 * What the trials of a verification depend on, bit for bit: all but its name, its learning rates (each is kept for
 * itself), its prediction, how many trials it wants, and the engine.
 */
export function checkpointIdentity(specification: VerifySpecification, seed: number): string {
  const { landscape, spacetime, observables } = specification;
  const { weights, data, loss } = landscape;
  return JSON.stringify({
    format,
    seed,
    spacetime,
    observables,
    weights,
    data,
    loss,
  });
}

/** Reads and keeps, for each learning rate of a verification, the exact sums of the trials done. */
export class Checkpoint {
  private readonly results = new Map<number, KnownTrials>();

  private constructor(
    private readonly store: CheckpointStore,
    private readonly name: string,
    private readonly identity: string,
  ) {}

  /**
   * The checkpoint of a verification, with what earlier runs left: of other learning rates, and of those that it
   * goes on with.
   * @param name made from the identity by the caller: a digest of it.
   * @param anew learning rates that begin anew.
   */
  static async open(
    store: CheckpointStore,
    name: string,
    identity: string,
    anew: readonly number[],
  ): Promise<Checkpoint> {
    const checkpoint = new Checkpoint(store, name, identity);
    checkpoint.take(await store.read(name));
    for (const eta of anew) checkpoint.results.delete(eta);
    return checkpoint;
  }

  /** Trials done at a learning rate, all numbers from the first; `undefined` when none, or more than are wanted. */
  at(eta: number, trials: number): KnownTrials | undefined {
    const known = this.results.get(eta);
    return known && known.result.trials <= trials ? known : undefined;
  }

  /** Keeps the trials done so far at a learning rate. */
  async keep(eta: number, known: KnownTrials): Promise<void> {
    this.results.set(eta, known);
    await this.write();
  }

  /** Forgets these learning rates: they are done. What is kept of others stays. */
  async remove(etas: readonly number[]): Promise<void> {
    const known = this.results.size;
    for (const eta of etas) this.results.delete(eta);
    if (this.results.size === 0) await this.store.remove(this.name);
    else if (this.results.size < known) await this.write();
  }

  private async write(): Promise<void> {
    const results = [...this.results].map(([at, { result, engines, floors }]): SavedResult => {
      const { trials, diverged, steps, seconds, backend, statistics } = result;
      return {
        eta: at,
        trials,
        diverged,
        steps,
        seconds,
        backend,
        engines,
        floors: [...floors].map(([label, { floor, deviation, diverges }]) => ({
          label,
          floor: Number.isFinite(floor) ? floor : null,
          deviation: Number.isFinite(deviation) ? deviation : null,
          diverges,
        })),
        statistics: statistics.map(serializeStatistics),
      };
    });
    await this.store.write(this.name, JSON.stringify({ identity: this.identity, results }));
  }

  /** Takes what was kept, unless it is damaged or of something else; then the run begins anew. */
  private take(text: string | undefined): void {
    if (text === undefined) return;
    try {
      const saved = JSON.parse(text) as { identity?: unknown; results?: unknown };
      if (saved.identity !== this.identity || !Array.isArray(saved.results)) return;
      for (const result of saved.results as SavedResult[]) this.results.set(result.eta, restored(result));
    } catch {
      this.results.clear();
    }
  }
}

function restored(saved: SavedResult): KnownTrials {
  const { trials, diverged, steps, seconds, backend, engines, floors, statistics } = saved;
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const isSound =
    isCount(trials) && isCount(diverged) && isCount(steps) && Number.isFinite(seconds) && diverged <= trials;
  if (!isSound) throw new RangeError("the checkpoint is damaged");
  const result = {
    trials,
    diverged,
    steps,
    seconds,
    backend,
    statistics: statistics.map(deserializeStatistics),
  };
  return { result, engines: engines.map(String), floors: new Map(floors.map(restoredFloor)) };
}

function restoredFloor({ label, floor, deviation, diverges }: SavedFloor): [string, Rounding] {
  const numberOf = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);
  return [
    String(label),
    {
      floor: numberOf(floor, Number.POSITIVE_INFINITY),
      deviation: numberOf(deviation, Number.NaN),
      diverges: diverges === true,
    },
  ];
}
