import { Certificate, classScales } from "./certificate.js";
import type { FixedPoints } from "./fixed-points.js";
import type { GridFunctions } from "./functions.js";
import type { Line } from "./line.js";

/** What is asked of {@link nothingHides}. */
export interface HidingRequest {
  readonly lines: readonly Line[];
  readonly fixed: FixedPoints;
  readonly functions: GridFunctions;
  readonly width: number;
  readonly powers: number;
  readonly tolerance: number;
  /** The functions' means. */
  readonly centres: Float64Array;
  /** The scales of moments `[function · powers + power − 1]`. */
  readonly moments: Float64Array;
}

/** Cells are not cut below this share of a standard deviation, about the distance of points of the rules compared. */
const finest = 0.08;
const mostCells = 30_000;

/**
 * Whether functions are, on discs as wide as the points of a rule are apart, analytic and not much larger than the
 * moments found by the rule say: then no peak, pole or kink lies between its points unseen.
 * @param limits of each class, the highest power that matters
 */
export function nothingHides(request: HidingRequest, limits: Int32Array): boolean {
  const { lines, functions, powers, centres, moments } = request;
  const certificate = new Certificate(request, limits);
  certificate.setCentres(centres);
  certificate.setScales(classScales(functions, powers, moments));
  let cells: { low: number[]; high: number[]; depths: number[] }[] = [{ low: [], high: [], depths: [] }];
  for (const { breaks } of lines) {
    cells = cells.flatMap(({ low, high, depths }) =>
      breaks.slice(1).map((end, i) => ({
        low: [...low, breaks[i]!],
        high: [...high, end],
        depths: [...depths, 0],
      })),
    );
  }
  let seen = cells.length;
  for (let cell = cells.pop(); cell !== undefined; cell = cells.pop()) {
    if (certificate.hidesNothing(cell)) {
      continue;
    }
    const { low, high, depths } = cell;
    const sizes = lines.map((line, axis) => line.lengthOf(low[axis]!, high[axis]!));
    const axis = certificate.axisThatHides(cell, sizes);
    seen += 2;
    if (sizes[axis]! / 2 < 2 * finest || seen > mostCells) {
      return false;
    }
    const middle = (low[axis]! + high[axis]!) / 2;
    const deeper = depths.with(axis, depths[axis]! + 1);
    cells.push(
      { low, high: high.with(axis, middle), depths: deeper },
      { low: low.with(axis, middle), high, depths: deeper },
    );
  }
  return true;
}
