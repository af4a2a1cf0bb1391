import type { MarkupContent } from "vscode-languageserver";
import { harmlessMarkdown } from "../markdown/index.js";

/** Markdown as an editor shows it beside what is typed; what users have written can do no harm in it. */
export function shownMarkdown(text: string): MarkupContent {
  return { kind: "markdown", value: harmlessMarkdown(text) };
}
