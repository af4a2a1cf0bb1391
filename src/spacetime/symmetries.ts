import { childrenOf, type Diagram, nodesOfParts, rootOf } from "../diagram/diagram.js";
import type { Embedding } from "./listing.js";

/**
 * `|Aut_f(D)|`: the symmetries of a diagram that leave an embedding as it is (THEORY §2, §3); without an embedding all
 * of them, `|Aut(D)|`.
 *
 * A group's size is the product of the orbits of one node after another, each under the symmetries that leave the
 * earlier nodes where they are; so it is enough to decide whether some symmetry sends a node to another.
 */
export function symmetriesKeeping(diagram: Diagram, embedding?: Embedding): number {
  const root = rootOf(diagram);
  const colour = diagram.parts.map((_, node) =>
    embedding ? `${embedding.rows[node]} ${embedding.times[node]}` : "",
  );
  const parts = nodesOfParts(diagram);
  const children = childrenOf(diagram);
  // Parents stand behind their children, so that downward from the root a parent comes first.
  const order = Array.from({ length: root }, (_, index) => root - 1 - index);
  const looksLike = (node: number, other: number) =>
    colour[node] === colour[other] &&
    children[node]!.length === children[other]!.length &&
    parts[diagram.parts[node]!]!.length === parts[diagram.parts[other]!]!.length;

  const image = new Map<number, number>([[root, root]]);
  const taken = new Set<number>([root]);
  const partImage = new Map<number, number>();
  const partTaken = new Map<number, number>();
  const place = (node: number, other: number): (() => void) | undefined => {
    const [part, onto] = [diagram.parts[node]!, diagram.parts[other]!];
    const known = partImage.get(part);
    if (known === undefined ? partTaken.has(onto) : known !== onto) {
      return undefined;
    }
    image.set(node, other);
    taken.add(other);
    if (known === undefined) {
      partImage.set(part, onto);
      partTaken.set(onto, part);
    }
    return () => {
      image.delete(node);
      taken.delete(other);
      if (known === undefined) {
        partImage.delete(part);
        partTaken.delete(onto);
      }
    };
  };
  const candidates = (node: number) =>
    children[image.get(diagram.parents[node]!)!]!.filter(
      (other) => !taken.has(other) && looksLike(node, other),
    );
  const extendsFrom = (position: number): boolean => {
    if (position === order.length) {
      return true;
    }
    const node = order[position]!;
    for (const other of candidates(node)) {
      const undo = place(node, other);
      const found = undo !== undefined && extendsFrom(position + 1);
      undo?.();
      if (found) {
        return true;
      }
    }
    return false;
  };

  place(root, root);
  let size = 1;
  order.forEach((node, position) => {
    let orbit = 0;
    for (const other of candidates(node)) {
      const undo = place(node, other);
      if (undo && (other === node || extendsFrom(position + 1))) {
        orbit++;
      }
      undo?.();
    }
    size *= orbit;
    place(node, node);
  });
  return size;
}
