import { type Axis, type AxisRule, describe, makeAxis, place } from "./axis.js";
import { LandscapeError } from "./error.js";
import type { Landscape } from "./landscape.js";
import { type LineRule, normalReference, uniformReference } from "./quadrature.js";

/** Functions of the data of some sources, evaluated together. */
export interface GridFunctions {
  readonly count: number;
  /** About how much work one evaluation is: expression nodes times Taylor coefficients. */
  readonly cost: number;
  /** Reads `data` (all the landscape's data, by slot) and writes `count` numbers. */
  evaluate(data: Float64Array, out: Float64Array): void;
  /** An error for a value that is not finite. */
  problem(index: number, data: Float64Array): LandscapeError;
}

/** Points with weights that stand for the joint distribution of some sources. */
export interface Grid {
  readonly weights: Float64Array;
  /** `values[s][q]`: the datum in slot `slots[s]` at point `q`. */
  readonly slots: readonly number[];
  readonly values: readonly Float64Array[];
  /** `columns[j][q]`: function `j` at point `q`. */
  readonly columns: readonly Float64Array[];
}

export interface GridRequest {
  readonly landscape: Landscape;
  readonly sources: readonly number[];
  /** First slot of each of the landscape's sources. */
  readonly slots: readonly number[];
  readonly functions: GridFunctions;
  /** For each of `sources`, the functions' degree as polynomials in it; `Infinity` when they are none. */
  readonly degrees: readonly number[];
  /** Products of up to this many functions must be integrated right. */
  readonly partSize: number;
  /** How well moments must settle where they cannot be exact; 1e-12 of their natural scale by default. */
  readonly tolerance?: number;
  /** A tolerance to be content with where the grid would have more points than this. */
  readonly relaxed?: { readonly points: number; readonly tolerance: number };
}

const mostPoints = 2_000_000;
const mostValues = 40_000_000;
/** Grids up to this size, and up to this much work, are compared with finer ones as a whole. */
const mostCompared = 100_000;
const mostComparedWork = 200_000_000;
/** Functions dearer than this are judged by fewer sections and a coarser reference. */
const costly = 20_000;
/** Work after which a section is refined no more. */
const mostWork = 500_000_000;
/** Differences below this which no longer shrink are rounding. */
const roundingCeiling = 1e-9;
const defaultTolerance = 1e-12;
/** Functions smaller than the largest by this are judged as if they were so large: they may be rounding. */
const negligible = 1e-3;

/**
 * A grid which integrates products of the functions: exactly where they are polynomials or the data
 * are finitely many, else refined until the moments settle to 1e-12 of their natural scale.
 * @throws LandscapeError when a function is not finite, moments do not settle, or the grid is too large
 */
export function makeGrid(request: GridRequest): Grid {
  const axes = request.sources.map((source, i) =>
    makeAxis(request.landscape.data[source]!, request.slots[source]!, request.degrees[i]! * request.partSize),
  );
  const adaptive = axes.filter((axis) => axis.ladder.length > 0);
  for (const axis of adaptive) settleAlone(request, axes, axis);
  const { relaxed } = request;
  if (relaxed !== undefined && pointCount(axes) > relaxed.points) {
    for (const axis of adaptive) settleAlone({ ...request, tolerance: relaxed.tolerance }, axes, axis);
  }
  if (axes.length > 1) settleTogether(request, axes);
  return evaluateGrid(request, axes);
}

/** The moments by which rules are compared, with their natural scales. */
interface Moments {
  readonly values: Float64Array;
  readonly scales: Float64Array;
}

/** Some of the functions: all when they are few, else spread over them. */
function selection(count: number): number[] {
  const most = 24;
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.floor((i * (count - 1)) / (most - 1)));
}

