import type { Arguments, OptionRules } from "./usage.js";

/** Exit statuses (LANGUAGE.md): as asked; the answer is no; bad usage or input; inconclusive. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** Where a verb writes: results, and messages about the work. */
export interface Terminal {
  /** A result for standard output. */
  print(text: string): void;
  /** A message for standard error. */
  note(text: string): void;
  /** A line on standard error that the next one overwrites; nothing unless a person watches. */
  progress(text: string): void;
  /** Aborts when the user presses Ctrl-C, or the process is asked to end. It may have aborted before a verb begins. */
  readonly interrupt: AbortSignal;
}

/** One verb of the command. */
export interface Verb {
  readonly name: string;
  /** The words after the verb, as help shows them. */
  readonly words: string;
  readonly summary: string;
  /** A command line that works on the bundled examples. */
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

/** Prints one JSON object on a line of its own. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.print(JSON.stringify(value));
}
