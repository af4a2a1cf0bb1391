import { type ContinuousSource, continuousOf, type LineShape } from "../distributions/index.js";

/** The distribution of one continuous datum, as far as integration needs it. */
export interface Line extends LineShape {
  readonly source: ContinuousSource;
  readonly slot: number;
  /** Whether it ends at the outermost breaks, with nothing beyond. */
  readonly bounded: boolean;
  /** Whether it ends at the first break. */
  readonly endsBelow: boolean;
  logWeight(x: number): number;
  lengthOf(low: number, high: number): number;
  readonly mean: number;
  /** The standard deviation. */
  readonly spread: number;
}

export function makeLine(source: ContinuousSource, slot: number): Line {
  const { parameters } = source;
  const { bounded, boundedBelow = bounded, mean, deviation, line } = continuousOf(source);
  const shape = line(parameters);
  const spread = deviation(parameters);
  return {
    logWeight: (x) => shape.logDensity(x, 0) + Math.log(spread),
    lengthOf: (low, high) => (high - low) / spread,
    source,
    slot,
    bounded,
    endsBelow: boundedBelow,
    mean: mean(parameters),
    spread,
    ...shape,
    breaks: withZero(shape.breaks),
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
