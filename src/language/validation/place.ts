// A place at which reading stopped, what stands around it, and what was meant there.

/** A stretch of a text and what replaces it. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What was meant where the text is none of the language. */
export interface Meant {
  /** Instead of the parser's message. */
  readonly message?: string;
  /** Where it is told, when not where the parser stopped. */
  readonly at?: { readonly start: number; readonly end: number };
  /** What the change is called, and what it is. Where that takes a look at more than what is near, only who asks for it waits. */
  readonly title: string;
  readonly pieces: readonly Replacement[];
}

/** A stretch of a text at which reading stopped. */
export interface Place {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What reading said of it. */
  readonly said: string;
}

/** Knows one kind of slips. */
export type Reading = (place: Place) => Meant | undefined;

/** No slip is looked for farther from the place of its error, in characters. */
export const reach = 200;

/** Kinds of quotes and of minus signs, to stand in a class of a pattern. */
export const quotes = "\"'`\u00b4\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b";
export const minus = "-\u2212\u2010\u2011\u2012\u2013\u2014";
/** A name, as a pattern. */
export const aName = "[\\p{ID_Start}_]\\p{ID_Continue}*";

/** What closes each bracket. */
export const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** A message for which there is no change. */
export function only(message: string): Meant {
  return { message, title: "", pieces: [] };
}

/** What stands at a place or behind it. */
export function matchAt(pattern: string, { text }: Place, offset: number): RegExpExecArray | null {
  const expression = new RegExp(pattern, "uy");
  expression.lastIndex = offset;
  return expression.exec(text.slice(0, offset + reach));
}

/** What stands before a place, up to it. */
export function matchBefore(pattern: string, { text }: Place, offset: number): RegExpExecArray | null {
  return new RegExp(`(?:${pattern})$`, "u").exec(text.slice(Math.max(0, offset - reach), offset));
}

/** What stands from one offset to another becomes a text. */
export function change(start: number, end: number, text: string): Replacement {
  return { start, end, text };
}

/** Every stretch of a text that a pattern matches, outside of comments and of what stands in double quotes. */
export function everyOne(pattern: string, text: string): readonly RegExpExecArray[] {
  const found = text.matchAll(new RegExp(`//.*|/\\*[\\s\\S]*?\\*/|"[^"\\n]*"|(?<one>${pattern})`, "gu"));
  return [...found].filter(({ groups }) => groups?.one !== undefined);
}

/** Whether a blank stands before a place. */
export function isBlankBefore(text: string, offset: number): boolean {
  return /\s/.test(text.charAt(offset - 1));
}

type Block = "diagram" | "landscape" | "verify";

/** Where the braces of a declaration open. */
interface Head {
  readonly block: Block;
  readonly end: number;
}

/** Those of the text that was looked at last: its errors are asked about one after the other. */
let lastHeads: { readonly text: string; readonly heads: readonly Head[] } = { text: "", heads: [] };

function headsOf(text: string): readonly Head[] {
  if (lastHeads.text !== text) {
    const found = text.matchAll(new RegExp(`\\b(diagram|landscape|verify)\\s+${aName}\\s*:?\\s*\\{`, "gu"));
    const heads = [...found].map(({ 0: head, 1: block, index }) => ({
      block: block as Block,
      end: index + head.length,
    }));
    lastHeads = { text, heads };
  }
  return lastHeads.heads;
}

/** The kind of the declaration around a place, as far as the words before it tell; nothing outside of braces. */
export function blockAround({ text }: Place, offset: number): Block | undefined {
  const heads = headsOf(text);
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    [low, high] = heads[middle]!.end <= offset ? [middle + 1, high] : [low, middle];
  }
  return heads[low - 1]?.block;
}
