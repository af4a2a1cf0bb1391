import { type Expansion, expandLandscape, type Landscape, LandscapeError } from "../landscape/index.js";

/**
 * Whether the error of an order has an expectation: its square takes the power `2k` of the loss's derivatives at the start.
 * Where a landscape cannot be expanded so far, nothing is held against it.
 */
export function errorsExist(landscape: Landscape): (order: number) => boolean {
  const known = new Map<number, boolean>();
  return (order) => {
    const found = known.get(order) ?? (order === 0 || hasPower(landscape, 2 * order));
    known.set(order, found);
    return found;
  };
}

function hasPower(landscape: Landscape, power: number): boolean {
  let expansion: Expansion;
  try {
    expansion = expandLandscape(landscape, { order: 2, partSize: Math.max(2, power) });
  } catch (error) {
    if (error instanceof LandscapeError) {
      return true;
    }
    throw error;
  }
  try {
    return landscape.weights.every((_, weight) => {
      const slope = expansion.derivative([weight]);
      return Number.isFinite(expansion.cumulant(new Array<typeof slope>(power).fill(slope)));
    });
  } catch (error) {
    if (error instanceof LandscapeError) {
      return false;
    }
    throw error;
  }
}
