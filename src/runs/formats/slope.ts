import type { RunPoint } from "../model.js";
import { errorsWith, twoErrors } from "../student.js";

/** Differences below this share of the numbers compared are rounding, where nothing better is known of it. */
const roundingShare = 1e-12;

/** What a trial leaves over is rounded to this share of its orders. */
const roundingOfOrders = 1e-15;

/** How far a measurement is from its prediction. */
export interface Residual {
  readonly eta: number;
  /** `|measured − predicted|`. */
  readonly residual: number;
  /** The standard error, or what rounding alone makes of the numbers if that is more. */
  readonly noise: number;
  /** What the measured mean may be off by besides, when it was measured in single precision. */
  readonly floor?: number;
  /** Whether twice the noise (more with few trials) and the floor could have made all of it. */
  readonly isBelowNoise: boolean;
  /** Whether it is no more than what rounding leaves of the orders it is less. */
  readonly isRounding?: true;
}

/** A power law `residual ∝ eta^slope`, fitted to residuals. */
export interface SlopeFit {
  readonly slope: number;
  /** Of the slope: from the noise of the residuals, and from how badly a line fits when that is more. */
  readonly standardError: number;
  /** Where the fitted line passes through: the weighted geometric means. */
  readonly eta: number;
  readonly residual: number;
  /** Residuals above the noise. */
  readonly count: number;
}

/** The residuals of the points whose numbers are finite, in the order of the points. */
export function residualsOf(
  points: readonly (Pick<RunPoint, "eta" | "predicted" | "measured" | "standardError"> & Partial<RunPoint>)[],
): Residual[] {
  return points.flatMap((point) => {
    const { eta, predicted, measured, standardError, roundingFloor: floor, remainder } = point;
    if (remainder != null && remainder.measured !== null && eta > 0) {
      const rounding =
        roundingOfOrders * sum((point.orders ?? []).map((order) => Math.abs(order.measured ?? 0)));
      const noise = Math.max(remainder.standardError ?? Number.POSITIVE_INFINITY, rounding);
      const residual = Math.abs(remainder.measured);
      // What is exact but for rounding, as a flow is, has one trial.
      const errors = remainder.standardError === 0 ? noiseOf({}) : noiseOf(point);
      const isBelowNoise = !(residual > errors * noise);
      return [{ eta, residual, noise, isBelowNoise, ...(residual <= rounding ? { isRounding: true } : {}) }];
    }
    if (predicted === null || measured === null || !(eta > 0)) {
      return [];
    }
    const residual = Math.abs(point.difference ?? measured - predicted);
    const rounding = point.rounding ?? roundingShare * Math.max(Math.abs(measured), Math.abs(predicted));
    const noise = Math.max(standardError ?? Number.POSITIVE_INFINITY, rounding);
    const isBelowNoise = !(residual > noiseOf(point) * noise + (floor ?? 0));
    return [{ eta, residual, noise, ...(floor === undefined ? {} : { floor }), isBelowNoise }];
  });
}

/** Within so many errors a residual tells nothing. */
function noiseOf({ trials = Number.POSITIVE_INFINITY, diverged = 0 }: Partial<RunPoint>): number {
  return errorsWith(trials - diverged, twoErrors);
}

/** Whether what is left over was measured by itself, whatever is predicted. */
export function hasRemainders(points: readonly Pick<RunPoint, "remainder">[]): boolean {
  return points.some(({ remainder }) => remainder != null);
}

/**
 * Fits a line to `ln residual` against `ln eta` by least squares, each residual above the noise with the weight
 * that its noise and its floor together give to its logarithm.
 * @returns `undefined` when fewer than two learning rates have a residual above the noise.
 */
export function fitSlope(residuals: readonly Residual[]): SlopeFit | undefined {
  const used = residuals.filter(({ isBelowNoise }) => !isBelowNoise);
  if (new Set(used.map(({ eta }) => eta)).size < 2) {
    return undefined;
  }
  const places = used.map(({ eta, residual, noise, floor = 0 }) => ({
    x: Math.log(eta),
    y: Math.log(residual),
    // The first-order error of a logarithm is the relative error.
    weight: (residual / (noise + floor)) ** 2,
  }));
  const total = sum(places.map(({ weight }) => weight));
  const x = sum(places.map((place) => place.weight * place.x)) / total;
  const y = sum(places.map((place) => place.weight * place.y)) / total;
  const spread = sum(places.map((place) => place.weight * (place.x - x) ** 2));
  const slope = sum(places.map((place) => place.weight * (place.x - x) * (place.y - y))) / spread;
  const misfit = sum(places.map((place) => place.weight * (place.y - y - slope * (place.x - x)) ** 2));
  const freedom = places.length - 2;
  const worse = freedom > 0 ? Math.max(1, Math.sqrt(misfit / freedom)) : 1;
  return {
    slope,
    standardError: worse / Math.sqrt(spread),
    eta: Math.exp(x),
    residual: Math.exp(y),
    count: places.length,
  };
}

/**
 * The slope that residuals should have: one more than the order predicted to, when all diagrams up to it are
 * summed exactly, or what is left over by the orders is measured by itself; `undefined` for other predictions.
 */
export function expectedSlope(run: {
  readonly prediction: string;
  readonly sum: string;
  readonly order: number;
  readonly points?: readonly Pick<RunPoint, "remainder">[];
}): number | undefined {
  if (hasRemainders(run.points ?? [])) {
    return run.order + 1;
  }
  return /^(?:order|series)\b/.test(run.prediction) && run.sum === "exact" ? run.order + 1 : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
