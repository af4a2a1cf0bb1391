import { type Diagram, degreesOf } from "../diagram/diagram.js";
import { type NodeBox, nodeBoxes } from "./boxes.js";
import { describe } from "./description.js";
import {
  type Drawing,
  DrawingError,
  type DrawingInput,
  type DrawingMarks,
  type DrawnEdge,
  type DrawnNode,
  type DrawnOutline,
  type Point,
  type SmoothPath,
} from "./drawing.js";
import { flatten } from "./geometry.js";
import {
  labelHeight,
  labelTexts,
  largestDrawing,
  margin,
  ringReach,
  roomForNames,
  signReach,
} from "./measures.js";
import { orderChildren, treeOf } from "./order.js";
import { outlineParts } from "./outlines.js";
import { nameParts } from "./part-names.js";
import { type Placement, placeNodes } from "./placement.js";
import { type Rectangle, rectangleOf, squareAround } from "./rectangles.js";
import { drawStrays } from "./strays.js";

export interface LayoutOptions {
  /** Placed in linear time, without ELK, which now and then takes long. */
  readonly fast?: boolean;
}

/**
 * Lays a diagram out: layers by distance from the root, the root rightmost, the nodes of a part near
 * each other, and round each part of several nodes an outline that contains exactly its nodes. The trees
 * of a forest stand above each other, their roots in one layer.
 *
 * @throws DrawingError when the diagram has more than {@link largestDrawing} nodes, or parts too far spread to be outlined.
 */
export async function layoutDrawing(input: DrawingInput, options: LayoutOptions = {}): Promise<Drawing> {
  const size = input.diagram.parents.length;
  if (size > largestDrawing) {
    throw new DrawingError(
      `a diagram of ${size} nodes is too large to be drawn; at most ${largestDrawing} nodes fit`,
    );
  }
  const [wide, narrow] = [false, true].map((isNarrow) => labelsOf(input, isNarrow));
  const drawing = await layOut(input, wide!, options);
  const isShorter =
    narrow!.nodes.some((label, node) => label !== wide!.nodes[node]) ||
    narrow!.parts.some((label, part) => label !== wide!.parts[part]);
  return isShorter && drawing.width > roomForNames ? await layOut(input, narrow!, options) : drawing;
}

/** The names of nodes and of parts, as they are shown. */
interface Labels {
  readonly nodes: readonly string[];
  readonly parts: readonly string[];
}

function labelsOf({ nodeNames, partNames }: DrawingInput, isNarrow: boolean): Labels {
  return {
    nodes: labelTexts(nodeNames, isNarrow),
    parts: labelTexts(
      partNames.map((name) => name ?? ""),
      isNarrow,
    ),
  };
}

async function layOut(input: DrawingInput, labels: Labels, options: LayoutOptions): Promise<Drawing> {
  const { diagram, nodeNames, partNames, name } = input;
  const tree = treeOf(diagram);
  const order = orderChildren(tree);
  const boxes = nodeBoxes(diagram, labels.nodes, order);
  const placement = await placeForest(diagram, tree, boxes, order, options.fast === true);
  const nodes = drawNodes(input, boxes, placement);
  const edges = diagram.parents.flatMap((parent, node): DrawnEdge[] =>
    parent === -1 ? [] : [{ from: node, to: parent, path: drawArc(nodes[node]!, nodes[parent]!) }],
  );
  const lines = edges.map(({ path }) => [path.start, ...flatten(path, 12)]);
  const outlines = nameParts(
    outlineParts(diagram, boxes, placement, lines),
    partNames,
    labels.parts,
    nodes,
    lines,
  );
  const marks: DrawingMarks | undefined = input.marks && {
    ...input.marks,
    strays: drawStrays(input.marks.strays, nodes),
  };
  const extent = extentOf(nodes, outlines, marks?.strays ?? []);
  const description = describe(diagram, nodeNames, partNames, marks);
  return moveToOrigin({ name, description, nodes, edges, outlines, ...(marks ? { marks } : {}) }, extent);
}

