import { type Diagram, makeDiagram } from "../../../src/diagram/index.js";
import type { DrawingInput } from "../../../src/drawing/index.js";

/** A stream of numbers in [0, 1) that is the same in every run. */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A random tree with a random partition in which any nodes, the root too, may share a part. */
export function randomDiagram(nodes: number, next: () => number): Diagram {
  const parents = Array.from({ length: nodes }, (_, node) =>
    node === nodes - 1 ? -1 : node + 1 + Math.floor(next() * (nodes - 1 - node)),
  );
  const mostParts = 1 + Math.floor(next() * nodes);
  return makeDiagram(
    parents,
    parents.map(() => Math.floor(next() * mostParts)),
  ).diagram;
}

/** A diagram with names: nodes a, b, …, every other part P0, P2, …. */
export function named(diagram: Diagram, name = "example"): DrawingInput {
  return {
    diagram,
    name,
    nodeNames: diagram.parents.map((_, node) =>
      node % 3 === 2 ? `node${node}` : String.fromCharCode(97 + (node % 26)),
    ),
    partNames: Array.from({ length: Math.max(...diagram.parts) + 1 }, (_, part) =>
      part % 2 === 0 ? `P${part}` : undefined,
    ),
  };
}
