import type { Loop, LoopProgram, Walk } from "./loop.js";
import { entryAt } from "./needed-entries.js";
import { livesOf } from "./readers.js";

/** So many numbers of a row that are worked out together, at most: they stay in registers. */
const mostTogether = 12;

type Scattered = Extract<Loop, { kind: "product" }>;
type Transposed = Extract<Loop, { kind: "transposed" }>;

/** The same program with products that are added where they belong as sums row by row, where these make whole rows of a buffer. */
export function inRows<P extends LoopProgram>(program: P): P {
  const cleared = new Set<number>();
  const loops = program.loops.map((loop) => {
    const found = loop.kind === "product" ? transposedOf(loop, program.sizes) : undefined;
    if (found === undefined) {
      return loop;
    }
    cleared.add(found.buffer);
    return found;
  });
  if (cleared.size === 0) {
    return program;
  }
  const left = loops.filter((loop) => loop.kind !== "clear" || !cleared.has(loop.buffer));
  return { ...program, loops: left, lives: livesOf(left, program.sizes.length) };
}

function transposedOf(loop: Scattered, sizes: readonly number[]): Transposed | undefined {
  const { a, b, inner, target } = loop;
  if (target.kind !== "scatter") {
    return undefined;
  }
  const down = runsOf(placesOf(target.rows, loop.rows));
  const along = runsOf(placesOf(target.columns, loop.columns));
  if (down === undefined || along === undefined || along.step !== 1 || down.length < 2 || down.step < 1) {
    return undefined;
  }
  const [positions, step, width] = [down.length, down.step, along.length];
  const together = positions + Math.ceil(width / step) - 1;
  const span = step * (positions - 1) + width;
  const size = sizes[target.buffer]!;
  if (together > mostTogether || width < step || size % span !== 0) {
    return undefined;
  }
  const pairs: (readonly [row: number, column: number])[][] = Array.from({ length: size / span }, () => []);
  for (const [run, place] of down.firsts.entries()) {
    for (const [other, more] of along.firsts.entries()) {
      if ((place + more) % span !== 0) {
        return undefined;
      }
      pairs[(place + more) / span]!.push([run * positions, other * width]);
    }
  }
  // A row that nothing is added to would be left as it was.
  if (pairs.some((own) => own.length === 0)) {
    return undefined;
  }
  const starts = [0];
  for (const own of pairs) {
    starts.push(starts.at(-1)! + own.length);
  }
  const all = pairs.flat();
  return {
    kind: "transposed",
    ...{ a, b, inner, positions, step, width, buffer: target.buffer },
    starts: Int32Array.from(starts),
    rows: Int32Array.from(all, ([row]) => row),
    columns: Int32Array.from(all, ([, column]) => column),
  };
}

function placesOf(walk: Walk, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => entryAt(walk, i));
}

/** Places as runs of one length and one step, and where each begins; nothing where they are not that. */
function runsOf(
  places: readonly number[],
): { readonly length: number; readonly step: number; readonly firsts: readonly number[] } | undefined {
  const step = places.length > 1 ? places[1]! - places[0]! : 1;
  const end = places.findIndex((place, i) => i > 0 && place !== places[i - 1]! + step);
  const length = end < 0 ? places.length : end;
  const isRun = places.every((place, i) => i % length === 0 || place === places[i - 1]! + step);
  return isRun && places.length % length === 0
    ? { length, step, firsts: places.filter((_, i) => i % length === 0) }
    : undefined;
}

/** Entries of a row that are worked out alike, a distance apart: where the first ones begin, how many there are, and to how many each position adds. */
export interface ClassesOfRow {
  readonly first: number;
  readonly count: number;
  readonly taps: number;
}

/** Of entries of a row those that have the same remainder by the step are a class. */
export function classesOf({ step, width }: Pick<Transposed, "step" | "width">): readonly ClassesOfRow[] {
  const more = width % step;
  const taps = Math.floor(width / step);
  return [
    { first: 0, count: more, taps: taps + 1 },
    { first: more, count: step - more, taps },
  ].filter(({ count }) => count > 0);
}
