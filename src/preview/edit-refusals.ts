import { childrenOf, type Diagram, linksOf, nodesOfParts, rootOf } from "../diagram/index.js";
import { largestDrawing } from "../drawing/measures.js";
import type { DiagramEdit, NodeEdit } from "./edits.js";

/** A sound diagram, as far as edits by hand ask about it. */
export interface EditedDiagram {
  readonly diagram: Diagram;
  readonly nodeNames: readonly string[];
  /** Whether the root may share its part. */
  readonly train: boolean;
}

/**
 * In one line why an edit makes no sense for a diagram, and what to do; `undefined` when it does. The page asks before it
 * sends an edit, and the language server before it makes one.
 */
export function refusalOf(
  { diagram, nodeNames, train }: EditedDiagram,
  edit: DiagramEdit,
): string | undefined {
  if (edit.kind === "deleteDiagram") {
    return undefined;
  }
  const size = diagram.parents.length;
  const root = rootOf(diagram);
  const name = (node: number) => `\`${nodeNames[node]}\``;
  const mentioned = nodesOf(edit);
  if (mentioned.some((node) => !Number.isInteger(node) || node < 0 || node >= size)) {
    return "a node is no longer in the text; choose it again";
  }
  switch (edit.kind) {
    case "addChild":
      return size >= largestDrawing
        ? `a diagram of ${size} nodes does not grow by hand; edit its text`
        : undefined;
    case "reattach": {
      const { node, parent } = edit;
      if (node === root) {
        return `${name(node)} is the root, which hangs from no other node; move what hangs from it instead`;
      }
      if (node === parent) {
        return `${name(node)} cannot hang from itself; choose another node`;
      }
      if (diagram.parents[node] === parent) {
        return `${name(node)} hangs from ${name(parent)} already; choose another node`;
      }
      return descendantsOf(diagram, node).includes(parent)
        ? `${name(parent)} hangs from ${name(node)} itself; choose a node outside of what hangs from ${name(node)}`
        : undefined;
    }
    case "group": {
      const nodes = new Set(edit.nodes);
      if (nodes.size < 2) {
        return "a part joins two nodes or more; choose another node too";
      }
      if (nodes.has(root) && !train) {
        return `${name(root)} is the root, which shares its datapoint with no other node; leave it out, or mark the diagram \`train diagram\``;
      }
      const parts = new Set([...nodes].map((node) => diagram.parts[node]!));
      const [part] = parts;
      return parts.size === 1 && nodesOfParts(diagram)[part!]!.length === nodes.size
        ? "these nodes are one part already; choose others"
        : undefined;
    }
    case "ungroup":
      return nodesOfParts(diagram)[diagram.parts[edit.node]!]!.length === 1
        ? `${name(edit.node)} shares its part with no other node; choose one that does`
        : undefined;
    case "dissolve": {
      const { nodes } = edit;
      const [first] = nodes;
      const isPart =
        first !== undefined &&
        nodes.length > 1 &&
        nodes.every((node) => diagram.parts[node] === diagram.parts[first]);
      return isPart ? undefined : "these nodes share no part; choose an outline";
    }
    case "contract":
      return linksOf(diagram).includes(edit.node)
        ? undefined
        : `${name(edit.node)} is no link; choose a node with one edge in and one out that is alone in its part`;
    case "remove":
      return edit.node === root
        ? `${name(root)} is the root, and a diagram has one; remove what hangs from it, or delete the diagram`
        : undefined;
  }
}

/** A node and all that hangs from it. */
export function descendantsOf(diagram: Diagram, node: number): number[] {
  const children = childrenOf(diagram);
  const found = [node];
  for (const one of found) {
    found.push(...children[one]!);
  }
  return found;
}

function nodesOf(edit: NodeEdit): readonly number[] {
  switch (edit.kind) {
    case "addChild":
      return [edit.parent];
    case "reattach":
      return [edit.node, edit.parent];
    case "group":
    case "dissolve":
      return edit.nodes;
    default:
      return [edit.node];
  }
}
