/** Bernoulli's numbers over `2k(2k − 1)`: Stirling's series. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** Where the series has all digits. */
const far = 12;

const halfLogTau = Math.log(2 * Math.PI) / 2;

/** What Stirling's formula lacks: `log Γ(x) = (x − ½) log x − x + ½ log 2π + stirlingRest(x)`, for `x > 0`. */
export function stirlingRest(x: number): number {
  if (x >= far) {
    return stirling.reduceRight((sum, term) => sum / (x * x) + term, 0) / x;
  }
  // Γ(x) = Γ(x + n) / (x (x + 1) … (x + n − 1))
  let product = 1;
  let shifted = x;
  for (; shifted < far; shifted++) {
    product *= shifted;
  }
  const beyond = (shifted - 0.5) * Math.log(shifted) - shifted + stirlingRest(shifted);
  return beyond - Math.log(product) - ((x - 0.5) * Math.log(x) - x);
}

/** The logarithm of the Gamma function, for `x > 0`. */
export function logGamma(x: number): number {
  return (x - 0.5) * Math.log(x) - x + halfLogTau + stirlingRest(x);
}

/** `log Γ(x + ½) − log Γ(x)`, without the digits that both have. */
export function logGammaStep(x: number): number {
  return x * Math.log1p(0.5 / x) + Math.log(x) / 2 - 0.5 + stirlingRest(x + 0.5) - stirlingRest(x);
}

/** `log y + 1 − y`, which is 0 at 1 and negative elsewhere. */
export function logBesideOne(y: number): number {
  const d = y - 1;
  return Math.abs(d) < 0.5 ? Math.log1p(d) - d : Math.log(y) - d;
}
