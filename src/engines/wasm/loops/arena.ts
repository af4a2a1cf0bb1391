import type { LoopProgram } from "../../../loops/index.js";

/** Where the buffers of a program of its own are, in vectors from the first on, and how many vectors there are. */
export interface Arena {
  /** Of the program's own buffers, by their numbers. */
  readonly places: ReadonlyMap<number, number>;
  readonly size: number;
}

/**
 * Places buffers so that those are apart which are there at once.
 * @param given how many buffers are not the program's own. @param kept those that are read when all loops are done.
 */
export function arenaOf({ sizes, lives, loops }: LoopProgram, given: number, kept: readonly number[]): Arena {
  const places = new Map<number, number>();
  let size = 0;
  let alive: { readonly from: number; readonly to: number; readonly until: number }[] = [];
  const own = sizes
    .map((length, buffer) => ({ length, buffer, life: lives[buffer] }))
    .slice(given)
    .filter(({ life }) => life !== undefined)
    .sort((one, other) => one.life![0] - other.life![0]);
  for (const { length, buffer, life } of own) {
    const [born, last] = life!;
    alive = alive.filter(({ until }) => until >= born).sort((one, other) => one.from - other.from);
    let from = 0;
    for (const other of alive) {
      if (other.from - from >= length) {
        break;
      }
      from = Math.max(from, other.to);
    }
    alive.push({ from, to: from + length, until: kept.includes(buffer) ? loops.length : last });
    places.set(buffer, from);
    size = Math.max(size, from + length);
  }
  return { places, size };
}
