import { type Diagram, rootOf } from "../diagram/diagram.js";
import { addDoubled, type Doubled, multiplyDoubled, powerLessOne, repeatLoss } from "./doubled.js";
import { type EmbeddingFactor, eventTransfer, impossibleFactor, nonemptySubsets } from "./free.js";
import {
  type Decays,
  decayOf,
  isAlternating,
  makeDecays,
  type TimeMode,
  type Transfer,
  tooIntricate,
  transferSum,
  transferSumDoubled,
} from "./transfer.js";

/** The most ways to spread nodes over epochs; seven nodes have at most 47,293. */
const mostSpreads = 60_000;

/**
 * The sum for a piece with a part of several nodes, over several epochs in the same order.
 *
 * A part's nodes share a place within the epoch, its phase, but each has an epoch of its own. The
 * epochs in which something fires are the active ones. For each way to spread the nodes over a row
 * of active epochs, all active epochs are swept at once, phase by phase, as one sum over times of
 * parts; the idle epochs between them make a second sum, over the places of the active epochs.
 * Neither grows with the number of epochs or of batches.
 */
export function sameOrderFactor(
  diagram: Diagram,
  nodes: readonly number[],
  rowsOf: (part: number) => number,
  E: number,
  perEpoch: number,
  mode: TimeMode,
): EmbeddingFactor {
  const spreads: Spread[] = [];
  for (const epochOf of epochSpreads(diagram, nodes, E)) {
    if (spreads.length === mostSpreads) {
      throw tooIntricate();
    }
    const sweep = sweepOf(diagram, nodes, epochOf, rowsOf);
    if (sweep) {
      spreads.push({ sweep, idle: idleOf(diagram, nodes, epochOf) });
    }
  }
  if (spreads.length === 0) {
    return impossibleFactor(nodes);
  }
  return {
    edges: nodes,
    sum(decay) {
      if (mode === "exact" && isAlternating(nodes, decay)) {
        return alternatingSum(spreads, diagram, decay, E, perEpoch);
      }
      const epochDecay = decayOverEpoch(diagram.parents.length, decay, perEpoch, mode);
      let total = 0;
      for (const { sweep, idle } of spreads) {
        total += transferSum(sweep, decay, perEpoch, mode) * transferSum(idle, epochDecay, E, "exact");
      }
      return total;
    },
  };
}

interface Spread {
  readonly sweep: Transfer;
  readonly idle: Transfer;
}

/** The sum where propagators near −1 make spreads cancel each other: in twice the digits throughout. */
function alternatingSum(
  spreads: readonly Spread[],
  diagram: Diagram,
  decay: Decays,
  E: number,
  perEpoch: number,
): number {
  const epochDecay = makeDecays(diagram.parents.length, true);
  for (let edge = 0; edge < rootOf(diagram); edge++) {
    const { high, low } = repeatLoss(decayOf(edge, decay), perEpoch);
    epochDecay[edge] = high;
    epochDecay.low![edge] = low;
  }
  let total: Doubled = { high: 0, low: 0 };
  for (const { sweep, idle } of spreads) {
    const inEpochs = transferSumDoubled(sweep, decay, perEpoch);
    total = addDoubled(total, multiplyDoubled(inEpochs, transferSumDoubled(idle, epochDecay, E)));
  }
  return total.high;
}

/** `1 − k^{perEpoch}` for every edge. */
function decayOverEpoch(size: number, decay: Decays, perEpoch: number, mode: TimeMode): Float64Array {
  const result = new Float64Array(size);
  for (let edge = 0; edge < size - 1; edge++) {
    const one = decay[edge]!;
    if (mode === "integral") {
      result[edge] = -Math.expm1(-one * perEpoch);
    } else if (one < 0.5) {
      result[edge] = -Math.expm1(perEpoch * Math.log1p(-one));
    } else {
      result[edge] = -powerLessOne(decayOf(edge, decay), perEpoch);
    }
  }
  return result;
}

/**
 * All ways to give the nodes active epochs `0, 1, …` such that each active epoch has a node, no edge
 * goes back, and no edge joins two nodes of one part in one epoch.
 */
