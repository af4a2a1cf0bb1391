/** That one element's place comes before another's, or at the same one where it need not be strict. */
export interface PlaceRelation {
  readonly before: number;
  readonly after: number;
  readonly strict: boolean;
}

/** How many sets of elements may still be considered; counted down over all that belongs to one question. */
export interface Allowance {
  left: number;
}

/** Numbers of chains stay below 2^53, so that doubles hold them, up to so many elements. */
const mostElements = 16;

/** Refuses what would hold up the editor. */
export function tooManyOrders(): RangeError {
  return new RangeError(
    "the diagram has too many orders in time to step through its embeddings; diagrams of up to 10 edges always fit",
  );
}

/** `Σ_k coefficients[k] · binomial(n, k)`. */
function sumOfBinomials(coefficients: readonly bigint[], n: number): bigint {
  let total = 0n;
  let binomial = 1n;
  for (let k = 0; k < coefficients.length && k <= n; k++) {
    if (k > 0) {
      binomial = (binomial * BigInt(n - k + 1)) / BigInt(k);
    }
    total += coefficients[k]! * binomial;
  }
  return total;
}

/**
 * `OrderMaps.count` where no element has two behind it, without looking at sets. The count is a polynomial in the
 * number of places, of a degree of the number of elements: it is found for few places and extrapolated.
 *
 * @param relations elements in them come behind those of smaller numbers.
 */
export function countForestMaps(size: number, relations: readonly PlaceRelation[], places: number): bigint {
  const differences = Array.from({ length: size + 1 }, () => 1n);
  // By element, the ways of what comes before it, when it stands at each of the first places.
  const ways = Array.from({ length: size }, () => new Array<bigint>(size).fill(1n));
  const isLast = new Array<boolean>(size).fill(true);
  const behind = [...relations].sort((a, b) => a.before - b.before);
  const upTo = (element: number): bigint[] => {
    let sum = 0n;
    return [0n, ...ways[element]!.map((one) => (sum += one))];
  };
  for (const { before, after, strict } of behind) {
    isLast[before] = false;
    const sums = upTo(before);
    ways[after] = ways[after]!.map((one, place) => one * sums[strict ? place : place + 1]!);
  }
  isLast.forEach((last, element) => {
    if (last) {
      upTo(element).forEach((sum, n) => {
        differences[n]! *= sum;
      });
    }
  });
  for (let order = 1; order <= size; order++) {
    for (let n = size; n >= order; n--) {
      differences[n]! -= differences[n - 1]!;
    }
  }
  return sumOfBinomials(differences, places);
}

/**
 * All ways to give elements places `0 … n−1` such that some come before others, counted and found by number
 * without listing them.
 *
 * Elements are placed from the first place on, a set at each place that has any. The number of ways to fill `k` places
 * in a row is a sum over sets; out of `n` places the `k` are chosen freely, so that ways are
 * `Σ_k c_k binomial(n, k)`, whatever `n`.
 */
export class OrderMaps {
  private readonly full: number;
  private readonly strictBefore: number[];
  private readonly weakBefore: number[];
  /** By the set of elements placed: `c_k` of the others. */
  private readonly chains = new Map<number, Float64Array>();

  /** @throws RangeError when there are too many sets for the allowance. */
  constructor(
    readonly size: number,
    relations: readonly PlaceRelation[],
    private readonly allowance: Allowance,
  ) {
    if (size > mostElements) {
      throw tooManyOrders();
    }
    this.full = 2 ** size - 1;
    this.strictBefore = new Array<number>(size).fill(0);
    this.weakBefore = new Array<number>(size).fill(0);
    for (const { before, after, strict } of relations) {
      const list = strict ? this.strictBefore : this.weakBefore;
      list[after]! |= 1 << before;
    }
    this.chainsFrom(0);
  }

  /** How many ways there are with so many places. */
  count(places: number): bigint {
    return this.completions(0, places);
  }

  /**
   * The way of this number, from 0: the place of each element. Ways are ordered by when the first elements come,
   * so that the last ones move fastest.
   * @param index below `count(places)`.
   */
  at(index: bigint, places: number): number[] {
    const result = new Array<number>(this.size).fill(0);
    let placed = 0;
    let from = 0;
    let rest = index;
    while (placed !== this.full) {
      const open = places - from;
      const all = this.completions(placed, open);
      // The first empty places: as many as leave the number among the ways that begin behind them.
      let least = 0;
      let most = open - 1;
      while (least < most) {
        const middle = Math.floor((least + most) / 2);
        if (all - this.completions(placed, open - middle - 1) > rest) {
          most = middle;
        } else {
          least = middle + 1;
        }
      }
      rest -= all - this.completions(placed, open - least);
      from += least;
      let chosen = 0;
      for (const set of this.setsAfter(placed)) {
        const ways = this.completions(placed | set, open - least - 1);
        if (rest < ways) {
          chosen = set;
          break;
        }
        rest -= ways;
      }
      if (chosen === 0) {
        throw new RangeError(`there is no way of number ${index}`);
      }
      for (let element = 0; element < this.size; element++) {
        if (chosen & (1 << element)) {
          result[element] = from;
        }
      }
      placed |= chosen;
      from++;
    }
    return result;
  }

  private completions(placed: number, places: number): bigint {
    const chains = this.chainsFrom(placed);
    return sumOfBinomials(Array.from(chains, BigInt), places);
  }

  private chainsFrom(placed: number): Float64Array {
    const known = this.chains.get(placed);
    if (known) {
      return known;
    }
    const chains = new Float64Array(this.size + 1);
    if (placed === this.full) {
      chains[0] = 1;
    } else {
      for (const set of this.setsAfter(placed, this.allowance)) {
        const rest = this.chainsFrom(placed | set);
        for (let k = 0; k < this.size; k++) {
          chains[k + 1]! += rest[k]!;
        }
      }
    }
    this.chains.set(placed, chains);
    return chains;
  }

  /** The sets that can share the next place. */
  private *setsAfter(placed: number, allowance?: Allowance): Generator<number> {
    let ready = 0;
    for (let element = 0; element < this.size; element++) {
      if ((placed & (1 << element)) === 0 && (this.strictBefore[element]! & ~placed) === 0) {
        ready |= 1 << element;
      }
    }
    for (let set = ready & -ready; set !== 0; set = (set - ready) & ready) {
      if (allowance && --allowance.left < 0) {
        throw tooManyOrders();
      }
      if (this.isClosed(set, placed | set)) {
        yield set;
      }
    }
  }

  private isClosed(set: number, placed: number): boolean {
    for (let element = 0; element < this.size; element++) {
      if (set & (1 << element) && (this.weakBefore[element]! & ~placed) !== 0) {
        return false;
      }
    }
    return true;
  }
}
