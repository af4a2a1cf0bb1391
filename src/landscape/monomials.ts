/**
 * The monomials of at most `order` in `variables` unknowns, numbered by degree and then by their
 * sorted indices. Number 0 is the constant, `1 + i` the unknown `i`.
 */
export interface Monomials {
  readonly variables: number;
  readonly order: number;
  readonly count: number;
  /** Of each monomial. */
  readonly degrees: Uint8Array;
  /** `countUpTo[d]`: how many have degree at most `d`. */
  readonly countUpTo: readonly number[];
  /** `next[m · variables + i]`: the monomial `m` times unknown `i`, for degrees below `order`. */
  readonly next: Int32Array;
  /** Each monomial without its last index, and that index. */
  readonly parents: Int32Array;
  readonly lasts: Int32Array;
  /** `α!` of each multi-index: what turns a Taylor coefficient into a derivative. */
  readonly factorials: Float64Array;
}

/** The most derivatives of a loss that are held: monomials of an expansion. */
export const largestExpansion = 3_000_000;

/** How many monomials of at most `order` there are in `variables` unknowns. */
export function monomialCount(variables: number, order: number): number {
  // As many as of the one as variables and the other as the order: the fewer of both are gone through.
  const [fewer, more] = variables < order ? [variables, order] : [order, variables];
  let count = 1;
  for (let degree = 1; degree <= fewer && count < Number.POSITIVE_INFINITY; degree++) {
    count = (count * (more + degree)) / degree;
  }
  return Math.round(count);
}

export function makeMonomials(variables: number, order: number): Monomials {
  const count = monomialCount(variables, order);
  const countUpTo = Array.from({ length: order + 1 }, (_, degree) => monomialCount(variables, degree));
  const degrees = new Uint8Array(count);
  const parents = new Int32Array(count);
  const lasts = new Int32Array(count).fill(-1);
  const factorials = new Float64Array(count).fill(1);
  const repeats = new Uint8Array(count);
  const next = new Int32Array(order === 0 ? 0 : countUpTo[order - 1]! * variables);
  let made = 1;
  for (let degree = 0; degree < order; degree++) {
    const first = degree === 0 ? 0 : countUpTo[degree - 1]!;
    const end = countUpTo[degree]!;
    for (let m = first; m < end; m++) {
      for (let i = Math.max(0, lasts[m]!); i < variables; i++) {
        degrees[made] = degree + 1;
        parents[made] = m;
        lasts[made] = i;
        repeats[made] = i === lasts[m] ? repeats[m]! + 1 : 1;
        factorials[made] = factorials[m]! * repeats[made]!;
        next[m * variables + i] = made++;
      }
    }
    for (let m = first; m < end; m++) {
      const parent = parents[m]!;
      const last = lasts[m]!;
      for (let i = 0; i < last; i++) {
        next[m * variables + i] = next[next[parent * variables + i]! * variables + last]!;
      }
    }
  }
  return { variables, order, count, degrees, countUpTo, next, parents, lasts, factorials };
}

/** The products of pairs of monomials: `products[starts[m] + n]` is `m · n` while the degrees allow. */
export interface MonomialProducts {
  readonly starts: Int32Array;
  readonly products: Int32Array;
}

/** How many entries the table of products has. */
export function monomialProductCount(variables: number, order: number): number {
  return monomialCount(2 * variables, order);
}

export function makeMonomialProducts(monomials: Monomials): MonomialProducts {
  const { variables, order, count, degrees, countUpTo, next, parents, lasts } = monomials;
  const starts = new Int32Array(count);
  const products = new Int32Array(monomialProductCount(variables, order));
  let filled = 0;
  for (let m = 0; m < count; m++) {
    starts[m] = filled;
    const partners = countUpTo[order - degrees[m]!]!;
    products[filled] = m;
    for (let n = 1; n < partners; n++) {
      products[filled + n] = next[products[filled + parents[n]!]! * variables + lasts[n]!]!;
    }
    filled += partners;
  }
  return { starts, products };
}

/** The sorted indices of a monomial. */
export function monomialIndices(monomials: Monomials, monomial: number): number[] {
  const indices: number[] = [];
  for (let m = monomial; m !== 0; m = monomials.parents[m]!) {
    indices.push(monomials.lasts[m]!);
  }
  return indices.reverse();
}
