import { leastRealSquare } from "../enclosure/index.js";
import type { DataSource } from "../landscape.js";

/** The distribution of one continuous datum, as far as integration needs it. */
export interface Line {
  readonly source: Extract<DataSource, { kind: "normal" | "uniform" }>;
  readonly slot: number;
  /** Where the first cells begin and end, ascending. */
  readonly breaks: readonly number[];
  /** Whether it ends there, with nothing beyond. */
  readonly bounded: boolean;
  /** The standard deviation, and how many of them from the mean the breaks are, outwards. */
  readonly spread: number;
  readonly reaches: readonly number[];
  /** A place so many standard deviations from the mean; of a bounded line, −1 and 1 are its ends. */
  at(reach: number): number;
  density(x: number): number;
  /** The logarithm of the largest absolute value of the density on a disc of the complex plane. */
  logDensity(centre: number, radius: number): number;
  /** Whether the density is a straight line, as far as rules of two points can tell, on intervals of this half-length. */
  isFlat(half: number): boolean;
  /** The logarithm of an upper bound of the probability of an interval. */
  logMass(low: number, high: number): number;
}

const halfLogTau = Math.log(2 * Math.PI) / 2;

/** In standard deviations: beyond the last, the density is no longer a normal number. */
const normalBreaks = [0, 1.5, 3, 4.5, 6.5, 9, 12, 16, 22, 29, 37.5];

export function makeLine(source: Line["source"], slot: number): Line {
  if (source.kind === "uniform") {
    const { low, high } = source;
    const width = high - low;
    return {
      source,
      slot,
      breaks: withZero([0, 1 / 3, 2 / 3, 1].map((share) => low + share * width)),
      bounded: true,
      spread: width / Math.sqrt(12),
      reaches: [1],
      at: (reach) => (low + high) / 2 + (reach * width) / 2,
      density: () => 1 / width,
      logDensity: () => -Math.log(width),
      isFlat: () => true,
      logMass: (a, b) => Math.log((b - a) / width),
    };
  }
  const { mean, deviation } = source;
  const breaks = [
    ...normalBreaks
      .slice(1)
      .reverse()
      .map((z) => -z),
    ...normalBreaks,
  ];
  const scale = -halfLogTau - Math.log(deviation);
  const logDensity = (centre: number, radius: number): number =>
    scale - leastRealSquare((centre - mean) / deviation, radius / deviation) / 2;
  return {
    source,
    slot,
    breaks: withZero(breaks.map((z) => mean + deviation * z)),
    bounded: false,
    spread: deviation,
    reaches: normalBreaks.slice(1),
    at: (reach) => mean + deviation * reach,
    density: (x) => Math.exp(scale - ((x - mean) / deviation) ** 2 / 2),
    logDensity,
    isFlat: (half) => half <= 1e-3 * deviation,
    logMass: (a, b) => {
      const nearest = Math.min(Math.max(mean, a), b);
      return Math.log(b - a) + scale - ((nearest - mean) / deviation) ** 2 / 2;
    },
  };
}

/** Zero, where roots, logarithms and absolute values of a datum have their kinks, ends a cell. */
function withZero(breaks: readonly number[]): number[] {
  const [low, high] = [breaks[0]!, breaks.at(-1)!];
  if (!(low < 0 && high > 0)) {
    return [...breaks];
  }
  return [...new Set([...breaks, 0])].sort((a, b) => a - b);
}
