import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./diag.js";

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
  const text = readFileSync(join(root, "docs", page), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind, content]) => ({
    kind: kind!,
    content: content!,
  }));
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
