/**
 * Numbers with small parts that no product of more than `height` of them outlives: `x₀ + x₁ e₁ + … + x_n e_n`, given by what the
 * products of their units are.
 */
export interface TruncatedAlgebra {
  /** How many components a number has; the first is the number itself. */
  readonly size: number;
  /** The product of more small parts is 0. */
  readonly height: number;
  /** Units whose product is not 0, with it: `e_i e_j = e_k` as `[i, j, k]`, in both orders; `k` is at least `i` and `j`. */
  readonly products: readonly (readonly [number, number, number])[];
}

/** Power series in one variable that end with the power `order`: component `k` is the coefficient of `ε^k`. */
export function powerSeries(order: number): TruncatedAlgebra {
  const powers = Array.from({ length: order + 1 }, (_, power) => power);
  return {
    size: order + 1,
    height: order,
    products: powers.flatMap((i) =>
      powers.slice(0, order + 1 - i).map((j): [number, number, number] => [i, j, i + j]),
    ),
  };
}

/**
 * `ℝ[ε₁ … ε_k]/(ε_i²)`: component `Σ 2^(i−1)` over a set of directions `i` is the derivative once along each of them, where the
 * components `1, 2, 4, …` of what is put in are these directions.
 */
export function directions(count: number): TruncatedAlgebra {
  const sets = Array.from({ length: 1 << count }, (_, set) => set);
  return {
    size: sets.length,
    height: count,
    products: sets.flatMap((i) =>
      sets.filter((j) => (i & j) === 0).map((j): [number, number, number] => [i, j, i | j]),
    ),
  };
}
