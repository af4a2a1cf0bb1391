import { number, replaceSymbols, sum, symbol } from "./build.js";
import type { Expression } from "./expression.js";
import type { DataSource, Landscape } from "./landscape.js";

/** A datum whose mean is this many times its spread loses as much of what a double can tell of its spread. */
const far = 1000;
/** The same for an interval: logarithms and roots have their singularities at its ends, where all digits matter. */
const farInterval = 8;

/**
 * The same landscape with data that are far from 0 for their spread counted from their means, so that what they
 * vary by is not rounded away beside where they are; the landscape itself where there are none.
 */
export function recentred(landscape: Landscape): Landscape {
  const shifts = new Map<string, number>();
  const data = landscape.data.map((source): DataSource => {
    switch (source.kind) {
      case "normal":
        if (Math.abs(source.mean) < far * source.deviation) {
          return source;
        }
        shifts.set(source.name, source.mean);
        return { ...source, mean: 0 };
      case "uniform": {
        const middle = source.low + (source.high - source.low) / 2;
        if (Math.abs(middle) < (farInterval * (source.high - source.low)) / 2) {
          return source;
        }
        shifts.set(source.name, middle);
        return { ...source, low: source.low - middle, high: source.high - middle };
      }
      default:
        return source;
    }
  });
  if (shifts.size === 0) {
    return landscape;
  }
  const shifted = new Map<string, Expression>(
    [...shifts].map(([name, mean]) => [name, sum([symbol(name), number(mean)])]),
  );
  return { ...landscape, data, loss: replaceSymbols(landscape.loss, (name) => shifted.get(name)) };
}
