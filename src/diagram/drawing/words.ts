import { childrenOf, type Diagram, edgeCount, nodesOfParts } from "../diagram.js";
import { labelText } from "./measures.js";

const longestList = 12;

/** A diagram as sentences for those who cannot see the picture. */
export function describe(
  diagram: Diagram,
  nodeNames: readonly string[],
  partNames: readonly (string | undefined)[],
): string {
  const size = diagram.parents.length;
  const names = nodeNames.map(labelText);
  const root = names[size - 1]!;
  if (size === 1) return `A diagram of one node, the root ${root}.`;
  const edges = edgeCount(diagram);
  const sentences = [
    `A diagram of ${size} nodes and ${edges} ${edges === 1 ? "edge" : "edges"}, with root ${root}.`,
  ];
  const families = childrenOf(diagram).flatMap((children, parent) =>
    children.length > 0
      ? [`${listOf(children, names)} ${children.length === 1 ? "points" : "point"} to ${names[parent]}`]
      : [],
  );
  if (families.length <= longestList) sentences.push(`${families.join("; ")}.`);
  const parts = nodesOfParts(diagram).flatMap((nodes, part) =>
    nodes.length > 1 ? [{ nodes, name: partNames[part] }] : [],
  );
  if (parts.length > longestList) {
    sentences.push(`${parts.length} parts join several nodes each.`);
  } else {
    for (const { nodes, name } of parts)
      sentences.push(
        `${name === undefined ? "A part" : `Part ${labelText(name)}`} joins ${listOf(nodes, names)}.`,
      );
  }
  if (parts.length === 0) sentences.push("Every node is a part by itself.");
  return sentences.join(" ");
}

function listOf(nodes: readonly number[], names: readonly string[]): string {
  const words = nodes.slice(0, longestList).map((node) => names[node]!);
  if (nodes.length > longestList) words[longestList - 1] = `${nodes.length - longestList + 1} more`;
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
