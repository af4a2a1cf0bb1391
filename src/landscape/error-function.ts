/**
 * The error function `erf(x) = 2/√π ∫₀ˣ e^(−t²) dt` in double precision, to two units in the last place: minimax
 * polynomials by Remez's algorithm in extended precision. Engines that compute it by instructions use the same ones.
 */

/** Where its two forms meet, and where it is ±1 to double precision. */
export const erfJoint = 1;
export const erfEnd = 6;

/** (erf x − x) / x in z = x², for |x| ≤ 1. */
export const erfPolynomial: readonly number[] = [
  0.1283791670955126, -0.3761263890318375, 0.11283791670954885, -0.026866170645077875, 0.005223977624828431,
  -0.0008548326981425542, 0.0001205533113295582, -1.4925595772180906e-5, 1.64610084778027e-6,
  -1.6350396222864617e-7, 1.466032872274226e-8, -1.137495573607015e-9, 5.960685338520971e-11,
];

/** The argument of {@link erfTailPolynomial} is t = (x − erfTailCentre) / (x + erfTailCentre). */
export const erfTailCentre = 2.5;

/** e^(x²) (1 − erf x) in t, for 1 ≤ x ≤ 6; its error counts as much as e^(−x²) is worth. */
export const erfTailPolynomial: readonly number[] = [
  0.21080636406114245, -0.3717367339492603, 0.25171319321185476, -0.12503305235402146, 0.03992254046266527,
  -0.003993689570499642, -0.0026423549812076784, 0.000875521467692689, 0.00022549288855451134,
  -0.00013881911381526848, -5.3277112384053735e-5, -9.555504662424739e-7,
];

/** The error function; not-a-number passes through. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size <= erfJoint) {
    return x + x * horner(x * x, erfPolynomial);
  }
  if (size >= erfEnd) {
    return Math.sign(x);
  }
  const t = (size - erfTailCentre) / (size + erfTailCentre);
  const value = 1 - Math.exp(-size * size) * horner(t, erfTailPolynomial);
  return x < 0 ? -value : value;
}

function horner(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) {
    value = value * x + coefficients[k]!;
  }
  return value;
}
