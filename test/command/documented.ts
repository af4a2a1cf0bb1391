import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./diag.js";

/** A fenced block of a page: the first word behind the fence, which may be none, the rest of that line, and what is in it. */
export interface DocumentedBlock {
  readonly kind: string;
  readonly words: string;
  readonly content: string;
}

/** The fenced blocks of a page, a path from the root, in its order. */
export function blocksIn(page: string): DocumentedBlock[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^( *)```(\w*)(?: ([^\n]*))?\n(.*?)^ *```$/gms)].map(
    ([, indent, kind, words, content]) => ({
      kind: kind!,
      words: words ?? "",
      // In a list a block is moved in.
      content: content!.replace(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

/** A program in a page of `docs`, and what the page says that it prints. */
export interface DocumentedProgram {
  readonly program: string;
  readonly printed: string;
}

/**
 * The programs of a language in a page, in its order, each with the block behind it that says what it prints.
 * @throws when one has no such block.
 */
export function programsIn(page: string, language: string): DocumentedProgram[] {
  const blocks = blocksIn(join("docs", page));
  return blocks.flatMap(({ kind, content }, index) => {
    if (kind !== language) {
      return [];
    }
    const next = blocks[index + 1];
    if (next?.kind !== "text") {
      throw new Error(`${page} does not say what its program ${content.slice(0, 40)}… prints`);
    }
    return [{ program: content, printed: next.content }];
  });
}

/** A command line of a page, and what the page says that it prints, if it does. */
export interface DocumentedCall {
  /** What stands behind `diag`. */
  readonly words: readonly string[];
  readonly line: string;
  readonly printed: string | undefined;
}

/** The words of a line of a shell, up to what is no word of its first command. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, apostrophes, quotes, plain, end] of line.matchAll(
    /'([^']*)'|"([^"]*)"|([^\s'"<>|&#;]+)|([<>|&#;])/g,
  )) {
    if (end !== undefined) {
      break;
    }
    words.push((apostrophes ?? quotes ?? plain)!);
  }
  return words;
}

/** The calls of `diag` in a block: a line each of `sh`; of `console` those with the shell's sign, and what stands below. */
export function callsIn({ kind, content }: DocumentedBlock): DocumentedCall[] {
  const pieces =
    kind === "console"
      ? content.split(/^\$ /m).slice(1)
      : content.split("\n").map((line) => line.replace(/\n$/, ""));
  return pieces.flatMap((piece) => {
    const [line, ...rest] = piece.split("\n");
    const [program, ...words] = wordsOf(line!);
    return program === "diag"
      ? [{ words, line: line!, printed: kind === "console" ? rest.join("\n") : undefined }]
      : [];
  });
}

/**
 * Whether a text is what a page says. An ellipsis stands for anything in a line, and alone in a line for any lines; how wide the columns of
 * a table are hangs on what the ellipses stand for, and does not count.
 */
export function isAsPrinted(text: string, printed: string): boolean {
  const even = (lines: string) =>
    lines
      .replace(/─+/g, "─")
      .replace(/[ \t]+/g, " ")
      .replace(/ $/gm, "")
      .trim();
  const pattern = even(printed)
    .split("\n")
    .map((line) =>
      line.trim() === "…"
        ? "(?:.*\n)*?.*"
        : line
            .split("…")
            .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
            .join(".*"),
    )
    .join("\n");
  return new RegExp(`^${pattern}$`).test(even(text));
}
