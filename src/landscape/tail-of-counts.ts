import { describe } from "./axis.js";
import { countedOf } from "./distributions/index.js";
import type { Grid, GridRequest } from "./grid-request.js";
import type { DataSource } from "./landscape.js";
import { meanOf, momentsOf } from "./moments.js";
import { unsettled } from "./sections.js";

/** What the last count may have of a moment, relative to its scale: ever less lies beyond it. */
const negligible = 1e-14;

/** The last count of a source that has more, which are not listed. */
export function lastCount(source: DataSource): number | undefined {
  return source.kind === "finite" && countedOf(source)?.endless ? source.outcomes.at(-1)!.value : undefined;
}

/**
 * Lowers a grid's powers where a product of functions has not died away at the last count of an endless source: its
 * expectation does not exist, or not as far as numbers reach.
 * @throws LandscapeError where not even a mean does
 */
export function limitedByCounts(request: GridRequest, grid: Grid): Grid {
  const { landscape, sources, slots, partSize } = request;
  let powers: Int32Array | undefined;
  for (const number of sources) {
    const source = landscape.data[number]!;
    const last = lastCount(source);
    const places = grid.values[grid.slots.indexOf(slots[number]!)];
    const points = last === undefined ? [] : [...(places?.keys() ?? [])].filter((q) => places![q] === last);
    if (points.length === 0) {
      continue;
    }
    const centres = Float64Array.from(grid.columns, (column) => meanOf(grid.weights, column));
    const { scales } = momentsOf(grid.columns, grid.weights, centres, partSize);
    const own = (column: Float64Array) => Float64Array.from(points, (q) => column[q]!);
    const atLast = momentsOf(grid.columns.map(own), own(grid.weights), centres, partSize).scales;
    powers ??= Int32Array.from(grid.columns, (_, j) => grid.powers?.[j] ?? partSize);
    for (let j = 0; j < grid.columns.length; j++) {
      for (let k = 1; k <= powers[j]!; k++) {
        const at = j * partSize + k - 1;
        if (atLast[at]! <= negligible * scales[at]!) {
          continue;
        }
        if (k === 1) {
          throw unsettled(landscape.name, describe(source), 1, Infinity);
        }
        powers[j] = k - 1;
      }
    }
  }
  return powers === undefined || powers.every((power) => power >= partSize) ? grid : { ...grid, powers };
}
