import { type AnyLandscape, isWritten } from "../evaluate/index.js";
import { type Expansion, expandLandscape, type Landscape, LandscapeError } from "../landscape/index.js";
import type { Combination, ObservedNumber, Quantity } from "../observables/index.js";
import { type SpaceTime, scheduleOf, sidesOf, usesPointsOnce } from "../optimisers/index.js";

/** Whether the error of an order of a number has a finite expectation. */
export type ErrorsExist = (
  number: Pick<ObservedNumber, "combination" | "covariedWith">,
  order: number,
) => boolean;

/** How many factors may be expected together; beyond that an order has more than can be told beforehand. */
const mostFactors = 12;

/**
 * Whether errors of orders have an expectation: the square of what an order takes of one datum must have one. Where a landscape
 * cannot be expanded so far, nothing is held against it.
 */
export function errorsExist(landscape: AnyLandscape, spacetime: SpaceTime): ErrorsExist {
  if (!isWritten(landscape)) {
    return () => true;
  }
  const isOnce = sidesOf(spacetime).every((side) => usesPointsOnce(scheduleOf(side)));
  const known = new Map<string, boolean>();
  const isOfFew = landscape.data.every(({ kind }) => kind !== "continuous");
  const isKnown = (key: string, order: number, factors: FactorsOf): boolean => {
    const found = known.get(`${key} ${order}`) ?? hasSquares(landscape, order, factors);
    known.set(`${key} ${order}`, found);
    return found;
  };
  return ({ combination, covariedWith }, order) =>
    isOfFew ||
    kindsIn(combination).every((kind) =>
      covariedWith === undefined
        ? isKnown(kind, order, (isThere) => factorsOf(order, kind, isOnce, isThere))
        : kindsIn(covariedWith).every((other) =>
            isKnown(`${kind} with ${other}`, order, (isThere) =>
              // What both take of one datum, in every way in which their orders add up.
              Array.from({ length: Math.max(0, order - 1) }, (_, index) => index + 1).flatMap((part) =>
                factorsOf(part, kind, isOnce, isThere).flatMap((one) =>
                  factorsOf(order - part, other, isOnce, isThere).map((rest) => [...one, ...rest]),
                ),
              ),
            ),
          ),
    );
}

function kindsIn(combination: Combination): Quantity["kind"][] {
  return [...new Set(combination.map(({ quantity }) => quantity.kind))];
}

/** How often the loss of one datum is differentiated in each of some factors, of which an order may have one or more lists. */
type FactorsOf = (isThere: (derivatives: number) => boolean) => number[][];

function hasSquares(landscape: Landscape, order: number, factors: FactorsOf): boolean {
  let expansion: Expansion;
  try {
    // Along a direction that is none of any loss's own all derivatives are seen together.
    const direction = landscape.weights.map((_, weight) => Math.cos(weight + 1));
    const partSize = Math.min(mostFactors, 2 * (order + 1));
    expansion = expandLandscape(landscape, { order: Math.max(order, 1), partSize, basis: [direction] });
  } catch (error) {
    return unlessOfLandscape(error, true);
  }
  const derivative = (times: number) => expansion.derivative(new Array<number>(times).fill(0));
  try {
    const isThere = (times: number) => expansion.cumulant([derivative(times)]) !== 0;
    // Of what is the same for all data cumulants do not tell the moments of products.
    const spreads = (times: number) => expansion.cumulant([derivative(times), derivative(times)]) !== 0;
    return factors(isThere)
      .filter((own) => own.every((times) => spreads(times) || isThere(times)))
      .map((own) => own.filter(spreads).map(derivative))
      .filter(({ length }) => length > 0 && 2 * length <= mostFactors)
      .every((ids) => Number.isFinite(expansion.cumulant([...ids, ...ids])));
  } catch (error) {
    return unlessOfLandscape(error, false);
  }
}

function unlessOfLandscape(error: unknown, otherwise: boolean): boolean {
  if (error instanceof LandscapeError) {
    return otherwise;
  }
  throw error;
}

/**
 * How often the loss of one datum is differentiated in each of the factors that an order of a quantity takes of it: the
 * nodes of one part, by their degrees, in trees of so many edges.
 * @param isOnce whether no path meets a datum twice.
 * @param isThere whether the expected loss has so high a derivative.
 */
export function factorsOf(
  order: number,
  kind: Quantity["kind"],
  isOnce: boolean,
  isThere: (derivatives: number) => boolean,
): number[][] {
  if (order === 0) {
    return kind === "training_loss" ? [[0]] : [];
  }
  const upToOrder = Array.from({ length: order }, (_, index) => index + 1);
  if (!isOnce) {
    // All nodes may be of one datum: their degrees add up to twice the edges.
    return upToOrder.flatMap((root) => {
      const nodes = partitions(2 * order - root).filter(({ length }) => length === order);
      if (kind === "training_loss") {
        return nodes.map((degrees) => [root, ...degrees]);
      }
      return (kind === "expected_loss" ? isThere(root) : root === 1) ? nodes : [];
    });
  }
  // None is another's descendant: each has its edges to itself. Those that do not hang on the root hang on another node.
  const throughOther = partitions(order - 1).filter(({ length }) => length > 0);
  switch (kind) {
    case "expected_loss":
      return [...partitions(order).filter(({ length }) => isThere(length)), ...throughOther];
    case "training_loss":
      // The root is of the same datum and shares edges with its children.
      return upToOrder.flatMap((root) =>
        [0, ...upToOrder]
          .flatMap(partitions)
          .filter((degrees) => {
            const ends = degrees.reduce((sum, degree) => sum + degree, 0);
            return (degrees.length <= root ? root + ends - degrees.length : 1 + ends) <= order;
          })
          .map((degrees) => [root, ...degrees]),
      );
    default:
      return [[order], ...throughOther];
  }
}

/** The ways to write a number as a sum of positive ones, each from the largest down. */
function partitions(total: number, most = total): number[][] {
  if (total === 0) {
    return [[]];
  }
  return Array.from({ length: Math.min(total, most) }, (_, index) => index + 1).flatMap((first) =>
    partitions(total - first, first).map((rest) => [first, ...rest]),
  );
}
