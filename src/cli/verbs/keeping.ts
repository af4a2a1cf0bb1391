import { counted } from "../../printable/index.js";
import { formatNumber } from "../table.js";

/** Trials of a block at a learning rate, from the first on. */
interface KeptCount {
  readonly kept: number;
  readonly wanted: number;
}

/**
 * What blocks that run together keep. Nothing is forgotten before all are done: blocks that differ in their predictions only
 * share what is kept, and one that is stopped later is not to lose it to one that was done before.
 */
export class Keeping {
  private readonly settles: ((isStopped: boolean) => Promise<void>)[] = [];
  /** Of each block at each learning rate. */
  private readonly kept = new Map<string, ReadonlyMap<number, KeptCount>>();
  /** Whether something could not be kept. */
  hasFailed = false;

  add(settle: (isStopped: boolean) => Promise<void>): void {
    this.settles.push(settle);
  }

  /**
   * Takes how many trials of a block at a learning rate are kept by now.
   * @param wanted how many the run is to have: what a longer one has kept stays, but this one does not go on with it.
   */
  keep(name: string, eta: number, kept: number, wanted = Number.POSITIVE_INFINITY): void {
    this.kept.set(name, new Map(this.kept.get(name)).set(eta, { kept, wanted }));
  }

  /** @param isStopped whether not all blocks are done, or what they tell is lost. */
  async settle(isStopped: boolean): Promise<void> {
    for (const settle of this.settles.splice(0)) {
      await settle(isStopped);
    }
  }

  /** What to say, in one line, when the blocks were stopped and have settled. */
  wordsOfStop(): string {
    const kept = this.wordsOfKept();
    if (kept !== undefined) {
      return `stopped; ${kept}`;
    }
    return `stopped; ${this.hasFailed ? "what was done could not be kept" : "nothing was done yet that could be kept"}`;
  }

  /** What is kept, and how to use it; `undefined` when nothing is. */
  wordsOfKept(): string | undefined {
    const all = [...this.kept].flatMap(([name, etas]) =>
      [...etas].map(([eta, { kept, wanted }]) => ({
        words: `${counted(kept, "trial")} of ${name} eta = ${formatNumber(eta)}`,
        kept,
        wanted,
      })),
    );
    if (all.length === 0) {
      return undefined;
    }
    const own = all.filter(({ kept, wanted }) => kept <= wanted);
    const longer = all.filter(({ kept, wanted }) => kept > wanted);
    const rest = this.hasFailed ? "; what was done after them could not be kept" : "";
    return [
      ...(own.length > 0
        ? [`kept are ${listed(own.map(({ words }) => words))}, and --resume goes on from there${rest}`]
        : []),
      ...longer.map(
        ({ words, kept, wanted }) =>
          `kept are ${words}, more than the ${wanted} asked for; --resume goes on from them with --trials ${kept} or more`,
      ),
    ].join("; ");
  }
}

function listed(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0]!;
}
