import { printableLine } from "../printable/index.js";
import { isFields } from "../shape/index.js";
import { themeKinds } from "./formulas/picture.js";

// Other editors than VS Code do not say that a setting has a value that it does not take: the log does.

interface Takes {
  readonly words: string;
  readonly isTaken: (value: unknown) => boolean;
}

const truth: Takes = { words: "true or false", isTaken: (value) => typeof value === "boolean" };

function oneOf(...words: readonly string[]): Takes {
  return {
    words: words.map((word) => JSON.stringify(word)).join(", "),
    isTaken: (value) => words.some((word) => word === value),
  };
}

/** The settings that the server reads, by their places below `diag`. */
const settings: Readonly<Record<string, Takes>> = {
  "hover.format": oneOf("image", "latex", "text"),
  "hover.theme": oneOf("auto", ...themeKinds),
  "inlayHints.diagram": truth,
  "inlayHints.shape": truth,
  "inlayHints.spaceTime": truth,
  "inlayHints.prediction": truth,
  codeLenses: truth,
  "engine.maximumTrials": {
    words: "a whole number from 1",
    isTaken: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  },
};

const options: Readonly<Record<string, Takes>> = {
  trusted: truth,
  readsOutside: truth,
  images: truth,
  commandLinks: truth,
  theme: oneOf(...themeKinds),
};

/** A line for each setting of the section `diag` that has a value it does not take. */
export function strangeSettings(section: unknown): string[] {
  return strange("the settings diag", "diag.", settings, section);
}

/** The same of what an editor gives as `initializationOptions`. */
export function strangeOptions(given: unknown): string[] {
  return strange("initializationOptions", "initializationOptions.", options, given);
}

function strange(
  what: string,
  prefix: string,
  known: Readonly<Record<string, Takes>>,
  given: unknown,
): string[] {
  if (given === undefined || given === null) {
    return [];
  }
  if (!isFields(given)) {
    return [`${what} count as none: they are ${shown(given)}, where an object with fields belongs`];
  }
  return Object.entries(known).flatMap(([name, { words, isTaken }]) => {
    const value = valueAt(given, name.split("."));
    return value === undefined || value === null || isTaken(value)
      ? []
      : [`${prefix}${name} is ${shown(value)}, which it does not take; set it to ${words}`];
  });
}

function valueAt(given: unknown, [first, ...rest]: readonly string[]): unknown {
  return first === undefined ? given : isFields(given) ? valueAt(given[first], rest) : undefined;
}

/** Something foreign, short and in one line. */
function shown(value: unknown): string {
  const text = printableLine(JSON.stringify(value) ?? String(value));
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
