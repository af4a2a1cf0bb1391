import { childrenOf, type Diagram, parseShortForm, rootOf } from "../diagram/index.js";
import type { PictureElement } from "./elements.js";
import type { Palette, PlotLook } from "./look.js";

const space = "http://www.w3.org/2000/svg";
/** Diagrams with more nodes would be a blot. */
const mostNodes = 12;
const margin = 3; // px, for nodes and outlines
const largestGap = 7; // px between two rows of nodes

/** Where nodes are, from 0 to 1 along time, and in rows. */
export interface SmallPlaces {
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  /** Pairs of nodes that an outline joins: those of a part, one after the other from row to row. */
  readonly ties: readonly (readonly [number, number])[];
}

/** A tree from its leaves at the left to its root at the right, in as few rows as it has leaves. */
export function smallPlaces(diagram: Diagram): SmallPlaces {
  const children = childrenOf(diagram);
  const { parts } = diagram;
  const depths = depthsOf(diagram);
  const deepest = Math.max(...depths);
  const rows = new Array<number>(parts.length).fill(0);
  let next = 0;
  const place = (node: number): void => {
    const below = [...children[node]!].sort((one, other) => leastPart(one) - leastPart(other));
    if (below.length === 0) {
      rows[node] = next++;
      return;
    }
    below.forEach(place);
    rows[node] = (rows[below[0]!]! + rows[below.at(-1)!]!) / 2;
  };
  // Nodes of one part stand beside each other where the tree allows it.
  const leastPart = (node: number): number => Math.min(parts[node]!, ...children[node]!.map(leastPart));
  place(rootOf(diagram));
  const ties = [...new Set(parts)].flatMap((part) => {
    const own = parts.flatMap((one, node) => (one === part ? [node] : []));
    own.sort((one, other) => rows[one]! - rows[other]! || depths[other]! - depths[one]!);
    return own.slice(1).map((node, at) => [own[at]!, node] as const);
  });
  return { columns: depths.map((depth) => (deepest === 0 ? 1 : 1 - depth / deepest)), rows, ties };
}

/** Edges from each node to the root. */
function depthsOf({ parents }: Diagram): number[] {
  const depths = new Array<number>(parents.length).fill(0);
  for (let node = parents.length - 2; node >= 0; node--) {
    depths[node] = depths[parents[node]!]! + 1;
  }
  return depths;
}

/**
 * A diagram as small as a line of text: dots, edges, and fuzzy ties within parts. `undefined` of what is no diagram, or too large.
 * @param text its short form. @param width @param height in px.
 */
export function smallDrawing(
  text: string,
  width: number,
  height: number,
  { document, palette }: Pick<PlotLook, "document"> & { readonly palette: Pick<Palette, "ink"> },
): PictureElement | undefined {
  const diagram = readDiagram(text);
  if (diagram === undefined || diagram.parents.length > mostNodes) {
    return undefined;
  }
  const { columns, rows, ties } = smallPlaces(diagram);
  const count = Math.max(...rows) + 1;
  const gap = count === 1 ? 0 : Math.min(largestGap, (height - 2 * margin) / (count - 1));
  const top = (height - gap * (count - 1)) / 2;
  const x = (node: number) => margin + columns[node]! * (width - 2 * margin);
  const y = (node: number) => top + rows[node]! * gap;
  const radius = Math.min(2.2, Math.max(1.1, gap === 0 ? 2.2 : gap / 2.6));
  const make = (name: string, attributes: Readonly<Record<string, string | number>>): PictureElement => {
    const element = document.createElementNS(space, name) as PictureElement;
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, typeof value === "number" ? String(Math.round(100 * value) / 100) : value);
    }
    return element;
  };
  const group = make("g", { class: "small-drawing", "aria-hidden": "true" });
  for (const [one, other] of ties) {
    const d = tie([x(one), y(one)], [x(other), y(other)], isBetween(one, other, columns, rows));
    const look = { fill: "none", stroke: palette.ink, "stroke-opacity": 0.3, "stroke-linecap": "round" };
    group.appendChild(make("path", { class: "tie", d, "stroke-width": 2.4 * radius, ...look }));
  }
  diagram.parents.forEach((parent, node) => {
    if (parent !== -1) {
      const ends = { x1: x(node), y1: y(node), x2: x(parent), y2: y(parent) };
      group.appendChild(make("line", { class: "edge", ...ends, stroke: palette.ink, "stroke-width": 1 }));
    }
  });
  diagram.parents.forEach((_, node) => {
    const place = { cx: x(node), cy: y(node), r: radius };
    group.appendChild(make("circle", { class: "node", ...place, fill: palette.ink }));
  });
  return group;
}

function readDiagram(text: string): Diagram | undefined {
  try {
    return parseShortForm(text);
  } catch {
    return undefined;
  }
}

/** Whether another node lies on the straight line between two. */
function isBetween(one: number, other: number, columns: readonly number[], rows: readonly number[]): boolean {
  return columns.some((column, node) => {
    if (node === one || node === other) {
      return false;
    }
    const [dx, dy] = [columns[other]! - columns[one]!, rows[other]! - rows[one]!];
    const cross = (column - columns[one]!) * dy - (rows[node]! - rows[one]!) * dx;
    const along = (column - columns[one]!) * dx + (rows[node]! - rows[one]!) * dy;
    return Math.abs(cross) < 1e-9 && along > 0 && along < dx * dx + dy * dy;
  });
}

/** A tie goes around what lies on its way. */
function tie(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  isBent: boolean,
): string {
  const [from, to] = [`${round(x1)} ${round(y1)}`, `${round(x2)} ${round(y2)}`];
  if (!isBent) {
    return `M${from}L${to}`;
  }
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = Math.hypot(dx, dy) || 1;
  const [cx, cy] = [(x1 + x2) / 2 - (6 * dy) / length, (y1 + y2) / 2 + (6 * dx) / length];
  return `M${from}Q${round(cx)} ${round(cy)} ${to}`;
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
