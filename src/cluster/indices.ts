import { counted } from "../printable/index.js";
/** Indices `first, first + step, …` up to `last`. */
export interface IndexRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** Tasks of an array that stand in one line of the queue. */
export interface TaskList {
  readonly ranges: readonly IndexRange[];
  /** How many of the array may run at once; `undefined` without a bound. */
  readonly atOnce: number | undefined;
  /** Whether the list was cut: there are more tasks than it names. */
  readonly isCut: boolean;
}

/** Slurm's own bound: no array has a higher index. */
const highestIndex = 4_000_000;

/**
 * Reads a list of an array's tasks as Slurm writes it: `0-9%2`, `0,3,6`, `0-198:2`, and `0-3,7,9-...` where it was cut. What
 * stands at a cut may be the first digits of a longer number, and is left out.
 * @returns `undefined` for what is no such list.
 */
export function readTaskList(text: string): TaskList | undefined {
  const [, list, dots, bound] = /^([\d,:-]*)(\.\.\.)?(?:%(\d+))?$/.exec(text.trim()) ?? [];
  if (list === undefined || (list === "" && dots === undefined)) {
    return undefined;
  }
  const parts = list.split(",");
  if (dots !== undefined) {
    parts.pop();
  }
  const ranges: IndexRange[] = [];
  let indices = 0;
  for (const part of parts) {
    const [, from, to, by] = /^(\d{1,7})(?:-(\d{1,7})(?::(\d{1,7}))?)?$/.exec(part) ?? [];
    if (from === undefined) {
      return undefined;
    }
    const range = { first: Number(from), last: Number(to ?? from), step: Number(by ?? 1) };
    if (range.last < range.first || range.last > highestIndex || range.step < 1) {
      return undefined;
    }
    ranges.push(range);
    indices += Math.floor((range.last - range.first) / range.step) + 1;
    // Each task is in a list once. One that names more than there may be would take as long as somebody likes.
    if (indices > highestIndex + 1) {
      return undefined;
    }
  }
  // A bound of 0 is none.
  const atOnce = bound === undefined || Number(bound) === 0 ? undefined : Number(bound);
  return { ranges, atOnce, isCut: dots !== undefined };
}

/** All indices of ranges, each once, in ascending order. */
export function indicesOf(ranges: readonly IndexRange[]): number[] {
  const found = new Set<number>();
  for (const { first, last, step } of ranges) {
    for (let index = first; index <= last; index += step) {
      found.add(index);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Indices as Slurm takes them: `0-3,7,9-12`. Steps are not used: Slurm's own text of the queue leaves out the last task of one.
 * @param indices in any order; at least one, as an empty list would submit a job that is no array.
 */
export function indexText(indices: Iterable<number>): string {
  const sorted = [...new Set(indices)].sort((a, b) => a - b);
  if (sorted.length === 0) {
    throw new RangeError("an array without tasks would be a job that is no array");
  }
  const parts: string[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (sorted[to + 1] === sorted[to]! + 1) {
      to++;
    }
    parts.push(from === to ? `${sorted[from]}` : `${sorted[from]}-${sorted[to]}`);
    from = to + 1;
  }
  return parts.join(",");
}

/** How long a list of indices may be: a command's argument has at most 128 KiB. */
const longestText = 100_000;

/**
 * Splits tasks into arrays, each of which may have indices below `MaxArraySize`.
 * @param count how many tasks there are; task `n` of all is index `n - first` of the array that begins with `first`.
 * @returns where each array begins, and its number of tasks; none for no tasks.
 */
export function splitIndices(count: number, maxArraySize: number): { first: number; count: number }[] {
  if (!Number.isSafeInteger(count) || count < 0 || !Number.isSafeInteger(maxArraySize) || maxArraySize < 1) {
    throw new RangeError(`${counted(count, "task")} cannot be split into arrays of ${maxArraySize}`);
  }
  const size = Math.min(maxArraySize, highestIndex + 1);
  const parts: { first: number; count: number }[] = [];
  for (let first = 0; first < count; first += size) {
    parts.push({ first, count: Math.min(size, count - first) });
  }
  return parts;
}

/** Whether indices are what one array may have: whole, not negative, below `MaxArraySize`, at least one, not too scattered. */
export function faultOfIndices(indices: readonly number[], maxArraySize: number): string | undefined {
  if (indices.length === 0) {
    return "an array needs at least one task";
  }
  const most = Math.min(maxArraySize - 1, highestIndex);
  const wrong = indices.find((index) => !Number.isSafeInteger(index) || index < 0 || index > most);
  if (wrong !== undefined) {
    return `an index must be a whole number from 0 to ${most} (MaxArraySize - 1), and ${wrong} is not`;
  }
  return indexText(indices).length > longestText
    ? "too many separate indices for one command; number the tasks one after the other"
    : undefined;
}
