import { fontSize, textWidth } from "../../../src/drawing/measures.js";
import type { GridGeometry, Place } from "./geometry.js";

/** What of a node's name stands in the grid, and where from the middle of its disc. */
export interface NodeLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** As in the style of the picture, px. */
const size = 11;
/** What letters reach above and below their base line, px. */
const [ascent, descent] = [8.5, 2.5];
/** From a disc, or the ring of its part, to a label, and from one label to another, px. */
const gap = 1.5;
/** What is left of a long name, in characters: the first that fit. */
const cuts = [12, 8, 5, 3, 2];

/**
 * Labels of the nodes of an embedding: below their discs, above or beside, clear of discs and of each other, no wider than
 * two columns. Names are cut where they are too long, unless another node's would look the same. Nothing for a node whose
 * name has no room: nodes that share a cell come first, since they have least.
 *
 * @param names of the nodes
 * @param isRinged whether a part's ring is round a disc
 */
export function labelsOf(
  { nodes, radius, columns, width, height, top, left }: GridGeometry,
  names: readonly string[],
  isRinged: (node: number) => boolean,
): (NodeLabel | undefined)[] {
  const reach = (node: number): number => radius + (isRinged(node) ? 4 : 0);
  const discs = nodes.map(({ x, y }, node) => ({
    ...{ left: x - reach(node), right: x + reach(node) },
    ...{ top: y - reach(node), bottom: y + reach(node) },
  }));
  // What is above the cells are the numbers of columns, and left of them those of rows.
  const frame: Box = { left: left - 2, right: width, top: top - 13, bottom: height };
  const taken: Box[] = [];
  const labels = new Array<NodeLabel | undefined>(nodes.length);
  const nearest = nodes.map((one, node) =>
    Math.min(...nodes.map((other, at) => (at === node ? Infinity : distance(one, other)))),
  );
  const order = nodes.map((_, node) => node).sort((a, b) => nearest[a]! - nearest[b]!);
  const widest = Math.max(2 * columns.cell, 24);
  for (const node of order) {
    const place = nodes[node]!;
    for (const text of textsOf(names, node)) {
      const wide = (textWidth(text, "bold") * size) / fontSize;
      const found =
        wide > widest
          ? undefined
          : placesOf(reach(node) + gap)
              .map((at) => ({ at, box: boxOf(place, at, wide) }))
              .find(
                ({ box }) =>
                  isInside(box, frame) &&
                  taken.every((other) => isClear(box, other, gap)) &&
                  discs.every((disc) => isClear(box, disc, 0)),
              );
      if (found) {
        taken.push(found.box);
        labels[node] = { text, ...found.at };
        break;
      }
    }
  }
  return labels;
}

/** A name as it is, and shorter and shorter, as long as no other could be meant: its beginning, or where others begin so, its end too. */
function textsOf(names: readonly string[], node: number): string[] {
  const characters = [...names[node]!];
  const others = names.filter((_, other) => other !== node);
  const cut = (head: number, tail: number): string[] => {
    const start = characters.slice(0, head).join("");
    const end = characters.slice(characters.length - tail).join("");
    const isShorter = characters.length > head + tail + 1;
    return isShorter && !others.some((other) => other.startsWith(start) && other.endsWith(end))
      ? [`${start}…${end}`]
      : [];
  };
  const cutTo = (count: number): string[] => {
    const heads = cut(count, 0);
    return heads.length > 0 ? heads : cut(Math.ceil(count / 2), Math.ceil(count / 2));
  };
  return [names[node]!, ...cuts.flatMap(cutTo)];
}

/** Where a label may stand, best first. */
function placesOf(away: number): Omit<NodeLabel, "text">[] {
  const middle = (ascent - descent) / 2;
  return [
    { x: 0, y: away + ascent, anchor: "middle" },
    { x: 0, y: -away - descent, anchor: "middle" },
    { x: away, y: middle, anchor: "start" },
    { x: -away, y: middle, anchor: "end" },
    // At the corners of the disc's box, where its neighbours are in the way.
    { x: 1, y: away + ascent, anchor: "start" },
    { x: -1, y: away + ascent, anchor: "end" },
    { x: 1, y: -away - descent, anchor: "start" },
    { x: -1, y: -away - descent, anchor: "end" },
    { x: away, y: away + ascent - descent, anchor: "start" },
    { x: -away, y: away + ascent - descent, anchor: "end" },
    { x: away, y: -away, anchor: "start" },
    { x: -away, y: -away, anchor: "end" },
  ];
}

function boxOf({ x, y }: Place, at: Omit<NodeLabel, "text">, wide: number): Box {
  const left = x + at.x - { start: 0, middle: wide / 2, end: wide }[at.anchor];
  return { left, right: left + wide, top: y + at.y - ascent, bottom: y + at.y + descent };
}

const distance = (one: Place, other: Place): number => Math.hypot(one.x - other.x, one.y - other.y);

const isInside = (box: Box, frame: Box): boolean =>
  box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;

const isClear = (one: Box, other: Box, between: number): boolean =>
  one.right + between <= other.left ||
  other.right + between <= one.left ||
  one.bottom + between <= other.top ||
  other.bottom + between <= one.top;
