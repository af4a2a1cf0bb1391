import { posix } from "node:path";

/* The imports of a text, found by their keyword: enough to know what a file sees, and to add one. */

const importPattern =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|(?<!\p{ID_Continue})import\s+"([^"\n\r]*)"|"[^"\n\r]*"/gu;

// Ordinary comments at the top that an empty line parts from the rest are of the file, not of its first declaration.
const openingPattern =
  /^(?:\s*\/\/[^\n]*\n)+(?=[ \t]*\r?\n)|^\s*\/\*(?!\*)[\s\S]*?\*\/[ \t]*\r?\n(?=[ \t]*\r?\n)/;

/** The paths that a text imports, as it writes them. */
export function importedPaths(text: string): string[] {
  return [...text.matchAll(importPattern)].flatMap(([, path]) => path ?? []);
}

/** An import to be put into a text. */
export interface ImportEdit {
  readonly offset: number;
  readonly text: string;
}

/** One more import, behind the last one or at the top, below what is said of the whole file. */
export function addImport(text: string, path: string, lineBreak: string): ImportEdit {
  const line = `import "${path}"`;
  const last = [...text.matchAll(importPattern)].findLast(([, imported]) => imported !== undefined);
  if (last !== undefined) {
    return { offset: last.index + last[0].length, text: lineBreak + line };
  }
  const offset = openingPattern.exec(text)?.[0].length ?? 0;
  const before = offset === 0 ? "" : lineBreak;
  const after = offset === 0 && text.trim() !== "" ? lineBreak : "";
  return { offset, text: `${before}${line}${lineBreak}${after}` };
}

/** The path by which one file imports another, both absolute with `/`: `./landscapes.diag`. */
export function importPath(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith("../") ? path : `./${path}`;
}
