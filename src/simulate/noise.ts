import { SimulationError } from "../compile/error.js";
import { mostFeatures, noiseProblem } from "../evaluate/noise-problem.js";
import {
  type Expression,
  expandLandscape,
  type Landscape,
  replaceSymbols,
  standardNormal,
} from "../landscape/index.js";
import { type Descent, ruleOf } from "../optimisers/index.js";
import { type Feature, separatedLoss } from "./controls/features.js";

/** Variances below this share of a feature's own are rounding: the features before it tell all of it. */
const negligible = 1e-12;

/** Landscapes as noise makes them, by its variance; each is its own. */
const known = new WeakMap<Landscape, Map<number, Landscape>>();

/**
 * The landscape on which updates go. With noise (THEORY §9) it is the one whose features `ψ` of the data are normal instead:
 * of their own mean, and `variance` times their covariance `L Lᵀ`, with a standard normal datum for each. Its gradient is then
 * `G(θ) + √variance · A(θ) L ξ` for a gradient `Σ_j A_j(θ) ψ_j(x)`, and its expected loss the landscape's own.
 * @throws SimulationError of one line where the loss does not separate so; LandscapeError where moments do not exist.
 */
export function simulatedLandscape(landscape: Landscape, spacetime: Descent): Landscape {
  const { noise } = ruleOf(spacetime);
  if (noise === undefined) {
    return landscape;
  }
  const { variance } = noise;
  const those = known.get(landscape) ?? new Map<number, Landscape>();
  known.set(landscape, those);
  let found = those.get(variance);
  if (found === undefined) {
    found = withNoise(landscape, spacetime, variance);
    those.set(variance, found);
    known.set(found, new Map([[variance, found]]));
  }
  return found;
}

function withNoise(landscape: Landscape, spacetime: Descent, variance: number): Landscape {
  const problem = noiseProblem(landscape, spacetime);
  if (problem !== undefined) {
    throw new SimulationError(problem);
  }
  const { features, loss } = separatedLoss(landscape, mostFeatures)!;
  const means = momentsOf(landscape, features, 1).means;
  const moving = features.filter(({ isInSlopes }) => isInSlopes);
  const root = rootOf(momentsOf(landscape, moving, 2).covariance);
  const deviates = moving.map((_, index) => `deviate ${index + 1}`);
  const noisy = new Map(
    features.map(({ symbol }, index): [string, Expression] => {
      const row = root[moving.findIndex((one) => one.symbol === symbol)] ?? [];
      const terms = row.flatMap((share, deviate): Expression[] =>
        share === 0
          ? []
          : [
              {
                kind: "product",
                factors: [
                  { kind: "number", value: Math.sqrt(variance) * share },
                  { kind: "symbol", name: deviates[deviate]! },
                ],
              },
            ],
      );
      const mean: Expression = { kind: "number", value: means[index]! };
      return [symbol, terms.length === 0 ? mean : { kind: "sum", terms: [mean, ...terms] }];
    }),
  );
  return {
    ...landscape,
    data: deviates.map(standardNormal),
    loss: replaceSymbols(loss, (name) => noisy.get(name)),
  };
}

/** Means of features, and with `partSize` 2 their covariances. */
function momentsOf(
  landscape: Landscape,
  features: readonly Feature[],
  partSize: 1 | 2,
): { readonly means: readonly number[]; readonly covariance: readonly (readonly number[])[] } {
  if (features.length === 0) {
    return { means: [], covariance: [] };
  }
  // A loss whose slopes are the features.
  const weights = features.map(({ symbol }) => ({ name: symbol, start: 0 }));
  const terms = features.map(
    ({ symbol, expression }): Expression => ({
      kind: "product",
      factors: [{ kind: "symbol", name: symbol }, expression],
    }),
  );
  const expansion = expandLandscape(
    { ...landscape, weights, loss: { kind: "sum", terms } },
    { order: 1, partSize },
  );
  const slopes = features.map((_, index) => expansion.derivative([index]));
  return {
    means: slopes.map((slope) => expansion.cumulant([slope])),
    covariance:
      partSize === 1
        ? []
        : slopes.map((one, row) => slopes.slice(0, row + 1).map((other) => expansion.cumulant([one, other]))),
  };
}

/** Cholesky's root of a matrix of covariances, given up to its diagonal. */
function rootOf(covariance: readonly (readonly number[])[]): number[][] {
  const root: number[][] = [];
  for (const [row, entries] of covariance.entries()) {
    const own: number[] = [];
    for (let column = 0; column < row; column++) {
      const other = root[column]!;
      const rest = own.reduce((left, value, index) => left - value * other[index]!, entries[column]!);
      own.push(other[column] === 0 ? 0 : rest / other[column]!);
    }
    const left = own.reduce((rest, value) => rest - value * value, entries[row]!);
    own.push(left > negligible * entries[row]! ? Math.sqrt(left) : 0);
    root.push(own);
  }
  return root;
}
