/** How many rows and columns of a product of matrices are worked out together. */
export interface BlockSize {
  readonly rows: number;
  readonly columns: number;
}

/** The block of a product whose numbers are added where they belong. */
export function scatterBlockOf(registers: number): BlockSize {
  return { rows: registers > 16 ? 4 : 2, columns: 5 };
}

/**
 * The block with which a product takes least time, about: a load takes half of what a fused operation does, and a step of the inner loop
 * some more. @param registers of vectors that the machine has.
 */
export function blockOf(rows: number, columns: number, registers: number): BlockSize {
  let best: BlockSize = { rows: 1, columns: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (let r = 1; r <= Math.min(10, rows); r++) {
    for (let c = 1; c <= Math.min(10, columns); c++) {
      if (r * c + Math.min(r, c) + 1 > registers) {
        continue;
      }
      let time = 0;
      for (const down of partsOf(rows, r)) {
        for (const along of partsOf(columns, c)) {
          const [own, other] = [down.size, along.size];
          // Fewer sums side by side than this wait for each other.
          time +=
            (down.count / own) * (along.count / other) * (Math.max(own * other + (own + other) / 2, 8) + 3);
        }
      }
      if (time < least) {
        least = time;
        best = { rows: r, columns: c };
      }
    }
  }
  return best;
}

/** What is worked out in parts of a size, and what is left over: where each begins, how many there are of it and in steps of which size. */
export function partsOf(
  all: number,
  size: number,
): readonly { readonly first: number; readonly count: number; readonly size: number }[] {
  const rest = all % size;
  return [
    { first: 0, count: all - rest, size },
    { first: all - rest, count: rest, size: rest },
  ].filter(({ count }) => count > 0);
}
