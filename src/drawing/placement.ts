import type { Diagram } from "../diagram/diagram.js";
import type { NodeBox } from "./boxes.js";
import type { Point } from "./drawing.js";
import { layerGap, rowGap } from "./measures.js";
import { depthFirst } from "./order.js";

/** ELK's time grows with the cube of a family's size; larger diagrams are placed by {@link placeByContours}. */
const largestForElk = 60;
const columnWidth = 20;

/** Where every node is, in which layer (0 is leftmost), and each layer's boxes' edges. */
export interface Placement {
  readonly centres: readonly Point[];
  readonly layerOf: readonly number[];
  readonly layers: readonly { readonly left: number; readonly right: number }[];
}

type ElkConstructor = new () => { layout(graph: ElkGraph): Promise<ElkGraph> };

/** ELK takes long to read, which who does not draw need not wait for. */
async function loadElk(): Promise<ElkConstructor> {
  const { default: loaded } = await import("elkjs/lib/elk.bundled.js");
  // It is CommonJS: depending on the loader the constructor is the module or its `default`.
  return ((loaded as { default?: unknown }).default ?? loaded) as unknown as ElkConstructor;
}

interface ElkBox {
  readonly id: string;
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly ports?: readonly ElkBox[];
  readonly layoutOptions?: Readonly<Record<string, string>>;
}

interface ElkGraph {
  readonly id: string;
  readonly layoutOptions: Readonly<Record<string, string>>;
  readonly children: readonly ElkBox[];
  readonly edges: readonly { id: string; sources: string[]; targets: string[] }[];
}

/**
 * Places the nodes in layers by their distance from the root, families in the given order, no two boxes nearer than
 * the gaps.
 *
 * @param fast places small diagrams without ELK too.
 */
export async function placeNodes(
  diagram: Diagram,
  boxes: readonly NodeBox[],
  order: readonly (readonly number[])[],
  fast = false,
): Promise<Placement> {
  const depths = new Array<number>(diagram.parents.length).fill(0);
  for (let node = depths.length - 2; node >= 0; node--) {
    depths[node] = depths[diagram.parents[node]!]! + 1;
  }
  const deepest = depths.reduce((most, depth) => Math.max(most, depth), 0);
  const layerOf = depths.map((depth) => deepest - depth);

  const left = new Array<number>(deepest + 1).fill(0);
  const right = new Array<number>(deepest + 1).fill(0);
  boxes.forEach((box, node) => {
    const layer = layerOf[node]!;
    left[layer] = Math.max(left[layer]!, box.left);
    right[layer] = Math.max(right[layer]!, box.right);
  });

  const size = diagram.parents.length;
  const rows =
    size <= largestForElk && !fast
      ? await placeByElk(diagram, boxes, order)
      : placeByContours(diagram, boxes, order);
  const layers: { left: number; right: number }[] = [];
  let x = 0;
  for (let layer = 0; layer <= deepest; layer++) {
    layers.push({ left: x, right: x + left[layer]! + right[layer]! });
    x = layers[layer]!.right + layerGap;
  }
  return {
    centres: rows.map((y, node) => ({ x: layers[layerOf[node]!]!.left + left[layerOf[node]!]!, y })),
    layerOf,
    layers,
  };
}

/** A node of a tree in the order of {@link depthFirst}: its parent's place in that order, and its box. */
interface ShapedNode {
  readonly parent: number;
  readonly above: number;
  readonly below: number;
}

/** Rows by shape: a layout by ELK costs milliseconds, and the diagrams of a file have few shapes. */
const rowsByShape = new Map<string, readonly number[]>();
const mostShapes = 2000;

/** The rows of the nodes by ELK's layered layout. Its columns do not matter to them; those drawn are ours. */
async function placeByElk(
  diagram: Diagram,
  boxes: readonly NodeBox[],
  order: readonly (readonly number[])[],
): Promise<number[]> {
  const visited = depthFirst(order);
  const placeOf = new Array<number>(visited.length);
  visited.forEach((node, place) => {
    placeOf[node] = place;
  });
  const shape = visited.map((node): ShapedNode => {
    const parent = diagram.parents[node]!;
    const { above, below } = boxes[node]!;
    return { parent: parent === -1 ? -1 : placeOf[parent]!, above, below };
  });
  const key = shape.map(({ parent, above, below }) => `${parent} ${above} ${below}`).join();
  const rows = rowsByShape.get(key) ?? (await layOutShape(shape));
  rowsByShape.delete(key);
  rowsByShape.set(key, rows);
  if (rowsByShape.size > mostShapes) {
    rowsByShape.delete(rowsByShape.keys().next().value!);
  }
  return placeOf.map((place) => rows[place]!);
}

