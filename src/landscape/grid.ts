import { type CellResult, type GridFunctions, integrateInCells, projected } from "./adaptive/index.js";
import { type Axis, describeMoments, makeAxis } from "./axis.js";
import { LandscapeError } from "./error.js";
import type { Grid, GridRequest } from "./grid-request.js";
import { compareMoments, meanOf, momentsOf } from "./moments.js";
import { integrateNested } from "./nested.js";
import { mostPoints, Points } from "./points.js";
import { unsettled } from "./sections.js";
import { settled, settledAndBounded } from "./settled.js";
import { limitedByCounts } from "./tail-of-counts.js";

/** Work after which integration in cells is given up. */
const mostWork = 6_000_000_000;
/** Points beyond which cells of one datum are too many. */
const mostAlone = 60_000;
/** Where even smooth functions would take more work, moments are only seen to settle. */
const mostUsual = 1_500_000_000;
/** The same where integration over one datum after the other can do it. */
const mostTogether = 150_000_000;
/** How many integrals over one datum are done for points of the others. */
const mostInner = 250_000;
/** The same where another order of the data took too many. */
const mostInnerAgain = 30_000;
/** About how many points a smooth function of one continuous datum takes in cells. */
const usualPoints = 110;
/** What moments are integrated to, relative to their natural scale; and what is good enough where that takes too long. */
const tolerance = 1e-12;
const goodEnough = 1e-10;
/** A product rule is taken when it agrees this well with what is known to be right. */
const agreement = 3e-13;

/**
 * A grid which integrates products of the functions: exactly where they are polynomials or the data are finitely many,
 * else to 1e-12 of their natural scale, which is proven by bounds in the complex plane (1e-10 where that takes too
 * long). Only functions that are too dear for that are judged by whether moments settle.
 * @throws LandscapeError when a function is not finite, an expectation does not exist or cannot be found, or the grid is
 * too large
 */
export function makeGrid(request: GridRequest): Grid {
  return limitedByCounts(request, wholeGrid(request));
}

function wholeGrid(request: GridRequest): Grid {
  const axes = request.sources.map((source, i) =>
    makeAxis(request.landscape.data[source]!, request.slots[source]!, request.degrees[i]! * request.partSize),
  );
  const points = new Points(request, axes);
  if (points.adaptive.length === 0) {
    return points.evaluate(points.productRule(), points.fixed)!;
  }
  // not even the coarsest rules would do
  if (!points.fits()) {
    throw points.tooLarge();
  }
  const functions = projected(request.functions);
  const mixed: GridRequest = { ...request, functions };
  const mixedPoints = new Points(mixed, axes);
  const found = settledAndBounded(mixed, mixedPoints, tolerance);
  if (found !== undefined) {
    return withAll(request, axes, functions, found.grid, found.powers);
  }
  const usual = usualPoints ** points.adaptive.length * points.fixed.weights.length * functions.cost;
  if (usual > mostUsual) {
    return withAll(request, axes, functions, settled(mixed, mixedPoints, tolerance));
  }
  const { grid, powers } = certified(mixed, mixedPoints, usual);
  return withAll(request, axes, functions, grid, powers);
}

function certified(request: GridRequest, points: Points, usual: number): { grid: Grid; powers?: Int32Array } {
  const { partSize, landscape, functions } = request;
  const { lines } = points;
  const result = integrateInCells({
    lines,
    fixed: points.fixed,
    functions,
    width: points.width,
    powers: partSize,
    tolerance,
    mostPoints: lines.length === 1 ? mostAlone * points.fixed.weights.length : mostPoints / 4,
    mostWork: lines.length === 1 ? mostWork : Math.max(mostTogether, 2 * usual),
  });
  const name = (sources: readonly { source: Axis["source"] }[]): string =>
    sources.map(({ source }) => describeMoments(source)).join(" and ");
  if (result.kind === "unbounded") {
    throw unsettled(landscape.name, name([result.line]), 1, result.reached);
  }
  if (result.kind === "settled") {
    const { positions, weights } = result;
    const powers = Int32Array.from(functions.classes, (own) => result.powers[own]!);
    const fine = points.evaluate({ positions, weights }, points.fixed, true)!;
    const grid = smaller(points, fine, powers, partSize) ?? fine;
    return { grid, powers };
  }
  const { centres, scales, reached } = result;
  const agreed = reached <= goodEnough / 10 ? confirmed(request, points, result) : undefined;
  if (agreed !== undefined) {
    return agreed;
  }
  const aim = { centres, scales, tolerance: goodEnough / 3, mostPoints: 2 * mostPoints };
  for (const [i, inner] of (points.adaptive.length > 1 ? points.adaptive : []).entries()) {
    const most = i === 0 ? mostInner : mostInnerAgain;
    const grid = integrateNested(request, points, inner, { ...aim, mostInner: most });
    if (grid !== undefined) {
      return { grid, ...(grid.powers && { powers: grid.powers }) };
    }
  }
  throw unsettled(landscape.name, name(points.adaptive), 1, reached);
}

