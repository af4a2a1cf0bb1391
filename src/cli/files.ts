import { relative } from "node:path";
import type { Diagram } from "../diagram/index.js";
import { readTextFile, UnreadableFile } from "../files/index.js";
import {
  type AnalyzedFile,
  analyzeText,
  diskReader,
  type GivenValues,
  TextLoader,
} from "../language/index.js";
import { UsageError } from "./usage.js";
import type { Terminal } from "./verb.js";

/** The largest `.diag` file read, in bytes. */
const largestSource = 2 * 2 ** 20;

/**
 * The text of a `.diag` file that somebody named.
 * @throws UsageError with the path, when it cannot be read.
 */
export async function readGivenFile(path: string): Promise<string> {
  try {
    return await readTextFile(path, largestSource);
  } catch (error) {
    throw error instanceof UnreadableFile ? new UsageError(`${path}: ${error.message}`) : error;
  }
}

/**
 * Analyses a file given on the command line.
 * @param terminal is told of it.
 * @param over what all its verifies run over, instead of what they say.
 * @throws UsageError when it cannot be read at all.
 */
export async function analyzeGivenFile(
  path: string,
  terminal?: Pick<Terminal, "doing" | "texts">,
  over?: GivenValues,
): Promise<AnalyzedFile> {
  terminal?.doing(`reading ${path}`);
  // A given file that cannot be read is bad input, where an import's is a diagnostic.
  return analyzeText(terminal?.texts?.get(path) ?? (await readGivenFile(path)), {
    path,
    loader: new TextLoader(diskReader),
    ...(over === undefined ? {} : { over }),
  });
}

/** Tells what was guessed about files of data, whose numbers are used without being shown. */
export function tellGuesses(file: AnalyzedFile, terminal: Terminal): void {
  for (const { severity, code, message, range } of file.diagnostics) {
    if (severity === "warning" && code === "bad-distribution") {
      const { line, character } = range.start;
      terminal.note(`${shownPath(file.file)}:${line + 1}:${character + 1}: warning: ${message}`);
    }
  }
}

/** The file that a verb works on, of words that may go on with names. @throws UsageError without one. */
export function firstFile(words: readonly string[], verb: string): string {
  if (words.length === 0) {
    throw new UsageError(`diag ${verb} needs a FILE; diag ${verb} --help shows an example`);
  }
  return words[0]!;
}

/** The one file that a verb works on, and nothing else. @throws UsageError without one, and with more words. */
export function onlyFile(words: readonly string[], verb: string): string {
  const file = firstFile(words, verb);
  if (words.length > 1) {
    const isPair = /^[\p{L}_][\p{L}\p{N}_]*=/u.test(words[1]!);
    const advice = isPair
      ? "; name=value pairs stand with commas and no spaces between them, as N=10,E=1,B=1"
      : "";
    throw new UsageError(`diag ${verb} takes one FILE; "${words[1]}" is too much${advice}`);
  }
  return file;
}

/** Names that somebody has joined by commas or within quotes, as they are to be written; nothing when it may be one. */
export function namesWithin(text: string): string | undefined {
  const names = text.split(/[\s,;+]+/).filter((name) => name !== "");
  return /[\s,;+]/.test(text) && names.length > 0 ? names.map(quotedForShell).join(" ") : undefined;
}

/** Parentheses mean something to a shell. */
function quotedForShell(word: string): string {
  return /^[\p{L}\p{N}_.-]+$/u.test(word) ? word : `'${word}'`;
}

/** A path as short as a person would write it. */
export function shownPath(path: string): string {
  const shown = relative(process.cwd(), path);
  return shown === "" || shown.startsWith("..") ? path : shown;
}

/**
 * A diagram that may be summed: what `verify` does not predict with, nothing else sums.
 * @throws UsageError when there is none of this name, or something is wrong with it.
 */
export function findSoundDiagram(name: string, file: AnalyzedFile): Diagram {
  const { diagram } = findDeclaration(file.diagrams, name, "diagram", file);
  const error = file.diagramErrors.get(name);
  if (error) {
    const { line, character } = error.range.start;
    throw new UsageError(
      `diagram ${name} cannot be used: ${shownPath(error.file)}:${line + 1}:${character + 1}: ${error.message}`,
    );
  }
  return diagram;
}

/**
 * Looks a declaration up by name.
 * @param kind what it is called in messages, such as `diagram`.
 * @throws UsageError saying which names there are, or what is wrong with the file.
 */
export function findDeclaration<Value>(
  declarations: ReadonlyMap<string, Value>,
  name: string,
  kind: string,
  file: AnalyzedFile,
): Value {
  const found = declarations.get(name);
  if (found !== undefined) {
    return found;
  }
  // Of landscapes there is one to name.
  const several = kind === "landscape" ? undefined : namesWithin(name);
  if (several !== undefined) {
    throw new UsageError(`"${name}" is the name of no ${kind}; separate names by spaces: ${several}`);
  }
  const error =
    file.brokenErrors.get(name) ?? file.diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (error) {
    const { line, character } = error.range.start;
    throw new UsageError(
      `${kind} ${name} cannot be used: ${shownPath(error.file)}:${line + 1}:${character + 1}: ${error.message}`,
    );
  }
  const names = [...declarations.keys()];
  throw new UsageError(
    `${shownPath(file.file)} has no ${kind} ${name}; ` +
      (names.length === 0 ? `it has no ${kind} at all` : `it has ${names.join(", ")}`),
  );
}
