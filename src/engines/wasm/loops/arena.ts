import type { BufferId, LoopProgram, Source } from "../../../loops/index.js";

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
export function arenaOf(program: LoopProgram, given: number, kept: readonly number[]): Arena {
  const { sizes, lives, loops } = program;
  const replaced = replacedBy(program, given, kept);
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
    const before = replaced.get(buffer);
    if (before !== undefined) {
      from = places.get(before)!;
    } else {
      for (const other of alive) {
        if (other.from - from >= length) {
          break;
        }
        from = Math.max(from, other.to);
      }
    }
    alive.push({ from, to: from + length, until: kept.includes(buffer) ? loops.length : last });
    places.set(buffer, from);
    size = Math.max(size, from + length);
  }
  return { places, size };
}

/** Buffers that a loop writes entry by entry where it has just read another for the last time: so less memory is gone through. */
function replacedBy(
  { sizes, lives, loops }: LoopProgram,
  given: number,
  kept: readonly BufferId[],
): ReadonlyMap<BufferId, BufferId> {
  const replaced = new Map<BufferId, BufferId>();
  loops.forEach((loop, place) => {
    if (loop.kind !== "entrywise") {
      return;
    }
    const isLast = (buffer: BufferId) =>
      buffer >= given && !kept.includes(buffer) && lives[buffer]![1] === place;
    const inOrder = ({ walk }: Source) => walk.kind === "even" && walk.first === 0 && walk.step === 1;
    const free = [...new Set(loop.sources.map(({ buffer }) => buffer))]
      .filter((buffer) => isLast(buffer) && sizes[buffer] === loop.count)
      .filter((buffer) => loop.sources.every((source) => source.buffer !== buffer || inOrder(source)));
    for (const { target } of loop.outputs) {
      if (target.kind !== "store" || lives[target.buffer]?.[0] !== place) {
        continue;
      }
      const before = free.shift();
      if (before !== undefined) {
        replaced.set(target.buffer, before);
      }
    }
  });
  return replaced;
}
