import type { DrawnLabel, DrawnNode } from "../../src/drawing/drawing.js";
import type { ElementReference, PreviewDiagram } from "../../src/preview/index.js";

/* What is said of the elements of a diagram. */

export function sameElement(one: ElementReference | undefined, other: ElementReference | undefined): boolean {
  if (!one || !other) {
    return one === other;
  }
  if (one.kind === "diagram" || other.kind === "diagram") {
    return one.kind === other.kind;
  }
  return one.kind === other.kind && one.index === other.index;
}

/** Names as a sentence has them. */
export function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** A node's name as sentences have it. */
export function nameOf(diagram: PreviewDiagram, node: number): string {
  return diagram.nodes[node]?.name ?? `node ${node}`;
}

/** What is to be read of a name that is cut, so that whoever speaks to the page may say that. */
function writtenWords(name: string | undefined, label: DrawnLabel | undefined): string {
  return label === undefined || label.text === name ? "" : `, written ${label.text}`;
}

export function partWords(diagram: PreviewDiagram, index: number, label: DrawnLabel | undefined): string {
  const part = diagram.parts[index];
  if (!part) {
    return "part";
  }
  const nodes = listOf(part.nodes.map((node) => nameOf(diagram, node)));
  const title = part.name === undefined ? "part" : `part ${part.name}`;
  return `${title}${writtenWords(part.name, label)}, of ${part.nodes.length === 1 ? "node" : "nodes"} ${nodes}`;
}

export function edgeWords(diagram: PreviewDiagram, child: number, parent: number): string {
  return `edge from ${nameOf(diagram, child)} to ${nameOf(diagram, parent)}`;
}

export function nodeWords(diagram: PreviewDiagram, node: DrawnNode, parent: number | undefined): string {
  const words = [`node ${node.name}${writtenWords(node.name, node.label)}`];
  if (node.isRoot) {
    words.push("the root");
  }
  words.push(`degree ${node.degree}`);
  for (const part of diagram.parts) {
    if (part.nodes.length < 2 || !part.nodes.includes(node.node)) {
      continue;
    }
    const others = part.nodes.filter((other) => other !== node.node).map((other) => nameOf(diagram, other));
    words.push(`in ${part.name === undefined ? "a part" : `part ${part.name}`} with ${listOf(others)}`);
  }
  if (parent !== undefined) {
    words.push(`parent ${nameOf(diagram, parent)}`);
  }
  return words.join(", ");
}

/** The complaints about an element, as an addition to its words. */
export function complaintsOf(diagram: PreviewDiagram, element: ElementReference): string {
  return diagram.marks
    .filter(({ elements }) => elements.some((one) => sameElement(one, element)))
    .map(({ severity, message }) => `; ${severity}: ${message}`)
    .join("");
}
