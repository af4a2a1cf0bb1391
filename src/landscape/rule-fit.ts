import type { CompiledExpression } from "./evaluation.js";
import { adaptively, closedLossOf, type ExpectedLossParts, type FoundLoss } from "./expected.js";
import type { Landscape } from "./landscape.js";
import type { GridFineness, SampledLoss, SettledLoss, Work } from "./sampled-loss.js";

/** Rules for an expected loss at many places; it can be written as JSON. */
export interface RuleFit {
  /** For each sampled part. */
  readonly fineness: readonly GridFineness[];
  /** Whether the rules see all there is: adaptive integration has found the same with them. */
  readonly trusted: boolean;
  /**
   * Present where adaptive integration finds nothing at most places at which rules do not agree: then it need not be
   * tried at the others.
   */
  readonly refusal?: string;
}

/** Operations that a fit may take at one place, and in all: some tenths of a second. */
const mostWork = { place: 20_000_000, all: 100_000_000 };

/** An operation of adaptive or repeated rules beside one of the fitted rule, which are compiled. */
const dearer = 30;

/** Places beyond those given at which the rules should be good too: so far out, and so rarely met. */
const beyond = { places: 16, factor: 1.5, share: 0.1 };

/** Of places where rules do not agree, and of those where they do, how many are looked at adaptively. */
const mostTried = 3;
const mostCertified = 2;

/** Apart by more than this, as a share of the mean magnitude, rules and adaptive integration do not find the same. */
const sameness = 1e-11;

/** How often all rules are refined when they are found not to see what there is. */
const mostRefined = 12;

/** What adaptive integration finds at a place. */
interface Known {
  readonly theta: readonly number[];
  readonly found: FoundLoss;
}

interface Place {
  readonly theta: readonly number[];
  /** The share of trials that it stands for. */
  readonly share: number;
}

/**
 * Fits rules to places where trials end: as fine as most of them need, when what it costs to find the loss at the others
 * by themselves is counted in.
 */
export function fitRules(
  landscape: Landscape,
  parts: ExpectedLossParts,
  ends: readonly (readonly number[])[],
): RuleFit {
  const places = placesOf(ends);
  const work: Work = { left: mostWork.all };
  const unsettled = new Set<Place>();
  const closed = closedLossOf(landscape, parts.closed);
  const restOf = (theta: readonly number[]) => (parts.sampled.length === 1 ? closed(theta) : undefined);
  const fineness = parts.sampled.map((part) => fitPart(part, places, work, unsettled, restOf));
  const settledEnds = places.filter((place) => !unsettled.has(place)).map(({ theta }) => theta);
  const failed = ends.filter((end) => [...unsettled].some(({ theta }) => theta === end));
  const tried = failed.slice(0, mostTried).map((end) => adaptively(landscape, parts, end));
  const refusals = tried.flatMap((found) => ("reason" in found ? [found.reason] : []));
  const refusal = 2 * refusals.length > tried.length ? { refusal: refusals[0]! } : {};
  const known: Known[] = [
    { theta: landscape.weights.map(({ start }) => start), found: { loss: parts.atStart } },
    ...settledEnds
      .slice(0, mostCertified)
      .map((theta) => ({ theta, found: adaptively(landscape, parts, theta) })),
  ];
  for (let refined = 0; refined < mostRefined; refined++) {
    const finer = certified(closed, parts, fineness, known);
    if (finer === undefined) {
      return { fineness, trusted: true, ...refusal };
    }
    if (finer.some((own) => own === undefined)) {
      break;
    }
    fineness.splice(0, fineness.length, ...(finer as GridFineness[]));
  }
  return { fineness: parts.sampled.map(({ coarsest }) => coarsest), trusted: false, ...refusal };
}

function placesOf(ends: readonly (readonly number[])[]): readonly Place[] {
  const places = ends.map((theta): Place => ({ theta, share: 1 / ends.length }));
  const center = ends[0]?.map(
    (_, weight) => ends.reduce((sum, theta) => sum + theta[weight]!, 0) / ends.length,
  );
  const out = ends
    .slice(0, beyond.places)
    .map((theta) =>
      theta.map((value, weight) => center![weight]! + beyond.factor * (value - center![weight]!)),
    );
  const share = beyond.share / Math.max(1, out.length);
  return [...places, ...out.map((theta): Place => ({ theta, share }))];
}