/** Chooses the rule of one axis by sections through a few points of the others. */
function settleAlone(request: GridRequest, axes: readonly Axis[], axis: Axis): void {
  const { functions, partSize, landscape, tolerance = defaultTolerance } = request;
  const chosen = selection(functions.count);
  const sections = sectionPoints(axes, axis, functions.cost > costly ? 3 : 9);
  const data = new Float64Array(dataWidth(request));
  const out = new Float64Array(functions.count);
  let centres: Float64Array[] | undefined;
  const momentsOf = (rule: AxisRule): Moments => {
    const perSection = chosen.length * partSize;
    const values = new Float64Array(sections.length * perSection);
    const scales = new Float64Array(sections.length * perSection);
    const columns = chosen.map(() => new Float64Array(rule.weights.length));
    const newCentres: Float64Array[] = [];
    sections.forEach((section, at) => {
      for (const { slot, value } of section) data[slot] = value;
      for (let q = 0; q < rule.weights.length; q++) {
        data[axis.firstSlot] = rule.values[0]![q]!;
        functions.evaluate(data, out);
        for (let j = 0; j < chosen.length; j++) {
          let value = out[chosen[j]!]!;
          if (!Number.isFinite(value)) {
            if (rule.far?.[q] !== 1) throw functions.problem(chosen[j]!, data);
            value = 0;
          }
          columns[j]![q] = value;
        }
      }
      const centre = centres?.[at] ?? Float64Array.from(columns, (column) => meanOf(rule.weights, column));
      newCentres.push(centre);
      addMoments(columns, rule.weights, centre, partSize, values, scales, at * perSection);
    });
    centres ??= newCentres;
    return { values, scales };
  };
  const { ladder } = axis;
  const start = axis.source.kind === "normal" ? normalReference : uniformReference;
  let level = functions.cost > costly ? start - 3 : start;
  let reference = momentsOf(place(axis.source, ladder[level]!()));
  let noise = Infinity;
  for (;;) {
    const rule = place(axis.source, ladder[++level]!());
    const finer = momentsOf(rule);
    const { degree, worst } = compare(reference, finer, partSize, tolerance);
    reference = finer;
    const rounding = worst <= roundingCeiling && worst > noise / 4;
    noise = worst;
    if (degree === 0 || rounding) break;
    const work = rule.weights.length * sections.length * functions.cost;
    if (level + 1 >= ladder.length || work > mostWork) throw unsettled(landscape, axis, degree);
  }
  for (let coarse = 0; coarse < level; coarse++) {
    const rule = place(axis.source, ladder[coarse]!());
    if (compare(momentsOf(rule), reference, partSize, Math.max(tolerance / 10, 4 * noise)).degree > 0)
      continue;
    axis.rule = rule;
    axis.level = coarse;
    return;
  }
  axis.rule = place(axis.source, ladder[level]!());
  axis.level = level;
}

function unsettled(landscape: Landscape, axis: Axis, degree: number): LandscapeError {
  const what =
    degree === 1
      ? "the expectation of the loss or of its derivatives"
      : `the expectation of products of ${degree} derivatives of the loss`;
  return new LandscapeError(
    landscape.name,
    `${what} over ${describe(axis.source)} does not settle: it diverges or the loss is not smooth in the datum; let the loss grow more slowly, or use discrete data`,
  );
}

/** A few places in the other axes at which to cut. */
function sectionPoints(axes: readonly Axis[], axis: Axis, most: number): { slot: number; value: number }[][] {
  let sections: { slot: number; value: number }[][] = [[]];
  axes.forEach((other, position) => {
    if (other === axis) return;
    const candidates: { slot: number; value: number }[][] = [];
    if (other.ladder.length > 0) {
      const rule: LineRule = {
        points:
          other.source.kind === "normal" ? Float64Array.of(-2.2, 0.4, 2.6) : Float64Array.of(-1, 0.2, 1),
        weights: Float64Array.of(1, 1, 1),
      };
      for (const value of place(other.source, rule).values[0]!) {
        candidates.push([{ slot: other.firstSlot, value }]);
      }
    } else {
      const count = other.rule.weights.length;
      const few = Math.min(3, count);
      for (let i = 0; i < few; i++) {
        const q = few === 1 ? 0 : Math.floor((i * (count - 1)) / (few - 1));
        candidates.push(
          other.rule.values.map((column, c) => ({ slot: other.firstSlot + c, value: column[q]! })),
        );
      }
    }
    sections = sections.flatMap((section) => candidates.map((values) => [...section, ...values]));
    if (sections.length > most) {
      const total = sections.length;
      // spread over the combinations, differently for each axis
      sections = Array.from({ length: most }, (_, i) => sections[(i * 7 + position) % total]!);
    }
  });
  return sections;
}

