import { Arguments, type OptionRules, UsageError } from "../cli/usage.js";
import { cutText, printableLine } from "../printable/index.js";

/** What an option of a verb may be as a value. */
export type Given = number | string | boolean | readonly string[] | undefined;

type Kind = OptionRules[string]["takes"];

const isTaken: Readonly<Record<Kind, (value: Given) => boolean>> = {
  flag: (value) => value === true,
  value: (value) => typeof value === "number" || typeof value === "string",
  words: (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
};

const wordsOf: Readonly<Record<Kind, string>> = {
  flag: "true or false",
  value: "a number or a text",
  words: "a list of texts",
};

/**
 * Options of a verb as its command line would have them.
 * @param rules the verb's, by the command's names.
 * @param given by the same names; what is undefined is not given.
 * @throws UsageError that names an option which is not known, or whose value is of another kind.
 */
export function argumentsOf(
  words: readonly string[],
  rules: OptionRules,
  given: Readonly<Record<string, Given>>,
): Arguments {
  const options = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(given)) {
    const rule = rules[name]!;
    if (value === undefined || value === false) {
      continue;
    }
    if (!isTaken[rule.takes](value)) {
      throw new UsageError(`${name} takes ${wordsOf[rule.takes]}, not ${wordsOfValue(value)}`);
    }
    options.set(name, value === true ? [] : [value as string | readonly string[]].flat().map(String));
  }
  return new Arguments(words, options);
}

/** What an option may be that the command has in no such form. */
export type Shape = "object" | "texts" | "function" | "signal" | "lists of numbers";

const isShaped: Readonly<Record<Shape, (value: unknown) => boolean>> = {
  object: isObject,
  texts: (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  function: (value) => typeof value === "function",
  signal: (value) => value instanceof AbortSignal,
  "lists of numbers": (value) =>
    isObject(value) &&
    Object.values(value).every((one) => Array.isArray(one) && one.every((each) => typeof each === "number")),
};

const wordsOfShape: Readonly<Record<Shape, string>> = {
  object: "an object, of names and their values",
  texts: "a list of texts",
  function: "a function",
  signal: "an AbortSignal",
  "lists of numbers": "an object of names and lists of numbers, such as { H: [0.1, 0.2] }",
};

/** Shapes of what more than one function takes. */
export const workingShapes = { signal: "signal", onNote: "function" } as const;

/** The options themselves. @throws UsageError where they are none. */
export function optionsGiven<Options extends object>(given: Options | undefined): Partial<Options> {
  if (given !== undefined && !isObject(given)) {
    throw new UsageError(`options are an object, not ${wordsOfValue(given)}`);
  }
  return given ?? {};
}

/** Refuses options of another shape than theirs; what is undefined is not given. @throws UsageError that names the first. */
export function checkShapes(given: object, shapes: Readonly<Record<string, Shape>>): void {
  for (const [name, shape] of Object.entries(shapes)) {
    const value: unknown = (given as Record<string, unknown>)[name];
    if (value !== undefined && !isShaped[shape](value)) {
      throw new UsageError(`${name} takes ${wordsOfShape[shape]}, not ${wordsOfValue(value)}`);
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, in words that are as short for large ones. */
export function wordsOfValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the text "${cutText(printableLine(value), 40)}"`;
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
    default:
      return `of type ${typeof value}`;
  }
}

/**
 * Refuses options that would do nothing.
 * @throws UsageError that names the first, and those that there are.
 */
export function checkKnown(given: object, known: readonly string[]): void {
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new UsageError(`${stranger} is not known here; there are ${known.join(", ")}`);
  }
}

/** `N=10,E=1` of names and values. @throws UsageError that names the option where they are none. */
export function pairsOf(option: string, values: Readonly<Record<string, number | string>>): string {
  checkShapes({ [option]: values }, { [option]: "object" });
  const stranger = Object.entries(values).find(([, value]) => !["number", "string"].includes(typeof value));
  if (stranger !== undefined) {
    throw new UsageError(
      `${option}: ${stranger[0]} takes a number or a text, not ${wordsOfValue(stranger[1])}`,
    );
  }
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
