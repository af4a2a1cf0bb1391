import {
  type Allowance,
  type ColouredGraph,
  equitablePartition,
  individualised,
  type OrderedPartition,
  partitionByColours,
  spend,
} from "./partition.js";

/** A canonical order of a graph's vertices, and the size of its symmetry group. */
export interface Labelling {
  /** `order[position]` is a vertex; isomorphic graphs read the same along theirs. */
  readonly order: readonly number[];
  readonly automorphisms: bigint;
}

/** A symmetry as the vertices that it moves, each with where it goes. */
type Moves = readonly (readonly [from: number, to: number])[];

interface Found extends Labelling {
  /** Symmetries of the piece; they generate its group. */
  readonly generators: readonly Moves[];
  /** How the cells were split on the way, the same for isomorphic pieces. */
  readonly path: readonly number[];
}

/** A part of the graph that can be ordered by itself: nothing outside it tells its vertices further apart. */
interface Piece {
  /** The numbers of its vertices in the whole graph. */
  readonly names: readonly number[];
  readonly graph: ColouredGraph;
}

/** A vertex that was set apart, and the order that followed. */
interface Choice {
  readonly vertex: number;
  readonly found: Found;
  readonly reading: readonly number[];
  /** Steps that it took to find. */
  readonly cost: number;
}

/**
 * The canonical order of a graph by individualisation and refinement: cells of equal vertices are split until
 * nothing tells the rest apart; then one vertex after another of a cell is set apart, and of the orders that
 * follow the smallest counts. What keeps that short:
 * - Vertices that are alone in their cell are the same for all the others of a cell, so that they are taken out,
 *   and what then does not hang together is ordered piece by piece; equal pieces are exchanged freely.
 * - Of the ways in which a cell can be split only those whose trace is smallest are followed, and none that
 *   is larger on the way than the best one known.
 * - A vertex to which a known symmetry sends one that was tried is not tried. Symmetries are looked for by
 *   following single paths first, for as long as it took to find what they would repeat.
 *
 * @throws AllowanceSpent when the graph is so regular, and has so few symmetries, that the allowance does not do.
 */
export function canonicalLabelling(graph: ColouredGraph, allowance: Allowance): Labelling {
  const names = graph.colours.map((_, vertex) => vertex);
  return new Search(allowance).order({ names, graph }, equitablePartition(graph, allowance), noBound)!;
}

/** Orders that are found on a path larger than the bound are not wanted; without a bound all are. */
type Bound = readonly number[] | undefined;
const noBound: Bound = undefined;

class Search {
  /** Traces of the vertices that were set apart in pieces that look alike, to follow the same path again. */
  private readonly traces = new Map<string, number>();
  private turns = 0;

  constructor(private readonly allowance: Allowance) {}

  /**
   * The smallest order of a piece whose partition is equitable, and its symmetries.
   * @returns `undefined` when its path is larger than the bound.
   */
  order(piece: Piece, partition: OrderedPartition, bound: Bound): Found | undefined {
    const { singles, rest } = this.takenApart(piece, partition);
    if (singles.length === 0 && rest.length === 1) {
      return this.branch(piece, partition, bound);
    }
    const ordered: { found: Found; reading: readonly number[] }[] = [];
    for (const one of rest) {
      const found = this.order(
        one,
        partitionByColours(one.graph.colours),
        rest.length === 1 ? bound : noBound,
      );
      if (found === undefined) {
        return undefined;
      }
      ordered.push({ found, reading: rest.length > 1 ? this.reading(one, found.order) : [] });
    }
    ordered.sort((one, other) => compare(one.reading, other.reading));
    let automorphisms = 1n;
    let alike = 0;
    const generators: Moves[] = [];
    ordered.forEach(({ found, reading }, index) => {
      const before = ordered[index - 1];
      alike = before && compare(before.reading, reading) === 0 ? alike + 1 : 1;
      automorphisms *= found.automorphisms * BigInt(alike);
      for (const moves of found.generators) {
        generators.push(moves);
      }
      if (alike > 1) {
        generators.push([
          ...movesBetween(before!.found.order, found.order),
          ...movesBetween(found.order, before!.found.order),
        ]);
      }
    });
    return {
      order: [...singles, ...ordered.flatMap(({ found }) => found.order)],
      automorphisms,
      generators,
      path: ordered.flatMap(({ found }) => found.path),
    };
  }

