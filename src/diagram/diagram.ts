/**
 * A diagram: a finite rooted tree together with a partition of its nodes (THEORY §2).
 *
 * Nodes are `0 … n−1` in an order in which every node comes before its parent, so the root is the
 * last node. Parts are `0 … P−1`, numbered by their first node (a restricted growth string).
 * Build one with {@link makeDiagram}, which checks and renumbers.
 */
export interface Diagram {
  /** `parents[v]` is the node that `v`'s edge points to; `-1` for the root, which is the last node. */
  readonly parents: readonly number[];
  /** `parts[v]` is the part of node `v`. */
  readonly parts: readonly number[];
}

/** A list of parents and parts that is not a rooted tree with a partition; the message is one line. */
export class DiagramError extends Error {
  override readonly name = "DiagramError";
}

/**
 * A diagram from parents and parts in any order of nodes.
 *
 * @param parents `parents[v]` is the node that `v`'s edge points to, `-1` for the one root.
 * @param parts `parts[v]` is any number that nodes of one part share and others do not.
 * @returns the diagram and `order`, where `order[new]` is the old number of node `new`. The given
 *   numbering is kept when it already puts every node before its parent.
 * @throws DiagramError when the edges are not one rooted tree.
 */
export function makeDiagram(
  parents: readonly number[],
  parts: readonly number[],
): { diagram: Diagram; order: number[] } {
  const size = parents.length;
  if (size === 0 || parts.length !== size) {
    throw new DiagramError("a diagram needs at least one node, and a part for each node");
  }
  const roots = parents.flatMap((parent, node) => (parent === -1 ? [node] : []));
  if (roots.length !== 1) {
    throw new DiagramError(
      roots.length === 0
        ? "the edges run in a circle; one node, the root, must have no outgoing edge"
        : `nodes ${roots.join(", ")} have no outgoing edge; only the root may have none`,
    );
  }
  if (parents.some((parent) => !Number.isInteger(parent) || parent < -1 || parent >= size)) {
    throw new DiagramError("an edge points to a node that does not exist");
  }
  const sorted = parents.every((parent, node) => parent === -1 || parent > node);
  const order =
    sorted && roots[0] === size - 1 ? parents.map((_, node) => node) : childrenFirst(parents, roots[0]!);
  const renumbered = new Array<number>(size);
  order.forEach((old, now) => {
    renumbered[old] = now;
  });
  return {
    diagram: {
      parents: order.map((old) => (parents[old] === -1 ? -1 : renumbered[parents[old]!]!)),
      parts: restrictedGrowth(order.map((old) => parts[old]!)),
    },
    order,
  };
}

/** Nodes in an order with children before parents, keeping the given order among the ready ones. */
function childrenFirst(parents: readonly number[], root: number): number[] {
  const size = parents.length;
  const waiting = new Array<number>(size).fill(0);
  for (const parent of parents) {
    if (parent !== -1) {
      waiting[parent]!++;
    }
  }
  const order: number[] = [];
  for (let node = 0; node < size; node++) {
    // A node is taken when its last child has been; going up the path keeps subtrees together.
    let next = node;
    while (next !== -1 && waiting[next] === 0) {
      waiting[next] = -1;
      order.push(next);
      const parent = parents[next]!;
      if (parent !== -1) {
        waiting[parent]!--;
      }
      next = parent !== -1 && parent < node ? parent : -1;
    }
  }
  if (order.length !== size || order[size - 1] !== root) {
    throw new DiagramError("the edges run in a circle; every path must end at the root");
  }
  return order;
}

/** Relabels so that each label's first occurrence is the next unused number. */
export function restrictedGrowth(labels: readonly number[]): number[] {
  const names = new Map<number, number>();
  return labels.map((label) => {
    const known = names.get(label);
    if (known !== undefined) {
      return known;
    }
    names.set(label, names.size);
    return names.size - 1;
  });
}

/** The number of edges: one for each node but the root. */
export function edgeCount(diagram: Diagram): number {
  return diagram.parents.length - 1;
}

/** Edges from the leaf that is farthest from the root to it. */
export function longestPath({ parents }: Diagram): number {
  const heights = new Array<number>(parents.length).fill(0);
  parents.forEach((parent, node) => {
    if (parent >= 0) {
      heights[parent] = Math.max(heights[parent]!, heights[node]! + 1);
    }
  });
  return heights[heights.length - 1]!;
}

/** The root: the last node. */
export function rootOf(diagram: Diagram): number {
  return diagram.parents.length - 1;
}

/** Children of every node. */
export function childrenOf(diagram: Diagram): number[][] {
  const children: number[][] = diagram.parents.map(() => []);
  diagram.parents.forEach((parent, node) => {
    if (parent !== -1) {
      children[parent]!.push(node);
    }
  });
  return children;
}

/** Nodes of every part. */
export function nodesOfParts(diagram: Diagram): number[][] {
  const nodes: number[][] = [];
  diagram.parts.forEach((part, node) => {
    if (nodes[part]) {
      nodes[part].push(node);
    } else {
      nodes[part] = [node];
    }
  });
  return nodes;
}

/** Degrees: children, plus one for the parent (THEORY §2). */
export function degreesOf(diagram: Diagram): number[] {
  const degrees = diagram.parents.map((parent) => (parent === -1 ? 0 : 1));
  for (const parent of diagram.parents) {
    if (parent !== -1) {
      degrees[parent]!++;
    }
  }
  return degrees;
}
