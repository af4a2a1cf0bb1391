import { type Diagram, degreesOf } from "../diagram/diagram.js";
import type { Point } from "./drawing.js";
import { discRadius, labelGap, labelHeight, rootRadius, textWidth } from "./measures.js";

/** What a node takes up around the centre of its disc, px, all lengths positive. */
export interface NodeBox {
  readonly radius: number;
  readonly left: number;
  readonly right: number;
  readonly above: number;
  readonly below: number;
  readonly label: {
    readonly text: string;
    readonly anchor: "start" | "end";
    /** Relative to the disc's centre. */
    readonly offset: Point;
    readonly width: number;
  };
}

/**
 * The boxes of all nodes. Names stand where no edge is: left of a leaf, right of the root, and beside
 * an inner node on the side away from its parent.
 *
 * @param labels the nodes' names as they are shown.
 * @param order each node's children from top to bottom.
 */
export function nodeBoxes(
  diagram: Diagram,
  labels: readonly string[],
  order: readonly (readonly number[])[],
): NodeBox[] {
  const degrees = degreesOf(diagram);
  return diagram.parents.map((parent, node) => {
    const isRoot = parent === -1;
    const isLeaf = order[node]!.length === 0;
    const radius = isRoot ? rootRadius : discRadius(degrees[node]!);
    const text = labels[node]!;
    const width = textWidth(text);
    const beside = radius + labelGap;
    const half = Math.max(radius, labelHeight / 2);
    if (isRoot || isLeaf) {
      const reach = beside + width;
      return {
        radius,
        left: isRoot ? radius : reach,
        right: isRoot ? reach : radius,
        above: half,
        below: half,
        label: {
          text,
          width,
          anchor: isRoot ? "start" : "end",
          offset: { x: isRoot ? beside : -beside, y: 0 },
        },
      };
    }
    const family = order[parent]!;
    const isUpper = family.indexOf(node) < family.length / 2;
    const shift = radius + labelGap + labelHeight / 2;
    const tall = shift + labelHeight / 2;
    return {
      radius,
      left: radius,
      right: Math.max(radius, width - radius),
      above: isUpper ? tall : half,
      below: isUpper ? half : tall,
      label: { text, width, anchor: "start", offset: { x: -radius, y: isUpper ? -shift : shift } },
    };
  });
}
