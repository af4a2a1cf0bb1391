import type { BufferId, EachEntry, Loop, LoopProgram, Source } from "./loop.js";
import { livesOf } from "./readers.js";

/**
 * The same program with what is worked out of a product's numbers, entry by entry in the next loop and nowhere else, done as they are made:
 * they are not put into memory to be read again.
 * @param given how many buffers are not the program's own. @param kept those that are read when all loops are done.
 */
export function joined<P extends LoopProgram>(program: P, given: number, kept: readonly BufferId[]): P {
  const { loops, sizes, lives } = program;
  const found: Loop[] = [];
  for (let place = 0; place < loops.length; place++) {
    const [own, next] = [loops[place]!, loops[place + 1]];
    const made = madeWholeBy(own, sizes);
    const isOwn = made !== undefined && made >= given && !kept.includes(made);
    const each =
      isOwn && lives[made]![0] === place && lives[made]![1] === place + 1
        ? eachOf(made, next, sizes)
        : undefined;
    if (each === undefined) {
      found.push(own);
      continue;
    }
    found.push({ ...own, each } as Loop);
    place++;
  }
  return found.length === loops.length
    ? program
    : { ...program, loops: found, lives: livesOf(found, sizes.length) };
}

/** The buffer all of whose entries a loop over a product makes. */
function madeWholeBy(loop: Loop, sizes: readonly number[]): BufferId | undefined {
  if (loop.kind === "transposed") {
    return loop.buffer;
  }
  return loop.kind === "product" &&
    loop.target.kind === "store" &&
    loop.rows * loop.columns === sizes[loop.target.buffer]
    ? loop.target.buffer
    : undefined;
}

function eachOf(made: BufferId, loop: Loop | undefined, sizes: readonly number[]): EachEntry | undefined {
  if (
    loop?.kind !== "entrywise" ||
    loop.count !== sizes[made] ||
    loop.outputs.some(({ target }) => target.kind !== "store")
  ) {
    return undefined;
  }
  const isMade = ({ buffer }: Source) => buffer === made;
  const inOrder = ({ walk }: Source) => walk.kind === "even" && walk.first === 0 && walk.step === 1;
  return loop.sources.some(isMade) && loop.sources.every((source) => !isMade(source) || inOrder(source))
    ? { of: made, sources: loop.sources, body: loop.body, outputs: loop.outputs }
    : undefined;
}
