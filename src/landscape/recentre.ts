import { number, replaceSymbols, sum, symbol } from "./build.js";
import { continuousOf } from "./distributions/index.js";
import type { Expression } from "./expression.js";
import type { DataSource, Landscape } from "./landscape.js";

/**
 * The same landscape with data that are far from 0 for their spread counted from their means, so that what they
 * vary by is not rounded away beside where they are; the landscape itself where there are none.
 */
export function recentred(landscape: Landscape): Landscape {
  const shifts = new Map<string, number>();
  const data = landscape.data.map((source): DataSource => {
    const shifted =
      source.kind === "continuous" ? continuousOf(source).shifted(source.parameters) : undefined;
    if (source.kind !== "continuous" || shifted === undefined) {
      return source;
    }
    shifts.set(source.name, shifted.shift);
    return { ...source, parameters: shifted.parameters };
  });
  if (shifts.size === 0) {
    return landscape;
  }
  const shifted = new Map<string, Expression>(
    [...shifts].map(([name, mean]) => [name, sum([symbol(name), number(mean)])]),
  );
  return { ...landscape, data, loss: replaceSymbols(landscape.loss, (name) => shifted.get(name)) };
}
