/** A function of one block of data, its mean taken away. */
export interface CentredFunction {
  readonly block: number;
  readonly column: Float64Array;
  /** How many such functions may be multiplied: expectations of more do not exist. Absent where there is no limit. */
  readonly powers?: number;
}

/** A coefficient times a product of centred functions of different blocks. */
export interface Monomial {
  readonly coefficient: number;
  /** Numbers of functions, ascending. */
  readonly functions: readonly number[];
}

interface Item {
  readonly monomial: number;
  readonly coefficient: number;
}

/**
 * Joint cumulants of random variables, each a sum of {@link Monomial}s. Blocks are independent and
 * functions centred, so a product of monomials has zero mean where any block occurs in it once, and a
 * joint cumulant is zero where the monomials split into independent groups.
 */
export class CumulantTable {
  private readonly memo = new Map<number | string, number>();
  private readonly monomialMemo = new Map<number | string, number>();
  private readonly momentMemo = new Map<string, number>();
  /** `variables[id]`: its monomials, as numbers into `monomials`, with coefficients. */
  private readonly items: Item[][];
  private readonly itemsByBlock: Map<number, Item[]>[] = [];
  private readonly monomials: (readonly number[])[] = [];
  private readonly touched: Int32Array;
  /** Most blocks in one monomial. */
  private readonly mostBlocks: number;
  private scratch = new Int32Array(16);

  /**
   * @param weights the probabilities of each block's points
   * @param functions the centred functions
   * @param variables each variable's monomials; none when it is constant
   * @param missing an error for an expectation of so many functions of a block that does not exist
   */
  constructor(
    private readonly weights: readonly Float64Array[],
    private readonly functions: readonly CentredFunction[],
    variables: readonly (readonly Monomial[])[],
    private readonly missing: (block: number, factors: number) => Error,
  ) {
    this.touched = new Int32Array(weights.length);
    const numbers = new Map<string, number>();
    this.items = variables.map((monomials) =>
      monomials.map(({ coefficient, functions: own }) => {
        const key = own.join();
        let number = numbers.get(key);
        if (number === undefined) {
          number = this.monomials.length;
          numbers.set(key, number);
          this.monomials.push(own);
        }
        return { monomial: number, coefficient };
      }),
    );
    this.mostBlocks = this.monomials.reduce((most, own) => Math.max(most, own.length), 0);
  }

  /** Whether any variable multiplies functions of different blocks: then cumulants are sums of many terms. */
  get entangled(): boolean {
    return this.mostBlocks > 1;
  }

  /** The joint cumulant of at least two variables. */
  cumulant(ids: readonly number[]): number {
    const n = ids.length;
    if (this.scratch.length < n) {
      this.scratch = new Int32Array(2 * n);
    }
    const sorted = this.scratch;
    for (let i = 0; i < n; i++) {
      const id = ids[i]!;
      if (this.items[id]!.length === 0) {
        return 0;
      }
      let j = i - 1;
      for (; j >= 0 && sorted[j]! > id; j--) {
        sorted[j + 1] = sorted[j]!;
      }
      sorted[j + 1] = id;
    }
    const base = this.items.length;
    let key: number | string = n;
    for (let i = 0; i < n; i++) {
      key = (key as number) * base + sorted[i]!;
    }
    if ((key as number) > Number.MAX_SAFE_INTEGER) {
      key = sorted.subarray(0, n).join();
    }
    const known = this.memo.get(key);
    if (known !== undefined) {
      return known;
    }
    // few monomials first: the search is pruned from its start
    const order = Array.from(sorted.subarray(0, n)).sort(
      (a, b) => this.items[a]!.length - this.items[b]!.length,
    );
    const value = this.compute(order);
    if (this.memo.size > 4_000_000) {
      this.memo.clear();
    }
    this.memo.set(key, value);
    return value;
  }

  private compute(ids: readonly number[]): number {
    const n = ids.length;
    const { items, monomials, functions, touched } = this;
    const chosen = new Array<number>(n);
    let total = 0;
    let lonely = 0;
    const visit = (position: number, coefficient: number): void => {
      // what occurs once must occur again in what is left
      if (lonely > (n - position) * this.mostBlocks) {
        return;
      }
      if (position === n) {
        if (lonely === 0) {
          total += coefficient * this.monomialCumulant(chosen);
        }
        return;
      }
      let candidates: readonly Item[] = items[ids[position]!]!;
      if (position === n - 1 && lonely > 0) {
        // the last monomial must meet every block that occurs once: try those that meet one of them
        candidates = this.meeting(ids[position]!, this.lonelyBlock(chosen, position));
      }
      for (const item of candidates) {
        const own = monomials[item.monomial]!;
        for (const f of own) {
          const times = ++touched[functions[f]!.block]!;
          if (times === 1) {
            lonely++;
          } else if (times === 2) {
            lonely--;
          }
        }
        chosen[position] = item.monomial;
        visit(position + 1, coefficient * item.coefficient);
        for (const f of own) {
          const times = touched[functions[f]!.block]!--;
          if (times === 1) {
            lonely--;
          } else if (times === 2) {
            lonely++;
          }
        }
      }
    };
    visit(0, 1);
    return total;
  }

  private lonelyBlock(chosen: readonly number[], count: number): number {
    for (let i = 0; i < count; i++) {
      for (const f of this.monomials[chosen[i]!]!) {
        const { block } = this.functions[f]!;
        if (this.touched[block] === 1) {
          return block;
        }
      }
    }
    return -1;
  }

