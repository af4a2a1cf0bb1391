import { type Diagram, nodesOfParts, rootOf } from "../diagram/diagram.js";
import { addDoubled, type Doubled, multiplyDoubled, powerDoubled, productError } from "./doubled.js";
import { countBits, type EmbeddingFactor, nonemptySubsets } from "./free.js";
import { powerLessIdentity } from "./powers.js";
import { buildTransfer, type Decays, type TimeMode, transferPower } from "./transfer.js";

interface Grid {
  readonly N: number;
  readonly B: number;
  readonly E: number;
  readonly perEpoch: number;
}

/** What has fired, and which rows have had their turn in this epoch. */
interface EpochState {
  readonly fired: number;
  readonly used: number;
}

/**
 * The expected sum over shuffles for the pieces that have parts of several nodes, when every epoch
 * is shuffled anew.
 *
 * A part of one node sees no shuffle: each time shades `B` rows. Rows matter for parts of several
 * nodes only, and different parts may share one; for each way they do, an epoch is a sum over times
 * in which distinct rows take distinct places of the batches, and the epochs are a power of it.
 */
export function reshuffledFactor(
  diagram: Diagram,
  nodes: readonly number[],
  grid: Grid,
  mode: TimeMode,
): EmbeddingFactor {
  const root = rootOf(diagram);
  const local = nodesOfParts(diagram).map((members) => members.filter((node) => node !== root));
  const tiedParts = local.flatMap((members, part) =>
    members.length > 1 && nodes.includes(members[0]!) ? [part] : [],
  );
  const patterns = [...setPartitions(tiedParts)].flatMap((rows) => {
    // The root's part is averaged over the rows rather than summed.
    const average = rows.some((row) => row.includes(diagram.parts[root]!)) ? 1 / grid.N : 1;
    const ways = falling(grid.N, rows.length) * average;
    return ways === 0 ? [] : [{ ways, epoch: epochSum(diagram, nodes, rows, grid, mode) }];
  });
  return {
    edges: nodes,
    sum(decay) {
      let total: Doubled = { high: 0, low: 0 };
      for (const { ways, epoch } of patterns) {
        total = addDoubled(total, multiplyDoubled({ high: ways, low: 0 }, epoch(decay)));
      }
      return total.high;
    },
  };
}

/** The sum over all epochs for a given way in which the tied parts share rows. */
function epochSum(
  diagram: Diagram,
  nodes: readonly number[],
  rows: readonly (readonly number[])[],
  grid: Grid,
  mode: TimeMode,
): (decay: Decays) => Doubled {
  const root = rootOf(diagram);
  const { N, B, E, perEpoch } = grid;
  const bitOf = new Map(nodes.map((node, index) => [node, 1 << index]));
  const rowOf = (node: number) => rows.findIndex((row) => row.includes(diagram.parts[node]!));
  const rowBits = nodes.map((node) => {
    const row = rowOf(node);
    return row === -1 ? 0 : 1 << row;
  });
  const before = nodes.map((node) =>
    nodes.reduce((mask, other) => (diagram.parents[other] === node ? mask | bitOf.get(other)! : mask), 0),
  );
  const full = (1 << nodes.length) - 1;
  const passing = (fired: number, firing: number) =>
    nodes.filter((node) => {
      const head = diagram.parents[node]!;
      const open = head === root || ((fired | firing) & bitOf.get(head)!) === 0;
      return (fired & bitOf.get(node)!) !== 0 && open;
    });
  const readyNodes = (fired: number, used: number) =>
    nodes.flatMap((node, index) => {
      const bit = bitOf.get(node)!;
      return (fired & bit) === 0 && (before[index]! & ~fired) === 0 && (used & rowBits[index]!) === 0
        ? [bit]
        : [];
    });
  const downsets: EpochState[] = [];
  for (let fired = 0; fired <= full; fired++) {
    if (nodes.every((_, index) => !(fired & (1 << index)) || (before[index]! & ~fired) === 0)) {
      downsets.push({ fired, used: 0 });
    }
  }
  const { transfer, states, indexOf } = buildTransfer<EpochState>(downsets, {
    key: (state) => state.used * (full + 1) + state.fired,
    level: (state) => countBits(state.fired),
    passing: (state) => passing(state.fired, 0),
    *firings({ fired, used }) {
      for (const firing of nonemptySubsets(readyNodes(fired, used))) {
        let rowsFiring = 0;
        let weight = 1;
        let events = 0;
        nodes.forEach((node, index) => {
          if (firing & (1 << index)) {
            if (rowBits[index] === 0) {
              weight *= diagram.parts[node] === diagram.parts[root] ? B / N : B;
              events++;
            }
            rowsFiring |= rowBits[index]!;
          }
        });
        const places = countBits(rowsFiring);
        weight *= falling(B, places);
        events += places;
        if (weight !== 0) {
          yield {
            next: { fired: fired | firing, used: used | rowsFiring },
            weight,
            passing: passing(fired, firing),
            events,
          };
        }
      }
    },
  });
  const size = downsets.length;
  const orderly = [...downsets].sort((a, b) => countBits(a.fired) - countBits(b.fired) || a.fired - b.fired);
  const starts = orderly.map((state) => indexOf.get(state.fired)!);
  const downsetOf = new Map(orderly.map((state, index) => [state.fired, index]));
  const ends = states.map((state) => {
    // The rows used share the places of the batches, all choices alike.
    const choices = mode === "exact" ? falling(N, countBits(state.used)) : N ** countBits(state.used);
    const share = 1 / choices;
    const rest = 1 - share * choices - productError(share, choices);
    return { column: downsetOf.get(state.fired)!, share, shareLow: rest / choices };
  });
  return (decay) => {
    const power = transferPower(transfer, decay, perEpoch, mode, starts);
    const high = new Float64Array(size * size);
    starts.forEach((start, row) => {
      ends.forEach(({ column, share }, end) => {
        high[row * size + column]! += power.high[start * transfer.size + end]! * share;
      });
    });
    if (power.low === undefined) {
      return { high: powerLessIdentity({ high }, size, E, [0]).high[size - 1]!, low: 0 };
    }
    const low = new Float64Array(size * size);
    high.fill(0);
    starts.forEach((start, row) => {
      ends.forEach(({ column, share, shareLow }, end) => {
        const [from, to] = [start * transfer.size + end, row * size + column];
        const entry = { high: power.high[from]!, low: power.low![from]! };
        const sum = addDoubled(
          { high: high[to]!, low: low[to]! },
          multiplyDoubled(entry, { high: share, low: shareLow }),
        );
        high[to] = sum.high;
        low[to] = sum.low;
      });
    });
    const all = powerDoubled({ high, low }, size, E);
    return { high: all.high[size - 1]!, low: all.low[size - 1]! };
  };
}

/** `n (n−1) … (n−count+1)`. */
function falling(n: number, count: number): number {
  let product = 1;
  for (let index = 0; index < count; index++) {
    product *= n - index;
  }
  return product;
}

/** All partitions of a small list into blocks. */
export function* setPartitions<Item>(items: readonly Item[]): Generator<Item[][]> {
  if (items.length === 0) {
    yield [];
    return;
  }
  const [first, ...rest] = items as [Item, ...Item[]];
  for (const partition of setPartitions(rest)) {
    yield [[first], ...partition];
    for (let index = 0; index < partition.length; index++) {
      yield partition.map((block, at) => (at === index ? [first, ...block] : block));
    }
  }
}