/** Adds places at which the rules of any fineness do not agree to `unsettled`. */
function fitPart(
  part: SampledLoss,
  places: readonly Place[],
  work: Work,
  unsettled: Set<Place>,
  restOf: (theta: readonly number[]) => number | undefined,
): GridFineness {
  if (part.exact) {
    return part.coarsest;
  }
  const needs: { place: Place; fineness: GridFineness; cost: number }[] = [];
  const seen = new Map<string, SettledLoss | undefined>();
  for (const place of places) {
    if (work.left <= 0) {
      break;
    }
    const key = place.theta.join();
    if (!seen.has(key)) {
      const own: Work = { left: Math.min(work.left, mostWork.place) };
      const before = own.left;
      seen.set(key, part.settle(place.theta, part.coarsest, own, restOf(place.theta)));
      work.left -= before - own.left;
    }
    const settled = seen.get(key);
    if (settled === undefined) {
      unsettled.add(place);
    }
    // what does not agree and is good enough beside the whole loss has to be looked at by itself
    else if (settled.agrees) {
      needs.push({ place, fineness: settled.fineness, cost: part.work(settled.fineness) });
    }
  }
  needs.sort((one, other) => one.cost - other.cost);
  let joint = part.coarsest;
  let best = joint;
  let least = Number.POSITIVE_INFINITY;
  let rest = needs.reduce((sum, { place, cost }) => sum + place.share * dearer * cost, 0);
  for (const { place, fineness, cost } of needs) {
    joint = joint.map(({ step, reach }, i) => ({
      step: Math.max(step, fineness[i]!.step),
      reach: Math.max(reach, fineness[i]!.reach),
    }));
    rest -= place.share * dearer * cost;
    const total = part.work(joint) + rest;
    if (total > least) {
      continue;
    }
    least = total;
    best = joint;
  }
  return settlingAll(
    part,
    needs.filter(({ cost }) => cost <= part.work(best)).map(({ place }) => place.theta),
    best,
  );
}

/** Rules of different kinds are no finer in everything: a step or two more may be needed to hold for all. */
function settlingAll(
  part: SampledLoss,
  thetas: readonly (readonly number[])[],
  fineness: GridFineness,
): GridFineness {
  let own = fineness;
  for (let step = 0; step < 4; step++) {
    const good = thetas.filter((theta) => part.estimate(theta, own).settled).length;
    if (good >= 0.9 * thetas.length) {
      return own;
    }
    own = part.finer(own) ?? own;
  }
  return fineness;
}

/**
 * Compares with adaptive integration. `undefined` when both find the same, else finer rules, of which some are undefined
 * when there are none.
 */
function certified(
  closed: CompiledExpression,
  parts: ExpectedLossParts,
  fineness: readonly GridFineness[],
  places: readonly Known[],
): (GridFineness | undefined)[] | undefined {
  const all = { left: Number.POSITIVE_INFINITY };
  const same = places.every(({ theta, found }) => {
    let loss = closed(theta);
    let scale = Math.abs(loss);
    for (const [index, part] of parts.sampled.entries()) {
      const estimate = part.settle(theta, fineness[index]!, all)?.estimate;
      // what the rules do not settle they do not claim to know
      if (estimate === undefined) {
        return true;
      }
      loss += estimate.value;
      scale += estimate.scale;
    }
    // adaptive integration may refuse what takes it too long
    const known = "loss" in found ? found.loss : farther(closed(theta), parts, fineness, theta);
    return known !== undefined && Math.abs(known - loss) <= sameness * scale;
  });
  return same ? undefined : parts.sampled.map((part, index) => part.finer(fineness[index]!));
}

/** The loss by rules that are finer and reach as far as any, when they agree. */
function farther(
  closed: number,
  parts: ExpectedLossParts,
  fineness: readonly GridFineness[],
  theta: readonly number[],
): number | undefined {
  let loss = closed;
  for (const [index, part] of parts.sampled.entries()) {
    const wide = part.farthest(fineness[index]!);
    const estimate = wide === undefined ? undefined : part.estimate(theta, wide);
    if (!estimate?.settled) {
      return undefined;
    }
    loss += estimate.value;
  }
  return loss;
}
