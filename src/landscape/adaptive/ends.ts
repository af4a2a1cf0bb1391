import { classScales } from "./certificate.js";
import type { FixedPoints } from "./fixed-points.js";
import type { GridFunctions } from "./functions.js";
import type { Line } from "./line.js";

/** The logarithm of the largest number. */
const logLargest = Math.log(Number.MAX_VALUE);
/** No more of the fixed points than this are tried. */
const mostTried = 32;

/** What is asked of {@link powersAtEnds}. */
export interface EndsRequest {
  readonly lines: readonly Line[];
  readonly fixed: FixedPoints;
  readonly functions: GridFunctions;
  readonly width: number;
  /** The functions' means, roughly. */
  readonly centres: Float64Array;
  /** Powers that are asked for, and the scales of their moments `[function · powers + power − 1]`. */
  readonly powers: number;
  readonly moments: Float64Array;
  /** What may be left beyond the ends, relative to these scales. */
  readonly tolerance: number;
}

/**
 * Lowers `limits` (the highest power of each class that is integrated) where an integrand has not died away at the ends
 * of normal data: expectations of such powers do not exist, or not as far as numbers reach.
 * @returns a line along which not even the mean exists, if there is one
 */
export function powersAtEnds(request: EndsRequest, limits: Int32Array): Line | undefined {
  const { lines, fixed, functions, width, centres, powers, moments, tolerance } = request;
  const { logs } = classScales(functions, powers, moments);
  const logAllowed = (own: number, power: number): number =>
    logs[own * powers + power - 1]! + Math.log(tolerance / 50);
  const data = new Float64Array(width);
  const out = new Float64Array(functions.count);
  const stride = Math.max(1, Math.ceil(fixed.weights.length / mostTried));
  let failed: Line | undefined;

  /** Walks outwards; `signs[a]` tells in which direction of each line, or where in a bounded one. */
  const walk = (signs: readonly number[]): void => {
    const isOutward = (line: Line, a: number): boolean =>
      signs[a] !== 0 && !(signs[a]! < 0 ? line.endsBelow : line.bounded);
    const outward = lines.filter(isOutward);
    if (outward.length === 0) {
      return;
    }
    const reaches = outward[0]!.reaches;
    for (let i = 0; i < fixed.weights.length; i += stride) {
      for (let s = 0; s < fixed.slots.length; s++) {
        data[fixed.slots[s]!] = fixed.values[s]![i]!;
      }
      const before = new Float64Array(functions.count).fill(Number.NaN);
      const last = new Float64Array(functions.count).fill(Number.NaN);
      const weightBefore = new Float64Array(functions.count);
      const weightLast = new Float64Array(functions.count);
      const overflowed = new Uint8Array(functions.count);
      for (const reach of reaches) {
        let logWeight = 0;
        lines.forEach((line, a) => {
          const x = line.at(signs[a]! * (line.bounded ? 1 : reach));
          data[line.slot] = x;
          if (isOutward(line, a)) {
            logWeight += line.logWeight(x);
          }
        });
        functions.evaluate(data, out);
        for (let j = 0; j < functions.count; j++) {
          if (overflowed[j] === 1) {
            continue;
          }
          const size = Math.abs(out[j]! - centres[j]!);
          if (!(size < Infinity)) {
            overflowed[j] = 1;
            continue;
          }
          before[j] = last[j]!;
          weightBefore[j] = weightLast[j]!;
          last[j] = size === 0 ? -logLargest : Math.log(size / functions.factors[j]!);
          weightLast[j] = logWeight;
        }
      }
      for (let j = 0; j < functions.count; j++) {
        const own = functions.classes[j]!;
        for (let k = 1; k <= limits[own]!; k++) {
          const end = k * last[j]! + weightLast[j]!;
          const grows = end >= k * before[j]! + weightBefore[j]!;
          // what overflowed on the way must have been dying away before
          const fails = overflowed[j] === 1 ? grows || Number.isNaN(end) : end > logAllowed(own, k);
          if (!fails) {
            continue;
          }
          limits[own] = k - 1;
          if (k === 1) {
            failed = outward[0];
          }
        }
      }
    }
  };

  const choose = (signs: readonly number[]): void => {
    if (signs.length === lines.length) {
      walk(signs);
    } else {
      for (const sign of [-1, 0, 1]) {
        choose([...signs, sign]);
      }
    }
  };
  choose([]);
  return failed;
}
