import { createHash } from "node:crypto";
import { counted } from "../printable/index.js";
import type { TrialsKind } from "./kept-record.js";
import {
  joinedTrials,
  type KeptTrials,
  type KnownTrials,
  keptFormat,
  keyOf,
  readTrials,
  writeTrials,
} from "./kept-trials.js";
import { landscapeDigest } from "./landscape-digest.js";
import { type MeasuredNumbers, measuredNumbersOf } from "./measured-numbers.js";
import type { VerifySpecification } from "./specification.js";

/**
 * Where checkpoints are kept: under a name of letters and digits any number of texts, each with a key of its own. A text
 * never changes and never takes the place of another, so that processes which work at the same time cannot lose each
 * other's.
 */
export interface CheckpointStore {
  /** All texts under a name, by their keys; `undefined` for what is there and cannot be read as a text. */
  read(name: string): Promise<ReadonlyMap<string, string | undefined>>;
  /** Keeps a text more, wholly or not at all. */
  add(name: string, text: string): Promise<void>;
  /** Removes a text; nothing when it is gone already. */
  remove(name: string, key: string): Promise<void>;
  /** Takes a text away that nobody can read. @returns where it is now, for people. */
  setAside(name: string, key: string): Promise<string>;
}

/**
 * What the trials of a verification depend on, bit for bit: all but its name, its learning rates (each is kept for
 * itself), its prediction, how many trials it wants, and the engine.
 * @returns a digest of it.
 */
export function checkpointIdentity(
  specification: VerifySpecification,
  seed: number,
  { numbers, expansion }: MeasuredNumbers = measuredNumbersOf(specification),
): string {
  const { landscape, spacetime, testPoints } = specification;
  const digest = landscapeDigest(landscape);
  const all = JSON.stringify({ format: keptFormat, seed, spacetime, numbers, expansion, testPoints, digest });
  return createHash("sha256").update(all).digest("hex");
}

/**
 * Keeps, for each learning rate of a verification and each engine, the exact sums of the trials done. All that is written
 * is joined with what is there by then; of two lots of one learning rate and engine the longer is kept, which has the
 * shorter in it. So nothing is lost to a shorter run, to another prediction, or to a run at the same time.
 */
export class Checkpoint {
  private readonly store: CheckpointStore;
  /** Under which all is kept. */
  private readonly identity: string;
  private readonly tell: (line: string) => void;
  private readonly kindOf: () => TrialsKind | undefined;
  /** Keys of texts that have been told of. */
  private readonly told = new Set<string>();
  /** What earlier runs left. */
  private found: readonly KeptTrials[] = [];
  /** What is there since it was last read or written. */
  private there: readonly KeptTrials[] = [];
  /** What this run has done. */
  private own: KeptTrials[] = [];
  private isWritten = true;

  private constructor(
    store: CheckpointStore,
    identity: string,
    tell: (line: string) => void,
    kindOf: () => TrialsKind | undefined,
  ) {
    this.store = store;
    this.identity = identity;
    this.tell = tell;
    this.kindOf = kindOf;
  }

  /**
   * The checkpoint of a verification, with what earlier runs left.
   * @param identity made by {@link checkpointIdentity}.
   * @param tell hears, in a line each, of texts that cannot be used, or not wholly.
   * @param kindOf what the verification's trials are of, asked for when something is there that may be some.
   */
  static async open(
    store: CheckpointStore,
    identity: string,
    tell: (line: string) => void = () => undefined,
    kindOf: () => TrialsKind | undefined = () => undefined,
  ): Promise<Checkpoint> {
    const checkpoint = new Checkpoint(store, identity, tell, kindOf);
    checkpoint.found = (await checkpoint.read()).trials;
    checkpoint.there = checkpoint.found;
    return checkpoint;
  }

  /** What earlier runs did at a learning rate, the longest first. */
  at(eta: number): readonly KnownTrials[] {
    return this.found
      .filter((one) => one.eta === eta)
      .sort((one, other) => other.result.trials - one.result.trials);
  }