async function placeForest(
  diagram: Diagram,
  tree: Diagram,
  boxes: readonly NodeBox[],
  order: readonly (readonly number[])[],
  fast: boolean,
): Promise<Placement> {
  if (tree === diagram) {
    return await placeNodes(diagram, boxes, order, fast);
  }
  const nothing = { text: "", anchor: "start", offset: { x: 0, y: 0 }, width: 0 } as const;
  const above: NodeBox = { radius: 0, left: 0, right: 0, above: 0, below: 0, label: nothing };
  const { centres, layerOf, layers } = await placeNodes(tree, [...boxes, above], order, fast);
  return { centres: centres.slice(0, -1), layerOf: layerOf.slice(0, -1), layers: layers.slice(0, -1) };
}

function drawNodes(
  { diagram, nodeNames }: DrawingInput,
  boxes: readonly NodeBox[],
  placement: Placement,
): DrawnNode[] {
  const degrees = degreesOf(diagram);
  return boxes.map(({ radius, label }, node) => {
    const { x, y } = placement.centres[node]!;
    return {
      node,
      name: nodeNames[node]!,
      degree: degrees[node]!,
      isRoot: diagram.parents[node] === -1,
      part: diagram.parts[node]!,
      x,
      y,
      radius,
      label: {
        text: label.text,
        anchor: label.anchor,
        x: x + label.offset.x,
        y: y + label.offset.y,
        width: label.width,
        height: labelHeight,
      },
    };
  });
}

/** An arc that leaves a child level and comes in at its parent from its own direction, so that a degree can be counted. */
function drawArc(child: DrawnNode, parent: DrawnNode): SmoothPath {
  const bend = { x: child.x + 0.6 * (parent.x - child.x), y: child.y + 0.06 * (parent.y - child.y) };
  const start = towards(child, bend, child.radius);
  const end = towards(parent, bend, parent.radius);
  const pull = (point: Point): Point => ({
    x: point.x + (bend.x - point.x) * 0.667,
    y: point.y + (bend.y - point.y) * 0.667,
  });
  return { start, curves: [{ control1: pull(start), control2: pull(end), end }] };
}

function towards(from: Point, to: Point, length: number): Point {
  const share = length / Math.hypot(to.x - from.x, to.y - from.y);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function extentOf(
  nodes: readonly DrawnNode[],
  outlines: readonly DrawnOutline[],
  strays: readonly DrawnEdge[],
): Rectangle {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  const include = (one: Rectangle): void => {
    left = Math.min(left, one.left);
    right = Math.max(right, one.right);
    top = Math.min(top, one.top);
    bottom = Math.max(bottom, one.bottom);
  };
  for (const { x, y, radius, label } of nodes) {
    include(squareAround({ x, y }, radius + ringReach));
    include(rectangleOf(label));
  }
  for (const { paths, label, sign } of outlines) {
    for (const path of paths) {
      for (const { x, y } of flatten(path, 2)) {
        include({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 });
      }
    }
    if (label) {
      include(rectangleOf(label));
    }
    include(squareAround(sign, signReach));
  }
  for (const { path } of strays) {
    for (const { x, y } of flatten(path, 12)) {
      include({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 });
    }
  }
  return { left: left - margin, right: right + margin, top: top - margin, bottom: bottom + margin };
}

function moveToOrigin(drawing: Omit<Drawing, "width" | "height">, extent: Rectangle): Drawing {
  const move = <P extends Point>(point: P): P => ({
    ...point,
    x: point.x - extent.left,
    y: point.y - extent.top,
  });
  const movePath = ({ start, curves }: SmoothPath): SmoothPath => ({
    start: move(start),
    curves: curves.map(({ control1, control2, end }) => ({
      control1: move(control1),
      control2: move(control2),
      end: move(end),
    })),
  });
  const moveEdge = (edge: DrawnEdge): DrawnEdge => ({ ...edge, path: movePath(edge.path) });
  return {
    ...drawing,
    ...(drawing.marks ? { marks: { ...drawing.marks, strays: drawing.marks.strays.map(moveEdge) } } : {}),
    width: extent.right - extent.left,
    height: extent.bottom - extent.top,
    nodes: drawing.nodes.map((node) => ({ ...move(node), label: move(node.label) })),
    edges: drawing.edges.map(moveEdge),
    outlines: drawing.outlines.map((outline) => ({
      ...outline,
      paths: outline.paths.map(movePath),
      label: outline.label && move(outline.label),
      sign: move(outline.sign),
    })),
  };
}