function* epochSpreads(
  diagram: Diagram,
  nodes: readonly number[],
  E: number,
): Generator<ReadonlyMap<number, number>> {
  const epochOf = new Map<number, number>();
  function* fill(epoch: number, remaining: readonly number[]): Generator<ReadonlyMap<number, number>> {
    if (remaining.length === 0) {
      yield epochOf;
      return;
    }
    if (epoch === E) {
      return;
    }
    const bits = remaining.map((_, index) => 1 << index);
    for (const mask of nonemptySubsets(bits)) {
      const chosen = remaining.filter((_, index) => mask & (1 << index));
      for (const node of chosen) {
        epochOf.set(node, epoch);
      }
      const rest = remaining.filter((node) => !epochOf.has(node));
      const closed = rest.every((node) => !epochOf.has(diagram.parents[node]!));
      const apart = chosen.every((node) => {
        const parent = diagram.parents[node]!;
        return epochOf.get(parent) !== epoch || diagram.parts[parent] !== diagram.parts[node];
      });
      if (closed && apart) {
        yield* fill(epoch + 1, rest);
      }
      for (const node of chosen) {
        epochOf.delete(node);
      }
    }
  }
  yield* fill(0, nodes);
}

/** The sweep through the phases, with the piece's parts as events; none if the order is a circle. */
function sweepOf(
  diagram: Diagram,
  nodes: readonly number[],
  epochOf: ReadonlyMap<number, number>,
  rowsOf: (part: number) => number,
): Transfer | undefined {
  const root = rootOf(diagram);
  const parts = [...new Set(nodes.map((node) => diagram.parts[node]!))];
  const bitOf = new Map(parts.map((part, index) => [part, 1 << index]));
  const bits = [...bitOf.values()];
  const active = 1 + Math.max(...nodes.map((node) => epochOf.get(node)!));
  const edges = nodes.map((node) => {
    const head = diagram.parents[node]!;
    const begins = epochOf.get(node)!;
    const ends = head === root ? active : epochOf.get(head)!;
    return {
      node,
      tail: bitOf.get(diagram.parts[node]!)!,
      // The root fires after every epoch; it is no event of the sweep.
      head: head === root ? 0 : bitOf.get(diagram.parts[head]!)!,
      within: begins === ends,
      between: Math.max(0, ends - begins - 1),
      toRoot: head === root,
    };
  });
  const before = new Map(bits.map((one) => [one, 0]));
  for (const edge of edges) {
    if (edge.within) {
      before.set(edge.head, before.get(edge.head)! | edge.tail);
    }
  }
  // In each active epoch the step at this phase lies inside an edge, or not.
  const passing = (fired: number, firing: number) => {
    const list: number[] = [];
    for (const edge of edges) {
      const begun = (fired & edge.tail) !== 0;
      const open = ((fired | firing) & edge.head) === 0;
      let times = edge.between;
      if (edge.within) {
        times += begun && open ? 1 : 0;
      } else {
        times += (begun ? 1 : 0) + (!edge.toRoot && open ? 1 : 0);
      }
      for (let count = 0; count < times; count++) {
        list.push(edge.node);
      }
    }
    return list;
  };
  const weights = new Map(parts.map((part) => [bitOf.get(part)!, rowsOf(part)]));
  return eventTransfer(before, weights, passing);
}

/** The sum over the active epochs' places: what passes through the idle epochs before and after each. */
function idleOf(diagram: Diagram, nodes: readonly number[], epochOf: ReadonlyMap<number, number>): Transfer {
  const root = rootOf(diagram);
  const active = 1 + Math.max(...nodes.map((node) => epochOf.get(node)!));
  const passing = Array.from({ length: active + 1 }, (_, done) =>
    nodes.filter((node) => {
      const head = diagram.parents[node]!;
      return epochOf.get(node)! < done && (head === root || epochOf.get(head)! >= done);
    }),
  );
  const moves = Array.from({ length: active }, (_, epoch) => ({
    from: epoch,
    to: epoch + 1,
    weight: 1,
    passing: [],
    events: 1,
  }));
  return { size: active + 1, passing, moves };
}