  /** Sets one vertex after another of a cell apart, until no other can lead to anything new. */
  private branch(piece: Piece, partition: OrderedPartition, bound: Bound): Found | undefined {
    const splits = membersOf(partition, telltaleCell(piece.graph, partition)).map((vertex) => ({
      vertex,
      split: individualised(piece.graph, partition, vertex, this.allowance),
    }));
    const least = splits.reduce((best, one) => (compareSplits(one.split, best.split) < 0 ? one : best)).split;
    const step = [-least.count, least.trace];
    const exceeds = compare(step, bound?.slice(0, step.length) ?? step);
    if (exceeds > 0) {
      return undefined;
    }
    const rest = exceeds < 0 ? noBound : bound?.slice(step.length);
    this.traces.set(lookOf(partition), least.trace);

    const candidates = splits.filter(({ split }) => compareSplits(split, least) === 0);
    const local = new Map(piece.names.map((name, vertex) => [name, vertex]));
    const orbits = new Orbits(piece.names.length);
    const generators: Moves[] = [];
    const learn = (moves: Moves): void => {
      generators.push(moves);
      spend(this.allowance, moves.length);
      for (const [from, to] of moves) {
        orbits.join(local.get(from)!, local.get(to)!);
      }
    };
    const tried: number[] = [];
    let best: Choice | undefined;
    let patience = 1;
    for (const { vertex, split } of candidates) {
      if (tried.some((other) => orbits.of(other) === orbits.of(vertex))) {
        continue;
      }
      tried.push(vertex);
      if (best !== undefined) {
        const moves = this.guess(piece, split, vertex, best, best.cost * patience);
        if (moves !== undefined) {
          patience = 1;
          learn(moves);
          continue;
        }
        patience /= 2;
      }
      const before = this.allowance.steps;
      const found = this.order(piece, split, best?.found.path ?? rest);
      if (found === undefined) {
        continue;
      }
      for (const moves of found.generators) {
        learn(moves);
      }
      const reading = this.readingFrom(piece, vertex, found.order);
      const difference = best && (compare(found.path, best.found.path) || compare(reading, best.reading));
      if (difference === 0) {
        learn(movesBetween(best!.found.order, found.order));
      } else if (difference === undefined || difference < 0) {
        best = { vertex, found, reading, cost: before - this.allowance.steps };
      }
    }
    if (best === undefined) {
      return undefined;
    }
    const { vertex, found } = best;
    const orbit = candidates.filter((other) => orbits.of(other.vertex) === orbits.of(vertex)).length;
    return {
      order: found.order,
      automorphisms: found.automorphisms * BigInt(orbit),
      generators,
      path: [...step, ...found.path],
    };
  }

  /** Looks for a symmetry that sends the vertex of a choice to this one, for about so many steps. */
  private guess(
    piece: Piece,
    split: OrderedPartition,
    vertex: number,
    choice: Choice,
    steps: number,
  ): Moves | undefined {
    const end = this.allowance.steps - steps;
    do {
      const order = this.anyOrder(piece, split);
      if (compare(this.readingFrom(piece, vertex, order), choice.reading) === 0) {
        return movesBetween(choice.found.order, order);
      }
    } while (this.allowance.steps > end);
    return undefined;
  }

  /** An order of a piece on a single path: that of the smallest order as far as traces tell, another at each turn. */
  private anyOrder(piece: Piece, partition: OrderedPartition): number[] {
    const { singles, rest } = this.takenApart(piece, partition);
    if (singles.length === 0 && rest.length === 1) {
      return this.anyOrder(piece, this.anySplit(piece, partition));
    }
    const ordered = rest.map((one) => {
      const order = this.anyOrder(one, partitionByColours(one.graph.colours));
      return { order, reading: rest.length > 1 ? this.reading(one, order) : [] };
    });
    ordered.sort((one, other) => compare(one.reading, other.reading));
    return [...singles, ...ordered.flatMap(({ order }) => order)];
  }

  private anySplit(piece: Piece, partition: OrderedPartition): OrderedPartition {
    const known = this.traces.get(lookOf(partition));
    const candidates = membersOf(partition, telltaleCell(piece.graph, partition));
    this.turns = (Math.imul(this.turns, 0x41c64e6d) + 12345) >>> 0;
    const first = (this.turns >>> 8) % candidates.length;
    let best: OrderedPartition | undefined;
    for (let index = 0; index < candidates.length; index++) {
      const vertex = candidates[(first + index) % candidates.length]!;
      const split = individualised(piece.graph, partition, vertex, this.allowance);
      if (split.trace === known) {
        return split;
      }
      if (best === undefined || compareSplits(split, best) < 0) {
        best = split;
      }
    }
    return best!;
  }

