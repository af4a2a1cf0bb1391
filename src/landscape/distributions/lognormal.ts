import { number, product, sum } from "../build.js";
import { jacobiRule } from "../quadrature.js";
import {
  type Continuous,
  type Distribution,
  deviate,
  type Parameters,
  type PointRule,
} from "./distribution.js";
import { normal } from "./normal.js";
import { cellEnds } from "./normal-line.js";
import { moved } from "./paired.js";

/** The logarithm of the largest number that is counted on. */
const mostLog = 690;

/** The logarithm's distribution. */
const standard = normal.continuous!;
const unitNormal: Parameters = [0, 1];

/** How many deviations away the density dies, as far as numbers reach. */
const last = cellEnds.at(-1)!;

function placed([mu, sigma]: Parameters, z: number): number {
  return Math.exp(mu! + sigma! * z);
}

/** Coarser rules of the normal ladder see too little of what grows exponentially. */
const firstRule = 6;

const continuous: Continuous = {
  mean: ([mu, sigma]) => Math.exp(mu! + sigma! ** 2 / 2),
  deviation: ([mu, sigma]) => Math.exp(mu! + sigma! ** 2 / 2) * Math.sqrt(Math.expm1(sigma! ** 2)),
  extent: (parameters) => [placed(parameters, -last), placed(parameters, last)],
  bounded: false,
  leastMissing: ([mu, sigma]) => {
    // E x^k = e^(k mu + k² sigma² / 2)
    let k = 1;
    while (k < 1000 && k * Math.abs(mu!) + (k * sigma!) ** 2 / 2 < mostLog) {
      k++;
    }
    return k;
  },
  latex: ([mu, sigma], { number: write, squared }) =>
    `\\operatorname{Lognormal}\\left(${write(mu!)},\\, ${squared(sigma!)}\\right)`,
  quantile: ([mu, sigma]) => ({
    kind: "call",
    name: "exp",
    argument: sum([product([number(sigma!), deviate]), number(mu!)]),
  }),
  typical: (parameters, share) => placed(parameters, 3 * share),
  sections: (parameters) => [-2.2, 0.4, 2.6].map((z) => placed(parameters, z)),
  shifted: () => undefined,
  // Stieltjes' and Wigert's polynomials, with q = e^(−sigma²)
  exactRule: ([mu, sigma], size) => {
    const q = -(sigma! ** 2);
    return jacobiRule(
      size,
      (k) => Math.exp(mu! - q * (2 * k + 0.5)) * (1 + Math.exp(q) - Math.exp(q * (k + 1))),
      (k) => Math.exp(mu! - q * (2 * k - 1)) * Math.sqrt(-Math.expm1(q * k)),
    );
  },
  ladder: (parameters) =>
    standard
      .ladder(unitNormal)
      .slice(firstRule)
      .map((make) => (): PointRule => {
        const { points, ...rest } = make();
        return { points: points.map((z) => placed(parameters, z)), ...rest };
      }),
  reference: standard.reference - firstRule,
  paired: {
    steps: standard.paired.steps,
    rule: (parameters, fineness, breaks) => {
      const [mu, sigma] = parameters as [number, number];
      const inside = breaks.flatMap((x) => (x > 0 ? [(Math.log(x) - mu) / sigma] : []));
      return moved(standard.paired.rule(unitNormal, fineness, inside), (z) => placed(parameters, z));
    },
  },
  line: (parameters) => {
    const [mu, sigma] = parameters as [number, number];
    const norm = -Math.log(2 * Math.PI) / 2 - Math.log(sigma);
    const deviation = (x: number): number => (Math.log(x) - mu) / sigma;
    const outward = cellEnds.slice(1);
    const logDensity = (x: number): number => norm - deviation(x) ** 2 / 2 - Math.log(x);
    // Where the density is largest.
    const mode = Math.exp(mu - sigma ** 2);
    return {
      breaks: cellsOf(parameters),
      reaches: outward,
      at: (reach) => placed(parameters, reach),
      density: (x) => Math.exp(logDensity(x)),
      logDensity: (centre, radius) => {
        if (radius === 0) {
          return logDensity(centre);
        }
        if (radius >= centre) {
          return Infinity;
        }
        // |e^(−(log z)²/2)| with log z = log |z| + i·angle
        const [low, high] = [deviation(centre - radius), deviation(centre + radius)];
        const nearest = low > 0 ? low : high < 0 ? high : 0;
        const angle = Math.asin(radius / centre) / sigma;
        return norm - (nearest ** 2 - angle ** 2) / 2 - Math.log(centre - radius);
      },
      logWeight: (x) => -(deviation(x) ** 2) / 2,
      lengthOf: (low, high) => deviation(high) - deviation(low),
      isFlat: (half) => half === 0,
      heavy: true,
      logMass: (low, high) => {
        const highest = Math.min(Math.max(mode, low), high);
        const [a, b] = [deviation(low), deviation(high)];
        const nearest = a > 0 ? a : b < 0 ? b : 0;
        const byLogarithm = Math.log(b - a) - Math.log(2 * Math.PI) / 2 - nearest ** 2 / 2;
        return Math.min(0, Math.log(high - low) + logDensity(highest), byLogarithm);
      },
    };
  },
};

/** Cells no longer than a factor: beyond, no disc around them leaves out 0. */
const longest = Math.log(3);

function cellsOf(parameters: Parameters): number[] {
  const [, sigma] = parameters as [number, number];
  const ends = [
    ...cellEnds
      .slice(1)
      .reverse()
      .map((z) => -z),
    ...cellEnds,
  ];
  return ends.flatMap((z, i) => {
    const before = ends[i - 1];
    if (before === undefined) {
      return [placed(parameters, z)];
    }
    // Far below the mean nothing is left of a datum that could matter.
    const parts = z <= -9 ? 1 : Math.ceil(((z - before) * sigma) / longest);
    return Array.from({ length: parts }, (_, part) =>
      placed(parameters, before + ((z - before) * (part + 1)) / parts),
    );
  });
}

export const lognormal: Distribution = {
  name: "lognormal",
  parameters: ["mu", "sigma"],
  signature: "lognormal(mu, sigma)",
  form: "lognormal(0, 1)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: places to type
  snippet: "lognormal(${1:0}, ${2:1})",
  documentation:
    "`lognormal(mu, sigma)`: `e^z` of a normal deviate `z` of mean `mu` and deviation `sigma`, `sigma ≥ 0`. `E x^k = e^(k mu + k² sigma²/2)`; `E e^(t x)` does not exist for any `t > 0`.",
  table: {
    means: "`e^z`, `z ~ normal(mu, sigma)`",
    holds: "`sigma ≥ 0`, `37.5 sigma + \\|mu\\| ≤ 690`; with `sigma = 0` it is a constant",
  },
  synonyms: "lnorm rlnorm dlnorm log_normal galton",
  source: (name, given) => {
    const [mu, sigma] = given.map(({ value }) => value) as [number, number];
    if (sigma < 0) {
      return { refusal: `sigma is ${sigma}; it cannot be negative`, argument: 1 };
    }
    if (last * sigma + Math.abs(mu) > mostLog) {
      return {
        refusal: `data of mu ${mu} and sigma ${sigma} do not fit into numbers; ${last}·sigma + |mu| may be up to ${mostLog}`,
        argument: last * sigma > mostLog ? 1 : 0,
      };
    }
    return sigma === 0
      ? { kind: "finite", name, outcomes: [{ value: Math.exp(mu), probability: 1 }] }
      : { kind: "continuous", name, distribution: "lognormal", parameters: [mu, sigma] };
  },
  continuous,
};
