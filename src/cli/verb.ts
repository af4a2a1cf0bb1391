import { printableJson } from "../printable/index.js";
import { type Arguments, type OptionRules, UsageError } from "./usage.js";

/** Exit statuses (LANGUAGE.md): as asked; the answer is no; bad usage or input; inconclusive. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** What a verb that is stopped would leave unsaid, if it were stopped now and had no time for it. */
export interface KnownAnswer {
  /** What `--json` prints. */
  readonly json: object;
  /** What people are shown, beside what is printed already. */
  readonly text?: string;
  /** One line that says what became of the work. */
  readonly note: string;
  readonly status: ExitStatus;
  /** Whether the verb heeds `interrupt` by now wherever it waits, and has something to bring in order before it ends. */
  readonly endsInOrder: boolean;
}

/** Where a verb writes: results, and messages about the work. What would act on a terminal is shown instead. */
export interface Terminal {
  /** A result for standard output, of one or more lines. */
  print(text: string): void;
  /** A message for standard error, on one line. */
  note(line: string): void;
  /** How far the work has come: a line on standard error that the next one overwrites; nothing unless a person watches. */
  progress(line: string): void;
  /** What the verb does from now on, such as `predicting v`; said on standard error when it takes long. */
  doing(phase: string): void;
  /** What is known by now, for verbs of which a part of the answer is worth something. */
  known(answer: KnownAnswer): void;
  /** How many characters a line has where results go to a terminal. */
  readonly columns?: number | undefined;
  /** Aborts when the user presses Ctrl-C, or the process is asked to end. It may have aborted before a verb begins. */
  readonly interrupt: AbortSignal;
  /** Texts that stand for files, by the paths that verbs are given; others are read from the disk. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** One verb of the command. */
export interface Verb {
  readonly name: string;
  /** The words after the verb, as help shows them. */
  readonly words: string;
  readonly summary: string;
  /** A command line that works as it stands where `my.diag` is the example `gauss`, which `diag example` prints. */
  readonly example: string;
  readonly options: OptionRules;
  run(given: Arguments, terminal: Terminal): Promise<ExitStatus>;
}

/** A fault that ends a verb when some of its answer is known. */
export class FaultAfterAnswer extends Error {
  /**
   * @param fault what was thrown.
   * @param known what `--json` prints beside the error.
   */
  constructor(
    readonly fault: unknown,
    readonly known: object,
  ) {
    super();
  }
}

/**
 * Prints one JSON object on a line of its own.
 * @param status with which the verb ends: an answer as asked has no number that JSON cannot write and turns into `null`.
 * @throws UsageError that says where such a number is.
 */
export function printJson(terminal: Pick<Terminal, "print">, value: object, status: ExitStatus = 0): void {
  const where = status === 0 ? whereNotFinite(value) : undefined;
  if (where !== undefined) {
    throw new UsageError(`${where.slice(1)} of the answer is more than a double can hold`);
  }
  terminal.print(printableJson(value));
}

/** The place of a number that is not finite, such as `.terms[3].value`. */
function whereNotFinite(value: unknown): string | undefined {
  if (typeof value === "number") {
    return Number.isFinite(value) ? undefined : "";
  }
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const isList = Array.isArray(value);
  for (const [key, one] of Object.entries(value)) {
    const within = whereNotFinite(one);
    if (within !== undefined) {
      return `${isList ? `[${key}]` : `.${key}`}${within}`;
    }
  }
  return undefined;
}
