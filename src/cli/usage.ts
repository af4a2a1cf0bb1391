/** Bad usage or bad input: one clear line, and exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** How one option of a verb is written. */
export interface OptionRule {
  /** `flag`: alone; `value`: one word after it; `words`: all words up to the next option. */
  readonly takes: "flag" | "value" | "words";
  /** How help names what it takes. */
  readonly hint?: string;
  readonly help: string;
  /** Present when the verb does not take it though others do: the line that says so. Help does not show it. */
  readonly refusal?: string;
}

export type OptionRules = Readonly<Record<string, OptionRule>>;

/** What stood on the command line after the verb. */
export class Arguments {
  constructor(
    readonly words: readonly string[],
    private readonly options: ReadonlyMap<string, readonly string[]>,
  ) {}

  has(option: string): boolean {
    return this.options.has(option);
  }

  value(option: string): string | undefined {
    return this.options.get(option)?.[0];
  }

  list(option: string): readonly string[] {
    return this.options.get(option) ?? [];
  }

  /**
   * A whole number.
   * @param most the largest that a message names. Where larger ones are judged later, by what else is known then, `taken` is
   * the largest that is returned.
   */
  whole(option: string, least: number, most: number, taken = most): number | undefined {
    const text = this.value(option);
    if (text === undefined) {
      return undefined;
    }
    const value = /^\d+(e\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least || value > taken) {
      throw new UsageError(`--${option} takes a whole number from ${least} to ${most}, not "${text}"`);
    }
    return value;
  }
}

/** Options every verb takes. */
export const commonOptions: OptionRules = {
  json: { takes: "flag", help: "print one JSON object and nothing else" },
  help: { takes: "flag", help: "say how this verb is used" },
};

/**
 * Reads words and options by the verb's rules; `--name value` and `--name=value` both work, and
 * everything after `--` is a word.
 * @throws UsageError for options the verb does not know, missing values and repeated options.
 */
export function readArguments(given: readonly string[], rules: OptionRules): Arguments {
  const words: string[] = [];
  const options = new Map<string, string[]>();
  const isOption = (word: string | undefined) => word !== undefined && /^--?[a-z]/i.test(word);
  for (let index = 0; index < given.length; index++) {
    const word = given[index]!;
    if (word === "--") {
      words.push(...given.slice(index + 1));
      break;
    }
    if (!isOption(word)) {
      words.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const written = equals === -1 ? word : word.slice(0, equals);
    const name = written === "-h" ? "help" : written.replace(/^--/, "");
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) {
      const known = Object.keys(rules).flatMap((one) => (rules[one]!.refusal ? [] : [`--${one}`]));
      throw new UsageError(`unknown option ${written}; this verb takes ${known.join(", ")}`);
    }
    if (rule.refusal !== undefined) {
      throw new UsageError(rule.refusal);
    }
    const values: string[] = [];
    if (rule.takes === "flag") {
      if (equals !== -1) {
        throw new UsageError(`--${name} takes no value`);
      }
    } else if (equals !== -1) {
      values.push(word.slice(equals + 1));
    } else {
      do {
        const next = given[index + 1];
        if (next === undefined || isOption(next)) {
          break;
        }
        values.push(next);
        index++;
      } while (rule.takes === "words");
    }
    if (rule.takes !== "flag" && values.length === 0) {
      throw new UsageError(`--${name} needs ${rule.hint ?? "a value"} after it`);
    }
    if (options.has(name) && rule.takes !== "words") {
      throw new UsageError(`--${name} is given twice; give it once`);
    }
    options.set(name, [...(options.get(name) ?? []), ...values]);
  }
  return new Arguments(words, options);
}
