import { childrenOf, type Diagram, nodesOfParts, rootOf } from "../../diagram/index.js";
import type { Source } from "../directional/branch.js";

/**
 * What stands at a node of a diagram that is estimated. Rows are drawn in *slots*, lists of the same length, independent of each
 * other. Each expectation of a diagram has a slot of its own: so the product of what they say has the product of the expectations as
 * its own.
 */
export interface TreeVertex {
  readonly source: Source;
  /** The expectation it is about; absent of a function of the weights alone. */
  readonly expectation?: number;
  /** Where its part has other nodes, the part's number. */
  readonly part?: number;
}

/** Nodes with edges among them. */
export interface SampledTree {
  readonly vertices: readonly (TreeVertex | undefined)[];
  readonly neighbours: readonly (readonly number[])[];
  /** How many nodes each part has, by its number. */
  readonly sizes: readonly number[];
}

/**
 * A diagram as a tree whose parts are cumulants up to the third, and moments of four nodes less their means.
 *
 * @param loss stands at all nodes but the root. @param root stands there; the loss's where its part has other nodes.
 *   Absent: the root is left out.
 */
export function sampledTree(diagram: Diagram, loss: Source, root: Source | undefined): SampledTree {
  const top = rootOf(diagram);
  const parts = nodesOfParts(diagram);
  const children = childrenOf(diagram);
  return {
    vertices: diagram.parents.map((_, node): TreeVertex | undefined => {
      const source = node === top ? root : loss;
      const part = diagram.parts[node]!;
      if (source === undefined) {
        return undefined;
      }
      return {
        source,
        ...(source === loss ? { expectation: part } : {}),
        ...(parts[part]!.length > 1 ? { part } : {}),
      };
    }),
    neighbours: diagram.parents.map((parent, node) =>
      parent === -1 ? children[node]! : [...children[node]!, parent],
    ),
    sizes: parts.map((nodes) => nodes.length),
  };
}

/** An end of an edge of a tree, seen from the other. */
export interface BranchEnd {
  readonly tree: SampledTree;
  readonly at: number;
  readonly from: number;
}

/** Where rows come from. */
export interface SlotChoice {
  /** By the expectation. */
  readonly slots: ReadonlyMap<number, number>;
  /** By the node, of whose part another slot is taken off row by row, that slot. */
  readonly takenOff: ReadonlyMap<number, number>;
}

/** What is on one side of an edge of a tree: what the vertex at its end holds, applied to the vectors of its other edges. */
export interface SampledBranch {
  readonly source: Source;
  /** The rows it is about; absent of a function of the weights alone. */
  readonly slot?: number;
  /**
   * What is taken off so that only what a row has beyond the mean is left: the mean over the slot itself, which is for nothing where no
   * vectors of rows come in, or the like row of another slot, which is independent.
   */
  readonly centred?: "mean" | { readonly slot: number };
  readonly children: readonly SampledBranch[];
  /** Whether it has a vector for each row; otherwise all nodes of its parts are in it, and it is the mean over the rows. */
  readonly isEach: boolean;
  /** Branches of one name are the same. */
  readonly name: string;
}

/** The nodes of parts of several that are centred by the mean over their own rows, where the tree is read from these ends. */
export function centredByMean(ends: readonly BranchEnd[]): Set<number> {
  const found = new Set<number>();
  for (const end of ends) {
    visit(end, (node, comesEach) => {
      if (end.tree.vertices[node]!.part !== undefined && !comesEach) {
        found.add(node);
      }
    });
  }
  return found;
}

/** The branch that ends at a vertex, seen from one of its neighbours. */
export function sampledBranch(end: BranchEnd, { slots, takenOff }: SlotChoice): SampledBranch {
  const branches = new Map<number, SampledBranch>();
  visit(end, (node, comesEach, isEach, below) => {
    const { source, expectation, part } = end.tree.vertices[node]!;
    const slot = expectation === undefined ? undefined : slots.get(expectation)!;
    const other = takenOff.get(node);
    const centred =
      other !== undefined ? { slot: other } : part !== undefined && !comesEach ? "mean" : undefined;
    const children = below
      .map((child) => branches.get(child)!)
      .sort((one, two) => (one.name < two.name ? -1 : one.name > two.name ? 1 : 0));
    branches.set(node, {
      source,
      children,
      isEach,
      name: nameOf(source, slot, centred, children, isEach),
      ...(slot === undefined ? {} : { slot }),
      ...(centred === undefined ? {} : { centred }),
    });
  });
  return branches.get(end.at)!;
}

/** A branch of one node of the loss. */
export function leafBranch(source: Source, slot: number, isEach: boolean): SampledBranch {
  const centred = isEach ? "mean" : undefined;
  return {
    source,
    slot,
    children: [],
    isEach,
    name: nameOf(source, slot, centred, [], isEach),
    ...(centred === undefined ? {} : { centred }),
  };
}

function nameOf(
  source: Source,
  slot: number | undefined,
  centred: SampledBranch["centred"],
  children: readonly SampledBranch[],
  isEach: boolean,
): string {
  const less = centred === undefined ? "" : centred === "mean" ? "~" : `~${centred.slot}`;
  return `${isEach ? "" : "E"}${source.name}${slot ?? ""}${less}[${children.map(({ name }) => name).join()}]`;
}

/** Tells of the nodes of a branch, those further away first, whether vectors of rows come in and go out, and who is below. */
function visit(
  { tree, at, from }: BranchEnd,
  tell: (node: number, comesEach: boolean, isEach: boolean, below: readonly number[]) => void,
): { counts: readonly number[]; isEach: boolean } {
  const below = tree.neighbours[at]!.filter((other) => other !== from);
  const inner = below.map((other) => visit({ tree, at: other, from: at }, tell));
  const { part } = tree.vertices[at]!;
  const counts = tree.sizes.map(
    (_, one) => inner.reduce((sum, other) => sum + other.counts[one]!, 0) + (part === one ? 1 : 0),
  );
  const isEach = counts.some(
    (count, one) => count !== 0 && count !== tree.sizes[one]! && tree.sizes[one]! > 1,
  );
  tell(
    at,
    inner.some((one) => one.isEach),
    isEach,
    below,
  );
  return { counts, isEach };
}
