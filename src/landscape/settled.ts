import { nothingHides, powersAtEnds } from "./adaptive/index.js";
import { describeMoments } from "./axis.js";
import { LandscapeError } from "./error.js";
import type { Grid, GridRequest } from "./grid-request.js";
import { compareMoments, type Moments, meanOf, momentsOf } from "./moments.js";
import type { Points } from "./points.js";
import { settleBySections, unsettled } from "./sections.js";

/** Grids up to this size, and up to this much work, are compared with finer ones as a whole. */
const mostCompared = 100_000;
const mostComparedWork = 200_000_000;
/** The rule by which means are known well enough to judge what is beyond the ends of normal data. */
const roughLevel = 4;

/**
 * A product of ready-made rules whose moments settle, where bounds of the functions say that nothing can hide between
 * its points; nothing where that cannot be said, so that another way must be found.
 * @throws LandscapeError when a mean does not exist
 */
export function settledAndBounded(
  request: GridRequest,
  points: Points,
  tolerance: number,
): { grid: Grid; powers: Int32Array } | undefined {
  const { functions, partSize } = request;
  const rough = roughMoments(points, partSize);
  if (rough === undefined) {
    return undefined;
  }
  const { lines } = points;
  const scales = { lines, fixed: points.fixed, functions, width: points.width, powers: partSize, tolerance };
  const limits = new Int32Array(functions.classCount).fill(partSize);
  const failed = powersAtEnds({ ...scales, ...rough }, limits);
  if (failed !== undefined) {
    throw unsettled(request.landscape.name, describeMoments(failed.source), 1, Infinity);
  }
  const powers = Int32Array.from(functions.classes, (own) => limits[own]!);
  // what bounds already say is not smooth enough need not be tried
  if (!nothingHides({ ...scales, ...rough }, limits)) {
    return undefined;
  }
  try {
    return { grid: settled(request, points, tolerance, (j) => powers[j]!), powers };
  } catch (error) {
    if (error instanceof LandscapeError) {
      return undefined;
    }
    throw error;
  }
}

/** Means and scales of moments by a coarse rule; nothing where a value is not finite. */
function roughMoments(
  points: Points,
  powers: number,
): { centres: Float64Array; moments: Float64Array } | undefined {
  for (const axis of points.adaptive) {
    points.setLevel(axis, roughLevel);
  }
  if (!points.fits()) {
    return undefined;
  }
  const grid = points.evaluate(points.productRule(), points.fixed);
  if (grid === undefined) {
    return undefined;
  }
  const centres = Float64Array.from(grid.columns, (column) => meanOf(grid.weights, column));
  return { centres, moments: momentsOf(grid.columns, grid.weights, centres, powers).scales };
}

/**
 * Rules chosen by sections and by comparing whole grids where these are small enough.
 * @throws LandscapeError when moments do not settle
 */
export function settled(
  request: GridRequest,
  points: Points,
  tolerance: number,
  limits?: (j: number) => number,
): Grid {
  const { adaptive, axes } = points;
  for (const axis of adaptive) {
    settleBySections(request, axes, axis, points.width, tolerance, limits);
  }
  const { partSize, functions, landscape } = request;
  let current = points.evaluateOrThrow();
  // sections of one axis are all there is of it where nothing else varies
  if (axes.length === 1) {
    return current;
  }
  const centres = Float64Array.from(current.columns, (column) => meanOf(current.weights, column));
  const momentsIn = (grid: Grid): Moments => momentsOf(grid.columns, grid.weights, centres, partSize);
  for (const axis of adaptive) {
    for (let previous = Infinity; ; ) {
      const { level } = axis;
      if (level + 1 >= axis.ladder.length) {
        throw unsettled(landscape.name, describeMoments(axis.source), 1, previous);
      }
      points.setLevel(axis, level + 1);
      const size = points.size();
      if (size > mostCompared || size * functions.cost > mostComparedWork || !points.fits()) {
        // each axis has settled by itself; comparing whole grids would take too long
        points.setLevel(axis, level);
        break;
      }
      const finer = points.evaluateOrThrow();
      const { degree, worst } = compareMoments(
        momentsIn(current),
        momentsIn(finer),
        partSize,
        tolerance,
        limits,
      );
      if (degree === 0 || (worst <= 1e-9 && worst > previous / 4)) {
        points.setLevel(axis, level);
        break;
      }
      previous = worst;
      current = finer;
    }
  }
  return current;
}
