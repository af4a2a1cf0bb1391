/** Bad usage or bad input: one clear line, and exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** How one option of a verb is written. */
export interface OptionRule {
  /** `flag`: alone; `value`: one word after it; `words`: all words up to the next option. */
  readonly takes: "flag" | "value" | "words";
  /** How help and messages name what it takes. */
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

/** Options every verb takes, beside `--help`. */
export const commonOptions: OptionRules = {
  json: { takes: "flag", help: "print one JSON object and nothing else" },
};