/** Compares the whole grid with grids one step finer along each axis, and refines where they differ. */
function settleTogether(request: GridRequest, axes: readonly Axis[]): void {
  const adaptive = axes.filter((axis) => axis.ladder.length > 0);
  if (adaptive.length === 0) return;
  const { functions } = request;
  const chosen = selection(functions.count);
  let centres: Float64Array | undefined;
  const moments = (): Moments => {
    checkSize(request, axes);
    const grid = evaluateGrid(request, axes, chosen);
    centres ??= Float64Array.from(grid.columns, (column) => meanOf(grid.weights, column));
    const values = new Float64Array(chosen.length * request.partSize);
    const scales = new Float64Array(values.length);
    addMoments(grid.columns, grid.weights, centres, request.partSize, values, scales, 0);
    return { values, scales };
  };
  let current = moments();
  for (const axis of adaptive) {
    let previous = Infinity;
    for (;;) {
      if (axis.level + 1 >= axis.ladder.length) throw unsettled(request.landscape, axis, request.partSize);
      const { rule, level } = axis;
      axis.level++;
      axis.rule = place(axis.source, axis.ladder[axis.level]!());
      if (pointCount(axes) > mostCompared || pointCount(axes) * functions.cost > mostComparedWork) {
        // each axis has settled by itself; comparing whole grids would take too long
        axis.level = level;
        axis.rule = rule;
        break;
      }
      const finer = moments();
      const { degree, worst } = compare(
        current,
        finer,
        request.partSize,
        request.tolerance ?? defaultTolerance,
      );
      const rounding = worst <= roundingCeiling && worst > previous / 4;
      previous = worst;
      if (degree === 0 || rounding) {
        axis.level = level;
        axis.rule = rule;
        break;
      }
      current = finer;
    }
  }
}

function addMoments(
  columns: readonly Float64Array[],
  weights: Float64Array,
  centres: Float64Array,
  partSize: number,
  values: Float64Array,
  scales: Float64Array,
  offset: number,
): void {
  columns.forEach((column, j) => {
    const centre = centres[j]!;
    // the mean is judged on the scale of the function itself, higher moments on that of its spread
    for (let q = 0; q < weights.length; q++) {
      const weight = weights[q]!;
      const spread = column[q]! - centre;
      let powered = weight;
      values[offset + j * partSize]! += weight * column[q]!;
      scales[offset + j * partSize]! += weight * Math.abs(column[q]!);
      for (let k = 2; k <= partSize; k++) {
        powered *= spread;
        const value = powered * spread;
        values[offset + j * partSize + k - 1]! += value;
        scales[offset + j * partSize + k - 1]! += Math.abs(value);
      }
    }
  });
}

/** How far moments are apart: the least power whose moments differ by more than the tolerance (0: none). */
function compare(
  a: Moments,
  b: Moments,
  partSize: number,
  tolerance: number,
): { degree: number; worst: number } {
  let degree = 0;
  let worst = 0;
  const floors = new Float64Array(partSize);
  for (let i = 0; i < a.scales.length; i++) {
    const power = i % partSize;
    floors[power] = Math.max(
      floors[power]!,
      negligible ** (power + 1) * Math.max(a.scales[i]!, b.scales[i]!),
    );
  }
  for (let i = 0; i < a.values.length; i++) {
    const scale = Math.max(a.scales[i]!, b.scales[i]!, floors[i % partSize]!);
    // what has underflowed cannot be told apart
    if (scale < 1e-280) continue;
    const difference = Math.abs(a.values[i]! - b.values[i]!) / scale;
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
    if (difference <= tolerance) continue;
    const power = (i % partSize) + 1;
    if (degree === 0 || power < degree) degree = power;
  }
  return { degree, worst };
}

