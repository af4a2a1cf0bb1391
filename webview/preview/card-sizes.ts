import {
  labelHeight,
  labelTexts,
  layerGap,
  margin,
  roomForNames,
  rowPitch,
  textWidth,
} from "../../src/drawing/measures.js";
import type { PreviewDiagram } from "../../src/preview/index.js";

/* How large the gallery draws. All is told from the diagrams themselves, before any is drawn, so that nothing jumps. */

/** The name above a picture and a line of facts below it, each further line, and around a drawing in its picture, px. */
const besidePicture = 60;
export const lineOfFacts = 17;
export const rim = 8;
const leastPicture = 156;
const mostPicture = 400;
const besideFacts = 24;
/** Of a label's letters. A card's letters may be wider than is thought. */
const sizeOfFacts = 1;
const mostLinesOfFacts = 3;
/** No drawing is enlarged. Below the least, names are hard to read: what does not fit so is smaller than the others. */
const largest = 1;
const legible = 0.6;

interface Size {
  readonly width: number;
  readonly height: number;
}

type Sized = Pick<PreviewDiagram, "nodes" | "edges" | "parts">;

/** About how large a diagram is when it is drawn, px. */
export function sizeOf(diagram: Sized): Size {
  const size = sizeWith(diagram, false);
  return size.width > roomForNames ? sizeWith(diagram, true) : size;
}

function sizeWith({ nodes, edges, parts }: Sized, isNarrow: boolean): Size {
  const parents = new Map(edges.map(({ child, parent }) => [child, parent]));
  const inner = new Set(parents.values());
  const depths = nodes.map((_, node) => {
    let depth = 0;
    // A broken diagram may go round.
    for (let at = parents.get(node); at !== undefined && depth < nodes.length; at = parents.get(at)) {
      depth++;
    }
    return depth;
  });
  // By depth, what stands left and right of the middle of its discs.
  const left: number[] = [0];
  const right: number[] = [0];
  const labels = labelTexts(
    nodes.map(({ name }) => name),
    isNarrow,
  );
  nodes.forEach((_, node) => {
    const words = textWidth(labels[node]!);
    const depth = depths[node]!;
    const isLeaf = !inner.has(node) && depth > 0;
    left[depth] = Math.max(left[depth] ?? 0, isLeaf ? 14 + words : 6);
    right[depth] = Math.max(right[depth] ?? 0, isLeaf ? 6 : depth === 0 ? 18 + words : words - 6);
  });
  const width = left.reduce((sum, one, depth) => sum + one + right[depth]! + (depth > 0 ? layerGap : 0), 0);
  const leaves = nodes.filter((_, node) => !inner.has(node)).length;
  // Names of parts and ties stand above and below.
  const ofParts = parts.some((part) => part.nodes.length > 1) ? 52 : 0;
  return {
    width: width + 2 * margin + 18,
    height: Math.max(1, leaves) * rowPitch + labelHeight + ofParts + 2 * margin,
  };
}

function fitOf({ width, height }: Size, cardWidth: number): number {
  return Math.min((cardWidth - 2 - 2 * rim) / width, (mostPicture - 2 * rim) / height);
}

/** The one scale of a gallery: the largest at which all fit that fit at a legible scale at all, in steps of a twentieth. */
export function commonScale(sizes: readonly Size[], cardWidth: number): number {
  let scale = largest;
  for (const size of sizes) {
    const fit = fitOf(size, cardWidth);
    if (fit >= legible) {
      scale = Math.min(scale, fit);
    }
  }
  return Math.max(legible, Math.floor(scale * 20) / 20);
}

/** How many lines of a card some facts need. */
export function linesOfFacts(facts: string, cardWidth: number): number {
  const room = cardWidth - besideFacts;
  let lines = 1;
  let width = 0;
  for (const word of facts.split(" · ")) {
    const added = textWidth(` · ${word}`) * sizeOfFacts;
    const isNext = width > 0 && width + added > room;
    lines += isNext ? 1 : 0;
    width = isNext ? added : width + added;
  }
  return Math.min(lines, mostLinesOfFacts);
}

/** What a card has above and below its picture, px. */
export function besidePictureOf(lines: number): number {
  return besidePicture + (lines - 1) * lineOfFacts;
}

/** How high a card is that shows a drawing of about this size. */
export function cardHeightOf(size: Size, cardWidth: number, scale: number, lines = 1): number {
  const own = Math.min(scale, fitOf(size, cardWidth));
  const picture = Math.min(mostPicture, Math.max(leastPicture, size.height * own + 2 * rim));
  return besidePictureOf(lines) + Math.ceil(picture);
}
