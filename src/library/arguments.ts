import { Arguments, type OptionRules, UsageError } from "../cli/usage.js";

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
      throw new UsageError(`${name} takes ${wordsOf[rule.takes]}`);
    }
    options.set(name, value === true ? [] : [value as string | readonly string[]].flat().map(String));
  }
  return new Arguments(words, options);
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

/** `N=10,E=1` of names and values. */
export function pairsOf(values: Readonly<Record<string, number | string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
