import { isIrreducible } from "./conditions.js";
import type { Diagram } from "./diagram.js";
import { rootedTrees } from "./shape.js";

/** Which diagrams to enumerate. */
export interface EnumerationFilter {
  /** Only diagrams without links. */
  readonly irreducible?: boolean;
  /** Only diagrams none of whose paths meets a part twice. */
  readonly pathCondition?: boolean;
  /** Whether the root may share a part with other nodes, as in diagrams for the train loss. */
  readonly rootInPart?: boolean;
}

/** A diagram in its canonical numbering, with the size of its symmetry group. */
export interface EnumeratedDiagram {
  readonly diagram: Diagram;
  readonly automorphisms: number;
}

/** With more edges there are more diagrams than a double can say. */
const mostCounted = 250;

/**
 * At least how many diagrams of so many edges there are, root alone in its part: all trees and
 * partitions, as if each had every relabelling as a symmetry.
 */
export function leastDiagramCount(edges: number): number {
  if (edges > mostCounted) {
    return Number.POSITIVE_INFINITY;
  }
  let labelledTreesOverOrders = 1;
  for (let factor = 2; factor <= edges + 1; factor++) {
    labelledTreesOverOrders *= (edges + 1) / factor;
  }
  return Math.ceil((bellNumber(edges) * labelledTreesOverOrders) / (edges + 1));
}

/** The number of partitions of a set; infinite beyond doubles. */
function bellNumber(size: number): number {
  let row = [1];
  for (let index = 0; index < size; index++) {
    const next = [row[row.length - 1]!];
    for (const entry of row) {
      next.push(next[next.length - 1]! + entry);
    }
    row = next;
  }
  return row[0]!;
}

/** The most edges {@link enumerateDiagrams} takes: beyond, lists are too long to hold. */
export function largestEnumeration(filter: EnumerationFilter): number {
  return filter.pathCondition ? 9 : 8;
}

/**
 * All diagrams with so many edges, each once up to isomorphism, in canonical form (THEORY §2).
 *
 * For each rooted tree the partitions are built node by node as restricted growth strings. One is
 * kept when no symmetry of the tree makes it smaller, so that nothing is made twice and compared.
 *
 * @throws RangeError beyond {@link largestEnumeration}, saying how many diagrams there would be.
 */
export function* enumerateDiagrams(
  edges: number,
  filter: EnumerationFilter = {},
): Generator<EnumeratedDiagram> {
  const largest = largestEnumeration(filter);
  if (!Number.isInteger(edges) || edges < 0) {
    throw new RangeError(`${edges} is not a number of edges; give a whole number from 0 to ${largest}`);
  }
  if (edges > largest) {
    const count = leastDiagramCount(edges);
    const many = Number.isFinite(count) ? `at least ${count.toPrecision(2)}` : "more than 10^300";
    throw new RangeError(
      `there are ${many} diagrams of ${edges} edges; up to ${largest} edges fit, so ask for fewer`,
    );
  }
  for (const parents of rootedTrees(edges + 1)) {
    yield* partitionsOfTree(parents, filter);
  }
}

function* partitionsOfTree(
  parents: readonly number[],
  filter: EnumerationFilter,
): Generator<EnumeratedDiagram> {
  const size = parents.length;
  const symmetries = symmetriesOfTree(parents);
  const parts = new Array<number>(size).fill(0);
  const root = size - 1;
  const free = filter.rootInPart ? size : root;
  const below = ancestorsTable(parents);

  function* fill(node: number, used: number): Generator<EnumeratedDiagram> {
    if (node === free) {
      if (!filter.rootInPart) {
        parts[root] = used;
      }
      const automorphisms = stabilizer(parts, symmetries);
      if (automorphisms === 0) {
        return;
      }
      const diagram = { parents, parts: [...parts] };
      if (!filter.irreducible || isIrreducible(diagram)) {
        yield { diagram, automorphisms };
      }
      return;
    }
    for (let part = 0; part <= used; part++) {
      const meets =
        filter.pathCondition && node !== root && below[node]!.some((other) => parts[other] === part);
      if (!meets) {
        parts[node] = part;
        yield* fill(node + 1, part === used ? used + 1 : used);
      }
    }
  }
  yield* fill(0, 0);
}

/** For each node the nodes whose path to the root passes it. */
function ancestorsTable(parents: readonly number[]): number[][] {
  const below: number[][] = parents.map(() => []);
  parents.forEach((_, node) => {
    for (let above = parents[node]!; above !== -1; above = parents[above]!) {
      below[above]!.push(node);
    }
  });
  return below;
}

/**
 * The number of symmetries that keep the partition, or 0 when one of them makes the restricted
 * growth string smaller, so that another member of the class stands for it.
 */
function stabilizer(parts: readonly number[], symmetries: readonly Uint8Array[]): number {
  const size = parts.length;
  const relabelled = new Int8Array(size + 1);
  let fixed = 0;
  for (const symmetry of symmetries) {
    relabelled.fill(-1);
    let used = 0;
    let equal = true;
    for (let node = 0; node < size; node++) {
      const part = parts[symmetry[node]!]!;
      if (relabelled[part] === -1) {
        relabelled[part] = used++;
      }
      const difference = relabelled[part]! - parts[node]!;
      if (difference < 0) {
        return 0;
      }
      if (difference > 0) {
        equal = false;
        break;
      }
    }
    if (equal) {
      fixed++;
    }
  }
  return fixed;
}

/** Every symmetry of a rooted tree, as the permutation of its nodes. */
function symmetriesOfTree(parents: readonly number[]): Uint8Array[] {
  const size = parents.length;
  const children: number[][] = parents.map(() => []);
  for (let node = 0; node < size - 1; node++) {
    children[parents[node]!]!.push(node);
  }
  const shape = new Array<string>(size);
  for (let node = 0; node < size; node++) {
    shape[node] = `(${children[node]!.map((child) => shape[child]!)
      .sort()
      .join("")})`;
  }
  const found: Uint8Array[] = [];
  const image = new Uint8Array(size);
  const taken = new Array<boolean>(size).fill(false);
  // Parents get their images before their children, so an image is chosen among siblings.
  const assign = (node: number): void => {
    if (node < 0) {
      found.push(image.slice());
      return;
    }
    const siblings = node === size - 1 ? [node] : children[image[parents[node]!]!]!;
    for (const candidate of siblings) {
      if (!taken[candidate] && shape[candidate] === shape[node]) {
        taken[candidate] = true;
        image[node] = candidate;
        assign(node - 1);
        taken[candidate] = false;
      }
    }
  };
  assign(size - 1);
  return found;
}
