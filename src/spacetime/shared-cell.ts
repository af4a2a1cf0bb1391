import { type Diagram, nodesOfParts, rootOf } from "../diagram/diagram.js";
import type { Schedule } from "../optimisers/schedule.js";
import { updates } from "../optimisers/schedule.js";
import { type EmbeddingFactor, freeFactor } from "./free.js";
import { makeDecays, type TimeMode } from "./transfer.js";

/** A node and its parent, both of one part, that may lie in one cell. */
export interface Couple {
  readonly child: number;
  readonly parent: number;
}

/**
 * The couple of a piece, where its schedule lets one share a cell and it has no other nodes: larger diagrams with couples are
 * beyond the orders at which these are known.
 */
export function coupleOf(
  diagram: Diagram,
  nodes: readonly number[],
  { sharedCells }: Schedule,
): Couple | undefined {
  const [child = -1] = nodes;
  const parent = diagram.parents[child];
  const isCouple =
    sharedCells !== undefined &&
    nodes.length === 2 &&
    parent === nodes[1] &&
    diagram.parts[child] === diagram.parts[parent!];
  return isCouple ? { child, parent: parent! } : undefined;
}

/** A piece's sum with the embeddings in which its couple shares a cell: no time passes along the edge between the two. */
export function withSharedCell(
  factor: EmbeddingFactor,
  diagram: Diagram,
  schedule: Schedule,
  mode: TimeMode,
): EmbeddingFactor {
  const couple = coupleOf(diagram, factor.edges, schedule);
  if (couple === undefined) {
    return factor;
  }
  const edge: Diagram = { parents: [1, -1], parts: [0, 1] };
  const hasRoot = nodesOfParts(diagram)[diagram.parts[couple.parent]!]!.includes(rootOf(diagram));
  // Of the root's part one of the N rows, on the average over them.
  const rows = hasRoot ? 1 : schedule.points;
  const shared = freeFactor(
    edge,
    [0],
    (node) => node,
    () => 1,
    schedule.sharedCells! * rows,
    updates(schedule),
    mode,
  );
  return {
    edges: factor.edges,
    sum(decay) {
      const own = makeDecays(2, decay.low !== undefined);
      own[0] = decay[couple.parent]!;
      if (own.low !== undefined) {
        own.low[0] = decay.low![couple.parent]!;
      }
      return factor.sum(decay) + shared.sum(own);
    },
  };
}

/** How much an embedding counts for the couples that share a cell in it. */
export function weightOfTimes(
  { parents }: Diagram,
  times: readonly number[],
  { sharedCells = 0 }: Schedule,
): number {
  return parents.reduce(
    (weight, parent, node) => (parent >= 0 && times[parent] === times[node] ? weight * sharedCells : weight),
    1,
  );
}
