import { type Diagram, nodesOfParts, rootOf } from "../diagram/diagram.js";
import { isGradientDescent, type Schedule, updates, updatesPerEpoch } from "../optimisers/schedule.js";
import { counted } from "../printable/index.js";
import { componentsOf, largestEmbeddedDiagram } from "./embeddings.js";
import {
  type Allowance,
  countForestMaps,
  OrderMaps,
  type PlaceRelation,
  tooManyOrders,
} from "./ordermaps.js";
import { coupleOf } from "./shared-cell.js";

/** A labelled embedding (THEORY §3): the row and time of every node. */
export interface Embedding {
  /** Training points; `-1` for a root that is alone in its part, which is measured on none of them. */
  readonly rows: readonly number[];
  /** Updates; the root's time is `T`. */
  readonly times: readonly number[];
}

/** All labelled embeddings of a diagram, found by number. */
export interface EmbeddingList {
  readonly total: bigint;
  /** @throws RangeError for a number below 0 or not below `total`. */
  at(index: bigint): Embedding;
}

/** The embeddings of one independent piece of a diagram. */
interface Piece {
  readonly total: bigint;
  place(index: bigint, rows: number[], times: number[]): void;
}

/** Sets of elements considered for one list; some hundredths of a second. */
const mostSets = 2_000_000;

/**
 * The labelled embeddings of a diagram, without listing them: how many there are, and each by its number, in times
 * that grow with the diagram but hardly with the grid.
 *
 * Labelled embeddings tell apart nodes that a symmetry exchanges; `1/|Aut(D)|` of their sum is the sum of THEORY §3
 * over embeddings up to symmetry with `1/|Aut_f(D)|`. A root in a part with other nodes stands in their row, and each
 * of its embeddings weighs `1/N`. A reshuffled space-time is read in its unshuffled order.
 *
 * @throws RangeError for a diagram too large or too intricate, and for a grid of more than 2^53 updates.
 */
export function listEmbeddings(diagram: Diagram, schedule: Schedule): EmbeddingList {
  const root = rootOf(diagram);
  const T = updates(schedule);
  if (root > largestEmbeddedDiagram) {
    throw new RangeError(
      `a diagram of ${root} edges is too large to embed; up to ${largestEmbeddedDiagram} edges fit`,
    );
  }
  if (!Number.isSafeInteger(T)) {
    throw new RangeError(
      `T = ${counted(T, "update is", "updates are")} too many to step through; choose fewer epochs`,
    );
  }
  const allowance: Allowance = { left: mostSets };
  const pieces = componentsOf(diagram).map((nodes) => pieceOf(diagram, nodes, schedule, allowance));
  const total = pieces.reduce((product, piece) => product * piece.total, 1n);
  const rootMate = diagram.parts.indexOf(diagram.parts[root]!);
  return {
    total,
    at(index) {
      if (index < 0n || index >= total) {
        throw new RangeError(`there is no embedding of number ${index}; the last one is ${total - 1n}`);
      }
      const rows = new Array<number>(root + 1).fill(-1);
      const times = new Array<number>(root + 1).fill(T);
      let rest = index;
      // The last piece moves fastest.
      for (const piece of [...pieces].reverse()) {
        piece.place(rest % piece.total, rows, times);
        rest /= piece.total;
      }
      if (rootMate !== root) {
        rows[root] = rows[rootMate]!;
      }
      return { rows, times };
    },
  };
}

/** Whether training point `n` is in the batch of update `t`, in the unshuffled order. */
export function isShaded(schedule: Schedule, n: number, t: number): boolean {
  return isGradientDescent(schedule) || Math.floor(n / schedule.batch) === t % updatesPerEpoch(schedule);
}

function pieceOf(
  diagram: Diagram,
  nodes: readonly number[],
  schedule: Schedule,
  allowance: Allowance,
): Piece {
  const root = rootOf(diagram);
  const parts = nodesOfParts(diagram).map((members) => members.filter((node) => node !== root));
  const isTied = nodes.some((node) => parts[diagram.parts[node]!]!.length > 1);
  const B = schedule.batch;
  const perEpoch = updatesPerEpoch(schedule);
  if (isGradientDescent(schedule)) {
    // Every row is shaded at all times.
    const free = freePiece(
      diagram,
      nodes,
      (node) => node,
      updates(schedule),
      schedule.points,
      (choice) => choice,
      allowance,
    );
    return coupleOf(diagram, nodes, schedule) === undefined ? free : withCouples(free, nodes, schedule);
  }
  const rowAt = (choice: number, time: number) => (time % perEpoch) * B + choice;
  if (!isTied || schedule.epochs === 1) {
    const unitOf = isTied ? (node: number) => diagram.parts[node]! : (node: number) => node;
    return freePiece(diagram, nodes, unitOf, updates(schedule), B, rowAt, allowance);
  }
  return tiedPiece(diagram, nodes, schedule, allowance);
}

/** A piece of a couple, and behind its embeddings those in which both share a cell, row after row. */
function withCouples(free: Piece, nodes: readonly number[], schedule: Schedule): Piece {
  const T = BigInt(updates(schedule));
  return {
    total: free.total + T * BigInt(schedule.points),
    place(index, rows, times) {
      if (index < free.total) {
        free.place(index, rows, times);
        return;
      }
      const cell = index - free.total;
      for (const node of nodes) {
        rows[node] = Number(cell / T);
        times[node] = Number(cell % T);
      }
    },
  };
}

