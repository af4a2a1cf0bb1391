/** How sure one is of a mean within some standard errors, when there are very many trials. */
export interface Confidence {
  /** So many standard errors. */
  readonly errors: number;
  /** How probable it is to be further off. */
  readonly outside: number;
}

/** Those of verdicts: 99.73 %. */
export const threeErrors: Confidence = { errors: 3, outside: 0.0026997960632601866 };

/** Those within which a residual tells nothing: 95.45 %. */
export const twoErrors: Confidence = { errors: 2, outside: 0.04550026389635842 };

/** Those of the intervals that are drawn. */
export const ninetyFivePercent: Confidence = { errors: 1.959963984540054, outside: 0.05 };

/**
 * The confidence with which each of so many statements is made, so that all of them together are as sure as the given one,
 * however they hang together (Bonferroni).
 * @param count of statements; one for none.
 */
export function sharedBy(count: number, confidence: Confidence): Confidence {
  if (count <= 1) {
    return confidence;
  }
  const outside = confidence.outside / count;
  let [low, high] = [confidence.errors, confidence.errors + 40];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (2 * normalTail(middle) > outside) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return { errors: (low + high) / 2, outside };
}

/** The probability that a normal deviate is above z, for z of 1.5 or more: Laplace's continued fraction. */
function normalTail(z: number): number {
  let fraction = z;
  for (let level = 200; level >= 1; level--) {
    fraction = z + level / fraction;
  }
  return Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI) / fraction;
}

/** From so many degrees of freedom on, five terms of the expansion about a normal distribution are exact to 1e-11. */
const manyDegrees = 200;

/**
 * How many standard errors are as sure with so many trials as the confidence's with very many: the error is itself
 * estimated from the trials, and so the mean's distribution is Student's with one degree of freedom fewer than trials.
 * @returns infinity for fewer than two trials, which have no standard error.
 */
export function errorsWith(trials: number, { errors, outside }: Confidence): number {
  const degrees = trials - 1;
  if (!(degrees >= 1)) {
    return Number.POSITIVE_INFINITY;
  }
  if (degrees >= manyDegrees) {
    return errors + expansion(errors, degrees);
  }
  // t = √degrees · tan(angle): the probability within t grows with the angle.
  let [low, high] = [0, Math.PI / 2];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (inside(middle, degrees) < 1 - outside) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}

/** So many standard errors as a factor before `s`: `3`, or `9.22` of four trials. */
export function errorsWord(trials: number, confidence: Confidence): string {
  const errors = errorsWith(trials, confidence);
  return Number.isFinite(errors) ? String(Number(errors.toPrecision(3))) : "∞";
}

/** What Student's quantile has beyond a normal one, in powers of 1 / degrees (Cornish and Fisher). */
function expansion(z: number, degrees: number): number {
  const s = z * z;
  const terms = [
    (z * (s + 1)) / 4,
    (z * ((5 * s + 16) * s + 3)) / 96,
    (z * (((3 * s + 19) * s + 17) * s - 15)) / 384,
    (z * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945)) / 92160,
  ];
  return terms.reduceRight((sum, term) => (sum + term) / degrees, 0);
}

/** The probability between −t and t for t = √degrees · tan(angle): a finite sum for whole degrees. */
function inside(angle: number, degrees: number): number {
  const square = Math.cos(angle) ** 2;
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let factor = isOdd ? 2 : 1; factor + 2 <= degrees - 1; factor += 2) {
    term *= (square * factor) / (factor + 1);
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
