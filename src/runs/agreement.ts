import { counted } from "../printable/index.js";
import type { ClusterProgress } from "./cluster.js";
import type { Curves, Measurement, RunPoint, RunRecord } from "./model.js";

/**
 * What of a run contradicts the rest of it, in words for people; `undefined` when a run may have left it. Its fields are sound
 * by themselves (`isRecord`): this is for what comes from a file, where numbers may have been changed one by one.
 */
export function contradictionIn(record: RunRecord): string | undefined {
  const { etas, observables, points, partial, kept = [], terms, curves, progress, cluster } = record;
  if (!etas.every((eta) => eta > 0)) {
    return "a learning rate is not positive";
  }
  const [rates, labels] = [new Set(etas), new Set(observables)];
  const places = [...points, ...partial, ...kept, ...terms];
  if (places.some(({ eta, observable }) => !rates.has(eta) || !labels.has(observable))) {
    return "it has numbers of what it was not asked for";
  }
  if (curves.some(({ observable }) => !labels.has(observable))) {
    return "it has curves of what it was not asked for";
  }
  if (new Set(points.map(({ eta, observable }) => `${eta} ${observable}`)).size < points.length) {
    return "it has two values of one number";
  }
  if (record.kind === "evaluation" && points.length + partial.length + kept.length > 0) {
    return "it measured without simulating";
  }
  if (progress !== undefined && progress.trials > progress.totalTrials) {
    return "it has done more than all trials";
  }
  if (cluster?.progress !== undefined && !isPossible(cluster.progress)) {
    return "it has done more than all of it on a cluster";
  }
  return (
    firstOf([...points, ...partial, ...kept], (one) => contradictionInMeasurement(one, record.trials)) ??
    firstOf(points, contradictionInPoint) ??
    firstOf(curves, contradictionInCurves)
  );
}

function isPossible({ trials, totalTrials, shards, totalShards }: ClusterProgress): boolean {
  return trials <= totalTrials && shards <= totalShards;
}

function firstOf<Item>(list: readonly Item[], check: (item: Item) => string | undefined): string | undefined {
  for (const item of list) {
    const found = check(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function contradictionInMeasurement(
  { measured, standardError, trials, diverged }: Measurement,
  most: number,
): string | undefined {
  const count = trials - diverged;
  if (trials > most) {
    return `it has ${trials} of ${most} trials`;
  }
  if (count < 0) {
    return `of ${trials} trials ${diverged} cannot have diverged`;
  }
  if (standardError !== null && standardError < 0) {
    return "a standard error is negative";
  }
  if (count === 0 && measured !== null) {
    return "it has a mean of no trials";
  }
  return count < 2 && standardError !== null ? `it has a standard error of ${count} trials` : undefined;
}

function contradictionInPoint(point: RunPoint): string | undefined {
  const { trials, diverged, unfound = 0, steps, stepsPerSecond } = point;
  if (unfound > trials - diverged) {
    return `of ${counted(trials, "trial")} ${unfound} cannot be without a test loss`;
  }
  if (trials > 0 && steps % trials !== 0) {
    return `${counted(trials, "trial")} cannot have ${counted(steps, "update")}`;
  }
  const means = [point.remainder, point.plain, ...(point.orders ?? [])];
  if (means.some((mean) => (mean?.standardError ?? 0) < 0)) {
    return "a standard error is negative";
  }
  if (point.orders?.some(({ order }, at) => order !== at)) {
    return "its orders are not one after the other";
  }
  const magnitudes = [
    point.etaToDecide,
    point.truncation,
    point.rounding,
    point.roundingFloor,
    point.trialsToDecide,
  ];
  const isNegative = [steps, stepsPerSecond, ...magnitudes].some((value) => (value ?? 0) < 0);
  return isNegative ? "it has a magnitude below zero" : undefined;
}

function contradictionInCurves({ etas, orders, truncation, criteria = [] }: Curves): string | undefined {
  if (
    [...orders, truncation, ...criteria.map(({ values }) => values)].some(
      (list) => list.length !== etas.length,
    )
  ) {
    return "curves lack points";
  }
  const isIncreasing = etas.every((eta, at) => eta > 0 && (at === 0 || eta > etas[at - 1]!));
  return isIncreasing ? undefined : "curves run backwards";
}
