import { type Diagram, rootOf } from "../diagram/diagram.js";
import { buildTransfer, type Decays, type TimeMode, type Transfer, transferSum } from "./transfer.js";

/** A sum over the embeddings of one independent piece of a diagram. */
export interface EmbeddingFactor {
  /** The edges whose propagators it holds, each named by the node it leaves. */
  readonly edges: readonly number[];
  /** The events and their order, where times are free but for the order along edges. */
  readonly transfer?: Transfer;
  sum(decay: Decays): number;
}

/** The nonempty subsets of a list of bits, each as a mask. */
export function* nonemptySubsets(bits: readonly number[]): Generator<number> {
  for (let choice = 1; choice < 1 << bits.length; choice++) {
    let mask = 0;
    for (let index = 0; index < bits.length; index++) {
      if (choice & (1 << index)) {
        mask |= bits[index]!;
      }
    }
    yield mask;
  }
}

/** The number of bits set. */
export function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    count++;
  }
  return count;
}

/** A factor for a piece that cannot be embedded. */
export function impossibleFactor(edges: readonly number[]): EmbeddingFactor {
  return { edges, sum: () => 0 };
}

/**
 * The sum when the piece's units have times of their own, free but for the order along edges: parts
 * when each training point is used once, nodes in gradient descent and for parts of one node.
 *
 * @param unitOf which unit a node belongs to; units share a time.
 * @param weightOf how many cells a unit can take at one time.
 * @param weight a constant factor.
 */
export function freeFactor(
  diagram: Diagram,
  nodes: readonly number[],
  unitOf: (node: number) => number,
  weightOf: (unit: number) => number,
  weight: number,
  T: number,
  mode: TimeMode,
): EmbeddingFactor {
  const root = rootOf(diagram);
  const units = [...new Set(nodes.map(unitOf))];
  const bitOf = new Map(units.map((unit, index) => [unit, 1 << index]));
  const bit = (node: number) => (node === root ? 0 : bitOf.get(unitOf(node))!);
  const before = new Map<number, number>(units.map((unit) => [bitOf.get(unit)!, 0]));
  for (const node of nodes) {
    const target = bit(diagram.parents[node]!);
    if (target !== 0) {
      before.set(target, before.get(target)! | bit(node));
    }
  }
  // An edge is under way when its tail fired before the step and its head fires after it.
  const passing = (fired: number, firing: number) =>
    nodes.filter((node) => {
      const head = bit(diagram.parents[node]!);
      return (fired & bit(node)) !== 0 && (head === 0 || ((fired | firing) & head) === 0);
    });
  const weights = new Map(units.map((unit) => [bitOf.get(unit)!, weightOf(unit)]));
  const transfer = eventTransfer(before, weights, passing);
  if (!transfer) {
    return impossibleFactor(nodes);
  }
  return { edges: nodes, transfer, sum: (decay) => weight * transferSum(transfer, decay, T, mode) };
}

/**
 * The transfer of events of which some must come before others, each a bit of a mask.
 *
 * @param before what must have fired before each event.
 * @param weights in how many ways each event can fire.
 * @param passing the edges under way in a step, given what fired before it and what fires in it.
 * @returns nothing when the order runs in a circle, so that not all events can fire.
 */
export function eventTransfer(
  before: ReadonlyMap<number, number>,
  weights: ReadonlyMap<number, number>,
  passing: (fired: number, firing: number) => readonly number[],
): Transfer | undefined {
  const events = [...before.keys()];
  const { transfer, indexOf } = buildTransfer([0], {
    key: (fired) => fired,
    level: countBits,
    passing: (fired) => passing(fired, 0),
    *firings(fired) {
      const ready = events.filter((event) => (fired & event) === 0 && (before.get(event)! & ~fired) === 0);
      for (const firing of nonemptySubsets(ready)) {
        yield {
          next: fired | firing,
          weight: ready.reduce((ways, event) => (firing & event ? ways * weights.get(event)! : ways), 1),
          passing: passing(fired, firing),
          events: countBits(firing),
        };
      }
    },
  });
  const all = events.reduce((mask, event) => mask | event, 0);
  return indexOf.has(all) ? transfer : undefined;
}
