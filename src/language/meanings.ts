import { distributions, exampleDistribution } from "../landscape/distributions/index.js";
import { type OptimiserRecord, optimisers } from "../optimisers/index.js";

// What authors call things elsewhere: one table for functions, distributions, settings, observables and the words
// of statements. A word is proposed only where it may stand, so that a table for all of them does no harm.

import { observableRecords } from "../observables/index.js";

type Synonyms = Readonly<Record<string, string>>;

function ofOptimisers(
  namesOf: (record: OptimiserRecord) => readonly { readonly name: string; readonly synonyms: string }[],
): Synonyms {
  return Object.fromEntries(optimisers.flatMap(namesOf).map(({ name, synonyms }) => [name, synonyms]));
}

/** A word of the language, and what else it is called. */
const synonyms: Synonyms = {
  // Functions.
  exp: "exponential expfun exponent",
  expm1: "expminus1 expminusone",
  log: "ln loge logn logarithm naturallog natlog",
  log1p: "ln1p logp1 log1plus logonep",
  log2: "ld lb",
  log10: "lg ln10 logten",
  sqrt: "root sqroot squareroot",
  cbrt: "cuberoot croot",
  sin: "sine sinus",
  cos: "cosine cosinus",
  tan: "tangent tangens tg",
  asin: "arcsin arcsine invsin",
  acos: "arccos arccosine invcos",
  atan: "arctan arctangent arctg invtan",
  sinh: "sh hsin",
  cosh: "ch hcos",
  tanh: "th tgh htan",
  asinh: "arcsinh arsinh argsinh arsh",
  acosh: "arccosh arcosh argcosh arch",
  atanh: "arctanh artanh argtanh arth",
  abs: "fabs absolute absval modulus magnitude",
  square: "sqr sq squared pow2",
  cube: "cubed pow3",
  pow: "power powr raise",
  softplus: "log1pexp smoothrelu",
  sigmoid: "logistic expit sigma sigm invlogit",
  logcosh: "lncosh",
  logsumexp: "lse logaddexp lnsumexp",
  erf: "errorfunction errfn",
  // Constants.
  pi: "π",
  tau: "τ twopi",
  phi: "φ golden goldenratio",
  e: "euler",
  // Distributions.
  ...Object.fromEntries(distributions.map(({ name, synonyms: others }) => [name, others])),
  laplace: "doubleexponential lap",
  exponential: "exp expon",
  lognormal: "lnorm lognorm galton",
  student_t: "t student studentst tdist",
  poisson: "pois",
  binomial: "binom",
  // Parameters of optimisers, and their options.
  ...ofOptimisers(({ parameters }) => parameters),
  ...ofOptimisers(({ parameters }) =>
    parameters.flatMap((one) => (one.kind === "choice" ? one.options : [])),
  ),
  // Sums over times, and observables.
  exact: "discrete exactly",
  integral: "continuous integrate int integrated",
  ...Object.fromEntries(observableRecords.map((record) => [record.name, record.synonyms])),
  // Statements.
  eta: "lr learningrate learnrate stepsize η",
  trials: "runs trial repetitions repeats ntrials numtrials simulations replicates",
  seed: "randomseed rng randomstate",
  test_points: "testpoints ntest testsize numtest testset testsamples ntestpoints",
  samples: "nsamples numsamples samplesize rows draws sampled",
  observe: "observable observables output record",
  predict: "prediction predictions order series",
  order: "degree orders maxorder maxdegree",
  series: "taylor expansion polynomial",
  sum: "summation sums",
  ...ofOptimisers((record) => [record]),
  weights: "weight parameters theta variables initial",
  param: "parameter const constant hyperparameter",
  let: "def define where var",
  data: "datum sample noise dataset inputs",
  loss: "objective cost energy",
  // Declarations.
  diagram: "tree graph digraph feynman",
  landscape: "model problem losslandscape",
  verify: "verification experiment",
  import: "include using require",
};

