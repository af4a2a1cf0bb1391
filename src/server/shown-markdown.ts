import type { MarkupContent } from "vscode-languageserver";
import { harmlessMarkdown } from "../markdown/index.js";

/** What an editor shows as Markdown beside what is typed, of which nothing runs or is fetched. */
export function shownMarkdown(text: string): MarkupContent {
  return { kind: "markdown", value: harmlessMarkdown(text) };
}
