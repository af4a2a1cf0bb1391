import type { ElementReference, PreviewDiagram } from "../../src/preview/index.js";

/**
 * The same element in another version of a diagram: nodes and edges by their names, parts by theirs or by the nodes
 * they have in common. Absent when it is gone.
 */
export function followElement(
  element: ElementReference,
  from: PreviewDiagram | undefined,
  to: PreviewDiagram | undefined,
): ElementReference | undefined {
  if (element.kind === "diagram" || from === to || !from || !to) {
    return element;
  }
  const { kind, index } = element;
  if (kind === "part") {
    const found = followPart(index, from, to);
    return found === undefined ? undefined : { kind, index: found };
  }
  if (kind === "edge" && index >= from.nodes.length) {
    return followStray(index, from, to);
  }
  const name = from.nodes[index]?.name;
  const found = to.nodes.findIndex((node) => node.name === name);
  if (name === undefined || found === -1) {
    return undefined;
  }
  return kind === "node" || to.edges.some(({ child }) => child === found)
    ? { kind, index: found }
    : undefined;
}

function followPart(index: number, from: PreviewDiagram, to: PreviewDiagram): number | undefined {
  const part = from.parts[index];
  if (!part) {
    return undefined;
  }
  const names = new Set(part.nodes.map((node) => from.nodes[node]?.name));
  let best: number | undefined;
  let most = 0;
  to.parts.forEach((other, at) => {
    if (part.name !== other.name) {
      return;
    }
    const common = other.nodes.filter((node) => names.has(to.nodes[node]?.name)).length;
    const like = part.name === undefined ? common : 1 + common;
    if (like > most) {
      [best, most] = [at, like];
    }
  });
  return best;
}

function followStray(index: number, from: PreviewDiagram, to: PreviewDiagram): ElementReference | undefined {
  const names = (diagram: PreviewDiagram): string[] =>
    (diagram.strays ?? []).map(({ child, parent }) =>
      JSON.stringify([diagram.nodes[child]?.name, diagram.nodes[parent]?.name]),
    );
  const name = names(from)[index - from.nodes.length];
  const found = name === undefined ? -1 : names(to).indexOf(name);
  return found === -1 ? undefined : { kind: "edge", index: to.nodes.length + found };
}
