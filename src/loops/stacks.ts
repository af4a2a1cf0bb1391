import { Body } from "./body.js";
import type { BufferId, Loop, Target } from "./loop.js";
import { walkOf } from "./views.js";

/** A factor of the products of a stack: the entry of its buffer that belongs to a product, a row (or column) and an inner index; −1 for a 0. */
interface FactorOfStack {
  readonly buffer: BufferId;
  readonly entryOf: (product: number, outer: number, inner: number) => number;
}

/** Products of matrices of one size. */
export interface StackOfProducts {
  readonly stack: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: FactorOfStack;
  readonly b: FactorOfStack;
}

/** So many products of numbers are added up in one loop. */
const together = 16;

/**
 * Products of a stack as loops over all entries of all of them: what small ones take that are too many to be written one by one. Sums go along the
 * inner index from 0 on, as those of a product that is alone do.
 * @param buffer makes one of so many entries, for what there is of sums in between.
 */
export function loopsOfStack(
  { stack, rows, inner, columns, a, b }: StackOfProducts,
  target: Target,
  buffer: (size: number) => BufferId,
): readonly Loop[] {
  const count = stack * rows * columns;
  const loops: Loop[] = [];
  let before: BufferId | undefined;
  for (let first = 0; first < inner; first += together) {
    const end = Math.min(inner, first + together);
    const body = new Body();
    const sources = Array.from({ length: end - first }, (_, place) => {
      const k = first + place;
      const walk = (entryOf: (product: number, row: number, column: number) => number) =>
        walkOf(
          Int32Array.from({ length: count }, (__, entry) =>
            entryOf(
              Math.floor(entry / (rows * columns)),
              Math.floor(entry / columns) % rows,
              entry % columns,
            ),
          ),
        );
      return [
        { buffer: a.buffer, walk: walk((product, row) => a.entryOf(product, row, k)) },
        { buffer: b.buffer, walk: walk((product, _row, column) => b.entryOf(product, column, k)) },
      ];
    }).flat();
    let sum = before === undefined ? body.constant(0) : body.load(sources.length);
    for (let source = 0; source < sources.length; source += 2) {
      sum = body.fused(body.load(source), body.load(source + 1), sum);
    }
    const out = end < inner ? buffer(count) : undefined;
    loops.push({
      kind: "entrywise",
      count,
      sources: [
        ...sources,
        ...(before === undefined
          ? []
          : [{ buffer: before, walk: { kind: "even", first: 0, step: 1 } as const }]),
      ],
      body: body.instructions,
      outputs: [{ value: sum, target: out === undefined ? target : { kind: "store", buffer: out } }],
    });
    before = out;
  }
  return loops;
}
