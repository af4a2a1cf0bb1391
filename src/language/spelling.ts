import { isDefinite, meaningsOfName, plainForm } from "./meanings.js";

/** Among more names none is suggested: comparing takes time, and so many were made by a program. */
const mostCandidates = 1000;

/**
 * The name of an author's that is nearest to a misspelt one, when it is near enough to be meant and no other is
 * as near.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  let tied = false;
  let count = 0;
  for (const candidate of candidates) {
    if (++count > mostCandidates) {
      return undefined;
    }
    const most = mostSlips(name, candidate);
    if (candidate === name || candidate === nearest || Math.abs(candidate.length - name.length) > most) {
      continue;
    }
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), Math.floor(most) + 1);
    if (distance > most || !isSlip(name, candidate, distance)) {
      continue;
    }
    // Of equally near ones the one with the same letters is meant, or the one that begins alike.
    const swapped = lettersOf(name) === lettersOf(candidate) ? 0.5 : 0;
    const rank = distance - swapped + 0.4 / (1 + commonStart(name, candidate));
    if (rank < least) {
      least = rank;
      nearest = candidate;
      tied = false;
    } else if (rank === least) {
      tied = true;
    }
  }
  return tied ? undefined : nearest;
}

/**
 * The word of the language that is meant: the same but for case and `_`, what the name stands for elsewhere, the
 * word that it begins, or the nearest. A name that means something else has none.
 * @param candidates the words that may stand here.
 */
export function nearestWord(name: string, candidates: readonly string[]): string | undefined {
  const plain = plainForm(name);
  const known = candidates.filter((candidate) => candidate !== name);
  const meant = wordMeant(name, candidates);
  if (meant !== undefined || isDefinite(name)) {
    return meant;
  }
  const begun = plain.length < 3 ? [] : known.filter((candidate) => plainForm(candidate).startsWith(plain));
  return begun.length === 1 ? begun[0] : nearestName(name, known);
}

/** The word of the language that is the same but for case and `_`, or that is meant elsewhere by the name. */
export function wordMeant(name: string, candidates: readonly string[]): string | undefined {
  const known = candidates.filter((candidate) => candidate !== name);
  const plain = plainForm(name);
  return (
    known.find((candidate) => plainForm(candidate) === plain) ??
    meaningsOfName(name).find((word) => known.includes(word))
  );
}

/** " did you mean `x`?", or nothing, to put behind a message. */
export function suggestion(name: string | undefined): string {
  return name === undefined ? "" : `; did you mean \`${name}\`?`;
}

/** How many slips of the pen may lie between two names: one in three letters, and one in shorter ones. */
function mostSlips(name: string, candidate: string): number {
  const shorter = Math.min(name.length, candidate.length);
  return Math.min(3, Math.max(1, Math.floor(shorter / 3)));
}

function isSlip(name: string, candidate: string, distance: number): boolean {
  if (distance === 0) {
    return true;
  }
  // `w1` and `w2` are names of two things.
  if (/\d/.test(name) && /\d/.test(candidate) && withoutNumbers(name) === withoutNumbers(candidate)) {
    return false;
  }
  // Another letter in a name of two is another name; one too many, too few, or both swapped may be a slip.
  const isSwap = name.length === 2 && [...name].reverse().join("") === candidate;
  return name.length > 2 || candidate.length > 2 || name.length !== candidate.length || isSwap;
}

function lettersOf(name: string): string {
  return [...name.toLowerCase()].sort().join("");
}

function withoutNumbers(name: string): string {
  return name.replace(/\d+/g, "#");
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length++;
  }
  return length;
}

/** Insertions, deletions, replacements and swaps of neighbours; at least `limit` when not less. */
function editDistance(from: string, to: string, limit: number): number {
  if (from.length > 60 || to.length > 60) {
    return limit;
  }
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, beforeLast[column - 2]! + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
