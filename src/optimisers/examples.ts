import { optimisers } from "./list.js";
import { numbersOf } from "./reading.js";
import type { OptimiserRecord } from "./record.js";

/** An optimiser as a file writes it: `gd(N = 10, T = 10)`. */
export function exampleOf(record: OptimiserRecord): string {
  return `${record.name}(${numbersOf(record)
    .map(({ name, example }) => `${name} = ${example}`)
    .join(", ")})`;
}

/** What the command takes behind an optimiser's option: `N=10,T=10`. */
export function exampleValues(record: OptimiserRecord): string {
  return numbersOf(record)
    .map(({ name, example }) => `${name}=${example}`)
    .join(",");
}

/** The command's option: `--gd N=10,T=10`. */
export function exampleOption(record: OptimiserRecord): string {
  return `--${record.name} ${exampleValues(record)}`;
}

/** An example of each optimiser, as a message lists them. */
export function examplesOfAll(write: (record: OptimiserRecord) => string = exampleOf): string {
  return optimisers.map(write).join(" or ");
}
