import { declarationStarts, isMarker, looksEarly } from "./declarations.js";
import type { Token } from "./token.js";

/** A stretch of a text in which one slip of the pen may have caused every error. */
export interface Segment {
  readonly start: number;
  /** The place behind its end, where words are strayed; infinite when it is left open. */
  readonly closed: number;
  /** Its first word may be the slip: in the middle of a line, further in than the words before, or before `}`. */
  readonly within: boolean;
  /** Marks that stand before it may be its own, though other words are between. */
  readonly marked: boolean;
  /** What seems to be its end may be inside it. */
  readonly looksEarly: boolean;
  /** Its first words, among which its name is. */
  readonly head: readonly string[];
  /** The words behind its end. */
  readonly stray: readonly string[];
}

/** A name stands at most so many words and signs behind the beginning of its declaration, by one slip of the pen. */
const longestHead = 6;

// Coarser than the lexer and many times faster: other words and signs matter only by where they stand.
const pattern =
  /\/\/[^\n\r]*|\/\*[^*]*(?:\*+[^*/][^*]*)*(?:\*+\/|\*+)?|"[^"\n\r]*"?|[A-Za-z_\u00aa-\uffff][\w\u00aa-\uffff]*|\d+|->|\S/g;
const ownKinds = new Map(
  ["import", "diagram", "landscape", "verify", "train", "multi_epoch", "->", "{", "}", ",", "="].map(
    (name) => [name, { name }],
  ),
);
const word = { name: "ID" };
const path = { name: "STRING" };

/** Whether a declaration begins at a word wherever it stands. */
const beginning = /(?:diagram|verify|import)\b|landscape\s+(?:(?!\s)[\w\u00aa-\uffff])+\s*\{/y;

/**
 * The declarations of a stretch of a text, as the parser sets them apart, whatever is wrong in them.
 * @param from where a declaration begins, or 0.
 * @param last the place of the last error: only the declaration behind the one there is looked at too.
 */
export function segmentsOf(text: string, from = 0, last = text.length): { segments: Segment[]; end: number } {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = from;
  while (lineStart > 0 && !/[\n\r]/.test(text[lineStart - 1]!)) {
    lineStart--;
  }
  const lineEnds = /\r\n?|\n/g;
  lineEnds.lastIndex = from;
  let lineEnd = lineEnds.exec(text);
  let begun = 0;
  let end = Number.POSITIVE_INFINITY;
  pattern.lastIndex = from;
  for (const { 0: image, index } of text.matchAll(pattern)) {
    if (image.startsWith("//") || image.startsWith("/*")) {
      continue;
    }
    for (; lineEnd && lineEnd.index < index; lineEnd = lineEnds.exec(text)) {
      line++;
      lineStart = lineEnds.lastIndex;
    }
    beginning.lastIndex = index;
    if (index > last && ownKinds.has(image) && beginning.test(text) && ++begun === 3) {
      end = index;
      break;
    }
    tokens.push({
      image,
      startOffset: index,
      startLine: line,
      startColumn: index - lineStart,
      endLine: line,
      tokenType: ownKinds.get(image) ?? (image.startsWith('"') ? path : word),
      tokenTypeIdx: 0,
    });
  }
  const starts = declarationStarts(tokens);
  const segments: Segment[] = [];
  let lastClosed = 0;
  let seen = 0;
  let lastMark: Token | undefined;
  for (const [index, first] of starts.entries()) {
    const own = tokens.slice(first, starts[index + 1] ?? tokens.length);
    const before = index > 0 ? tokens[starts[index - 1]!] : undefined;
    const closed = closingOf(own);
    // What stands before the first declaration belongs to it.
    const around = index === 0 ? tokens.slice(0, first) : [];
    const body = own.findIndex(({ tokenType }) => /^[{=]$/.test(tokenType.name));
    const head = own.slice(0, body < 0 ? longestHead : Math.min(longestHead, body + 2));
    const close = own.findIndex(({ startOffset }) => startOffset >= closed) - 1;
    for (; seen < first; seen++) {
      lastMark = isMarker(tokens[seen]) ? tokens[seen] : lastMark;
    }
    const marked = lastMark?.startLine === own[0]!.startLine && lastMark!.startOffset >= lastClosed;
    if (closed !== Number.POSITIVE_INFINITY) {
      lastClosed = closed;
    }
    segments.push({
      start: own[0]!.startOffset,
      closed,
      marked,
      looksEarly: close >= 0 && looksEarly(own, close),
      head: [...around, ...head].map(({ image }) => image),
      stray: close < 0 ? [] : own.slice(close + 1).map(({ image }) => image),
      within:
        tokens[first - 1]?.startLine === own[0]!.startLine ||
        own[1]?.tokenType.name === "}" ||
        (before !== undefined && before.startColumn! < own[0]!.startColumn!),
    });
  }
  return { segments, end };
}

/** The place behind what closes a declaration; infinite when nothing does. */
function closingOf(tokens: readonly Token[]): number {
  const [first, second] = tokens;
  if (first!.tokenType.name === "import") {
    return second?.tokenType.name === "STRING"
      ? second.startOffset + second.image.length
      : Number.POSITIVE_INFINITY;
  }
  const open = tokens.findIndex(({ tokenType }) => tokenType.name === "{");
  const equals = tokens.findIndex(({ tokenType }) => tokenType.name === "=");
  if (equals >= 0 && (open < 0 || equals < open)) {
    return tokens.filter(({ image }) => image === ")")[1]?.startOffset ?? Number.POSITIVE_INFINITY;
  }
  let depth = 0;
  for (const { tokenType, startOffset } of tokens.slice(Math.max(0, open))) {
    depth += tokenType.name === "{" ? 1 : tokenType.name === "}" ? -1 : 0;
    if (depth <= 0 && tokenType.name === "}") {
      return startOffset + 1;
    }
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * The first error of each declaration: how the text behind it is to be read is a guess, and what is wrong with the
 * guess is no fault of its author's. Where one is open or words are strayed, and the next begins where declarations do
 * not, it goes with them.
 * @param errors in the order of the text.
 */
export function firstErrors<Found extends { readonly offset: number; readonly stray: boolean }>(
  segments: readonly Segment[],
  errors: readonly Found[],
): Found[] {
  let at = -1;
  let last: Found | undefined;
  return errors.filter((error) => {
    const before = at;
    while (at + 1 < segments.length && segments[at + 1]!.start <= error.offset) {
      at++;
    }
    const strayFrom = segments[before]?.closed ?? 0;
    const segment = segments[at];
    // Words that are strayed on lines of their own have nothing to do with what is wrong before them.
    const isOwn =
      error.stray &&
      last !== undefined &&
      last.offset < strayFrom &&
      segment?.looksEarly === false &&
      /^[\p{ID_Start}_]/u.test(segment.stray[0] ?? "");
    const follows =
      last !== undefined &&
      (at === before
        ? !isOwn
        : at === before + 1 &&
          segment?.within === true &&
          (strayFrom === Number.POSITIVE_INFINITY || last.offset >= strayFrom));
    last = error;
    return !follows;
  });
}
