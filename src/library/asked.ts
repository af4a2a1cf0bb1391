import { fileURLToPath } from "node:url";
import { messageOf } from "../cli/message.js";
import { UsageError } from "../cli/usage.js";
import type { Terminal } from "../cli/verb.js";
import { printableJson } from "../printable/index.js";
import { wordsOfValue } from "./arguments.js";
import type * as published from "./interface.js";

/** What was asked cannot be answered; one line says why. */
export class DiagError extends Error implements published.DiagError {
  override readonly name = "DiagError";
}

/**
 * The answer of some work, or what was wrong as one line.
 * @throws DiagError; the signal's reason when it has aborted.
 */
export async function answered<Answer>(
  work: () => Promise<Answer>,
  signal?: AbortSignal | undefined,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TheirFault) {
      throw error.thrown;
    }
    if (signal?.aborted) {
      throw signal.reason;
    }
    throw faultOf(error);
  }
}

/** What a function that was given has thrown: it is the caller's own, and no fault of what was asked. */
class TheirFault extends Error {
  constructor(readonly thrown: unknown) {
    super("a function that was given has thrown");
  }
}

/** A function that was given, whose errors are let through as they are. */
export function theirs<Value>(
  tell: ((value: Value) => void) | undefined,
): ((value: Value) => void) | undefined {
  return (
    tell &&
    ((value) => {
      try {
        tell(value);
      } catch (thrown) {
        throw new TheirFault(thrown);
      }
    })
  );
}

/** Whatever was thrown, as one line. */
export function faultOf(error: unknown): DiagError {
  return new DiagError(messageOf(error));
}

/** A value as the command prints it: what is not finite is `null`, what is undefined is left out. */
export function asPrinted<Value>(value: Value): Value {
  return JSON.parse(printableJson(value)) as Value;
}

/** Refuses what is no text, such as a promise of one or a buffer. @throws UsageError */
export function checkText(text: unknown): asserts text is string {
  if (typeof text !== "string") {
    throw new UsageError(
      `the text of a .diag file is a string, not ${text === null ? "null" : `of type ${typeof text}`}`,
    );
  }
}

/** The path of a text, by what its file is called. @throws UsageError where an address is not of a file. */
export function pathOfText(file: string | URL = "untitled.diag"): string {
  if (typeof file !== "string" && !(file instanceof URL)) {
    throw new UsageError(`file takes a path or an address, not ${wordsOfValue(file)}`);
  }
  if (typeof file === "string" && !/^file:/i.test(file)) {
    return file;
  }
  try {
    return fileURLToPath(file);
  } catch {
    throw new UsageError(
      `${file} is not the address of a file here; give a path or an address that begins with file:`,
    );
  }
}

/** What a verb writes to: its answer goes into a list, its messages to whoever wants them. */
export function terminalOf(
  texts: ReadonlyMap<string, string>,
  signal: AbortSignal = new AbortController().signal,
  note: (line: string) => void = () => undefined,
): { readonly terminal: Terminal; readonly printed: readonly string[] } {
  const printed: string[] = [];
  const nothing = () => undefined;
  const terminal: Terminal = {
    print: (text) => printed.push(text),
    note,
    progress: nothing,
    doing: nothing,
    known: nothing,
    interrupt: signal,
    texts,
  };
  return { terminal, printed };
}
