import { childrenOf, type Diagram, nodesOfParts, restrictedGrowth } from "./diagram.js";
import { renumberParents, treeShape } from "./shape.js";
import { formatShortForm } from "./shortform.js";
import { smallestLabels } from "./smallest-labels.js";
import { canonicalLabelling, type Labelling } from "./symmetry/labelling.js";
import { AllowanceSpent } from "./symmetry/partition.js";

/** The canonical member of a diagram's isomorphism class, and the size of its symmetry group. */
export interface Canonical {
  readonly diagram: Diagram;
  /** Its short form. */
  readonly form: string;
  /** `order[new]` is the node of the given diagram that became node `new`. */
  readonly order: readonly number[];
  /** `|Aut(D)|`; beyond 2^53 the nearest double, beyond all doubles infinite. */
  readonly automorphisms: number;
}

/** Diagrams with more nodes have no canonical form here: the search for one goes as deep as they are large. */
const largestCanonical = 1000;

/** Up to so many nodes, as many as are numbered by one digit, the canonical form is the one that enumeration yields. */
const mostEnumeratedNodes = 10;

/** Steps that the search for symmetries may take, looks at a vertex or an edge: less than a tenth of a second. */
export const mostSteps = 1_000_000;

/** What is known of a diagram's symmetries. */
export interface Symmetry {
  /** Missing when the diagram is too symmetric for so many steps. */
  readonly canonical?: Canonical;
  /** The steps that were taken; the same for the same diagram, also where it was remembered. */
  readonly steps: number;
}

/** What has been found or given up: checks, hovers and drawings ask for the same diagrams. */
const known = new WeakMap<Diagram, Symmetry>();

/**
 * The canonical form of a diagram (THEORY §2, isomorphism): equal for isomorphic diagrams only. The tree is in its
 * canonical numbering. With up to ten nodes it is, among all such numberings, the one whose parts read as the smallest
 * restricted growth string, as {@link enumerateDiagrams} yields it; with more the one that {@link canonicalLabelling} finds.
 *
 * @returns `undefined` for a diagram of more than a thousand nodes, or one too symmetric: nothing tells its nodes
 *   apart, and yet its symmetries are too few to save looking at them one by one. No diagram of up to nine edges is.
 */
export function canonicalize(diagram: Diagram): Canonical | undefined {
  return symmetryOf(diagram).canonical;
}

/** The canonical form and what it took, for those who have many diagrams to compare and a limit for all of them. */
export function symmetryOf(diagram: Diagram, allowed: number = mostSteps): Symmetry {
  let found = known.get(diagram);
  if (found === undefined || (found.canonical === undefined && found.steps < allowed)) {
    found = findSymmetry(diagram, allowed);
    known.set(diagram, found);
  }
  return found.steps > allowed ? { steps: allowed } : found;
}

function findSymmetry(diagram: Diagram, allowed: number): Symmetry {
  if (diagram.parents.length <= mostEnumeratedNodes) {
    const { order, treeParents, automorphisms } = smallestLabels(diagram);
    return { canonical: canonicalAlong(diagram, order, treeParents, automorphisms), steps: 0 };
  }
  const { rank } = treeShape(diagram.parents);
  const { labelling, steps } = labellingOf(diagram, rank, allowed);
  if (labelling === undefined) {
    return { steps };
  }
  const order = treeOrder(diagram, rank, labelling.order);
  const treeParents = renumberParents(diagram.parents, order);
  const canonical = canonicalAlong(diagram, order, treeParents, Number(labelling.automorphisms));
  return { canonical, steps };
}

function canonicalAlong(
  diagram: Diagram,
  order: readonly number[],
  parents: readonly number[],
  automorphisms: number,
): Canonical {
  const parts = restrictedGrowth(order.map((node) => diagram.parts[node]!));
  const canonical = { parents, parts };
  return { diagram: canonical, form: formatShortForm(canonical), order, automorphisms };
}

