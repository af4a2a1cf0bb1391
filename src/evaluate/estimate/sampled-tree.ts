import { childrenOf, type Diagram, degreesOf, nodesOfParts, rootOf } from "../../diagram/index.js";
import type { Source } from "../directional/branch.js";

/**
 * What stands at a node of a diagram that is estimated. Rows are drawn in *slots*, lists of the same length, independent of each
 * other. Each expectation of a diagram has a slot of its own: so the product of what they say has the product of the expectations as
 * its own.
 */
export interface SampledVertex {
  readonly source: Source;
  /** The rows it is about; absent of a function of the weights alone. */
  readonly slot?: number;
  /** Where its part has other nodes, the part's number. */
  readonly part?: number;
  /**
   * What is taken off so that only what a row has beyond the mean is left: the mean over the slot itself, which is for nothing where no
   * vectors come in, or the like row of another slot, which is independent.
   */
  readonly centred?: "mean" | { readonly slot: number };
}

/** Nodes with edges among them. */
export interface SampledTree {
  readonly vertices: readonly (SampledVertex | undefined)[];
  readonly neighbours: readonly (readonly number[])[];
  /** How many nodes each part has, by its number. */
  readonly sizes: readonly number[];
  /** How many slots there are. */
  readonly slots: number;
}

/**
 * A diagram as a tree whose parts are cumulants up to the third, and moments of four nodes less their means. Of a part of two nodes
 * one that is centred is enough: a leaf where there is one.
 *
 * @param loss stands at all nodes but the root. @param root stands there; the loss's where its part has other nodes.
 *   Absent: the root is left out.
 */
export function sampledTree(diagram: Diagram, loss: Source, root: Source | undefined): SampledTree {
  const top = rootOf(diagram);
  const parts = nodesOfParts(diagram);
  const degrees = degreesOf(diagram);
  const children = childrenOf(diagram);
  const slotOfPart = new Map<number, number>();
  diagram.parts.forEach((part) => {
    if (!slotOfPart.has(part)) {
      slotOfPart.set(part, slotOfPart.size);
    }
  });
  let slots = slotOfPart.size;
  const vertices = diagram.parents.map((_, node): SampledVertex | undefined => {
    const source = node === top ? root : loss;
    const part = diagram.parts[node]!;
    const nodes = parts[part]!;
    if (source === undefined) {
      return undefined;
    }
    if (nodes.length === 1) {
      return source === loss ? { source, slot: slotOfPart.get(part)! } : { source };
    }
    const leaf = nodes.find((other) => degrees[other] === 1);
    const isCentred = nodes.length > 2 || node === (leaf ?? nodes[0]);
    const vertex = { source, slot: slotOfPart.get(part)!, part };
    if (!isCentred) {
      return vertex;
    }
    return { ...vertex, centred: degrees[node] === 1 ? "mean" : { slot: slots++ } };
  });
  return {
    vertices,
    neighbours: diagram.parents.map((parent, node) =>
      parent === -1 ? children[node]! : [...children[node]!, parent],
    ),
    sizes: parts.map((nodes) => nodes.length),
    slots,
  };
}

/**
 * By how much the mean over the rows of slots falls short of what its parts stand for, the fourth cumulants' pairs aside: centring by
 * the mean over `size` rows takes off a share of a row itself.
 */
export function shortfall({ vertices, sizes }: SampledTree, size: number): number {
  const byMean = sizes.map(
    (_, part) => vertices.filter((vertex) => vertex?.part === part && vertex.centred === "mean").length,
  );
  return sizes.reduce((product, nodes, part) => {
    const share =
      nodes === 3 && byMean[part] === 3
        ? ((size - 1) * (size - 2)) / size ** 2
        : ((size - 1) / size) ** byMean[part]!;
    return product * share;
  }, 1);
}

/** What is on one side of an edge of a tree: what the vertex at its end holds, applied to the vectors of its other edges. */
export interface SampledBranch {
  readonly vertex: SampledVertex;
  readonly children: readonly SampledBranch[];
  /** Whether it has a vector for each row; otherwise all nodes of its parts are in it, and it is the mean over the rows. */
  readonly isEach: boolean;
  /** Branches of one name are the same. */
  readonly name: string;
}

/** The branch that ends at a vertex, seen from one of its neighbours. */
export function sampledBranch(tree: SampledTree, at: number, from: number): SampledBranch {
  return countedBranch(tree, at, from).branch;
}

function countedBranch(
  tree: SampledTree,
  at: number,
  from: number,
): { branch: SampledBranch; counts: readonly number[] } {
  const vertex = tree.vertices[at]!;
  const below = tree.neighbours[at]!.filter((other) => other !== from).map((other) =>
    countedBranch(tree, other, at),
  );
  const counts = tree.sizes.map(
    (_, part) => below.reduce((sum, other) => sum + other.counts[part]!, 0) + (vertex.part === part ? 1 : 0),
  );
  const isEach = counts.some(
    (count, part) => count !== 0 && count !== tree.sizes[part]! && tree.sizes[part]! > 1,
  );
  const children = below.map(({ branch }) => branch);
  const { source, slot, centred } = vertex;
  const rows = slot === undefined ? "" : `${slot}`;
  const less = centred === undefined ? "" : centred === "mean" ? "~" : `~${centred.slot}`;
  const inner = children.map(({ name }) => name).sort();
  const name = `${isEach ? "" : "E"}${source.name}${rows}${less}[${inner.join()}]`;
  return { branch: { vertex, children, isEach, name }, counts };
}
