import type { PairedRules, Parameters, PointRule } from "./distribution.js";
import {
  finerStep,
  moved,
  normalised,
  type PairedRule,
  piecewise,
  type SourceRule,
  shifts,
} from "./paired.js";

/**
 * A density after a change of variables with which it dies away so fast in both directions that the trapezoidal rule is
 * right to all digits (Takahasi and Mori).
 */
export interface Decaying {
  /** The datum at a value of the variable. */
  place(t: number): number;
  /** The logarithm of the density of the variable, but for a constant. */
  logWeight(t: number): number;
  /** About where that is largest, and how far it is to where it is much smaller. */
  readonly mode: number;
  readonly unit: number;
  /** No value of the variable is beyond. */
  readonly ends: readonly [low: number, high: number];
}

/** The same for an interval that is cut into pieces: any variable that grows with the datum. */
export interface Pieces {
  place(t: number): number;
  /** The variable at a datum. */
  from(x: number): number;
  logWeight(t: number): number;
  readonly mode: number;
  readonly ends: readonly [low: number, high: number];
  /** Where the density has a kink. */
  readonly kinks?: readonly number[];
}

/** How far down the logarithm of a density goes, from reach to reach: those of a normal one at the same deviations. */
const cuts = [36.1, 50, 72, 112, 180, 288, 450, 684];

/** What is below this beside the largest weight is so rare that an overflow there does not matter. */
const negligible = 84.5;

/** Steps of the rules of a ladder; the fine ones have prime numbers of points a unit. */
const widths = [
  0.44,
  0.4,
  0.36,
  0.32,
  0.28,
  0.25,
  0.22,
  0.19,
  0.165,
  0.14,
  0.12,
  0.1,
  1 / 13,
  1 / 17,
  1 / 29,
  1 / 53,
  1 / 97,
  1 / 193,
  1 / 389,
  1 / 769,
];

/** Which rule of the ladder judges the coarser ones. */
export const decayingReference = 13;

/** Where a logarithm has come down by a cut from where it is at the mode, between that and an end. */
export function whereBelow(logWeight: (t: number) => number, mode: number, end: number, cut: number): number {
  const least = logWeight(mode) - cut;
  if (logWeight(end) >= least) {
    return end;
  }
  let [inside, outside] = [mode, end];
  for (let halving = 0; halving < 200; halving++) {
    const middle = (inside + outside) / 2;
    if (middle === inside || middle === outside) {
      break;
    }
    if (logWeight(middle) >= least) {
      inside = middle;
    } else {
      outside = middle;
    }
  }
  return inside;
}

interface Trapezoid {
  readonly points: number[];
  readonly logs: number[];
}

function trapezoid(part: Decaying, width: number, shift: number, cut: number): Trapezoid {
  const { mode, unit, ends, logWeight, place } = part;
  const step = width * unit;
  const low = Math.ceil((whereBelow(logWeight, mode, ends[0], cut) - mode) / step - shift);
  const high = Math.floor((whereBelow(logWeight, mode, ends[1], cut) - mode) / step - shift);
  const points: number[] = [];
  const logs: number[] = [];
  for (let i = low; i <= high; i++) {
    const t = mode + (i + shift) * step;
    points.push(place(t));
    logs.push(logWeight(t));
  }
  return { points, logs };
}

/** A rule of one part, or of two that mirror each other, the outermost points first and last. */
function ruleOf(parts: readonly Decaying[], width: number, shift: number, cut: number): Trapezoid {
  const [first, second] = parts.map((part, i) => trapezoid(part, width, i === 0 ? shift : shift / 2, cut));
  return second === undefined
    ? first!
    : {
        points: [...first!.points.reverse(), ...second.points],
        logs: [...first!.logs.reverse(), ...second.logs],
      };
}

function weightsOf(logs: readonly number[]): { weights: Float64Array; far: Uint8Array } {
  const largest = Math.max(...logs);
  return {
    weights: normalised(Float64Array.from(logs, (log) => Math.exp(log - largest))),
    far: Uint8Array.from(logs, (log) => (log < largest - negligible ? 1 : 0)),
  };
}

export function ladderOf(parts: readonly Decaying[]): readonly (() => PointRule)[] {
  return widths.map((width) => () => {
    const { points, logs } = ruleOf(parts, width, 0, cuts.at(-1)!);
    return { points: Float64Array.from(points), ...weightsOf(logs) };
  });
}

export function pairsOf(
  partsOf: (parameters: Parameters) => readonly Decaying[],
  piecesOf: (parameters: Parameters) => Pieces,
): PairedRules {
  return {
    steps: 20,
    rule: (parameters, { step, reach }, breaks): PairedRule => {
      const cut = cuts[reach]!;
      if (breaks.length > 0) {
        return inPieces(piecesOf(parameters), step, cut, breaks);
      }
      const width = 0.6 * 2 ** (-step / 2);
      const rule = (own: number, shift: number): SourceRule => {
        const { points, logs } = ruleOf(partsOf(parameters), own, shift, cut);
        return {
          columns: [Float64Array.from(points)],
          weights: weightsOf(logs).weights,
          beyond: [10 / own, 13 / own],
        };
      };
      return [rule(width, shifts[0]), rule(finerStep * width, shifts[1])];
    },
  };
}

function inPieces(pieces: Pieces, step: number, cut: number, breaks: readonly number[]): PairedRule {
  const { mode, ends, logWeight, from, place, kinks = [] } = pieces;
  const low = whereBelow(logWeight, mode, ends[0], cut);
  const high = whereBelow(logWeight, mode, ends[1], cut);
  const inside = [...new Set([...breaks, ...kinks])]
    .map(from)
    .filter((t) => t > low && t < high)
    .sort((a, b) => a - b);
  const most = logWeight(mode);
  return moved(
    piecewise(step, [low, ...inside, high], (t) => Math.exp(logWeight(t) - most), true),
    place,
  );
}