  /** The monomials of a variable that involve a block. */
  private meeting(id: number, block: number): readonly Item[] {
    let byBlock = this.itemsByBlock[id];
    if (byBlock === undefined) {
      byBlock = new Map();
      for (const item of this.items[id]!) {
        for (const f of this.monomials[item.monomial]!) {
          const own = this.functions[f]!.block;
          const same = byBlock.get(own);
          if (same === undefined) {
            byBlock.set(own, [item]);
          } else {
            same.push(item);
          }
        }
      }
      this.itemsByBlock[id] = byBlock;
    }
    return byBlock.get(block) ?? [];
  }

  private monomialCumulant(monomials: readonly number[]): number {
    const n = monomials.length;
    const sorted = [...monomials];
    for (let i = 1; i < n; i++) {
      const value = sorted[i]!;
      let j = i - 1;
      for (; j >= 0 && sorted[j]! > value; j--) {
        sorted[j + 1] = sorted[j]!;
      }
      sorted[j + 1] = value;
    }
    let key: number | string = n;
    for (let i = 0; i < n; i++) {
      key = (key as number) * this.monomials.length + sorted[i]!;
    }
    if ((key as number) > Number.MAX_SAFE_INTEGER) {
      key = sorted.join();
    }
    const known = this.monomialMemo.get(key);
    if (known !== undefined) {
      return known;
    }
    let value: number;
    // up to three, nothing that touches every block twice splits, and cumulants are central moments
    if (n <= 3) {
      value = this.moment(sorted, (1 << n) - 1);
    } else {
      value = this.connected(sorted) ? this.fromMoments(sorted) : 0;
    }
    if (this.monomialMemo.size > 4_000_000) {
      this.monomialMemo.clear();
    }
    this.monomialMemo.set(key, value);
    return value;
  }

  private connected(monomials: readonly number[]): boolean {
    const reached = new Set<number>();
    const waiting = new Set(monomials.map((_, i) => i));
    const blocksOf = (i: number) => this.monomials[monomials[i]!]!.map((f) => this.functions[f]!.block);
    const queue = [0];
    waiting.delete(0);
    while (queue.length > 0) {
      for (const block of blocksOf(queue.pop()!)) {
        reached.add(block);
      }
      for (const i of waiting) {
        if (blocksOf(i).some((block) => reached.has(block))) {
          waiting.delete(i);
          queue.push(i);
        }
      }
    }
    return waiting.size === 0;
  }

  /**
   * `κ(S) = m(S) − Σ κ(A) m(S∖A)` over proper subsets `A` of `S` that hold its first member: the sum
   * over partitions, gathered by the part of the first member.
   */
  private fromMoments(monomials: readonly number[]): number {
    const n = monomials.length;
    const all = (1 << n) - 1;
    const moments = new Float64Array(all + 1);
    moments[0] = 1;
    for (let mask = 1; mask <= all; mask++) {
      moments[mask] = this.moment(monomials, mask);
    }
    const cumulants = new Float64Array(all + 1);
    for (let mask = 1; mask <= all; mask += 2) {
      let value = moments[mask]!;
      const others = mask & ~1;
      // the rest, without the first member, runs over the non-empty subsets of the others
      for (let rest = others; rest > 0; rest = (rest - 1) & others) {
        const moment = moments[rest]!;
        if (moment !== 0) {
          value -= cumulants[mask & ~rest]! * moment;
        }
      }
      cumulants[mask] = value;
    }
    return cumulants[all]!;
  }

  /** The mean of a product of monomials: block by block, since blocks are independent. */
  private moment(monomials: readonly number[], mask: number): number {
    if ((mask & (mask - 1)) === 0) {
      return 0;
    }
    const byBlock = new Map<number, number[]>();
    for (let i = 0; i < monomials.length; i++) {
      if ((mask & (1 << i)) === 0) {
        continue;
      }
      for (const f of this.monomials[monomials[i]!]!) {
        const { block } = this.functions[f]!;
        const group = byBlock.get(block);
        if (group === undefined) {
          byBlock.set(block, [f]);
        } else {
          group.push(f);
        }
      }
    }
    for (const group of byBlock.values()) {
      if (group.length === 1) {
        return 0;
      }
    }
    let value = 1;
    for (const [block, group] of byBlock) {
      value *= this.blockMoment(block, group);
      if (value === 0) {
        return 0;
      }
    }
    return value;
  }

  private blockMoment(block: number, group: number[]): number {
    group.sort((a, b) => a - b);
    const key = group.join();
    const known = this.momentMemo.get(key);
    if (known !== undefined) {
      return known;
    }
    for (const f of group) {
      const { powers } = this.functions[f]!;
      if (powers !== undefined && group.length > powers) {
        throw this.missing(block, group.length);
      }
    }
    const total = productMean(
      this.weights[block]!,
      group.map((f) => this.functions[f]!.column),
    );
    if (this.momentMemo.size > 4_000_000) {
      this.momentMemo.clear();
    }
    this.momentMemo.set(key, total);
    return total;
  }
}

/** The weighted mean of a product of at least two functions. */
function productMean(weights: Float64Array, columns: readonly Float64Array[]): number {
  const [a, b, c] = columns;
  let total = 0;
  if (columns.length === 2) {
    for (let q = 0; q < weights.length; q++) {
      total += weights[q]! * a![q]! * b![q]!;
    }
  } else if (columns.length === 3) {
    for (let q = 0; q < weights.length; q++) {
      total += weights[q]! * a![q]! * b![q]! * c![q]!;
    }
  } else {
    for (let q = 0; q < weights.length; q++) {
      let value = weights[q]!;
      for (const column of columns) {
        value *= column[q]!;
      }
      total += value;
    }
  }
  return total;
}
