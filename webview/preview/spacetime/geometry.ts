import type { PreviewEmbedding, PreviewEmbeddings } from "../../../src/preview/index.js";
import { Axis } from "./axis.js";

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where everything of an embedding stands, in px of the picture. */
export interface GridGeometry {
  readonly columns: Axis;
  readonly rows: Axis;
  /** The left upper corner of the cells. */
  readonly left: number;
  readonly top: number;
  /** Where the column of the root begins. */
  readonly rootLeft: number;
  readonly width: number;
  readonly height: number;
  /** Radius of nodes. */
  readonly radius: number;
  readonly nodes: readonly Place[];
  readonly upright: boolean;
}

export interface Room {
  readonly width: number;
  readonly height: number;
}

const digitWidth = 6.6;
const rootGap = 8;
/** Between the numbers of columns and the cells: edges within the first row bend into it. */
export const headroom = 15;
const rim = 3;
/** Below the cells: names of nodes in the last row. */
const footroom = 12;
const smallest = 22;
const largest = 40;
/** Of more training points the grid shows those of the embedding, with what is near them. */
export const mostRows = 300;

/** @param room px that the picture should take at most; in need it is scrolled. */
export function geometryOf(
  { N, T }: Pick<PreviewEmbeddings, "N" | "T">,
  { cells }: PreviewEmbedding,
  room: Room,
): GridGeometry {
  const left = 22 + String(N - 1).length * digitWidth;
  const points = cells.flatMap(([n]) => (n < 0 ? [] : [n]));
  const times = cells.slice(0, -1).map(([, t]) => t);
  const size = { smallest, largest };
  const upright = String(T - 1).length * digitWidth + 4 <= smallest;
  const top = 6 + headroom + (upright ? 14 : String(T - 1).length * digitWidth + 4);
  // The root's column is as wide as the others.
  const free = room.width - left - rootGap - 2 * rim;
  let columns = new Axis({ ...size, count: T, wanted: times, room: free - smallest });
  if (columns.length + columns.cell > free) {
    columns = new Axis({ ...size, count: T, wanted: times, room: free - columns.cell });
  }
  const rows = new Axis({
    smallest,
    largest: Math.max(columns.cell, smallest),
    count: N,
    wanted: points,
    // So many rows are all shown, however they are scrolled.
    room: Math.max(room.height - top, Math.min(N, mostRows) === N ? N * smallest : 4 * smallest),
  });
  const rootLeft = left + columns.length + rootGap;
  const cell = Math.min(columns.cell, rows.cell);
  const crowd = Math.max(1, ...[...groups(cells).values()].map(({ length }) => Math.ceil(Math.sqrt(length))));
  const radius = Math.max(2.5, Math.min(6, (cell - 8) / (2.9 * crowd)));
  return {
    columns,
    rows,
    left,
    top,
    rootLeft,
    width: rootLeft + columns.cell + rim,
    height: top + rows.length + footroom,
    radius,
    nodes: placesOf(cells, { columns, rows, left, top, rootLeft }),
    upright,
  };
}

/** The nodes of each cell. */
function groups(cells: PreviewEmbedding["cells"]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  cells.forEach((cell, node) => {
    const key = cell.join();
    found.set(key, [...(found.get(key) ?? []), node]);
  });
  return found;
}

function placesOf(
  cells: PreviewEmbedding["cells"],
  {
    columns,
    rows,
    left,
    top,
    rootLeft,
  }: Pick<GridGeometry, "columns" | "rows" | "left" | "top" | "rootLeft">,
): Place[] {
  const root = cells.length - 1;
  if (root < 0) {
    return [];
  }
  const places = new Array<Place>(cells.length);
  for (const nodes of groups(cells).values()) {
    const [n, t] = cells[nodes[0]!]!;
    const x = nodes.includes(root) ? rootLeft + columns.cell / 2 : left + columns.middleOf(t);
    const y = n < 0 ? Number.NaN : top + rows.middleOf(n);
    // Nodes that share a cell stand in it side by side.
    const side = Math.ceil(Math.sqrt(nodes.length));
    const lines = Math.ceil(nodes.length / side);
    const step = { x: (columns.cell - 4) / side, y: (rows.cell - 4) / Math.max(lines, 1) };
    nodes.forEach((node, index) => {
      const column = index % side;
      const line = Math.floor(index / side);
      const inLine = line === lines - 1 ? nodes.length - side * line : side;
      places[node] = {
        x: x + (column - (inLine - 1) / 2) * step.x,
        y: y + (line - (lines - 1) / 2) * step.y,
      };
    });
  }
  // A root without a row stands at the middle of the others.
  const rootPlace = places[root]!;
  if (Number.isNaN(rootPlace.y)) {
    const others = places.slice(0, root);
    const middle =
      others.length === 0 ? top + rows.length / 2 : others.reduce((sum, { y }) => sum + y, 0) / others.length;
    places[root] = { x: rootPlace.x, y: middle };
  }
  return places;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** An edge, as an arc that bends upward so that edges in one row are told apart. */
export function arcData(from: Place, to: Place, bend: number): string {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const away = Math.min(length * Math.abs(bend), 26) * Math.sign(bend);
  const control = {
    x: (from.x + to.x) / 2 + (dy / length) * away * 2,
    y: (from.y + to.y) / 2 - (dx / length) * away * 2,
  };
  return `M${round(from.x)} ${round(from.y)}Q${round(control.x)} ${round(control.y)} ${round(to.x)} ${round(to.y)}`;
}
