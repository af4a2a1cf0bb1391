import { asCode, asCodeBlock, asImage, harmlessLine, harmlessMarkdown } from "../../markdown/index.js";
import { roundedText } from "../../printable/index.js";
import { measuredText } from "../../runs/index.js";
import { dataUri } from "../formulas/picture.js";
import type { Typesetter } from "../formulas/typesetter.js";
import { latexToText } from "../formulas/unicode.js";
import type { HoverPreferences } from "../preferences.js";

/** What a hover says, before it is known how the editor shows it. */
export type HoverBlock =
  /** Paragraphs or a table of Markdown, texts of the user's among them, of which nothing runs or is fetched. */
  | { readonly kind: "text"; readonly markdown: string }
  /** A formula with what it is, a few words of Markdown. */
  | { readonly kind: "formula"; readonly label: string; readonly latex: string };

export function text(markdown: string): HoverBlock {
  return { kind: "text", markdown };
}

export function formula(label: string, latex: string): HoverBlock {
  return { kind: "formula", label, latex };
}

/** Editors cut off longer hovers, VS Code at 100,000 characters; an image that is cut off is broken. */
const longestHover = 90_000;

/** The hover's text for an editor: Markdown, or plain text where that is all it shows. */
export async function renderHover(
  blocks: readonly HoverBlock[],
  preferences: HoverPreferences,
  typesetter: Typesetter,
): Promise<string> {
  const paragraphs: string[] = [];
  let length = 0;
  const add = (paragraph: string) => {
    paragraphs.push(paragraph);
    length += paragraph.length + 2;
  };
  for (const block of blocks) {
    if (block.kind === "text") {
      add(preferences.markdown ? harmlessMarkdown(block.markdown) : withoutMarks(block.markdown));
      continue;
    }
    const { latex } = block;
    const label = preferences.markdown ? harmlessLine(block.label) : withoutMarks(block.label);
    const heading =
      preferences.commandLinks && preferences.markdown ? `${label} · ${copyLink(latex)}` : label;
    const picture =
      preferences.format === "image" && preferences.markdown
        ? await typesetter.picture(latex, preferences.theme)
        : undefined;
    const image = picture && asImage(latex, dataUri(picture));
    if (image !== undefined && length + heading.length + image.length < longestHover) {
      add(`${heading}\n\n${image}`);
    } else if (!preferences.markdown) {
      add(`${heading}\n${preferences.format === "latex" ? latex : latexToText(latex)}`);
    } else if (preferences.format === "text") {
      add(`${heading}\n\n${asCodeBlock(latexToText(latex), "text")}`);
    } else {
      add(`${heading}\n\n${asCodeBlock(latex, "latex")}`);
    }
  }
  return paragraphs.filter((paragraph) => paragraph !== "").join("\n\n");
}

/** A link that has the editor copy the formula: the only command of a hover. */
function copyLink(latex: string): string {
  const argument = encodeURIComponent(JSON.stringify([latex])).replace(
    /[()'!*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `[copy LaTeX](command:diag.copyText?${argument})`;
}

/** Markdown as we write it, as plain text. */
function withoutMarks(markdown: string): string {
  return markdown
    .replace(/^\|[-:| ]+\|\n/gm, "")
    .replace(/\*\*|`/g, "")
    .replace(/\\([|_*])/g, "$1");
}

/** A name or a text of the user's within a line. */
export const code = asCode;

/** The name of what something belongs to: in broken text a declaration may have none, whatever its type says. */
export function nameOrNone(kind: "landscape" | "verify", name: string | undefined): string {
  return name === undefined || name === "" ? `a ${kind} without a name` : code(name);
}

/** A prediction as one reads it, with its error where it has one. */
export function predictedText({
  predicted,
  standardError = 0,
}: {
  readonly predicted: number;
  readonly standardError?: number;
}): string {
  return standardError === 0 ? readable(predicted) : measuredText(predicted, standardError).replace("-", "−");
}

/** A number as one reads it. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "no value" : "not finite";
  }
  return roundedText(value, 6).replace("-", "−");
}
