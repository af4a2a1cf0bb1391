import { readFile, writeFile } from "node:fs/promises";
import { type RunFolder, readCheckpoint, readResult, writeShard } from "../../../src/cluster-runs/index.js";
import type { EndWord, Fate } from "./fates.js";
import { madeUpTerms, noFloors, trialsOfShard } from "./made-up-run.js";
import type { VirtualTime } from "./virtual-time.js";

/** How a copy of a task ended, as its node tells. */
export type WorkerEnd =
  | { readonly kind: "ended"; readonly how: EndWord; readonly isForgotten?: boolean }
  | { readonly kind: "put back"; readonly isHeld: boolean }
  | { readonly kind: "lost" };

/** A copy of a task on a node: it does shards one after the other, and goes on from checkpoints. */
export class Worker {
  private isStopped = false;
  /** What of its work it may still do before its fate comes, in seconds. */
  private left = Number.POSITIVE_INFINITY;

  constructor(
    private readonly folder: RunFolder,
    private readonly time: VirtualTime,
    private readonly shards: readonly number[],
    private readonly secondsOfTrial: number,
    private readonly fate: Fate,
  ) {}

  /** Ends it at once. */
  stop(): void {
    this.isStopped = true;
  }

  /** Begins. @param end called once. */
  async run(end: (how: WorkerEnd) => void): Promise<void> {
    const { fate } = this;
    if ("part" in fate) {
      let work = 0;
      for (const shard of this.shards) {
        work += (await this.missingOf(shard)) * this.secondsOfTrial;
      }
      this.left = fate.part * work;
    }
    await this.go(0, end);
  }

  private async go(place: number, end: (how: WorkerEnd) => void): Promise<void> {
    if (this.isStopped) {
      return;
    }
    const { fate, time, folder } = this;
    const number = this.shards[place];
    if (number === undefined) {
      end({ kind: "ended", how: "completed", isForgotten: fate.kind === "is forgotten" });
      return;
    }
    const terms = madeUpTerms(folder, number);
    const missing = await this.missingOf(number);
    const seconds = missing * this.secondsOfTrial;
    if (missing > 0 && this.left <= seconds && "part" in fate) {
      const done = terms.shard.trials - missing + Math.floor(this.left / this.secondsOfTrial);
      time.at(time.now() + this.left, async () => {
        if (this.isStopped) {
          return;
        }
        if ("isKept" in fate && fate.isKept && done > 0 && done < terms.shard.trials) {
          await writeShard(folder, terms, trialsOfShard(terms.shard, done), noFloors);
        }
        await this.meetFate(place, end);
      });
      return;
    }
    this.left -= seconds;
    time.at(time.now() + seconds, async () => {
      if (!this.isStopped && missing > 0) {
        await this.write(number, place === this.shards.length - 1);
      }
      await this.go(place + 1, end);
    });
  }

  private async meetFate(place: number, end: (how: WorkerEnd) => void): Promise<void> {
    const { fate } = this;
    const goesOn = (fate.kind === "put back" && fate.isCopied) || (fate.kind === "is lost" && fate.runsOn);
    this.left = Number.POSITIVE_INFINITY;
    if (fate.kind === "ends") {
      end({ kind: "ended", how: fate.how });
    } else if (fate.kind === "put back") {
      end({ kind: "put back", isHeld: fate.isHeld });
    } else {
      end({ kind: "lost" });
    }
    if (goesOn) {
      await this.go(place, () => undefined);
    }
  }

  private async write(number: number, isLast: boolean): Promise<void> {
    const { fate, folder } = this;
    const isSpoiled = fate.kind === "spoils" && isLast;
    if (isSpoiled && fate.how === "none") {
      return;
    }
    const terms = madeUpTerms(folder, number);
    await writeShard(folder, terms, trialsOfShard(terms.shard), noFloors);
    if (isSpoiled) {
      const path = folder.at("results", `${number}`);
      const text = await readFile(path, "utf8");
      // One digit of a sum is another.
      const changed = text.replace(/"sum":"(.)/, (_, digit) => `"sum":"${digit === "1" ? 2 : 1}`);
      await writeFile(path, fate.how === "cut" ? text.slice(0, text.length >> 1) : changed);
    }
  }

  /** How many trials of a shard are still to be done. */
  private async missingOf(number: number): Promise<number> {
    const terms = madeUpTerms(this.folder, number);
    const result = await readResult(this.folder, terms);
    if (result.kind === "trials") {
      return 0;
    }
    const known = await readCheckpoint(this.folder, terms);
    return terms.shard.trials - (known.kind === "trials" ? known.known.result.trials : 0);
  }
}
