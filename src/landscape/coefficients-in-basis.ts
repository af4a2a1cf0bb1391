import type { Monomials } from "./monomials.js";

/** A change of basis is worth while up to about this many products of coefficients a grid point. */
const mostProducts = 2_000_000;

/** Taylor coefficients in other coordinates, for the derivatives that can differ from zero there. */
export interface TurnedColumns {
  readonly ids: readonly number[];
  readonly columns: readonly Float64Array[];
}

/**
 * Turns Taylor coefficients in the weights into those in coordinates along a basis.
 *
 * A function of few weights has few coefficients there and many in turned coordinates, so it is
 * expanded, and its expectations are judged, in the weights; only what is known in the end is turned.
 */
export class BasisChange {
  private readonly images = new Map<number, ReadonlyMap<number, number>>();

  /**
   * @param plain the monomials in the weights; @param turned those in the coordinates.
   * @param basis `basis[μ]` is the direction of coordinate `μ` in weight space.
   */
  constructor(
    private readonly plain: Monomials,
    private readonly turned: Monomials,
    private readonly basis: readonly (readonly number[])[],
  ) {
    this.images.set(0, new Map([[0, 1]]));
  }

  /** Whether these derivatives are few enough to be turned rather than expanded in the coordinates. */
  isWorthWhile(ids: Iterable<number>): boolean {
    const { countUpTo } = this.turned;
    let products = 0;
    for (const id of ids) {
      const degree = this.plain.degrees[id]!;
      products += countUpTo[degree]! - (degree === 0 ? 0 : countUpTo[degree - 1]!);
      if (products > mostProducts) {
        return false;
      }
    }
    return true;
  }

  /** Columns of Taylor coefficients (a value a grid point) in the coordinates. */
  turn(ids: Int32Array, column: (index: number) => Float64Array): TurnedColumns {
    const found = new Map<number, Float64Array>();
    ids.forEach((id, index) => {
      const values = column(index);
      for (const [target, coefficient] of this.image(id)) {
        let sum = found.get(target);
        if (sum === undefined) {
          sum = new Float64Array(values.length);
          found.set(target, sum);
        }
        for (let q = 0; q < values.length; q++) {
          sum[q]! += coefficient * values[q]!;
        }
      }
    });
    const sorted = [...found.keys()].sort((a, b) => a - b);
    return { ids: sorted, columns: sorted.map((id) => found.get(id)!) };
  }

  /** A monomial in the weights as a polynomial in the coordinates. */
  private image(id: number): ReadonlyMap<number, number> {
    const known = this.images.get(id);
    if (known !== undefined) {
      return known;
    }
    const rest = this.image(this.plain.parents[id]!);
    const weight = this.plain.lasts[id]!;
    const { next, variables } = this.turned;
    const image = new Map<number, number>();
    for (const [monomial, coefficient] of rest) {
      for (let mu = 0; mu < variables; mu++) {
        const share = this.basis[mu]![weight]!;
        if (share !== 0) {
          const product = next[monomial * variables + mu]!;
          image.set(product, (image.get(product) ?? 0) + coefficient * share);
        }
      }
    }
    this.images.set(id, image);
    return image;
  }
}