/** A weighted mean; zero when it is no more than the rounding of what was added. */
export function meanOf(weights: Float64Array, column: Float64Array): number {
  let total = 0;
  let size = 0;
  for (let q = 0; q < weights.length; q++) {
    const term = weights[q]! * column[q]!;
    total += term;
    size += Math.abs(term);
  }
  return Math.abs(total) <= 2e-16 * size ? 0 : total;
}

function dataWidth(request: GridRequest): number {
  return request.landscape.data.reduce(
    (width, source) => width + (source.kind === "rows" ? source.names.length : 1),
    0,
  );
}

function pointCount(axes: readonly Axis[]): number {
  return axes.reduce((total, axis) => total * axis.rule.weights.length, 1);
}

function fits(request: GridRequest, axes: readonly Axis[]): boolean {
  const points = pointCount(axes);
  return points <= mostPoints && points * request.functions.count <= mostValues;
}

function checkSize(request: GridRequest, axes: readonly Axis[]): void {
  if (fits(request, axes)) return;
  const points = pointCount(axes);
  const count = Math.max(1, request.functions.count);
  const sizes = axes.map((axis) => `${describe(axis.source)}: ${axis.rule.weights.length}`).join(", ");
  throw new LandscapeError(
    request.landscape.name,
    `averaging over data that do not separate needs ${points.toLocaleString("en")} points (${sizes}) with ${count.toLocaleString("en")} numbers each; ${Math.floor(Math.min(mostPoints, mostValues / count)).toLocaleString("en")} points fit: use fewer data, fewer weights or a lower order`,
  );
}

function evaluateGrid(request: GridRequest, axes: readonly Axis[], only?: readonly number[]): Grid {
  checkSize(request, axes);
  const { functions } = request;
  const chosen = only ?? Array.from({ length: functions.count }, (_, i) => i);
  const size = axes.reduce((total, axis) => total * axis.rule.weights.length, 1);
  const slots = axes.flatMap((axis) => Array.from({ length: axis.width }, (_, c) => axis.firstSlot + c));
  const values = slots.map(() => new Float64Array(size));
  const weights = new Float64Array(size);
  const columns = chosen.map(() => new Float64Array(size));
  const data = new Float64Array(dataWidth(request));
  const out = new Float64Array(functions.count);
  const index = new Int32Array(axes.length);
  for (let q = 0; q < size; q++) {
    let weight = 1;
    let far = false;
    let slot = 0;
    for (let a = 0; a < axes.length; a++) {
      const { rule, firstSlot, width } = axes[a]!;
      const i = index[a]!;
      weight *= rule.weights[i]!;
      if (rule.far?.[i] === 1) far = true;
      for (let c = 0; c < width; c++) {
        const value = rule.values[c]![i]!;
        data[firstSlot + c] = value;
        values[slot++]![q] = value;
      }
    }
    weights[q] = weight;
    functions.evaluate(data, out);
    for (let j = 0; j < chosen.length; j++) {
      let value = out[chosen[j]!]!;
      if (!Number.isFinite(value)) {
        if (!far) throw functions.problem(chosen[j]!, data);
        value = 0;
      }
      columns[j]![q] = value;
    }
    for (let a = axes.length - 1; a >= 0; a--) {
      index[a]!++;
      if (index[a]! < axes[a]!.rule.weights.length) break;
      index[a] = 0;
    }
  }
  return { weights, slots, values, columns };
}
