import type { ChoiceParameter, OptimiserRecord, Parameter, WholeNumberParameter } from "./record.js";
import { type Descent, infinite, spaceTimeOf, spaceTimeProblem } from "./space-time.js";

/** What one of the arguments between an optimiser's parentheses is for. */
export type ArgumentPlace =
  | { readonly kind: "parameter" | "repeated"; readonly parameter: Parameter }
  /** There is no parameter of this name. */
  | { readonly kind: "unknown"; readonly name: string }
  /** Without a name, behind the last number. */
  | { readonly kind: "surplus" };

/** The numbers that have to be given, in the order in which they are read when they have no names. */
export function numbersOf({ parameters }: OptimiserRecord): readonly WholeNumberParameter[] {
  return parameters.filter(
    (parameter): parameter is WholeNumberParameter =>
      parameter.kind === "whole number" && parameter.default === undefined,
  );
}

/**
 * What each argument is for, by its name or else by its place, and which numbers have none.
 * @param names of the arguments; `undefined` for one without.
 */
export function placeArguments(
  record: OptimiserRecord,
  names: readonly (string | undefined)[],
): { readonly places: readonly ArgumentPlace[]; readonly missing: readonly WholeNumberParameter[] } {
  const numbers = numbersOf(record);
  const taken = new Set<Parameter>();
  const places = names.map((given, index): ArgumentPlace => {
    const name = given ?? numbers[index]?.name;
    if (name === undefined) {
      return { kind: "surplus" };
    }
    const parameter = record.parameters.find((one) => one.name === name);
    if (parameter === undefined) {
      return { kind: "unknown", name };
    }
    const kind = taken.has(parameter) ? "repeated" : "parameter";
    taken.add(parameter);
    return { kind, parameter };
  });
  return { places, missing: numbers.filter((parameter) => !taken.has(parameter)) };
}

/** Why texts are no space-time, for the words of whoever asked. */
export type SpaceTimeFault =
  | { readonly kind: "argument"; readonly place: ArgumentPlace }
  | { readonly kind: "missing"; readonly parameter: WholeNumberParameter }
  | { readonly kind: "option"; readonly parameter: ChoiceParameter; readonly text: string }
  /** In one line. */
  | { readonly kind: "problem"; readonly problem: string };

/**
 * A descent of arguments as texts, each with its name when it has one; or the first fault in them.
 * @param limits whether it may have a number that is infinite.
 */
export function readArguments(
  record: OptimiserRecord,
  given: readonly { readonly name?: string | undefined; readonly text: string }[],
  limits: "limits" | "no limits" = "no limits",
): { readonly value: Descent } | { readonly fault: SpaceTimeFault } {
  const { places, missing } = placeArguments(
    record,
    given.map(({ name }) => name),
  );
  const stranger = places.find(({ kind }) => kind !== "parameter");
  if (stranger !== undefined) {
    return { fault: { kind: "argument", place: stranger } };
  }
  if (missing.length > 0) {
    return { fault: { kind: "missing", parameter: missing[0]! } };
  }
  const values: Record<string, number | string> = {};
  for (const [index, place] of places.entries()) {
    const { text } = given[index]!;
    if (place.kind !== "parameter") {
      continue;
    }
    const { parameter } = place;
    if (parameter.kind === "choice" && !parameter.options.some(({ name }) => name === text)) {
      return { fault: { kind: "option", parameter, text } };
    }
    values[parameter.name] = parameter.kind === "choice" ? text : numberFrom(text);
  }
  const value = spaceTimeOf(record, values);
  const problem = spaceTimeProblem(value, undefined, limits);
  return problem === undefined ? { value } : { fault: { kind: "problem", problem } };
}

/** A number, a fraction of two, or `inf`; `NaN` for another text. */
function numberFrom(text: string): number {
  if (text.trim() === infinite) {
    return Number.POSITIVE_INFINITY;
  }
  const [above, below, ...more] = text
    .split("/")
    .map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  return more.length > 0 ? Number.NaN : below === undefined ? above! : above! / below;
}