/** The canonical short form, equal for isomorphic diagrams only; `undefined` as {@link canonicalize}. */
export function canonicalForm(diagram: Diagram): string | undefined {
  return canonicalize(diagram)?.form;
}

/** `|Aut(D)|`, the number of symmetries of a diagram; `undefined` as {@link canonicalize}. */
export function automorphismCount(diagram: Diagram): number | undefined {
  return canonicalize(diagram)?.automorphisms;
}

/**
 * The number of symmetries of a diagram that keep a colour of each node.
 * @param colours by node, whole numbers.
 * @returns `undefined` as {@link canonicalize}.
 */
export function automorphismsKeeping(diagram: Diagram, colours: readonly number[]): number | undefined {
  const { labelling } = labellingOf(diagram, treeShape(diagram.parents).rank, mostSteps, colours);
  return labelling && Number(labelling.automorphisms);
}

/**
 * The canonical order of a diagram's nodes as a graph's: nodes and parts of several nodes are its vertices; edges join a
 * node with its parent and with its part.
 */
function labellingOf(
  diagram: Diagram,
  rank: readonly number[],
  steps: number,
  colours?: readonly number[],
): { labelling?: Labelling; steps: number } {
  const { parents } = diagram;
  const size = parents.length;
  if (size > largestCanonical) {
    return { steps: 0 };
  }
  const depth = new Array<number>(size).fill(0);
  for (let node = size - 2; node >= 0; node--) {
    depth[node] = depth[parents[node]!]! + 1;
  }
  const neighbours = childrenOf(diagram).map((children, node) =>
    parents[node] === -1 ? children : [...children, parents[node]!],
  );
  // Parts stand before nodes, small ones first; nodes by what the tree alone tells of them.
  const kinds: (readonly number[])[] = parents.map((_, node) => [
    1,
    depth[node]!,
    rank[node]!,
    colours?.[node] ?? 0,
  ]);
  for (const nodes of nodesOfParts(diagram).filter(({ length }) => length > 1)) {
    for (const node of nodes) {
      neighbours[node]!.push(neighbours.length);
    }
    neighbours.push(nodes);
    kinds.push([0, nodes.length]);
  }
  const allowance = { steps };
  try {
    const found = canonicalLabelling({ neighbours, colours: ranked(kinds) }, allowance);
    const labelling = { ...found, order: found.order.filter((vertex) => vertex < size) };
    return { labelling, steps: steps - allowance.steps };
  } catch (error) {
    if (error instanceof AllowanceSpent) {
      return { steps };
    }
    throw error;
  }
}

/** Numbers from 0 that are equal and ordered as the given lists are. */
function ranked(lists: readonly (readonly number[])[]): number[] {
  const compare = (one: readonly number[], other: readonly number[]) => {
    const index = one.findIndex((number, place) => number !== other[place]);
    return index === -1 ? 0 : one[index]! - (other[index] ?? 0);
  };
  const ranks = new Array<number>(lists.length).fill(0);
  const sorted = lists
    .map((list, index) => ({ list, index }))
    .sort((one, other) => compare(one.list, other.list));
  sorted.forEach(({ list, index }, place) => {
    const before = sorted[place - 1];
    ranks[index] = before ? ranks[before.index]! + (compare(before.list, list) === 0 ? 0 : 1) : 0;
  });
  return ranks;
}

/** The canonical numbering of a tree's shape in which siblings of one shape are in the order of a labelling. */
function treeOrder({ parents }: Diagram, rank: readonly number[], labelled: readonly number[]): number[] {
  const size = parents.length;
  const place = new Array<number>(size);
  labelled.forEach((node, index) => {
    place[node] = index;
  });
  const children = childrenOf({ parents, parts: [] });
  const order = new Array<number>(size);
  order[size - 1] = size - 1;
  let free = size - 2;
  for (let position = size - 1; position >= 0; position--) {
    const siblings = children[order[position]!]!;
    siblings.sort((one, other) => rank[other]! - rank[one]! || place[other]! - place[one]!);
    for (const child of siblings) {
      order[free--] = child;
    }
  }
  return order;
}
