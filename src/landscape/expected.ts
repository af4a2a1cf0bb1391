import { type BlockTerm, degreesIn, makeBlocks } from "./blocks.js";
import { number, product, replaceSymbols, simplify, sum } from "./build.js";
import { LandscapeError } from "./error.js";
import { expectedLoss } from "./expansion.js";
import type { Expression } from "./expression.js";
import { expressionFunctions } from "./functions.js";
import { type Grid, makeGrid } from "./grid.js";
import { dataNames, type Landscape } from "./landscape.js";
import { meanOf } from "./moments.js";
import { separate } from "./separate.js";

/** A part of the expected loss that must be averaged over points of its data. */
export interface SampledLoss {
  /** Its symbols are weights and the data named in `names`. */
  readonly expression: Expression;
  readonly names: readonly string[];
  /** Weights sum to 1; `values` in the order of `names`. */
  readonly points: readonly { readonly weight: number; readonly values: readonly number[] }[];
}

/** The expected loss as a function of the weights; see {@link expectedLossParts}. */
export interface ExpectedLossParts {
  /** Its symbols are weights. */
  readonly closed: Expression;
  readonly sampled: readonly SampledLoss[];
}

/**
 * Writes the expected loss as `l(θ) = closed(θ) + Σ_k Σ_q weight_q · sampled_k(θ, values_q)`. Terms
 * which are functions of the weights times functions of the data are averaged here; what remains is
 * sampled on a quadrature that is good to 1e-12 at the start and within about one unit around it (to
 * 1e-9 where that takes more than 10 000 points).
 * @throws LandscapeError when an expectation does not settle or needs too many points
 */
export function expectedLossParts(landscape: Landscape): ExpectedLossParts {
  // the start itself must be sound; its errors name the start
  expectedLoss(
    landscape,
    landscape.weights.map(({ start }) => start),
  );
  const { blocks, terms, features } = makeBlocks(landscape, separate(landscape, 1));
  const slots = slotsOf(landscape);
  const means = new Array<number>(features.length);
  blocks.forEach((sources, block) => {
    const own = features.flatMap((feature, index) => (feature.block === block ? [index] : []));
    if (own.length === 0) return;
    const expressions = own.map((index) => features[index]!.expression);
    const grid = makeGrid({
      landscape,
      sources,
      slots: slots.first,
      functions: expressionFunctions(expressions, slots.byName, () => notFinite(landscape)),
      degrees: degreesIn(landscape, sources, expressions),
      partSize: 1,
    });
    own.forEach((index, i) => {
      means[index] = tidy(meanOf(grid.weights, grid.columns[i]!));
    });
  });
  const scaled = ({ core, outer }: BlockTerm): Expression =>
    product([...outer.map((feature) => number(means[feature]!)), simplify(core)]);
  const sampled = blocks.flatMap((sources, block): SampledLoss[] => {
    const expression = sum(terms.filter(({ mixed }) => mixed === block).map(scaled));
    if (expression.kind === "number") return [];
    const grid = sampleGrid(landscape, sources, slots, expression);
    const names = sources.flatMap((source) => dataNames(landscape.data[source]!));
    const points = Array.from(grid.weights, (weight, q) => ({
      weight,
      values: grid.values.map((column) => column[q]!),
    }));
    return [{ expression, names, points }];
  });
  return { closed: sum(terms.filter(({ mixed }) => mixed < 0).map(scaled)), sampled };
}

/** The short decimal number a mean is within rounding, such as 1 for the second moment of a normal datum. */
function tidy(mean: number): number {
  const short = Number(mean.toPrecision(13));
  return Math.abs(short - mean) <= 1e-15 * Math.abs(mean) ? short : mean;
}

interface Slots {
  readonly byName: ReadonlyMap<string, number>;
  readonly first: readonly number[];
}

function slotsOf(landscape: Landscape): Slots {
  const byName = new Map<string, number>();
  const first: number[] = [];
  for (const source of landscape.data) {
    first.push(byName.size);
    for (const name of dataNames(source)) byName.set(name, byName.size);
  }
  return { byName, first };
}

/** A grid that suits the expression at the start and around it: as far around as it stays finite. */
function sampleGrid(
  landscape: Landscape,
  sources: readonly number[],
  slots: Slots,
  expression: Expression,
): Grid {
  const degrees = degreesIn(landscape, sources, [expression]);
  let problem: unknown;
  for (const radius of [1, 0.25, 0.05, 0]) {
    const fixedAt = neighbours(landscape, radius).map((theta) => {
      const fixed = new Map(landscape.weights.map(({ name }, i) => [name, number(theta[i]!)] as const));
      return replaceSymbols(expression, (name) => fixed.get(name));
    });
    try {
      return makeGrid({
        landscape,
        sources,
        slots: slots.first,
        functions: expressionFunctions(fixedAt, slots.byName, () => notFinite(landscape)),
        degrees,
        partSize: 1,
        // many points are paid for at every measurement: fewer then, still far below any standard error
        relaxed: { points: 10_000, tolerance: 1e-9 },
      });
    } catch (error) {
      if (!(error instanceof LandscapeError)) throw error;
      problem = error;
    }
  }
  throw problem;
}

/** The start and points around it: every corner of a cube for few weights, else some. */
function neighbours(landscape: Landscape, radius: number): number[][] {
  const start = landscape.weights.map((weight) => weight.start);
  if (radius === 0) return [start];
  const corners: number[][] = [];
  const dimension = start.length;
  for (let corner = 0; corner < Math.min(8, 2 ** dimension); corner++) {
    corners.push(
      start.map((value, i) => {
        const up = dimension <= 3 ? (corner >> i) & 1 : ((corner >> (i % 3)) ^ (i >> (corner % 3))) & 1;
        return value + (up === 1 ? radius : -radius);
      }),
    );
  }
  return [start, ...corners];
}

function notFinite(landscape: Landscape): LandscapeError {
  return new LandscapeError(
    landscape.name,
    "the loss is not finite for some of its data near the start; change the loss, its data or the start so that it is",
  );
}
