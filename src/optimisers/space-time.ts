import { counted } from "../printable/index.js";
import { optimisers } from "./list.js";
import type { OptimiserRecord, ParameterValues, UpdateRule } from "./record.js";
import { type Schedule, updates } from "./schedule.js";

/** How a descent goes, as a file says it: an optimiser and what was chosen for its parameters. */
export interface Descent {
  /** The name of the optimiser's record. */
  readonly optimiser: string;
  readonly parameters: ParameterValues;
}

/** What one descent does beyond another that starts at the same place, with the same random numbers as far as both have them. */
export interface Difference {
  readonly first: Descent;
  readonly minus: Descent;
}

/** What is predicted and measured: a descent, or the difference of two. */
export type SpaceTime = Descent | Difference;

export function isDifference(spacetime: SpaceTime): spacetime is Difference {
  return "minus" in spacetime;
}

/** The descents of a space-time: one, or of a difference the first and then the one that is taken off. */
export function sidesOf(spacetime: SpaceTime): readonly [Descent] | readonly [Descent, Descent] {
  return isDifference(spacetime) ? [spacetime.first, spacetime.minus] : [spacetime];
}

export function optimiserNamed(name: string): OptimiserRecord | undefined {
  return optimisers.find((record) => record.name === name);
}

/**
 * An optimiser's space-time; choices that are not among the values get their defaults, and numbers that are their defaults
 * are left out.
 */
export function spaceTimeOf(record: OptimiserRecord, values: ParameterValues): Descent {
  const parameters = record.parameters.flatMap((parameter) => {
    const { name, kind } = parameter;
    const value = values[name] ?? parameter.default ?? (kind === "choice" ? undefined : Number.NaN);
    return value === undefined || (kind !== "choice" && value === parameter.default)
      ? []
      : [[name, value] as const];
  });
  return { optimiser: record.name, parameters: Object.fromEntries(parameters) };
}

/** @throws RangeError for a name that is no optimiser's. */
export function optimiserOf({ optimiser }: Descent): OptimiserRecord {
  const record = optimiserNamed(optimiser);
  if (record === undefined) {
    throw new RangeError(unknownOptimiser(optimiser));
  }
  return record;
}

/** Which cells a descent has. */
export function scheduleOf(descent: Descent): Schedule {
  return optimiserOf(descent).schedule(descent.parameters);
}

/** What its updates do. */
export function ruleOf(descent: Descent): UpdateRule {
  return optimiserOf(descent).rule(descent.parameters);
}

/** How long descents are, in a few words: `T = 10 updates`. */
export function durationOf(spacetime: SpaceTime): string {
  const durations = sidesOf(spacetime).map(
    (side) =>
      optimiserOf(side).duration?.(side.parameters) ?? `T = ${counted(updates(scheduleOf(side)), "update")}`,
  );
  return [...new Set(durations)].join(" and ");
}

/** How many updates a trial has, of both descents where there are two. */
export function updatesOf(spacetime: SpaceTime): number {
  return totalOf(spacetime, updates);
}

/** How often a trial looks at a training point, in both descents where there are two. */
export function visitsOf(spacetime: SpaceTime): number {
  return totalOf(spacetime, ({ points, epochs }) => points * epochs);
}

function totalOf(spacetime: SpaceTime, count: (schedule: Schedule) => number): number {
  return sidesOf(spacetime).reduce((sum, side) => sum + count(scheduleOf(side)), 0);
}

/** Whether there are training points, whose loss can be measured. */
export function hasTrainingPoints(spacetime: SpaceTime): boolean {
  return sidesOf(spacetime).every((side) => ruleOf(side).noise === undefined && !isFlow(side));
}

/** Whether nothing is random, so that one trial tells all. */
export function isFlow(spacetime: SpaceTime): boolean {
  return sidesOf(spacetime).every((side) => ruleOf(side).isFlow === true);
}

/** Whether it never ends: what is predicted of it is a limit (the paper's Theorem 2), and nothing can simulate it. */
export function isLimit(spacetime: SpaceTime): boolean {
  return sidesOf(spacetime).some((side) => updates(scheduleOf(side)) === Number.POSITIVE_INFINITY);
}