  /** The vertices that are alone in their cells, and what hangs together without them. */
  private takenApart(
    { names, graph }: Piece,
    { vertices, cells, sizes, count }: OrderedPartition,
  ): { singles: number[]; rest: Piece[] } {
    const size = vertices.length;
    spend(this.allowance, size);
    const isSingle = (vertex: number) => sizes[cells[vertex]!] === 1;
    const singles: number[] = [];
    for (const vertex of vertices) {
      if (isSingle(vertex)) {
        singles.push(names[vertex]!);
      }
    }
    const rest: Piece[] = [];
    if (count === size) {
      return { singles, rest };
    }
    const number = new Int32Array(size).fill(-1);
    for (const first of vertices) {
      if (number[first] !== -1 || isSingle(first)) {
        continue;
      }
      const members = [first];
      number[first] = 0;
      for (const vertex of members) {
        spend(this.allowance, 1 + graph.neighbours[vertex]!.length);
        for (const neighbour of graph.neighbours[vertex]!) {
          if (number[neighbour] === -1 && !isSingle(neighbour)) {
            number[neighbour] = members.length;
            members.push(neighbour);
          }
        }
      }
      rest.push({
        names: members.map((vertex) => names[vertex]!),
        graph: {
          colours: members.map((vertex) => cells[vertex]!),
          neighbours: members.map((vertex) =>
            graph.neighbours[vertex]!.filter((neighbour) => !isSingle(neighbour)).map(
              (neighbour) => number[neighbour]!,
            ),
          ),
        },
      });
    }
    return { singles, rest };
  }

  private readingFrom(piece: Piece, vertex: number, order: readonly number[]): number[] {
    return [order.indexOf(piece.names[vertex]!), ...this.reading(piece, order)];
  }

  /** A piece as it reads along an order: each vertex's colour and its neighbours before it. Equal readings are isomorphic. */
  private reading({ names, graph }: Piece, order: readonly number[]): number[] {
    const place = new Map(order.map((name, index) => [name, index]));
    const local = new Map(names.map((name, vertex) => [name, vertex]));
    const reading: number[] = [];
    order.forEach((name, index) => {
      const vertex = local.get(name)!;
      const before = graph.neighbours[vertex]!.map((neighbour) => place.get(names[neighbour]!)!)
        .filter((other) => other < index)
        .sort((one, other) => one - other);
      spend(this.allowance, 1 + graph.neighbours[vertex]!.length);
      reading.push(graph.colours[vertex]!, before.length, ...before);
    });
    return reading;
  }
}

function membersOf({ vertices, sizes }: OrderedPartition, cell: number): number[] {
  return [...vertices.subarray(cell, cell + sizes[cell]!)];
}

/** What pieces have in common that are split alike. */
function lookOf({ sizes }: OrderedPartition): string {
  return sizes.join(" ");
}

/**
 * The cell of which setting a vertex apart tells most: its vertices have neighbours in the most cells that are not all
 * neighbours of each; of equals the one with the most neighbours, and then the smallest.
 */
function telltaleCell({ neighbours }: ColouredGraph, { vertices, cells, sizes }: OrderedPartition): number {
  let best = -1;
  let rating: readonly number[] = [];
  for (let cell = 0; cell < sizes.length; cell++) {
    if (sizes[cell]! > 1) {
      const counts = new Map<number, number>();
      for (const neighbour of neighbours[vertices[cell]!]!) {
        counts.set(cells[neighbour]!, (counts.get(cells[neighbour]!) ?? 0) + 1);
      }
      const partly = [...counts].filter(([other, count]) => count < sizes[other]!).length;
      const own = [partly, neighbours[vertices[cell]!]!.length, -sizes[cell]!];
      if (best === -1 || compare(own, rating) > 0) {
        best = cell;
        rating = own;
      }
    }
  }
  return best;
}

/** Below 0 when the first partition is to be preferred: more cells first, then the smaller trace. */
function compareSplits(one: OrderedPartition, other: OrderedPartition): number {
  return other.count - one.count || one.trace - other.trace;
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < one.length && index < other.length; index++) {
    if (one[index] !== other[index]) {
      return one[index]! - other[index]!;
    }
  }
  return one.length - other.length;
}

function movesBetween(from: readonly number[], to: readonly number[]): Moves {
  return from.flatMap((vertex, index) => (vertex === to[index] ? [] : [[vertex, to[index]!] as const]));
}

/** Sets of vertices that known symmetries send to each other. */
class Orbits {
  private readonly parent: number[];

  constructor(size: number) {
    this.parent = Array.from({ length: size }, (_, vertex) => vertex);
  }

  of(vertex: number): number {
    let top = vertex;
    while (this.parent[top] !== top) {
      top = this.parent[top]!;
    }
    this.parent[vertex] = top;
    return top;
  }

  join(one: number, other: number): void {
    this.parent[this.of(one)] = this.of(other);
  }
}
