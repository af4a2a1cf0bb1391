/**
 * The normal distribution by other means than the engine's table: the tail from the series of erf, or from
 * Laplace's continued fraction evaluated from its end, and the quantile by Newton's method on it.
 */

export function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** 1 − Φ(z) for z ≥ 0. */
export function upperTail(z: number): number {
  if (z > 4) {
    let fraction = 0;
    for (let k = 200; k > 0; k--) {
      fraction = k / (z + fraction);
    }
    return density(z) / (z + fraction);
  }
  // Φ(z) − ½ = φ(z) (z + z³/3 + z⁵/15 + …)
  let sum = 0;
  let term = z;
  for (let k = 1; term > 1e-20; k++) {
    sum += term;
    term *= (z * z) / (2 * k + 1);
  }
  return 0.5 - density(z) * sum;
}

/** The normal deviate of a word, as docs/streams.md defines it but for the table's error. */
export function normalOfWord(word: number): number {
  const lower = word < 2 ** 31;
  const tail = ((lower ? word : 2 ** 32 - 1 - word) + 0.5) / 2 ** 32;
  let z = 0;
  for (let step = 0; step < 100; step++) {
    const change = (upperTail(z) - tail) / density(z);
    z = Math.max(0, z + Math.max(-0.5, Math.min(0.5, change)));
    if (Math.abs(change) < 1e-15) {
      break;
    }
  }
  return lower ? -z : z;
}
