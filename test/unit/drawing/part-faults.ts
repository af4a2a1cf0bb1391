import type { Drawing, DrawnOutline, Point } from "../../../src/drawing/index.js";
import {
  awayFrom,
  type Box,
  between,
  boxOf,
  gapOf,
  isEnclosed,
  roundTrip,
  squareOf,
  walk,
  wrapped,
} from "./geometry.js";

/* What is wrong with the parts of a drawing, by measure. */

/** An outline is so much longer than the shortest line round what it holds, at most: it does not wind. */
const mostWinding = 1.02;
/** What an outline keeps from discs that are not its own, and from other outlines, px. */
const besideOutline = 5;
const betweenOutlines = 4;
/** What ties keep from discs that are not their own, px. */
const besideTies = 1.5;
/** What a page draws round a disc, and a sign at an element, reach so far, px. */
const ringsReach = 8.2;
const signReach = 6.6;

interface Seen {
  readonly outline: DrawnOutline;
  readonly loops: readonly (readonly Point[])[];
}

export function faultsOfParts(drawing: Drawing): string[] {
  const seen = drawing.outlines.map(
    (outline): Seen => ({ outline, loops: outline.paths.map((path) => walk(path, 4)) }),
  );
  return [
    ...seen.flatMap((one) => (one.outline.form === "outline" ? faultsOfOutline(one, seen, drawing) : [])),
    ...seen.flatMap((one) => faultsOfStrangers(one, drawing)),
    ...faultsOfWords(seen, drawing),
  ];
}

function faultsOfOutline({ outline, loops }: Seen, all: readonly Seen[], { nodes }: Drawing): string[] {
  const faults: string[] = [];
  const [loop, ...more] = loops;
  if (more.length > 0) {
    faults.push(`outline ${outline.part} is in ${loops.length} pieces`);
  }
  const winding = roundTrip(loop!) / roundTrip(wrapped(loop!));
  if (winding > mostWinding) {
    faults.push(`outline ${outline.part} winds by ${winding.toFixed(3)}`);
  }
  for (const node of outline.nodes.map((index) => nodes[index]!)) {
    if (awayFromCorners(boxOf(node.label), loops)) {
      faults.push(`outline ${outline.part} cuts the name of ${node.name}`);
    }
  }
  for (const other of all) {
    if (other.outline.form !== "outline" || other.outline.part <= outline.part) {
      continue;
    }
    const gap = Math.min(...loop!.map((a) => Math.min(...other.loops[0]!.map((b) => between(a, b)))));
    const isIn = isEnclosed(loop![0]!, other.loops) || isEnclosed(other.loops[0]![0]!, loops);
    if (gap < betweenOutlines || isIn) {
      faults.push(`outlines ${outline.part} and ${other.outline.part} meet`);
    }
  }
  return faults;
}

/** Whether a line runs through a box. */
function awayFromCorners(box: Box, loops: readonly (readonly Point[])[]): boolean {
  return loops.some((loop) => loop.some((point) => awayFrom(point, box) === 0));
}

function faultsOfStrangers({ outline, loops }: Seen, { nodes }: Drawing): string[] {
  const least = outline.form === "outline" ? besideOutline : besideTies;
  return nodes.flatMap((node) => {
    if (outline.nodes.includes(node.node)) {
      return [];
    }
    const gap = Math.min(...loops.flat().map((point) => between(point, node))) - node.radius;
    return gap >= least && !isEnclosed(node, loops)
      ? []
      : [`${outline.form} ${outline.part} is ${gap.toFixed(1)} px from ${node.name}`];
  });
}

/** Words and signs keep clear of each other, of all rings, and those of parts of all borders. */
function faultsOfWords(seen: readonly Seen[], { nodes, outlines, width, height }: Drawing): string[] {
  const faults: string[] = [];
  const words = [
    ...nodes.map(({ node, name, label }) => ({
      what: `the name of ${name}`,
      box: boxOf(label),
      node,
      part: -1,
    })),
    ...outlines.flatMap(({ part, label }) =>
      label ? [{ what: `the name of part ${part}`, box: boxOf(label), node: -1, part }] : [],
    ),
  ];
  const signs = [
    ...nodes.map(({ name, x, y, radius, label }) => ({
      what: `a sign at ${name}`,
      // As the page places it: on the side where the name is not.
      box: squareOf({ x: x + radius + 5, y: y + (radius + 7) * (label.y < y - 0.5 ? 1 : -1) }, signReach),
    })),
    ...outlines.map(({ part, sign }) => ({ what: `a sign at part ${part}`, box: squareOf(sign, signReach) })),
  ];
  words.forEach((one, index) => {
    const { left, right, top, bottom } = one.box;
    if (left < 0 || top < 0 || right > width || bottom > height) {
      faults.push(`${one.what} leaves the drawing`);
    }
    for (const other of words.slice(0, index)) {
      if (gapOf(one.box, other.box) === 0) {
        faults.push(`${one.what} covers ${other.what}`);
      }
    }
    for (const sign of signs) {
      if (gapOf(one.box, sign.box) === 0) {
        faults.push(`${sign.what} covers ${one.what}`);
      }
    }
    for (const node of nodes) {
      if (awayFrom(node, one.box) < node.radius + ringsReach) {
        faults.push(`a ring at ${node.name} runs through ${one.what}`);
      }
    }
    if (one.part === -1) {
      return;
    }
    for (const { outline, loops } of seen) {
      if (awayFromCorners(one.box, loops) || isEnclosed({ x: left, y: top }, loops)) {
        faults.push(`part ${outline.part} is under ${one.what}`);
      }
    }
  });
  return faults;
}
