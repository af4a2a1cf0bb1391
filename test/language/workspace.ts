import { expect } from "vitest";
import {
  type AnalyzedFile,
  analyzeFile,
  type DiagDiagnostic,
  type SourceReader,
} from "../../src/language/index.js";

/** A reader of files that exist only here; it counts what is read. */
export function inMemory(files: Record<string, string>): SourceReader & { readonly reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    async readText(path) {
      reads.push(path);
      const text = files[path];
      if (text === undefined) {
        throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
      }
      return text;
    },
  };
}

/** Analyzes `main.diag`, given by its text, beside other files. */
export async function analyze(text: string, files: Record<string, string> = {}): Promise<AnalyzedFile> {
  return analyzeFile("main.diag", inMemory({ "main.diag": text, ...files }));
}

/**
 * Analyzes a text in which guillemets mark the places of the expected diagnostics, and expects exactly
 * those, in order: `severity code`, and what their messages must contain.
 */
export async function expectProblems(
  marked: string,
  expected: readonly (readonly [kind: string, message?: RegExp | string])[],
  files: Record<string, string> = {},
): Promise<AnalyzedFile> {
  const text = marked.replace(/[«»]/g, "");
  const places: { start: number; end: number }[] = [];
  const open: number[] = [];
  let offset = 0;
  for (const character of marked) {
    if (character === "«") {
      open.push(places.length);
      places.push({ start: offset, end: -1 });
    } else if (character === "»") {
      places[open.pop()!]!.end = offset;
    } else {
      offset += character.length;
    }
  }
  const result = await analyze(text, files);
  const found = result.diagnostics.map(({ severity, code, range, message }) => ({
    kind: `${severity} ${code}`,
    ...offsets(text, range),
    message,
  }));
  expect(found.map(({ kind, start, end }) => ({ kind, start, end }))).toEqual(
    expected.map(([kind], index) => ({ kind, ...places[index] })),
  );
  expected.forEach(([, message], index) => {
    if (message !== undefined) {
      expect(found[index]!.message).toMatch(message);
    }
  });
  for (const { message } of found) {
    expect(message).not.toContain("\n");
  }
  return result;
}

/** The text that a range covers. */
export function textAt(text: string, range: DiagDiagnostic["range"]): string {
  const { start, end } = offsets(text, range);
  return text.slice(start, end);
}

function offsets(text: string, range: DiagDiagnostic["range"]): { start: number; end: number } {
  const lines = text.split("\n");
  const offsetOf = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((sum, content) => sum + content.length + 1, 0) + character;
  return { start: offsetOf(range.start), end: offsetOf(range.end) };
}

/** A landscape of one weight, to put before what a test is about. */
export const gauss = "landscape gauss { weights h = 0 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2 }\n";
