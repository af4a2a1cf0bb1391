import { childrenOf, type Diagram, degreesOf, nodesOfParts, rootOf } from "../../diagram/index.js";

/** Whose derivatives stand at a node. Equal names mean equal functions. */
export interface Source {
  readonly name: string;
}

/** A node of a tree that is contracted. */
interface Vertex {
  readonly source: Source;
  /** The part of several nodes that it is in: it is about this part's row. Where absent it is about the mean over all rows. */
  readonly part?: number;
  /** Whether what it holds is taken less its mean over the rows. */
  readonly isCentred?: boolean;
}

/**
 * What is on one side of an edge of a tree: a vector for each choice of rows for the parts that are `free` in it, namely what
 * the vertex at the edge's end holds, applied to the vectors of its other edges.
 */
export interface Branch {
  readonly vertex: Vertex;
  readonly children: readonly Branch[];
  /** Parts of which nodes are in it and others are not, ascending. */
  readonly free: readonly number[];
  /** Present as soon as all nodes of a part are in it: then it is the mean over the part's rows of another, in which the part is free. */
  readonly averaged?: { readonly part: number; readonly branch: Branch };
  /** Of a vertex that is centred the same as it is at its row, and with the mean in its place. */
  readonly centred?: { readonly ofRow: Branch; readonly ofMean: Branch };
}

/** Nodes with edges among them; parts are numbered and may have nodes elsewhere. */
export interface Tree {
  readonly vertices: readonly (Vertex | undefined)[];
  readonly neighbours: readonly (readonly number[])[];
  /** How many nodes each part has, wherever they are. */
  readonly sizes: readonly number[];
}

/**
 * A diagram as a tree whose parts are cumulants up to the third: moments of what is centred. Of a part of two nodes one that is
 * centred is enough; leaves are, since that costs nothing, and else the first.
 * @param root whose derivatives stand at the root; the loss's where its part has other nodes. Absent: the root is left out.
 */
export function treeOf(diagram: Diagram, loss: Source, root: Source | undefined): Tree {
  const top = rootOf(diagram);
  const parts = nodesOfParts(diagram);
  const degrees = degreesOf(diagram);
  const children = childrenOf(diagram);
  const isCentred = (node: number): boolean => {
    const nodes = parts[diagram.parts[node]!]!;
    const hasLeaf = nodes.some((other) => degrees[other] === 1);
    return nodes.length > 2 || degrees[node] === 1 || (!hasLeaf && node === nodes[0]);
  };
  const vertexOf = (node: number): Vertex | undefined => {
    const source = node === top ? root : loss;
    const part = diagram.parts[node]!;
    return source && (parts[part]!.length === 1 ? { source } : { source, part, isCentred: isCentred(node) });
  };
  return {
    vertices: diagram.parents.map((_, node) => vertexOf(node)),
    neighbours: diagram.parents.map((parent, node) =>
      parent === -1 ? children[node]! : [...children[node]!, parent],
    ),
    sizes: parts.map((nodes) => nodes.length),
  };
}

/** The branch that ends at a vertex, seen from one of its neighbours. */
export function branchOf(tree: Tree, at: number, from: number): Branch {
  return countedBranch(tree, at, from).branch;
}

function countedBranch(
  tree: Tree,
  at: number,
  from: number,
): { branch: Branch; counts: Map<number, number> } {
  const vertex = tree.vertices[at]!;
  const below = tree.neighbours[at]!.filter((other) => other !== from).map((other) =>
    countedBranch(tree, other, at),
  );
  const children = below.map(({ branch }) => branch);
  const counts = new Map<number, number>();
  const count = (part: number, nodes: number) => counts.set(part, (counts.get(part) ?? 0) + nodes);
  for (const other of below) {
    for (const [part, nodes] of other.counts) {
      count(part, nodes);
    }
  }
  const inChildren = joined(children.flatMap(({ free }) => free));
  const within = vertex.part === undefined ? inChildren : joined([...inChildren, vertex.part]);
  if (vertex.part !== undefined) {
    count(vertex.part, 1);
  }
  const branch: Branch = {
    vertex,
    children,
    free: within,
    ...(vertex.isCentred && {
      centred: {
        ofRow: { vertex: { ...vertex, isCentred: false }, children, free: within },
        ofMean: { vertex: { source: vertex.source }, children, free: inChildren },
      },
    }),
  };
  const part = within.find((one) => counts.get(one) === tree.sizes[one]);
  const mean = part !== undefined && {
    vertex,
    children,
    free: within.filter((one) => one !== part),
    averaged: { part, branch },
  };
  return { branch: mean || branch, counts };
}

/** Each part once, ascending. */
export function joined(parts: readonly number[]): number[] {
  return [...new Set(parts)].sort((one, other) => one - other);
}

/** A name that branches share which hold the same, whatever their parts are called: the free part where there is one. */
export function nameOf(branch: Branch): string {
  const nameOfPart = (part: number) =>
    !branch.free.includes(part) ? "a" : branch.free.length === 1 ? "x" : `x${part}`;
  const text = ({ vertex, children, averaged }: Branch): string => {
    const { source, part, isCentred } = vertex;
    const row = part === undefined ? "" : `${isCentred ? "~" : ":"}${nameOfPart(part)}`;
    const inner = children.map(text).sort().join();
    return `${averaged === undefined ? "" : "E"}${source.name}${row}[${inner}]`;
  };
  return text(branch);
}

/** Whether it is a branch of the mean loss with one branch on it, so that it is the mean's second derivatives times a vector. */
export function isCurvature({ vertex, children }: Branch, loss: Source): boolean {
  return vertex.part === undefined && vertex.source === loss && children.length === 1;
}
