/** How far a step may be off along each entry, as a share of the larger of 1 and the entry. */
const tolerance = 1e-13;

/** Parts that a step is cut into, one after the other, to be extrapolated from (Deuflhard's even numbers). */
const cuts = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20];

/** Below this share of the whole a step is none any more: the path leaves all bounds. */
const shortest = 1e-12;

/** So many steps are a hundredfold of what a path takes that is not stiff. */
const mostSteps = 100_000;

/** Where a path ends, or why it does not. */
export type PathEnd =
  | { readonly end: readonly number[] }
  | { readonly problem: "leaves all bounds" | "takes too many steps" };

/**
 * Follows `y' = f(y)` for a time by Gragg's, Bulirsch's and Stoer's extrapolation of the midpoint rule, of an order and in
 * steps that adapt to the path (Hairer, Nørsett, Wanner: *Solving Ordinary Differential Equations I*, II.9).
 */
export function follow(
  slope: (place: readonly number[]) => readonly number[],
  start: readonly number[],
  time: number,
): PathEnd {
  let place = start;
  let done = 0;
  let step = time;
  for (let steps = 0; done < time; steps++) {
    if (steps === mostSteps) {
      return { problem: "takes too many steps" };
    }
    const isLast = step >= time - done;
    const length = isLast ? time - done : step;
    if (!(length > shortest * time)) {
      return { problem: "leaves all bounds" };
    }
    const tried = extrapolated(slope, place, length);
    if (tried === undefined) {
      step = length / 4;
      continue;
    }
    place = tried.place;
    done = isLast ? time : done + length;
    // Few cuts were enough, or all were needed.
    step = length * (tried.cuts <= 5 ? 2.5 : tried.cuts <= 8 ? 1.2 : 0.8);
  }
  return { end: place };
}

/** A step, and how many ways to cut it were needed; nothing where all of them do not agree. */
function extrapolated(
  slope: (place: readonly number[]) => readonly number[],
  place: readonly number[],
  length: number,
): { readonly place: readonly number[]; readonly cuts: number } | undefined {
  const first = slope(place);
  let row: (readonly number[])[] = [];
  for (const [index, parts] of cuts.entries()) {
    const next: (readonly number[])[] = [midpoints(slope, place, first, length, parts)];
    for (let column = 1; column <= index; column++) {
      const ratio = (parts / cuts[index - column]!) ** 2;
      const [fine, coarse] = [next[column - 1]!, row[column - 1]!];
      next.push(fine.map((value, at) => value + (value - coarse[at]!) / (ratio - 1)));
    }
    const [best, before] = [next[index]!, next[index - 1]];
    if (!best.every(Number.isFinite)) {
      return undefined;
    }
    const agrees = best.every(
      (value, at) => Math.abs(value - (before?.[at] ?? Infinity)) <= tolerance * Math.max(1, Math.abs(value)),
    );
    if (index >= 2 && agrees) {
      return { place: best, cuts: index + 1 };
    }
    row = next;
  }
  return undefined;
}

/** Gragg's midpoint rule. */
function midpoints(
  slope: (place: readonly number[]) => readonly number[],
  place: readonly number[],
  first: readonly number[],
  length: number,
  parts: number,
): readonly number[] {
  const part = length / parts;
  let before = place;
  let now: readonly number[] = place.map((value, at) => value + part * first[at]!);
  for (let index = 1; index < parts; index++) {
    const along = slope(now);
    const after = before.map((value, at) => value + 2 * part * along[at]!);
    [before, now] = [now, after];
  }
  const last = slope(now);
  return now.map((value, at) => (value + before[at]! + part * last[at]!) / 2);
}
