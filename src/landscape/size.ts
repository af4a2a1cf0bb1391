import { describe, leastPoints, sourceIsAdaptive } from "./axis.js";
import { type BlockedLoss, degreesIn, makeBlocks } from "./blocks.js";
import { nodeCount, symbolsOf } from "./build.js";
import { LandscapeError } from "./error.js";
import type { Landscape } from "./landscape.js";
import { monomialCount } from "./monomials.js";
import { mostValues } from "./points.js";
import { leastSectionWork } from "./sections.js";
import { separate } from "./separate.js";

/** What an expansion needs to know of its size. */
interface Size {
  readonly order: number;
  readonly partSize: number;
}

/**
 * Refuses at once what {@link expandLandscape} would refuse after long work: derivatives of functions of so many weights
 * together with continuous data that their expectations cannot be integrated.
 * @throws LandscapeError that names the highest order that fits
 */
export function checkExpansion(landscape: Landscape, size: Size): void {
  refuseDear(landscape, makeBlocks(landscape, separate(landscape, 2)), size);
}

/** The same for a loss that is in blocks already. */
export function refuseDear(landscape: Landscape, { blocks, terms }: BlockedLoss, size: Size): void {
  const weightNames = new Set(landscape.weights.map(({ name }) => name));
  blocks.forEach((sources, block) => {
    const own = terms.flatMap(({ core, mixed }) => (mixed === block ? [core] : []));
    const degrees = degreesIn(landscape, sources, own);
    const adaptive = sources.some((source, i) =>
      sourceIsAdaptive(landscape.data[source]!, degrees[i]! * size.partSize),
    );
    const points = sources.reduce((total, source) => total * leastPoints(landscape.data[source]!), 1);
    const cores = own.map((core) => ({
      nodes: nodeCount(core),
      weights: [...symbolsOf(core)].filter((name) => weightNames.has(name)).length,
    }));
    const most = cores.reduce((largest, { weights }) => Math.max(largest, weights), 0);
    const fitsAt = (order: number): boolean => {
      const cost = cores.reduce(
        (total, { nodes, weights }) => total + nodes * monomialCount(weights, order),
        0,
      );
      return (
        points * monomialCount(most, order) <= mostValues &&
        (!adaptive || leastSectionWork(cost) <= mostLeastWork)
      );
    };
    // the points alone may be too many, whatever the order
    if (most === 0 || fitsAt(size.order) || !fitsAt(0)) {
      return;
    }
    let fits = size.order - 1;
    while (!fitsAt(fits)) {
      fits--;
    }
    const names = sources.map((source) => describe(landscape.data[source]!));
    const shown = [...names.slice(0, 4), ...(names.length > 4 ? ["…"] : [])].join(", ");
    throw new LandscapeError(
      landscape.name,
      `averaging derivatives up to order ${size.order} in ${most} weights at once over ${shown} takes too long; up to order ${fits} they fit: lower the order, let fewer weights meet in one function, or use fewer values of the data`,
    );
  });
}

/** About half a minute. */
const mostLeastWork = 1_500_000_000;