  /** How many trials of a learning rate, a row of engines and controls are kept, as far as was read or written last. */
  longest(one: Pick<KeptTrials, "eta" | "engines" | "controls">): number {
    return this.there.find((other) => keyOf(other) === keyOf(one))?.result.trials ?? 0;
  }

  /** Takes the trials that this run has done so far at a learning rate; they are on disk after the next `write`. */
  take(eta: number, known: KnownTrials, wanted: number): void {
    this.own = joinedTrials(this.own, [{ ...known, eta, wanted }]);
    this.isWritten = false;
  }

  /** Keeps what was taken. */
  async write(): Promise<void> {
    if (this.isWritten) {
      return;
    }
    await this.replace((kept) => joinedTrials(kept, this.own));
    this.isWritten = true;
  }

  /** Forgets what this run has finished, unless a run was stopped that wanted more: then all that is known stays. */
  async finish(): Promise<void> {
    const own = new Map(this.own.map((one) => [keyOf(one), one]));
    const isDone = (kept: KeptTrials) =>
      [...own.values()].some(
        ({ eta, engines, result }) =>
          kept.eta === eta &&
          kept.engines.every((engine, index) => engine === engines[index]) &&
          kept.wanted <= result.trials,
      );
    await this.replace((kept) => joinedTrials(kept, this.own).filter((one) => !isDone(one)));
    this.isWritten = true;
  }

  /** Puts something in the place of all that is there by now. What is read and not in it is gone afterwards. */
  private async replace(change: (kept: readonly KeptTrials[]) => readonly KeptTrials[]): Promise<void> {
    const { trials, keys } = await this.read();
    const changed = change(trials);
    this.there = changed;
    if (keys.length <= 1 && isSame(trials, changed)) {
      return;
    }
    if (changed.length > 0) {
      await this.store.add(this.identity, writeTrials(this.identity, changed));
    }
    // What is removed is in the text that was added, also if somebody else reads it just now and adds one too.
    for (const key of keys) {
      await this.store.remove(this.identity, key);
    }
  }

  private async read(): Promise<{
    readonly trials: readonly KeptTrials[];
    readonly keys: readonly string[];
  }> {
    const lots: (readonly KeptTrials[])[] = [];
    const keys: string[] = [];
    for (const [key, text] of await this.store.read(this.identity)) {
      const read = readTrials(this.identity, text ?? "", text === undefined ? undefined : this.kindOf());
      const trials = read.kind === "sound" ? read.trials : [];
      lots.push(trials);
      if (read.kind === "sound" && read.refused.length === 0) {
        keys.push(key);
      } else if (!this.told.has(key)) {
        this.told.add(key);
        this.tell(read.kind === "foreign" ? foreign(key) : await this.setAside(key, trials, read.refused));
      }
    }
    return { trials: joinedTrials(...lots), keys };
  }

  /**
   * Takes a text away that does not add up, and keeps what of it does under a key of its own.
   * @returns what to say of it, in one line.
   */
  private async setAside(
    key: string,
    sound: readonly KeptTrials[],
    refused: readonly string[],
  ): Promise<string> {
    const why = refused.length === 0 ? "" : ` (${refused.slice(0, 3).join("; ")})`;
    const rows = counted(refused.length, "row is", "rows are");
    const what =
      sound.length === 0 ? "a damaged checkpoint is not used" : `of a damaged checkpoint ${rows} not used`;
    try {
      // Before the other goes: what ends this process meanwhile loses nothing.
      if (sound.length > 0) {
        await this.store.add(this.identity, writeTrials(this.identity, sound));
      }
      const place = await this.store.setAside(this.identity, key);
      return `${what}; it is ${place} now${why}`;
    } catch {
      return `${what}; it stays where it is, ${key}${why}`;
    }
  }
}

function foreign(key: string): string {
  return `the checkpoint ${key} is of another version of diag and is left alone`;
}

/** Whether two lots keep the same trials. */
function isSame(some: readonly KeptTrials[], others: readonly KeptTrials[]): boolean {
  const facts = (lot: readonly KeptTrials[]) =>
    lot.map((one) => `${keyOf(one)} ${one.result.trials} ${one.wanted}`).sort();
  return JSON.stringify(facts(some)) === JSON.stringify(facts(others));
}
