import { automorphismsKeeping, type Diagram } from "../diagram/index.js";
import type { Embedding } from "./embedding-list.js";

/**
 * `|Aut_f(D)|`: the symmetries of a diagram that leave an embedding as it is (THEORY §2, §3); without an embedding all
 * of them, `|Aut(D)|`.
 *
 * @throws RangeError for a diagram too symmetric to tell; none that can be embedded is.
 */
export function symmetriesKeeping(diagram: Diagram, embedding?: Embedding): number {
  const places = new Map<string, number>();
  const colours = diagram.parts.map((_, node) => {
    const place = embedding ? `${embedding.rows[node]} ${embedding.times[node]}` : "";
    return places.get(place) ?? places.set(place, places.size).size - 1;
  });
  const count = automorphismsKeeping(diagram, colours);
  if (count === undefined) {
    throw new RangeError("the symmetries of the diagram are too many to be counted; choose another");
  }
  return count;
}
