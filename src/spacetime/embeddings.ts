import { satisfiesPathCondition } from "../diagram/conditions.js";
import { childrenOf, type Diagram, longestPath, nodesOfParts, rootOf } from "../diagram/diagram.js";
import {
  isGradientDescent,
  type Schedule,
  updates,
  updatesPerEpoch,
  usesPointsOnce,
} from "../optimisers/schedule.js";
import { type EmbeddingFactor, freeFactor } from "./free.js";
import { reshuffledFactor } from "./reshuffled.js";
import { sameOrderFactor } from "./sameorder.js";
import { type Couple, coupleOf, withSharedCell } from "./shared-cell.js";
import type { Decays, TimeMode } from "./transfer.js";

/**
 * The sum over all embeddings of a diagram in a space-time (THEORY §3), prepared once and then
 * computed for any propagators. Factors are sums over independent pieces of the diagram: those that
 * hang together without the root.
 */
export interface EmbeddingPlan {
  readonly factors: readonly EmbeddingFactor[];
  /**
   * `Σ_f ∏_e k_e^{Δt−1}` over labelled embeddings; the expected value over the shuffles of a
   * reshuffled space-time. `decay[v] = 1 − k` belongs to the edge from node `v` to its parent. A part
   * that holds the root stands in each of the `N` rows with weight `1/N`.
   */
  sum(decay: Decays): number;
  /** How many labelled embeddings there are, whatever each counts; an expected number as above. */
  count(): number;
}

/** The most edges a diagram may have to be summed over a space-time. */
export const largestEmbeddedDiagram = 16;

/**
 * Prepares the sum over embeddings.
 * @throws RangeError for a diagram of more than {@link largestEmbeddedDiagram} edges, or one that has
 *   too many orders in time.
 */
export function planEmbeddings(
  diagram: Diagram,
  schedule: Schedule,
  times: TimeMode = "exact",
): EmbeddingPlan {
  const root = rootOf(diagram);
  const mode = schedule.isContinuous ? "integral" : times;
  if (root > largestEmbeddedDiagram) {
    throw new RangeError(
      `a diagram of ${root} edges is too large to embed; up to ${largestEmbeddedDiagram} edges fit`,
    );
  }
  const { points: N, batch: B, epochs: E } = schedule;
  const T = updates(schedule);
  // How many rows of a batch a part can stand in; the root's part is averaged over the N rows.
  const rowsOf = (part: number) => (part === diagram.parts[root] ? B / N : B);
  const sizes = nodesOfParts(diagram).map((nodes) => nodes.filter((node) => node !== root).length);
  const isTied = (node: number) => sizes[diagram.parts[node]!]! > 1;

  const factors: EmbeddingFactor[] = [];
  const tied: number[][] = [];
  for (const component of componentsOf(diagram)) {
    if (isGradientDescent(schedule)) {
      const rows = new Set(component.map((node) => diagram.parts[node]!));
      const weight = [...rows].reduce((product, part) => product * rowsOf(part), 1);
      const free = freeFactor(
        diagram,
        component,
        (node) => node,
        () => 1,
        weight,
        T,
        mode,
      );
      factors.push(withSharedCell(free, diagram, schedule, mode));
    } else if (E === 1) {
      factors.push(freeFactor(diagram, component, (node) => diagram.parts[node]!, rowsOf, 1, T, mode));
    } else if (!component.some(isTied)) {
      const rows = (node: number) => rowsOf(diagram.parts[node]!);
      factors.push(freeFactor(diagram, component, (node) => node, rows, 1, T, mode));
    } else {
      tied.push(component);
    }
  }
  const perEpoch = updatesPerEpoch(schedule);
  if (schedule.order === "reshuffled" && tied.length > 0) {
    factors.push(reshuffledFactor(diagram, tied.flat(), { N, B, E, perEpoch }, mode));
  } else {
    for (const component of tied) {
      factors.push(sameOrderFactor(diagram, component, rowsOf, E, perEpoch, mode));
    }
  }
  const sum = (decay: Decays) => {
    let product = 1;
    for (const factor of factors) {
      product *= factor.sum(decay);
    }
    return product;
  };
  let counted: number | undefined;
  const countAll = () =>
    (schedule.sharedCells === undefined
      ? sum
      : planEmbeddings(diagram, { ...schedule, sharedCells: 1 }, mode).sum)(
      new Float64Array(diagram.parents.length),
    );
  const count = () => {
    counted ??= countAll();
    return counted;
  };
  return { factors, sum, count };
}

/**
 * How many labelled embeddings a diagram has; for a reshuffled space-time the expected number. For
 * a diagram whose part holds the root the average over the rows.
 */
export function countEmbeddings(diagram: Diagram, schedule: Schedule): number {
  return planEmbeddings(diagram, schedule).count();
}

/**
 * Whether a diagram has an embedding at all. Diagrams too large to be counted are judged by their longest path, which must
 * fit into the updates, and by the parts that paths meet twice.
 * @throws RangeError as {@link planEmbeddings}, where only counting would tell.
 */
export function canEmbed(diagram: Diagram, schedule: Schedule): boolean {
  if (schedule.isContinuous) {
    return true;
  }
  if (usesPointsOnce(schedule) && !satisfiesPathCondition(diagram)) {
    return false;
  }
  // Cells that are shared take less time than there are edges.
  if (schedule.sharedCells === undefined && longestPath(diagram) > updates(schedule)) {
    return false;
  }
  return rootOf(diagram) > largestEmbeddedDiagram || countEmbeddings(diagram, schedule) > 0;
}

/** The pairs of nodes, each one's child and it, that may lie in one cell by their schedule. */
export function couplesOf(diagram: Diagram, schedule: Schedule): readonly Couple[] {
  return componentsOf(diagram).flatMap((nodes) => coupleOf(diagram, nodes, schedule) ?? []);
}

/** The non-root nodes, grouped by what hangs together through edges and parts but not the root. */
export function componentsOf(diagram: Diagram): number[][] {
  const root = rootOf(diagram);
  const children = childrenOf(diagram);
  const parts = nodesOfParts(diagram);
  const component = new Array<number>(root).fill(-1);
  const components: number[][] = [];
  for (let first = 0; first < root; first++) {
    if (component[first] !== -1) {
      continue;
    }
    const number = components.length;
    const queue = [first];
    component[first] = number;
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      for (const next of [diagram.parents[node]!, ...children[node]!, ...parts[diagram.parts[node]!]!]) {
        if (next !== root && component[next] === -1) {
          component[next] = number;
          queue.push(next);
        }
      }
    }
    components.push([]);
  }
  component.forEach((number, node) => {
    components[number]!.push(node);
  });
  return components;
}
