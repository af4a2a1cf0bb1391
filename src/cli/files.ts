import { readFile, stat } from "node:fs/promises";
import { relative } from "node:path";
import { type AnalyzedFile, analyzeFile, type SourceReader } from "../language/index.js";
import { UsageError } from "./usage.js";
import type { Terminal } from "./verb.js";

/** The largest file read, in bytes; a table of a million rows fits. */
const largestFile = 64 * 2 ** 20;

/** The largest `.diag` file read, in bytes. */
const largestSource = 2 * 2 ** 20;

/** Reads the files that `.diag` files import. */
export const fileReader: SourceReader = {
  readText: (path) => readText(path, largestFile),
};

async function readText(path: string, largest: number): Promise<string> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(
      path,
      error.code === "ENOENT" ? "no such file" : `cannot be read (${error.code})`,
      error.code,
    );
  });
  if (about.isDirectory()) {
    throw unreadable(path, "is a directory; name a file", "EISDIR");
  }
  // Devices and pipes have no size to judge by, and may never end.
  if (!about.isFile()) {
    throw unreadable(path, "is not a regular file; name a file");
  }
  if (about.size > largest) {
    const size = (about.size / 2 ** 20).toFixed(1);
    throw unreadable(path, `is ${size} MiB; files of up to ${largest / 2 ** 20} MiB are read`);
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, `cannot be read (${error.code})`, error.code);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(path, "is not text in UTF-8");
  }
}

/** The error keeps the system's code, by which an import's diagnostic is worded. */
function unreadable(path: string, problem: string, code?: string): UsageError {
  return Object.assign(new UsageError(`${path}: ${problem}`), { code });
}

/**
 * Analyses a file given on the command line.
 * @throws UsageError when it cannot be read at all.
 */
export async function analyzeGivenFile(path: string): Promise<AnalyzedFile> {
  // A given file that cannot be read is bad input, where an import's is a diagnostic.
  await readText(path, largestSource);
  return analyzeFile(path, fileReader);
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

/** The one file a verb works on. */
export function onlyFile(words: readonly string[], verb: string): string {
  if (words.length === 0) {
    throw new UsageError(`diag ${verb} needs a FILE; diag ${verb} --help shows an example`);
  }
  return words[0]!;
}

/** A path as short as a person would write it. */
export function shownPath(path: string): string {
  const shown = relative(process.cwd(), path);
  return shown === "" || shown.startsWith("..") ? path : shown;
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
  const error = file.diagnostics.find((diagnostic) => diagnostic.severity === "error");
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
