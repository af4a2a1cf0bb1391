import { childrenOf, type Diagram, nodesOfParts, rootOf } from "../diagram/index.js";
import type { Expansion } from "../landscape/index.js";
import {
  type Decays,
  type EmbeddingFactor,
  type EmbeddingPlan,
  makeDecays,
  productError,
} from "../spacetime/index.js";

/** Propagators are near enough to −1 to need twice the digits only above this. */
const plainDecay = 0.5;

/** `η h` of each direction: how far its propagator is from 1, with all its digits. */
export function decaysOf(eta: number, curvatures: readonly number[]): Decays {
  const high = curvatures.map((h) => eta * h);
  if (high.every((decay) => decay <= plainDecay)) {
    return high;
  }
  return Object.assign(high, { low: curvatures.map((h) => productError(eta, h)) });
}

/** Tables of up to this many numbers are kept; larger ones are computed entry by entry. */
const largestTable = 1 << 21;

/** Tables of up to this many numbers are kept for other observables: evaluators have thousands of plans. */
const largestShared = 1 << 10;

/** Sums over embeddings for the decays of one evaluation, which are the same whatever is observed. */
export type EmbeddingSums = WeakMap<EmbeddingFactor, IndexedTable>;

/** A function of a few edges' indices, each entry computed when first asked for. */
interface IndexedTable {
  /** The edges it depends on, ascending. */
  readonly edges: readonly number[];
  at(indices: readonly number[]): number;
}

function lazyTable(
  edges: readonly number[],
  dimension: number,
  entry: (indices: readonly number[]) => number,
): IndexedTable {
  const size = dimension ** edges.length;
  if (size > largestTable) {
    return { edges, at: entry };
  }
  const known = new Float64Array(size).fill(Number.NaN);
  return {
    edges,
    at(indices) {
      let place = 0;
      for (const edge of edges) {
        place = place * dimension + indices[edge]!;
      }
      const value = known[place]!;
      if (!Number.isNaN(value)) {
        return value;
      }
      const computed = entry(indices);
      known[place] = computed;
      return computed;
    },
  };
}

/**
 * What stands at the root: the loss's derivatives with those of its part, nothing (its one edge is left open, and the result
 * has an entry a direction), or the derivatives of something else, by the indices of its edges.
 */
export type RootTensor = "loss" | "open" | ((indices: readonly number[]) => number);

/**
 * A diagram's value with everything contracted: the sum over one index an edge of the parts'
 * cumulants and the sum over embeddings of the propagators (THEORY §3), in the eigenbasis of `H`.
 * Signs, powers of `eta` and `B`, and symmetry factors are left to the caller.
 *
 * @param expansion the landscape's derivatives in the eigenbasis.
 * @param decays of each direction, from {@link decaysOf}; zeros give uvalues.
 * @param rootTensor where it is another one's than the loss's the root is alone in its part.
 * @param sums of these decays that are known, to which those of this plan are added.
 * @returns one entry, unless the root is open.
 */
export function contract(
  diagram: Diagram,
  expansion: Expansion,
  plan: EmbeddingPlan,
  decays: Decays,
  rootTensor: RootTensor,
  sums: EmbeddingSums = new WeakMap(),
): number[] {
  const root = rootOf(diagram);
  const isOpen = rootTensor === "open";
  const { dimension } = expansion;
  const tables = [
    ...partTables(diagram, expansion, rootTensor),
    ...propagatorTables(diagram, plan, decays, dimension, sums),
  ];
  const free = isOpen ? diagram.parents.indexOf(root) : -1;
  // A table is multiplied in as soon as its last edge has an index, so that zeros end a branch early.
  const completedBy: IndexedTable[][] = Array.from({ length: Math.max(root, 1) }, () => []);
  let constant = 1;
  for (const table of tables) {
    const last = table.edges[table.edges.length - 1];
    if (last === undefined) {
      constant *= table.at([]);
    } else {
      completedBy[last]!.push(table);
    }
  }
  const result = new Array<number>(isOpen ? dimension : 1).fill(0);
  const indices = new Array<number>(root).fill(0);
  const descend = (edge: number, product: number): void => {
    if (edge === root) {
      result[free === -1 ? 0 : indices[free]!]! += product;
      return;
    }
    for (let index = 0; index < dimension; index++) {
      indices[edge] = index;
      let value = product;
      for (const table of completedBy[edge]!) {
        const factor = table.at(indices);
        // What is not there at all adds nothing, also where another factor overflows.
        value = factor === 0 ? 0 : value * factor;
        if (value === 0) {
          break;
        }
      }
      if (value !== 0) {
        descend(edge + 1, value);
      }
    }
  };
  descend(0, constant);
  return result;
}

/** A part that adds a factor to a contraction. */
export interface ContractedPart {
  /** The edges it depends on, ascending. */
  readonly edges: readonly number[];
  /** The edges of each of its nodes. */
  readonly incident: readonly (readonly number[])[];
  /** What stands in its place, by the indices of its edges. */
  readonly tensor?: Exclude<RootTensor, string>;
}

/** All parts but one of an open root. */
export function contractedParts(diagram: Diagram, rootTensor: RootTensor): ContractedPart[] {
  const root = rootOf(diagram);
  const children = childrenOf(diagram);
  const edgesOf = (node: number) => (node === root ? children[node]! : [...children[node]!, node]);
  return nodesOfParts(diagram).flatMap((nodes): ContractedPart[] => {
    if (rootTensor !== "loss" && nodes.includes(root)) {
      const own = children[root]!;
      return rootTensor === "open" ? [] : [{ edges: own, incident: [own], tensor: rootTensor }];
    }
    const edges = [...new Set(nodes.flatMap(edgesOf))].sort((a, b) => a - b);
    return [{ edges, incident: nodes.map(edgesOf) }];
  });
}

/** One table a part: the joint cumulant of its nodes' tensors. */
function partTables(diagram: Diagram, expansion: Expansion, rootTensor: RootTensor): IndexedTable[] {
  return contractedParts(diagram, rootTensor).map(({ edges, incident, tensor }) =>
    lazyTable(
      edges,
      expansion.dimension,
      tensor === undefined
        ? (indices) =>
            expansion.cumulant(
              incident.map((list) => expansion.derivative(list.map((edge) => indices[edge]!))),
            )
        : (indices) => tensor(edges.map((edge) => indices[edge]!)),
    ),
  );
}

/** One table an independent piece: the sum over its embeddings of its propagators. */
function propagatorTables(
  diagram: Diagram,
  plan: EmbeddingPlan,
  decays: Decays,
  dimension: number,
  sums: EmbeddingSums,
): IndexedTable[] {
  const { length } = diagram.parents;
  const flat = Array.from(decays).every((one) => one === 0);
  return plan.factors.map((factor) => {
    const known = sums.get(factor);
    if (known !== undefined) {
      return known;
    }
    const edges = flat ? [] : [...factor.edges].sort((a, b) => a - b);
    const decay = makeDecays(length, decays.low !== undefined);
    const table = lazyTable(edges, dimension, (indices) => {
      for (const edge of edges) {
        decay[edge] = decays[indices[edge]!]!;
        if (decays.low !== undefined) {
          decay.low![edge] = decays.low[indices[edge]!]!;
        }
      }
      return factor.sum(decay);
    });
    if (dimension ** edges.length <= largestShared) {
      sums.set(factor, table);
    }
    return table;
  });
}