/** Times are free but for the order along edges: units share a time, parts share a choice of the row. */
function freePiece(
  diagram: Diagram,
  nodes: readonly number[],
  unitOf: (node: number) => number,
  T: number,
  choices: number,
  rowAt: (choice: number, time: number) => number,
  allowance: Allowance,
): Piece {
  const units = [...new Set(nodes.map(unitOf))];
  const unit = (node: number) => units.indexOf(unitOf(node));
  const maps = new OrderMaps(
    units.length,
    innerEdges(diagram, nodes).map(({ child, parent }) => ({
      before: unit(child),
      after: unit(parent),
      strict: true,
    })),
    allowance,
  );
  const ways = maps.count(T);
  const parts = [...new Set(nodes.map((node) => diagram.parts[node]!))];
  return {
    total: ways * BigInt(choices) ** BigInt(parts.length),
    place(index, rows, times) {
      const placed = maps.at(index % ways, T);
      const choiceOf = digits(index / ways, parts, choices);
      for (const node of nodes) {
        const time = placed[unit(node)]!;
        times[node] = time;
        rows[node] = rowAt(choiceOf.get(diagram.parts[node]!)!, time);
      }
    },
  };
}

/**
 * Several epochs in one order, with parts of several nodes. A part has a place within the epoch, its phase, and each
 * node an epoch. Along an edge either the phase grows and the epoch may stay, or it does not and the epoch must grow:
 * for each way to decide this for all edges, phases and epochs are counted apart.
 */
function tiedPiece(
  diagram: Diagram,
  nodes: readonly number[],
  schedule: Schedule,
  allowance: Allowance,
): Piece {
  const { batch: B, epochs: E } = schedule;
  const perEpoch = updatesPerEpoch(schedule);
  const parts = [...new Set(nodes.map((node) => diagram.parts[node]!))];
  const part = (node: number) => parts.indexOf(diagram.parts[node]!);
  const edges = innerEdges(diagram, nodes);
  const pairs = [
    ...new Set(
      edges
        .filter(({ child, parent }) => part(child) !== part(parent))
        .map(({ child, parent }) => part(child) * parts.length + part(parent)),
    ),
  ].map((pair) => ({ from: Math.floor(pair / parts.length), to: pair % parts.length }));

  const phasesOf = (growing: number) =>
    new OrderMaps(
      parts.length,
      pairs.map(
        ({ from, to }, index): PlaceRelation =>
          growing & (1 << index)
            ? { before: from, after: to, strict: true }
            : { before: to, after: from, strict: false },
      ),
      allowance,
    );
  const edgeRelations = (growing: number) =>
    edges.map(({ child, parent }): PlaceRelation => {
      const pair = pairs.findIndex(({ from, to }) => from === part(child) && to === part(parent));
      const grows = pair !== -1 && (growing & (1 << pair)) !== 0;
      return { before: nodes.indexOf(child), after: nodes.indexOf(parent), strict: !grows };
    });

  if (2 ** pairs.length > allowance.left) {
    throw tooManyOrders();
  }
  const choices = BigInt(B) ** BigInt(parts.length);
  const cases: { growing: number; phases: bigint; epochs: bigint }[] = [];
  let total = 0n;
  for (let growing = 0; growing < 2 ** pairs.length; growing++) {
    const phases = phasesOf(growing).count(perEpoch);
    const counted = phases === 0n ? 0n : countForestMaps(nodes.length, edgeRelations(growing), E);
    if (counted > 0n) {
      cases.push({ growing, phases, epochs: counted });
      total += phases * counted * choices;
    }
  }
  // Neighbours are mostly of one case.
  let last: { growing: number; epochMaps: OrderMaps; phaseMaps: OrderMaps } | undefined;
  return {
    total,
    place(index, rows, times) {
      let rest = index;
      const found = cases.find((one) => {
        const size = one.phases * one.epochs * choices;
        if (rest < size) {
          return true;
        }
        rest -= size;
        return false;
      })!;
      if (last?.growing !== found.growing) {
        // What has been counted is found again within the same bounds.
        allowance.left = mostSets;
        const epochMaps = new OrderMaps(nodes.length, edgeRelations(found.growing), allowance);
        last = { growing: found.growing, epochMaps, phaseMaps: phasesOf(found.growing) };
      }
      const epochOf = last.epochMaps.at(rest % found.epochs, E);
      rest /= found.epochs;
      const phaseOf = last.phaseMaps.at(rest % found.phases, perEpoch);
      const choiceOf = digits(rest / found.phases, parts, B);
      nodes.forEach((node, position) => {
        const phase = phaseOf[part(node)]!;
        times[node] = epochOf[position]! * perEpoch + phase;
        rows[node] = phase * B + choiceOf.get(diagram.parts[node]!)!;
      });
    },
  };
}

function innerEdges(
  diagram: Diagram,
  nodes: readonly number[],
): { readonly child: number; readonly parent: number }[] {
  const root = rootOf(diagram);
  return nodes.flatMap((child) => {
    const parent = diagram.parents[child]!;
    return parent === root ? [] : [{ child, parent }];
  });
}

/** The digits of a number, one for each of some keys; the last key's changes fastest. */
function digits(index: bigint, keys: readonly number[], base: number): Map<number, number> {
  const found = new Map<number, number>();
  let rest = index;
  for (const key of [...keys].reverse()) {
    found.set(key, Number(rest % BigInt(base)));
    rest /= BigInt(base);
  }
  return found;
}
