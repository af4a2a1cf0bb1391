import { type Diagram, DiagramError, makeDiagram, nodesOfParts } from "./diagram.js";

/**
 * The short form of LANGUAGE.md: partition, then edges, as in `(01-2)(02-12)`; the last node is the
 * root. With more than ten nodes, numbers stand apart by dots: `(0.1-10)(0.10-1.10)`.
 */
export function formatShortForm(diagram: Diagram): string {
  const separator = diagram.parents.length > 10 ? "." : "";
  const parts = nodesOfParts(diagram).map((nodes) => nodes.join(separator));
  const edges = diagram.parents.slice(0, -1).map((parent, node) => `${node}${separator}${parent}`);
  return `(${parts.join("-")})(${edges.join("-")})`;
}

/**
 * Reads a short form, with or without white space, and with the paper's wrapping such as
 * `\sdia{c(012-3)(03-13-23)}`.
 * @throws DiagramError with one line saying what is wrong.
 */
export function parseShortForm(text: string): Diagram {
  const match = /^(?:\\\w+\{)?[a-z]?\(([\d.-]*)\)\(([\d.-]*)\)\}?$/u.exec(text.replace(/\s+/g, ""));
  if (!match) {
    throw new DiagramError(`"${text}" is not a short form; write one such as (01-2)(02-12)`);
  }
  const groups = match[1]!.split("-").map(readNodes);
  const edges = match[2] === "" ? [] : match[2]!.split("-").map(readNodes);
  return diagramOfShortForm(groups, edges);
}

/** The node numbers in one group of a short form: digits, or numbers between dots. */
export function readNodes(group: string): number[] {
  return (group.includes(".") ? group.split(".") : [...group]).map((number) => {
    if (!/^\d+$/.test(number)) {
      throw new DiagramError(
        "a part or an edge of a short form has no node; write one such as (01-2)(02-12)",
      );
    }
    return Number(number);
  });
}

/**
 * The diagram of a short form's groups and edges.
 * @throws DiagramError when nodes are missing or repeated, or the edges are not a tree to the last node.
 */
export function diagramOfShortForm(
  groups: readonly (readonly number[])[],
  edges: readonly (readonly number[])[],
): Diagram {
  const parts = new Map<number, number>();
  groups.forEach((nodes, part) => {
    for (const node of nodes) {
      if (parts.has(node)) {
        throw new DiagramError(`node ${node} stands in two parts; name each node once`);
      }
      parts.set(node, part);
    }
  });
  const size = parts.size;
  for (let node = 0; node < size; node++) {
    if (!parts.has(node)) {
      throw new DiagramError(`node ${node} is missing from the partition; number the nodes 0 to ${size - 1}`);
    }
  }
  const parents = new Array<number>(size).fill(-1);
  for (const edge of edges) {
    const [child, parent] = edge;
    if (edge.length !== 2 || child! >= size || parent! >= size) {
      throw new DiagramError(`edge ${edge.join(".")} does not join two nodes of the partition`);
    }
    if (parents[child!] !== -1) {
      throw new DiagramError(`node ${child} has two outgoing edges; each node but the root has one`);
    }
    parents[child!] = parent!;
  }
  if (parents[size - 1] !== -1) {
    throw new DiagramError(`node ${size - 1} must be the root: the last node has no outgoing edge`);
  }
  return makeDiagram(
    parents,
    parents.map((_, node) => parts.get(node)!),
  ).diagram;
}
