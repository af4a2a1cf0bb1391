import { childrenOf, type Diagram, nodesOfParts } from "../diagram/diagram.js";
import { counted } from "../printable/index.js";
import type { DrawingMarks } from "./drawing.js";

const longestList = 12;

/** A diagram as sentences for those who cannot see the picture, with whole names, where the picture may cut them. */
export function describe(
  diagram: Diagram,
  names: readonly string[],
  partNames: readonly (string | undefined)[],
  marks?: DrawingMarks,
): string {
  const size = diagram.parents.length;
  const roots = diagram.parents.flatMap((parent, node) => (parent === -1 ? [node] : []));
  if (size === 1 && !marks) {
    return `A diagram of one node, the root ${names[0]}.`;
  }
  const edges = size - roots.length;
  const counts = `${counted(size, "node")} and ${counted(edges, "edge")}`;
  const sentences = [
    `${marks ? "A broken diagram" : "A diagram"} of ${counts}, ${roots.length === 1 ? "with root" : "in several trees with roots"} ${listOf(roots, names)}.`,
  ];
  const families = childrenOf(diagram).flatMap((children, parent) =>
    children.length > 0
      ? [`${listOf(children, names)} ${children.length === 1 ? "points" : "point"} to ${names[parent]}`]
      : [],
  );
  if (families.length <= longestList) {
    sentences.push(`${families.join("; ")}.`);
  }
  const parts = nodesOfParts(diagram).flatMap((nodes, part) =>
    nodes.length > 1 ? [{ nodes, name: partNames[part] }] : [],
  );
  if (parts.length > longestList) {
    sentences.push(`${parts.length} parts join several nodes each.`);
  } else {
    for (const { nodes, name } of parts) {
      sentences.push(`${name === undefined ? "A part" : `Part ${name}`} joins ${listOf(nodes, names)}.`);
    }
  }
  if (parts.length === 0) {
    sentences.push("Every node is a part by itself.");
  }
  if (marks && marks.strays.length > 0 && marks.strays.length <= longestList) {
    const strays = marks.strays.map(({ from, to }) => `from ${names[from]} to ${names[to]}`);
    sentences.push(
      `Beside the tree ${strays.length === 1 ? "is an edge" : "are edges"} ${strays.join(", ")}.`,
    );
  }
  if (marks && marks.nodes.length > 0) {
    sentences.push(`Marked as wrong: ${listOf(marks.nodes, names)}.`);
  }
  return sentences.join(" ");
}

function listOf(nodes: readonly number[], names: readonly string[]): string {
  const words = nodes.slice(0, longestList).map((node) => names[node]!);
  if (nodes.length > longestList) {
    words[longestList - 1] = `${nodes.length - longestList + 1} more`;
  }
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
