import { type Diagram, rootOf } from "../diagram/diagram.js";
import { powerOf } from "./doubled.js";
import type { Embedding } from "./embedding-list.js";
import type { EmbeddingPlan } from "./embeddings.js";
import { type Decays, decayOf } from "./transfer.js";

/**
 * One embedding as if it were all: each edge has its propagator `k^{Δt−1}` (THEORY §3), or 1 where both its ends share a
 * cell.
 */
export function planOfEmbedding(diagram: Diagram, { times }: Pick<Embedding, "times">): EmbeddingPlan {
  const factors = Array.from({ length: rootOf(diagram) }, (_, node) => {
    const waits = Math.max(0, times[diagram.parents[node]!]! - times[node]! - 1);
    return { edges: [node], sum: (decay: Decays) => powerOf(decayOf(node, decay), waits) };
  });
  return {
    factors,
    sum: (decay) => factors.reduce((product, factor) => product * factor.sum(decay), 1),
    count: () => 1,
  };
}
