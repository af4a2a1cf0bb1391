import { type Diagram, degreesOf, makeDiagram, nodesOfParts, rootOf } from "./diagram.js";

/** Two nodes of one part on one path to the root. */
export interface PathViolation {
  readonly part: number;
  /** The path from the node nearer the leaves to the one nearer the root, both included. */
  readonly path: readonly number[];
}

/**
 * The places where a path from a leaf to the root meets a part twice (THEORY §2), each node paired
 * with the nearest node of its part above it.
 *
 * The root is measured after all updates and so stands outside the grid: a part that it shares with
 * other nodes (only diagrams for the train loss have one) does not break the condition by the root.
 */
export function pathViolations(diagram: Diagram): PathViolation[] {
  const { parents, parts } = diagram;
  const sizes = nodesOfParts(diagram).map((nodes) => nodes.length);
  const root = rootOf(diagram);
  const violations: PathViolation[] = [];
  for (let node = 0; node < root; node++) {
    if (sizes[parts[node]!] === 1) {
      continue;
    }
    const path = [node];
    for (let above = parents[node]!; above !== root; above = parents[above]!) {
      path.push(above);
      if (parts[above] === parts[node]) {
        violations.push({ part: parts[node]!, path });
        break;
      }
    }
  }
  return violations;
}

/** Whether no path from a leaf to the root meets a part twice. */
export function satisfiesPathCondition(diagram: Diagram): boolean {
  return pathViolations(diagram).length === 0;
}

/** The links: non-root nodes of degree 2 that are alone in their part (THEORY §2). */
export function linksOf(diagram: Diagram): number[] {
  const degrees = degreesOf(diagram);
  const sizes = nodesOfParts(diagram).map((nodes) => nodes.length);
  const root = rootOf(diagram);
  return degrees.flatMap((degree, node) =>
    node !== root && degree === 2 && sizes[diagram.parts[node]!] === 1 ? [node] : [],
  );
}

/** Whether the diagram has no link. */
export function isIrreducible(diagram: Diagram): boolean {
  return linksOf(diagram).length === 0;
}

/** Whether the root is alone in its part, as in every diagram but those of train losses. */
export function isRootAlone(diagram: Diagram): boolean {
  const root = rootOf(diagram);
  return diagram.parts.every((part, node) => node === root || part !== diagram.parts[root]);
}

/**
 * The diagram without its links: each link's child is joined to the link's parent.
 * @returns the contraction, and for each of its nodes the node it was.
 */
export function contractLinks(
  diagram: Diagram,
  links: readonly number[] = linksOf(diagram),
): { diagram: Diagram; order: number[] } {
  const removed = new Set(links);
  const kept = diagram.parents.flatMap((_, node) => (removed.has(node) ? [] : [node]));
  const renumbered = new Map(kept.map((node, index) => [node, index]));
  const parents = kept.map((node) => {
    let parent = diagram.parents[node]!;
    while (removed.has(parent)) {
      parent = diagram.parents[parent]!;
    }
    return parent === -1 ? -1 : renumbered.get(parent)!;
  });
  const made = makeDiagram(
    parents,
    kept.map((node) => diagram.parts[node]!),
  );
  return { diagram: made.diagram, order: made.order.map((index) => kept[index]!) };
}
