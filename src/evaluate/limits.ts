import { largestEnumeration, leastDiagramCount } from "../diagram/enumerate.js";
import { checkExpansion, type Landscape, LandscapeError } from "../landscape/index.js";
import { largestExpansion, monomialCount } from "../landscape/monomials.js";
import { type Descent, optimiserOf, ruleOf, type SpaceTime, sidesOf } from "../optimisers/index.js";
import { counted } from "../printable/index.js";
import { largestEmbeddedDiagram } from "../spacetime/embeddings.js";
import type { Selection } from "./evaluation.js";

/** How far an evaluation goes. */
export interface Reach {
  /** The most edges of what is asked for. */
  readonly order: number;
  /** So many orders more are evaluated, of all diagrams: estimates of the truncation take them. */
  readonly beyond: number;
  /** How many diagrams are asked for by name; absent when all are. */
  readonly named?: number;
}

/** The most products of tensor entries one evaluation may take; a minute or so. */
export const largestWork = 2.4e9;

/** What a diagram costs beside its products: symmetries and the plan of its embeddings. */
const workOfPlan = 5000;

/** The orders that a verification evaluates beyond its prediction's, to estimate the truncation. */
export const truncationOrders = 1;

/** As many where only the total is measured, and the orders beyond are all that stands for what is left over. */
export const truncationOrdersOfTotal = 2;

/** How far the evaluation of a selection goes. */
export function reachOf(selection: Selection, beyond: number): Reach {
  return selection.kind === "diagrams"
    ? {
        order: Math.max(0, ...selection.diagrams.map(({ diagram }) => diagram.parents.length - 1)),
        beyond,
        named: selection.diagrams.length,
      }
    : { order: selection.order, beyond };
}

/** The last order whose diagrams are known in a space-time. */
export function lastOrderIn(spacetime: SpaceTime): number {
  return Math.min(...sidesOf(spacetime).map(lastOrderOf));
}

function lastOrderOf(descent: Descent): number {
  return ruleOf(descent).lastOrder ?? Number.POSITIVE_INFINITY;
}

/** What grows without end, as a message says it: `T goes to infinity`. */
export function limitOf(spacetime: SpaceTime): string {
  const [name] = sidesOf(spacetime)
    .flatMap(({ parameters }) => Object.entries(parameters))
    .find(([, value]) => value === Number.POSITIVE_INFINITY)!;
  return `${name} goes to infinity`;
}

/** Why a selection goes beyond what is known of a space-time, in one line; `undefined` when it does not. */
export function orderProblem(selection: Selection, spacetime: SpaceTime): string | undefined {
  const last = lastOrderIn(spacetime);
  const known = sidesOf(spacetime).find((side) => lastOrderOf(side) === last)!;
  return reachOf(selection, 0).order > last
    ? `${optimiserOf(known).name} is predicted up to order ${last}; ask for no more, such as order ${last}`
    : undefined;
}

/**
 * Why an evaluation with so many weights is too large, in a line that names the highest order that a
 * user can ask for; `undefined` when it is not.
 */
export function reachProblem(weights: number, reach: Reach): string | undefined {
  const { order, beyond, named } = reach;
  if (!Number.isInteger(order) || order < 0) {
    return `order ${order} is not a whole number of edges; give 0 or more`;
  }
  if (fits(weights, reach)) {
    return undefined;
  }
  let highest = Math.min(order, largestEmbeddedDiagram);
  while (highest >= 0 && !fits(weights, { ...reach, order: highest })) {
    highest--;
  }
  if (named !== undefined && order > largestEmbeddedDiagram) {
    return `${counted(order, "edge is", "edges are")} more than a sum over embeddings takes; ${answer(highest, true)}`;
  }
  const work = workOf(weights, reach);
  const what =
    work > largestWork || highestEdges(reach) < order
      ? `about ${approximate(work)} products of tensor entries`
      : `about ${approximate(derivativesOf(weights, reach))} derivatives of the loss`;
  const estimate = beyond === 0 ? "" : `, with the order ${order + beyond} that the truncation estimate sums`;
  const many = counted(weights, "weight");
  const asked =
    named === undefined ? `order ${order} with ${many} takes` : `${order} edges with ${many} take`;
  return `${asked} ${what}${estimate}; ${answer(highest, named !== undefined)}`;
}

/**
 * {@link reachProblem}, and what is known beforehand of the landscape's own limits: which order of it can be averaged
 * over its data.
 */
export function sizeProblem(landscape: Landscape, reach: Reach): string | undefined {
  const weights = landscape.weights.length;
  const problem = reachProblem(weights, reach) ?? expansionProblem(landscape, reach);
  if (problem === undefined || reach.beyond === 0) {
    return problem;
  }
  let highest = Math.min(reach.order - 1, largestEmbeddedDiagram);
  const isTooLarge = (order: number) =>
    (reachProblem(weights, { ...reach, order }) ?? expansionProblem(landscape, { ...reach, order })) !==
    undefined;
  while (highest >= 0 && isTooLarge(highest)) {
    highest--;
  }
  if (problem.endsWith(answer(highest, reach.named !== undefined))) {
    return problem;
  }
  const most =
    highest < 0 ? "no order can be predicted" : `order ${highest} is the highest that can be predicted`;
  return `${problem}; ${most}, since the truncation estimate takes ${reach.beyond} more`;
}

function expansionProblem(landscape: Landscape, { order, beyond }: Reach): string | undefined {
  const most = Math.max(order + beyond, 1);
  try {
    checkExpansion(landscape, { order: Math.max(most, 2), partSize: most + 1 });
    return undefined;
  } catch (error) {
    if (error instanceof LandscapeError) {
      return error.message;
    }
    throw error;
  }
}

function answer(highest: number, isNamed: boolean): string {
  if (highest < 0) {
    return "no order fits so many weights";
  }
  return isNamed
    ? `diagrams of up to ${counted(highest, "edge")} fit`
    : `order ${highest} is the highest that fits`;
}

function fits(weights: number, reach: Reach): boolean {
  return (
    reach.order <= highestEdges(reach) &&
    workOf(weights, reach) <= largestWork &&
    derivativesOf(weights, reach) <= largestExpansion
  );
}

/** The most edges that can be asked for, whatever the weights. */
function highestEdges({ beyond, named }: Reach): number {
  return named !== undefined && beyond === 0 ? largestEmbeddedDiagram : largestEnumeration({}) - beyond;
}

/** About how many products of tensor entries an evaluation takes at one learning rate. */
export function workOf(weights: number, { order, beyond, named }: Reach): number {
  const ofOne = (edges: number) => weights ** edges + workOfPlan;
  const ofAll = (edges: number) => leastDiagramCount(edges) * ofOne(edges);
  if (named === undefined) {
    return ofAll(order + beyond);
  }
  return named * ofOne(order) + (beyond === 0 ? 0 : ofAll(order + beyond));
}

/** Derivatives up to the second are always needed, for the eigenbasis. */
function derivativesOf(weights: number, { order, beyond }: Reach): number {
  return monomialCount(weights, Math.max(order + beyond, 2));
}

export function approximate(count: number): string {
  return Number.isFinite(count) ? count.toExponential(0).replace("e+", "·10^") : "10^300 or more";
}