/** Names that mean something definite, which no word of the language is a slip of the pen for. */
const otherNames =
  // Functions.
  "acot acoth acsc acsch asec asech cot coth csc csch sec sech ctg cotan arccot sinc haversin cis " +
  "atan2 arctan2 hypot logit probit logb log1mexp log1m exp2 exp10 powm1 mod fmod rem lerp " +
  "erfc erfcx erfi erfinv dawsn lgamma gammaln loggamma digamma polygamma psi beta lbeta zeta eta gammainc " +
  "bessel j0 j1 airy ei expint si ci factorial binom comb choose cdf pdf phi pnorm qnorm gelu silu swish mish " +
  "softmax softmin logsoftmax logsigmoid softsign sum prod mean median var variance std cov corr dot cross " +
  "norm trace det inv diag transpose conj re im real imag arg size len length add subtract multiply divide " +
  "print max min not or and xor if where select gcd lcm nthroot roots random randint ones zeros eye mad map " +
  "sort range row count sqrtm expm logm hex oct bin abs2 sub mul div neg inverse exponential " +
  // Distributions.
  "cauchy logistic gumbel weibull pareto geometric hypergeometric nbinom dirichlet triangular chi2 " +
  "rayleigh levy vonmises wishart multinomial truncnorm halfnormal skewnorm betabinomial zipf f";

const notSmooth = "it is not smooth, and the theory needs a loss that is";

/** Why a name that authors may well know is none here, and a word that may stand instead. */
const remarks: readonly (readonly [words: string, why: string, instead?: string])[] = [
  ["relu leakyrelu prelu elu selu hinge relu6", notSmooth, "softplus"],
  ["max maximum fmax amax", notSmooth, "logsumexp"],
  ["min minimum fmin amin clip clamp hardtanh", notSmooth],
  ["sign sgn signum heaviside step indicator", notSmooth, "tanh"],
  ["floor ceil ceiling round rint trunc fix frac fract", notSmooth],
  [
    "if ifelse where select cond piecewise iif",
    "there are no comparisons and no conditions, since a loss is smooth; write one smooth expression",
  ],
  ["mse mseloss rmse sse l2loss", "a loss is that of one datum, and not a mean over data", "square"],
  ["random rand randint", `what is drawn stands in \`data\`, as in \`data x ~ ${exampleDistribution}\``],
  [
    "randn",
    "a weight starts at it alone, `weights A[2, 3] = randn(1)`, and what scales it stands in the loss",
  ],
  ...distributions.flatMap(({ remarks: own = [] }) => own),
];

const meaningsOf = new Map<string, string[]>();
for (const [word, others] of Object.entries(synonyms)) {
  for (const other of others === "" ? [] : others.split(" ")) {
    meaningsOf.set(other, [...(meaningsOf.get(other) ?? []), word]);
  }
}
const remarkOf = new Map(
  remarks.flatMap(([words, why, instead]) => words.split(" ").map((word) => [word, { why, instead }])),
);
const definite = new Set([
  ...meaningsOf.keys(),
  ...remarkOf.keys(),
  ...Object.keys(synonyms).map(plainForm),
  ...otherNames.split(" "),
]);

/** A name as it is looked up: case and `_` do not matter. */
export function plainForm(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

/** The words that a name stands for elsewhere, the likeliest first. */
export function meaningsOfName(name: string): readonly string[] {
  return meaningsOf.get(plainForm(name)) ?? [];
}

/** Whether a name means something definite, so that it is no slip of the pen. */
export function isDefinite(name: string): boolean {
  return definite.has(plainForm(name));
}

/** Why there is no such name, to put behind a message; nothing for most. */
export function remarkOnName(name: string, candidates: readonly string[]): string {
  const found = remarkOf.get(plainForm(name));
  if (!found) {
    return "";
  }
  const { why, instead } = found as { why: string; instead?: string };
  return instead !== undefined && candidates.includes(instead)
    ? `; ${why}: \`${instead}\` may do`
    : `; ${why}`;
}
