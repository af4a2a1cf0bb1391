import { drawnPx, type PlotLook } from "./look.js";

/* Where words stand beside the points of a plot. All places are px, from the upper left corner of the frame. */

const rim = 2; // px of a screen, between a word and what it keeps off
const highAsFont = 1.1; // a line of letters, times their size

/** What is taken of a picture. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** One of the places that a word may have beside its point: its middle is so far aside, and on that side. */
export interface WordPlace {
  readonly dx: number;
  readonly dy: number;
  readonly isBefore: boolean;
}

/** A word at a point. */
export interface PointWord {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** The one that is wished first. */
  readonly places: readonly WordPlace[];
}

/** A line as it is drawn, from place to place. */
export type DrawnLine = readonly { readonly x: number; readonly y: number }[];

/**
 * Which of its places each word has: the first of those that cross the fewest lines, none where all places are taken.
 * @param taken what no word may stand on.
 * @param lines what words rather keep off.
 * @param room what all of them stand in.
 */
export function placedWords(
  words: readonly PointWord[],
  taken: readonly Box[],
  lines: readonly DrawnLine[],
  room: Box,
  look: PlotLook,
): (WordPlace | undefined)[] {
  const all = [...taken];
  return words.map((word) => {
    const free = word.places
      .map((place) => ({ place, box: boxOf(word, place, look) }))
      .filter(({ box }) => isWithin(box, room) && !all.some((other) => isMet(box, other)))
      .map((one) => ({ ...one, crossed: lines.filter((line) => isCrossed(one.box, line)).length }));
    const fewest = Math.min(...free.map(({ crossed }) => crossed));
    const best = free.find(({ crossed }) => crossed === fewest);
    if (best !== undefined) {
      all.push(best.box);
    }
    return best?.place;
  });
}

function boxOf({ x, y, text }: PointWord, { dx, dy, isBefore }: WordPlace, look: PlotLook): Box {
  const near = x + dx;
  const far = near + look.textWidth(text) * (isBefore ? -1 : 1);
  const gap = drawnPx(rim, look);
  const half = (highAsFont * look.sizes.font) / 2;
  return {
    left: Math.min(near, far) - (isBefore ? gap : 0),
    right: Math.max(near, far) + (isBefore ? 0 : gap),
    top: y + dy - half,
    bottom: y + dy + half,
  };
}

function isWithin(box: Box, room: Box): boolean {
  return box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;
}

function isMet(box: Box, other: Box): boolean {
  return box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
}

function isCrossed(box: Box, line: DrawnLine): boolean {
  return line.slice(1).some((to, index) => {
    const from = line[index]!;
    const [left, right] = [Math.max(box.left, from.x), Math.min(box.right, to.x)];
    if (!(left <= right)) {
      return false;
    }
    const at = (x: number): number => from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y);
    const [first, last] = from.x === to.x ? [from.y, to.y] : [at(left), at(right)];
    return Math.min(first, last) < box.bottom && Math.max(first, last) > box.top;
  });
}
