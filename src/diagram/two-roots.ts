import { canonicalize } from "./canonical.js";
import { childrenOf, type Diagram, makeDiagram, nodesOfParts, rootOf } from "./diagram.js";
import type { EnumeratedDiagram } from "./enumerate.js";

/**
 * A diagram with two roots, one for each factor of a product that is measured: a tree whose root is split, so that each of its
 * edges ends at one of the two. Both are alone in their parts.
 */
export interface TwoRootedDiagram {
  /** With both roots in one, which is the last node. */
  readonly diagram: Diagram;
  /** For each node but the root, whether its path ends at the first of the two. */
  readonly isFirst: readonly boolean[];
  /** Its symmetries; none exchanges the roots. */
  readonly automorphisms: number;
}

/**
 * Every way to split a diagram's root in two with an edge or more each, once up to isomorphism, in canonical form.
 * @param isWanted whether so many edges at the first root and at the second are of any use.
 */
export function splitRoot(
  { diagram }: Pick<EnumeratedDiagram, "diagram">,
  isWanted: (first: number, second: number) => boolean = () => true,
): TwoRootedDiagram[] {
  const children = childrenOf(diagram)[rootOf(diagram)]!;
  const found = new Map<string, TwoRootedDiagram>();
  for (let choice = 1; choice < 2 ** children.length - 1; choice++) {
    const first = children.filter((_, index) => (choice >> index) & 1);
    if (isWanted(first.length, children.length - first.length)) {
      const { form, split } = canonicalSplit(diagram, first);
      found.set(form, split);
    }
  }
  return [...found.values()];
}

/** Whether a part has nodes below both roots. Where none has the two halves know nothing of each other. */
export function isJoined({ diagram, isFirst }: Pick<TwoRootedDiagram, "diagram" | "isFirst">): boolean {
  return isFirst.some((side, node) =>
    isFirst.some((other, at) => other !== side && diagram.parts[at] === diagram.parts[node]),
  );
}

/** The short form with both roots behind the other nodes, and then which they are: `(01-2-3)(02-13)(2|3)`. */
export function formatTwoRooted({ diagram, isFirst }: Pick<TwoRootedDiagram, "diagram" | "isFirst">): string {
  const root = rootOf(diagram);
  const separator = root + 2 > 10 ? "." : "";
  const parts = [...nodesOfParts(diagram), [root + 1]].map((nodes) => nodes.join(separator));
  const edges = isFirst.map((first, node) => {
    const parent = diagram.parents[node]!;
    return `${node}${separator}${parent === root && !first ? root + 1 : parent}`;
  });
  return `(${parts.join("-")})(${edges.join("-")})(${root}|${root + 1})`;
}

/** @param first the children of the root that are to be those of the first one. */
function canonicalSplit(
  { parents, parts }: Diagram,
  first: readonly number[],
): { form: string; split: TwoRootedDiagram } {
  const root = parents.length - 1;
  // Each root hangs on one more node, and the first shares its part, which no other node does: so they are told apart.
  const [own, other, above] = [root, root + 1, root + 2];
  const hung = parents
    .slice(0, root)
    .map((parent, node) => (parent !== root ? parent : first.includes(node) ? own : other));
  const apart = 1 + Math.max(...parts);
  const { diagram, order, automorphisms, form } = canonicalize(
    makeDiagram([...hung, above, above, -1], [...parts.slice(0, root), apart, apart + 1, apart]).diagram,
  )!;
  const kept = order.flatMap((old, place) => (old < root ? [place] : []));
  const [firstRoot, secondRoot] = [own, other].map((old) => order.indexOf(old));
  const numbers = new Map(kept.map((place, index) => [place, index]));
  const parentOf = (place: number) => numbers.get(diagram.parents[place]!) ?? root;
  const whole = makeDiagram(
    [...kept.map(parentOf), -1],
    [...kept.map((place) => diagram.parts[place]!), diagram.parents.length],
  ).diagram;
  const isFirst = new Array<boolean>(root).fill(false);
  for (let index = root - 1; index >= 0; index--) {
    const parent = diagram.parents[kept[index]!]!;
    isFirst[index] = parent === firstRoot || (parent !== secondRoot && isFirst[numbers.get(parent)!]!);
  }
  return { form, split: { diagram: whole, isFirst, automorphisms } };
}
