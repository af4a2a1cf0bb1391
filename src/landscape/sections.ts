import { type Axis, type AxisRule, describeMoments } from "./axis.js";
import { continuousOf } from "./distributions/index.js";
import { LandscapeError } from "./error.js";
import type { GridRequest } from "./grid-request.js";
import { addMoments, compareMoments, type Moments, meanOf } from "./moments.js";
import { isContinuous } from "./paired-rules.js";

/** Functions dearer than this are judged by fewer sections and a coarser reference. */
const costly = 20_000;
/** Work after which a section is refined no more. */
const mostWork = 500_000_000;
/** Differences below this which no longer shrink are rounding. */
const roundingCeiling = 1e-9;

/** The least work that settling by sections takes: two rules, one to judge the other by, on one section. */
export function leastSectionWork(cost: number): number {
  return cost <= costly ? 0 : cost * 156;
}

/**
 * Chooses the rule of one axis by sections through a few points of the others: for functions so dear, of data so many,
 * that the whole space cannot be looked at.
 * @throws LandscapeError when moments do not settle
 */
export function settleBySections(
  request: GridRequest,
  axes: readonly Axis[],
  axis: Axis,
  width: number,
  tolerance: number,
  limits?: (j: number) => number,
): void {
  const { functions, partSize, landscape } = request;
  const sections = sectionPoints(axes, axis, functions.cost > costly ? 3 : 9);
  const data = new Float64Array(width);
  const out = new Float64Array(functions.count);
  let centres: Float64Array[] | undefined;
  const perSection = functions.count * partSize;
  const momentsOf = (rule: AxisRule, count = sections.length): Moments => {
    const values = new Float64Array(count * perSection);
    const scales = new Float64Array(count * perSection);
    const columns = Array.from({ length: functions.count }, () => new Float64Array(rule.weights.length));
    const newCentres: Float64Array[] = [];
    sections.slice(0, count).forEach((section, at) => {
      for (const { slot, value } of section) {
        data[slot] = value;
      }
      for (let q = 0; q < rule.weights.length; q++) {
        data[axis.firstSlot] = rule.values[0]![q]!;
        functions.evaluate(data, out);
        for (let j = 0; j < columns.length; j++) {
          let value = out[j]!;
          if (!Number.isFinite(value)) {
            if (rule.far?.[q] !== 1) {
              throw functions.problem(j, data);
            }
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
  const ofColumn = limits && ((i: number): number => limits(i % functions.count));
  const { ladder } = axis;
  const start = isContinuous(axis.source) ? continuousOf(axis.source).reference : 0;
  let level = functions.cost > costly ? start - 3 : start;
  let reference = momentsOf(ladder[level]!());
  let noise = Infinity;
  for (;;) {
    const rule = ladder[++level]!();
    const finer = momentsOf(rule);
    const { degree, worst } = compareMoments(reference, finer, partSize, tolerance, ofColumn);
    reference = finer;
    const rounding = worst <= roundingCeiling && worst > noise / 4;
    noise = worst;
    if (degree === 0 || rounding) {
      break;
    }
    const work = rule.weights.length * sections.length * functions.cost;
    if (level + 1 >= ladder.length || work > mostWork) {
      throw unsettled(landscape.name, describeMoments(axis.source), degree, worst);
    }
  }
  const allowed = Math.max(tolerance / 10, 4 * noise);
  // most rules that are too coarse are ruled out by one section
  const first: Moments = {
    values: reference.values.subarray(0, perSection),
    scales: reference.scales.subarray(0, perSection),
  };
  const agrees = (found: Moments, right: Moments): boolean =>
    compareMoments(found, right, partSize, allowed, ofColumn).degree === 0;
  for (let coarse = 0; coarse < level; coarse++) {
    const rule = ladder[coarse]!();
    if (sections.length > 1 && !agrees(momentsOf(rule, 1), first)) {
      continue;
    }
    if (!agrees(momentsOf(rule), reference)) {
      continue;
    }
    axis.rule = rule;
    axis.level = coarse;
    return;
  }
  axis.rule = ladder[level]!();
  axis.level = level;
}

/** What is said of an expectation that cannot be found; `reached` is how far the last two attempts were apart. */
export function unsettled(
  landscape: string,
  source: string,
  degree: number,
  reached: number,
): LandscapeError {
  const what =
    degree === 1
      ? "the expectation of the loss or of its derivatives"
      : `the expectation of products of ${degree} derivatives of the loss`;
  if (reached <= 1e-10) {
    return new LandscapeError(
      landscape,
      `${what} over ${source} takes too long to be known to 1e-10 of its size: let fewer weights and data meet in one function, let the loss oscillate more slowly in heavy tails, ask for a lower order, or use discrete data`,
    );
  }
  const how = Number.isFinite(reached)
    ? `settles to ${reached.toExponential(0)} of its size only, where 1e-10 is needed`
    : "does not settle";
  return new LandscapeError(
    landscape,
    `${what} over ${source} ${how}: it diverges, or the loss is not smooth in the datum or oscillates too fast for tails so heavy; let the loss grow or oscillate more slowly, take lighter tails, or use discrete data`,
  );
}

/** A few places in the other axes at which to cut. */
function sectionPoints(axes: readonly Axis[], axis: Axis, most: number): { slot: number; value: number }[][] {
  let sections: { slot: number; value: number }[][] = [[]];
  axes.forEach((other, position) => {
    if (other === axis) {
      return;
    }
    const candidates: { slot: number; value: number }[][] = [];
    if (isContinuous(other.source) && other.ladder.length > 0) {
      for (const value of continuousOf(other.source).sections(other.source.parameters)) {
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
