import type { ElementReference, PreviewDiagram } from "../../src/preview/index.js";

/**
 * The same element in another version of a diagram: nodes and edges by their names, parts by theirs or by the nodes
 * they have in common; what has another name alone, where all others are as they were, is the same too. Absent when it is gone.
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
  const name = namesNow(from, to)[index];
  const found = to.nodes.findIndex((node) => node.name === name);
  if (name === undefined || found === -1) {
    return undefined;
  }
  return kind === "node" || to.edges.some(({ child }) => child === found)
    ? { kind, index: found }
    : undefined;
}

/** What the nodes of a diagram are called in another version of it, of which one may have been renamed. */
function namesNow(from: PreviewDiagram, to: PreviewDiagram): (string | undefined)[] {
  const names = from.nodes.map(({ name }) => name);
  const others = to.nodes.map(({ name }) => name);
  return isOneRenamed(names, others) ? others : names;
}

/** Whether lists of names differ in one, which is new. */
function isOneRenamed(
  names: readonly (string | undefined)[],
  others: readonly (string | undefined)[],
): boolean {
  if (names.length !== others.length) {
    return false;
  }
  const changed = others.filter((name, index) => name !== names[index]);
  return changed.length === 1 && (changed[0] === undefined || !names.includes(changed[0]));
}

function followPart(index: number, from: PreviewDiagram, to: PreviewDiagram): number | undefined {
  const part = from.parts[index];
  if (!part) {
    return undefined;
  }
  const now = namesNow(from, to);
  const names = new Set(part.nodes.map((node) => now[node]));
  const isRenamed = isOneRenamed(
    from.parts.map(({ name }) => name),
    to.parts.map(({ name }) => name),
  );
  if (isRenamed && part.name !== to.parts[index]!.name) {
    const { nodes } = to.parts[index]!;
    return nodes.length === names.size && nodes.every((node) => names.has(to.nodes[node]?.name))
      ? index
      : undefined;
  }
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
  const namesOf = (diagram: PreviewDiagram, nodes: readonly (string | undefined)[]): string[] =>
    (diagram.strays ?? []).map(({ child, parent }) => JSON.stringify([nodes[child], nodes[parent]]));
  const name = namesOf(from, namesNow(from, to))[index - from.nodes.length];
  const found = name === undefined ? -1 : namesOf(to, namesNow(to, to)).indexOf(name);
  return found === -1 ? undefined : { kind: "edge", index: to.nodes.length + found };
}