/** A grid of all functions from one of mixtures of them. */
function withAll(
  request: GridRequest,
  axes: readonly Axis[],
  mixed: GridFunctions,
  grid: Grid,
  known?: Int32Array,
): Grid {
  const { functions, partSize } = request;
  const ofClass = new Int32Array(functions.classCount).fill(partSize);
  mixed.classes.forEach((own, j) => {
    ofClass[own] = Math.min(ofClass[own]!, known?.[j] ?? partSize);
  });
  const powers = ofClass.every((power) => power >= partSize)
    ? undefined
    : Int32Array.from(functions.classes, (own) => ofClass[own]!);
  const { powers: _, ...rest } =
    mixed === functions ? grid : new Points(request, axes).evaluateAt(bySlot(grid), grid.weights);
  return powers === undefined ? rest : { ...rest, powers };
}

/** The data of a grid's points, by slot. */
function bySlot({ slots, values }: Grid): Float64Array[] {
  const positions: Float64Array[] = [];
  slots.forEach((slot, s) => {
    positions[slot] = values[s]!;
  });
  return positions;
}

/**
 * A product of ready-made rules whose moments settle, and to what cells had come to when they became too many: two ways
 * that share no points.
 */
function confirmed(
  request: GridRequest,
  points: Points,
  cells: Extract<CellResult, { kind: "too-large" }>,
): { grid: Grid; powers: Int32Array } | undefined {
  const { partSize, functions } = request;
  const powers = Int32Array.from(functions.classes, (own) => cells.powers[own]!);
  const limits = (j: number): number => powers[j]!;
  try {
    const grid = settled(request, points, tolerance, limits);
    const found = momentsOf(grid.columns, grid.weights, cells.centres, partSize);
    const known = { values: cells.moments, scales: cells.scales };
    const { degree } = compareMoments(found, known, partSize, goodEnough / 10, limits);
    return degree === 0 ? { grid, powers } : undefined;
  } catch (error) {
    if (error instanceof LandscapeError) {
      return undefined;
    }
    throw error;
  }
}

/** A product of ready-made rules that agrees with a grid known to be right, if one has fewer points. */
function smaller(points: Points, fine: Grid, powers: Int32Array, partSize: number): Grid | undefined {
  const { adaptive } = points;
  const centres = Float64Array.from(fine.columns, (column) => meanOf(fine.weights, column));
  const momentsIn = (grid: Grid) => momentsOf(grid.columns, grid.weights, centres, partSize);
  const limits = (j: number): number => powers[j]!;
  const agrees = (grid: Grid | undefined, right: Grid): boolean =>
    grid !== undefined &&
    compareMoments(momentsIn(grid), momentsIn(right), partSize, agreement, limits).degree === 0;
  const total = points.fixed.weights.length;
  // most rules are ruled out by a few of the fixed points
  const few = points.someFixed(9);
  const fewFine = total > 9 ? points.restrict(fine, few.numbers) : undefined;
  const tryRule = (): Grid | undefined => {
    const rule = points.productRule();
    if (rule.weights.length * total >= fine.weights.length) {
      return undefined;
    }
    if (fewFine !== undefined && !agrees(points.evaluate(rule, few.points), fewFine)) {
      return undefined;
    }
    const grid = points.evaluate(rule, points.fixed);
    return agrees(grid, fine) ? grid : undefined;
  };
  const most = Math.max(...adaptive.map(({ ladder }) => ladder.length));
  let found: Grid | undefined;
  for (let level = 0; level < most && found === undefined; level++) {
    for (const axis of adaptive) {
      points.setLevel(axis, Math.min(level, axis.ladder.length - 1));
    }
    if (points.productSize() * total >= fine.weights.length) {
      if (level > 4) {
        break;
      }
      continue;
    }
    found = tryRule();
  }
  if (found === undefined || adaptive.length === 1) {
    return found;
  }
  for (const axis of adaptive) {
    const enough = axis.level;
    let level = 0;
    for (; level < enough; level++) {
      points.setLevel(axis, level);
      const grid = tryRule();
      if (grid === undefined) {
        continue;
      }
      found = grid;
      break;
    }
    if (level === enough) {
      points.setLevel(axis, enough);
    }
  }
  return found;
}
