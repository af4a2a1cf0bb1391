import { type BlockTerm, degreesIn, makeBlocks } from "./blocks.js";
import { number, product, simplify, sum } from "./build.js";
import { constantApart } from "./constant-part.js";
import { LandscapeError } from "./error.js";
import { type CompiledExpression, compileExpression } from "./evaluation.js";
import { expectedLoss } from "./expansion.js";
import type { Expression } from "./expression.js";
import { expressionFunctions } from "./functions.js";
import { makeGrid } from "./grid.js";
import { dataNames, type Landscape } from "./landscape.js";
import { meanOf } from "./moments.js";
import { SampledLoss } from "./sampled-loss.js";
import { separate } from "./separate.js";

/** The expected loss as a function of the weights; see {@link expectedLossParts}. */
export interface ExpectedLossParts {
  /** What no weights change. */
  readonly constant: number;
  /** The rest of what needs no points; its symbols are weights. */
  readonly closed: Expression;
  readonly sampled: readonly SampledLoss[];
  /** What the closed and the sampled parts are at the start, and the sampled ones alone. */
  readonly atStart: number;
  readonly sampledAtStart: number;
}

/**
 * Writes the expected loss as `l(θ) = constant + closed(θ) + Σ_k E sampled_k(θ, x)`. Terms which are functions of the weights times
 * functions of the data are averaged here; what remains has to be averaged over points wherever it is asked for.
 * @throws LandscapeError when the expectation does not exist at the start, or cannot be found there
 */
export function expectedLossParts(landscape: Landscape): ExpectedLossParts {
  // the start itself must be sound; its errors name the start
  const start = landscape.weights.map((weight) => weight.start);
  const whole = expectedLoss(landscape, start);
  const { blocks, terms, features } = makeBlocks(landscape, separate(landscape, 1));
  const slots = slotsOf(landscape);
  const means = new Array<number>(features.length);
  blocks.forEach((sources, block) => {
    const own = features.flatMap((feature, index) => (feature.block === block ? [index] : []));
    if (own.length === 0) {
      return;
    }
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
    if (expression.kind === "number") {
      return [];
    }
    return [new SampledLoss(landscape, expression, sources)];
  });
  const { constant, rest } = constantApart(sum(terms.filter(({ mixed }) => mixed < 0).map(scaled)));
  const closedAtStart = closedLossOf(landscape, rest)(start);
  // By rules that agree, if there are such: a large constant would leave few digits of the difference.
  const known = sampled.map(
    (part) => part.settle(start, part.coarsest, { left: workAtStart })?.estimate.value,
  );
  const sampledAtStart = known.reduce<number | undefined>(
    (total, value) => (total === undefined || value === undefined ? undefined : total + value),
    0,
  );
  const sampledThere = sampledAtStart ?? whole - constant - closedAtStart;
  return {
    constant,
    closed: rest,
    sampled,
    atStart: closedAtStart + sampledThere,
    sampledAtStart: sampledThere,
  };
}

/** Operations that rules may take at the start. */
const workAtStart = 20_000_000;

/** The expected loss at some weights less its constant, or one line that says why it could not be found there. */
export type FoundLoss = { readonly loss: number } | { readonly reason: string };

/** The closed part as a function of the weights. */
export function closedLossOf(landscape: Landscape, closed: Expression): CompiledExpression {
  return compileExpression(closed, new Map(landscape.weights.map(({ name }, slot) => [name, slot])));
}

/** What adaptive integration finds at some weights, less the constant. */
export function adaptively(
  landscape: Landscape,
  { constant }: ExpectedLossParts,
  theta: ArrayLike<number>,
): FoundLoss {
  try {
    return { loss: expectedLoss(landscape, Array.from(theta)) - constant };
  } catch (error) {
    if (!(error instanceof LandscapeError)) {
      throw error;
    }
    return { reason: error.message };
  }
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
    for (const name of dataNames(source)) {
      byName.set(name, byName.size);
    }
  }
  return { byName, first };
}

function notFinite(landscape: Landscape): LandscapeError {
  return new LandscapeError(
    landscape.name,
    "the loss is not finite for some of its data near the start; change the loss, its data or the start so that it is",
  );
}