async function layOutShape(shape: readonly ShapedNode[]): Promise<number[]> {
  const port = { width: 0, height: 0 };
  const children = shape.map(
    ({ above, below }, place): ElkBox => ({
      id: `${place}`,
      width: columnWidth,
      height: above + below,
      // Edges meet at the height of the disc, which the name may have pushed off the middle.
      ports: [
        { ...port, id: `${place}in`, x: 0, y: above },
        { ...port, id: `${place}out`, x: columnWidth, y: above },
      ],
      layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    }),
  );
  const edges = shape.flatMap(({ parent }, place) =>
    parent === -1 ? [] : [{ id: `${place}-`, sources: [`${place}out`], targets: [`${parent}in`] }],
  );
  const Elk = await loadElk();
  const result = await new Elk().layout({
    id: "diagram",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.edgeRouting": "POLYLINE",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      "elk.layered.crossingMinimization.forceNodeModelOrder": "true",
      "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
      "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
      "elk.layered.nodePlacement.favorStraightEdges": "false",
      "elk.spacing.nodeNode": `${rowGap}`,
      "elk.layered.spacing.nodeNodeBetweenLayers": `${layerGap}`,
    },
    children,
    edges,
  });
  const rows = new Array<number>(shape.length).fill(0);
  for (const { id, y } of result.children) {
    rows[Number(id)] = y! + shape[Number(id)]!.above;
  }
  return rows;
}

/**
 * The rows of a large diagram in linear time: every subtree is laid out by itself, families are pushed
 * together until their contours are a gap apart, and the parent goes to the middle of its children.
 */
function placeByContours(
  diagram: Diagram,
  boxes: readonly NodeBox[],
  order: readonly (readonly number[])[],
): number[] {
  // A contour lists, from the subtree's root outward, how far each layer reaches; both relative to the
  // row of the subtree's root plus a shift, so that moving a subtree costs one addition.
  interface Subtree {
    shift: number;
    /** Stored from the deepest layer to the root's own, so that a new root is appended cheaply. */
    readonly top: number[];
    readonly bottom: number[];
  }
  const size = diagram.parents.length;
  const offset = new Array<number>(size).fill(0);
  const subtrees = new Array<Subtree | undefined>(size);
  for (let node = 0; node < size; node++) {
    const { above, below } = boxes[node]!;
    let family: Subtree | undefined;
    const places: number[] = [];
    for (const child of order[node]!) {
      const subtree = subtrees[child]!;
      subtrees[child] = undefined;
      if (!family) {
        places.push(0);
        family = subtree;
        continue;
      }
      const shared = Math.min(family.top.length, subtree.top.length);
      let place = Number.NEGATIVE_INFINITY;
      for (let depth = 1; depth <= shared; depth++) {
        const reach = family.bottom.at(-depth)! + family.shift;
        place = Math.max(place, reach + rowGap - (subtree.top.at(-depth)! + subtree.shift));
      }
      places.push(place);
      family = joinContours(family, subtree, place);
    }
    const middle = places.length > 0 ? (places[0]! + places.at(-1)!) / 2 : 0;
    order[node]!.forEach((child, index) => {
      offset[child] = places[index]! - middle;
    });
    family ??= { shift: 0, top: [], bottom: [] };
    family.shift -= middle;
    family.top.push(-above - family.shift);
    family.bottom.push(below - family.shift);
    subtrees[node] = family;
  }
  const rows = new Array<number>(size).fill(0);
  for (let node = size - 2; node >= 0; node--) {
    rows[node] = rows[diagram.parents[node]!]! + offset[node]!;
  }
  return rows;

  /** The contour of two subtrees, the second moved to `place` below the first; the deeper one's lists are reused. */
  function joinContours(upper: Subtree, lower: Subtree, place: number): Subtree {
    const shared = Math.min(upper.top.length, lower.top.length);
    const keep = upper.top.length >= lower.top.length ? upper : { ...lower, shift: lower.shift + place };
    for (let depth = 1; depth <= shared; depth++) {
      const index = keep.top.length - depth;
      const top = upper.top.at(-depth)! + upper.shift;
      const bottom = lower.bottom.at(-depth)! + lower.shift + place;
      keep.top[index] = top - keep.shift;
      keep.bottom[index] = bottom - keep.shift;
    }
    return keep;
  }
}
