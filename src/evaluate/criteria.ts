/** What criteria say of the generalization gap, from what is known at the start; infinite where they have no finite value. */
export interface Criteria {
  /** Akaike's: `p/N`, of `p` weights. */
  readonly aic: number;
  /** Takeuchi's: `Tr(C H⁻¹)/N`. */
  readonly tic: number;
  /** The same as far as descent has come: `Tr(C H⁻¹ (1 − e^{−ηTH}))/N`, which is finite where `H` is singular. */
  readonly stic: number;
}

/** Shares of the largest entry below which one is 0 but for rounding. */
const negligible = 1e-13;

/**
 * @param curvatures the eigenvalues of `H`.
 * @param noise along each of their directions the variance of the gradient of a datum's loss.
 * @param time `ηT`.
 */
export function criteriaOf(
  curvatures: readonly number[],
  noise: readonly number[],
  points: number,
  time: number,
): Criteria {
  const isThere = (value: number, others: readonly number[]) =>
    Math.abs(value) > negligible * Math.max(0, ...others.map(Math.abs).filter(Number.isFinite));
  let [tic, stic] = [0, 0];
  curvatures.forEach((h, direction) => {
    const variance = noise[direction]!;
    if (!isThere(variance, noise)) {
      return;
    }
    const isFlat = !isThere(h, curvatures);
    tic += isFlat ? Number.POSITIVE_INFINITY : variance / h;
    stic += variance * (isFlat ? time : -Math.expm1(-h * time) / h);
  });
  return { aic: curvatures.length / points, tic: tic / points, stic: stic / points };
}
