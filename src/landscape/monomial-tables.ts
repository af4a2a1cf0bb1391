import { patternOf } from "./jet-nodes.js";
import { type MonomialProducts, type Monomials, makeMonomialProducts, makeMonomials } from "./monomials.js";

/** Monomials of some variables up to some order, and where their products stand. */
export interface MonomialTable {
  readonly monomials: Monomials;
  readonly products: MonomialProducts;
}

/** Tables of monomials, shared by the programs of one expansion. */
export class MonomialTables {
  private readonly tables = new Map<string, MonomialTable>();

  get(variables: number, order: number): MonomialTable {
    const key = `${variables},${order}`;
    let table = this.tables.get(key);
    if (table === undefined) {
      const monomials = makeMonomials(variables, order);
      table = { monomials, products: makeMonomialProducts(monomials) };
      this.tables.set(key, table);
    }
    return table;
  }
}

/**
 * Which monomials a product may have, cut off above `order`, of factors that have those of `a` and `b`.
 * @param constant whether it has the constant one in any case.
 */
export function productPattern(
  { monomials, products: table }: MonomialTable,
  a: Int32Array,
  b: Int32Array,
  order: number,
  constant = false,
): Int32Array {
  const { count, degrees, countUpTo } = monomials;
  const { starts, products } = table;
  const mark = new Uint8Array(count);
  if (constant) {
    mark[0] = 1;
  }
  for (const m of a) {
    const room = order - degrees[m]!;
    if (room < 0) {
      break;
    }
    const end = countUpTo[room]!;
    for (const n of b) {
      if (n >= end) {
        break;
      }
      mark[products[starts[m]! + n]!] = 1;
    }
  }
  return patternOf(mark);
}

/** Adds `a · b`, cut off above `order`, to `out`. */
export function addProduct(
  { monomials, products: table }: MonomialTable,
  patternA: Int32Array,
  a: Float64Array,
  patternB: Int32Array,
  b: Float64Array,
  out: Float64Array,
  order: number,
): void {
  const { degrees, countUpTo } = monomials;
  const { starts, products } = table;
  for (let i = 0; i < patternA.length; i++) {
    const m = patternA[i]!;
    const left = a[m]!;
    if (left === 0) {
      continue;
    }
    const room = order - degrees[m]!;
    if (room < 0) {
      break;
    }
    const end = countUpTo[room]!;
    const start = starts[m]!;
    for (let j = 0; j < patternB.length; j++) {
      const n = patternB[j]!;
      if (n >= end) {
        break;
      }
      out[products[start + n]!]! += left * b[n]!;
    }
  }
}
