import { type Decays, type EmbeddingPlan, makeDecays } from "../../spacetime/index.js";

/**
 * What an edge's propagators do, said by few of its directions: a sum over embeddings at any direction is `shares` times the sums
 * at the chosen ones, whatever is on the other edges.
 */
export interface Chosen {
  readonly directions: readonly number[];
  /** Direction by direction a share of each chosen one. */
  readonly shares: Float64Array;
}

/** A sum over the embeddings of a piece, at the chosen directions of its edges; the first edge moves slowest. */
export interface SummedPiece {
  readonly edges: readonly number[];
  readonly sums: Float64Array;
}

/** The sums over embeddings of all pieces at once. */
export interface FewPropagators {
  /** By edge. */
  readonly chosen: readonly Chosen[];
  readonly pieces: readonly SummedPiece[];
}

/** What is left of a direction's sums beside all of them is rounding; beside other directions than those tried it may be more. */
const negligible = 1e-16;

/** So far may sums made of the chosen ones be off where that is tried; much less is meant. */
const tolerated = 1e-11;

/** Sums by which directions are told apart at first. */
const firstColumns = 24;

/** How often directions are chosen, each time beside the last ones of the other edges. */
const rounds = 2;

/** How often the result is tried. */
const trials = 24;

/**
 * Sums over embeddings are polynomials in the propagators of each edge whose numbers of like size hardly differ: a few directions
 * say all (an interpolative decomposition). Which ones is found by their sums beside some of the other edges' directions.
 *
 * @returns undefined where that is of no use, or not to be trusted: where sums are not finite, or directions too many and too different.
 */
export function fewPropagators(
  plan: EmbeddingPlan,
  decays: Decays,
  edges: number,
): FewPropagators | undefined {
  const dimension = decays.length;
  const chosen: Chosen[] = new Array(edges);
  const pieces: SummedPiece[] = [];
  const own = makeDecays(edges + 1, decays.low !== undefined);
  for (const factor of plan.factors) {
    const at = (directions: readonly number[]): number => {
      factor.edges.forEach((edge, place) => {
        own[edge] = decays[directions[place]!]!;
        if (decays.low !== undefined) {
          own.low![edge] = decays.low[directions[place]!]!;
        }
      });
      return factor.sum(own);
    };
    const lists = chooseDirections(dimension, factor.edges.length, at);
    if (lists === undefined) {
      return undefined;
    }
    const sums = Float64Array.from(products(lists.map(({ directions }) => directions)), at);
    if (!isRight(lists, sums, dimension, at)) {
      return undefined;
    }
    factor.edges.forEach((edge, place) => {
      chosen[edge] = lists[place]!;
    });
    pieces.push({ edges: factor.edges, sums });
  }
  return { chosen, pieces };
}

/**
 * Edge by edge: first beside any directions of the others, then beside those that were chosen for them, which are what they can
 * do that is most different.
 */
function chooseDirections(
  dimension: number,
  edges: number,
  at: (directions: readonly number[]) => number,
): Chosen[] | undefined {
  const all = Array.from({ length: dimension }, (_, direction) => direction);
  let lists: readonly (readonly number[])[] = Array.from({ length: edges }, () => all);
  let found: Chosen[] = [];
  for (let round = 0; round < rounds; round++) {
    const columns =
      edges === 1 ? 1 : round === 0 ? firstColumns : 3 * Math.max(...lists.map(({ length }) => length));
    found = [];
    for (let place = 0; place < edges; place++) {
      const others = Array.from({ length: columns }, (_, column) =>
        lists.map(
          (list, edge) => list[(column * (edge + 1) + Math.floor(column / list.length)) % list.length]!,
        ),
      );
      const rows = all.map((direction) =>
        Float64Array.from(others, (beside) =>
          at(beside.map((other, edge) => (edge === place ? direction : other))),
        ),
      );
      if (!rows.every((row) => row.every(Number.isFinite))) {
        return undefined;
      }
      found.push(interpolated(rows));
    }
    lists = found.map(({ directions }) => directions);
    if (lists.some(({ length }) => 2 * length > dimension)) {
      return undefined;
    }
  }
  return found;
}

/** A row as a sum of chosen ones, up to rounding beside its own length. */
function interpolated(rows: readonly Float64Array[]): Chosen {
  const lengths = rows.map((row) => Math.hypot(...row));
  const rest = rows.map((row, index) =>
    row.map((value) => (lengths[index] === 0 ? 0 : value / lengths[index]!)),
  );
  const directions: number[] = [];
  /** By row its parts along what each chosen row has beyond those before it. */
  const parts = rows.map((): number[] => []);
  for (;;) {
    const sizes = rest.map((row) => Math.hypot(...row));
    const next = sizes.reduce((best, size, index) => (size > sizes[best]! ? index : best), 0);
    if (!(sizes[next]! > negligible) || directions.length === rest[0]!.length) {
      break;
    }
    directions.push(next);
    const unit = rest[next]!.map((value) => value / sizes[next]!);
    rest.forEach((row, index) => {
      const part = row.reduce((sum, value, column) => sum + value * unit[column]!, 0);
      parts[index]!.push(part);
      unit.forEach((value, column) => {
        row[column]! -= part * value;
      });
    });
    rest[next]!.fill(0);
  }
  const count = directions.length;
  const shares = new Float64Array(rows.length * count);
  rows.forEach((_, index) => {
    for (let j = count - 1; j >= 0; j--) {
      let left = parts[index]![j]!;
      for (let i = j + 1; i < count; i++) {
        left -= shares[index * count + i]! * parts[directions[i]!]![j]!;
      }
      shares[index * count + j] = left / parts[directions[j]!]![j]!;
    }
    for (let j = 0; j < count; j++) {
      shares[index * count + j]! *= lengths[index]! / lengths[directions[j]!]!;
    }
  });
  return { directions, shares };
}

/** Whether sums at some directions are what the chosen ones make of them. */
function isRight(
  lists: readonly Chosen[],
  sums: Float64Array,
  dimension: number,
  at: (directions: readonly number[]) => number,
): boolean {
  return Array.from({ length: trials }, (_, trial) => {
    const directions = lists.map((__, edge) => scattered(7919 + trial * lists.length + edge, dimension));
    // Edge by edge the sums at the chosen directions become one at these.
    const made = lists.reduceRight((inner, { directions: few, shares }, edge) => {
      const next = new Float64Array(inner.length / few.length);
      inner.forEach((value, index) => {
        next[Math.floor(index / few.length)]! +=
          value * shares[directions[edge]! * few.length + (index % few.length)]!;
      });
      return next;
    }, sums)[0]!;
    const exact = at(directions);
    return Math.abs(made - exact) <= tolerated * Math.abs(exact);
  }).every(Boolean);
}

/** A direction that has nothing to do with the number but is always the same. */
function scattered(number: number, dimension: number): number {
  const share = Math.abs(Math.sin((number + 1) * 12.9898) * 43758.5453) % 1;
  return Math.min(dimension - 1, Math.floor(share * dimension));
}

/** All choices of one of each list; the last moves fastest. */
function* products(lists: readonly (readonly number[])[]): Generator<number[]> {
  const [first, ...others] = lists;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const one of first) {
    for (const rest of products(others)) {
      yield [one, ...rest];
    }
  }
}