/** How far an update goes along the mean gradient of its batch, at a learning rate. */
export function stepSize(descent: Descent, eta: number): number {
  return eta * ruleOf(descent).rate;
}

/**
 * What is wrong with a descent, in one line that begins with the parameter's name, or `undefined` when nothing is.
 * @param written what an author wrote for one of its numbers, where that is known.
 * @param limits whether numbers may be infinite that have a limit.
 */
export function spaceTimeProblem(
  { optimiser, parameters }: Descent,
  written: (name: string, value: number) => string = (_, value) => writtenNumber(value),
  limits: "limits" | "no limits" = "no limits",
): string | undefined {
  const record = optimiserNamed(optimiser);
  if (record === undefined) {
    return unknownOptimiser(optimiser);
  }
  const most = Number.MAX_SAFE_INTEGER;
  for (const parameter of record.parameters) {
    const { name } = parameter;
    const value = parameters[name];
    if (parameter.kind === "number") {
      if (value !== undefined && !(typeof value === "number" && value > 0 && Number.isFinite(value))) {
        return `${name} = ${written(name, Number(value))} is not a positive number; write one, such as ${name} = ${parameter.example}`;
      }
    } else if (parameter.kind === "choice") {
      const isLeftOut = value === undefined && parameter.default === undefined;
      if (!isLeftOut && !parameter.options.some((option) => option.name === value)) {
        return `${name} = ${value} is not known; it is ${optionsOf(parameter, " or ")}`;
      }
    } else if (value === Number.POSITIVE_INFINITY && parameter.hasLimit) {
      if (limits === "no limits") {
        return `${name} = ${infinite} is a limit, which nothing can simulate; write a whole number, such as ${name} = 100, or ask diag evaluate for it`;
      }
    } else if (
      !(value === undefined && parameter.default !== undefined) &&
      (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1)
    ) {
      return `${name} = ${written(name, Number(value))} is not a positive whole number up to ${most}; write one, such as ${name} = 1`;
    }
  }
  return record.problem?.(parameters);
}

function unknownOptimiser(name: string): string {
  return `there is no optimiser ${name}; choose ${optimisers.map((record) => record.name).join(" or ")}`;
}

/** The options of a choice, as a message lists them. */
export function optionsOf(
  { options }: { readonly options: readonly { readonly name: string }[] },
  separator: string,
  show: (name: string) => string = (name) => name,
): string {
  return options.map(({ name }) => show(name)).join(separator);
}

/** How a limit is written. */
export const infinite = "inf";

/** A number for a message; what a double does not hold exactly is not what was written, and is said to be about it. */
export function writtenNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) {
    return infinite;
  }
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact ? String(value) : `about ${value.toPrecision(3)}`;
}

/** The largest denominator of a fraction that is written as one. */
const largestDenominator = 100;

/** A number as a file writes it: as a fraction where its decimals are long and it is one. */
export function shortNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) {
    return infinite;
  }
  if (!Number.isInteger(value) && String(value).length > 8) {
    for (let below = 3; below <= largestDenominator; below++) {
      const above = Math.round(value * below);
      if (above / below === value) {
        return `${above}/${below}`;
      }
    }
  }
  return String(value);
}

/** The space-time as a `.diag` file writes it; what is by default is left out. */
export function formatSpaceTime(spacetime: SpaceTime): string {
  return sidesOf(spacetime).map(formatDescent).join(" - ");
}

function formatDescent(descent: Descent): string {
  const record = optimiserOf(descent);
  const given = record.parameters.flatMap((parameter) => {
    const value = descent.parameters[parameter.name];
    const isOptional = parameter.kind === "choice" || parameter.default !== undefined;
    const isDefault = isOptional && (value === undefined || value === parameter.default);
    return isDefault ? [] : [`${parameter.name} = ${typeof value === "number" ? shortNumber(value) : value}`];
  });
  return `${record.name}(${given.join(", ")})`;
}
