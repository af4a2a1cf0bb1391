import { type CstNode, CstUtils, type LeafCstNode } from "langium";
import { beginsLine } from "./blanks.js";
import type { Piece } from "./text.js";

/** A comment in a text. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Those of a file, which is asked for again with every move of the cursor. Nodes below the root move with edits. */
const known = new WeakMap<CstNode, readonly Comment[]>();

/** The comments within a declaration, statement or file, in the order of the text. */
export function commentsOf(node: CstNode): readonly Comment[] {
  const found = known.get(node) ?? CstUtils.flattenCst(node).filter(isComment).map(commentOf).toArray();
  if (node === node.root) {
    known.set(node, found);
  }
  return found;
}

function isComment(leaf: LeafCstNode): boolean {
  return leaf.hidden && leaf.text.startsWith("/");
}

function commentOf({ offset, end, text }: LeafCstNode): Comment {
  return { start: offset, end, text };
}

/**
 * Pieces that take nothing of a comment away, and run no two words together: what they would remove with
 * a comment in it is removed around the comment, and what they replaces leaves its comments beside it.
 */
export function sparingComments(
  pieces: readonly Piece[],
  comments: readonly Comment[],
  text: string,
): Piece[] {
  return pieces.flatMap((piece) => {
    const kept = comments.filter(({ start, end }) => start < piece.end && end > piece.start);
    if (piece.text !== "") {
      return [{ ...piece, text: withRemarks(piece.text, kept) }];
    }
    const spared: Piece[] = [];
    let start = piece.start;
    for (const comment of kept) {
      if (start < comment.start) {
        spared.push({ start, end: comment.start, text: "" });
      }
      // What follows a comment of this kind must stay on a line of its own.
      const lineEnd = isLine(comment) ? /^(?:\r\n|\n|\r)?/.exec(text.slice(comment.end))![0].length : 0;
      start = Math.max(start, comment.end + lineEnd);
    }
    if (start < piece.end) {
      spared.push({ start, end: piece.end, text: "" });
    }
    return spared.map((one) => (joinsWords(one, text) ? { ...one, text: " " } : one));
  });
}

/** The pieces of an action that changes a file by its words, so that no comment goes with them. */
export function keepingComments(root: CstNode, pieces: readonly Piece[]): Piece[] {
  return sparingComments(pieces, commentsOf(root), root.root.fullText);
}

/**
 * Words with comments behind them, whatever follows. Those that would be about a declaration that follows stand before
 * the words.
 */
export function withRemarks(words: string, comments: readonly Comment[]): string {
  const before = comments.filter(isDoc).map(({ text }) => `${text} `);
  const behind = comments
    .filter((one) => !isDoc(one))
    .map((one) => (isLine(one) ? ` ${one.text}\n` : ` ${one.text}`));
  return `${before.join("")}${words}${behind.join("")}`;
}

function isDoc({ text }: Comment): boolean {
  return /^\/\*\*[^/]/.test(text);
}

function isLine({ text }: Comment): boolean {
  return text.startsWith("//");
}

/** Whether taking a stretch away would make one word, or the beginning of a comment, of what stands around it. */
function joinsWords({ start, end }: Piece, text: string): boolean {
  const [before, behind] = [text.slice(Math.max(0, start - 2), start), text.slice(end, end + 2)];
  return (
    (/[\p{ID_Continue}.]$/u.test(before) && /^[\p{ID_Continue}.]/u.test(behind)) ||
    (/[/*]$/.test(before) && /^[/*]/.test(behind))
  );
}

/**
 * A declaration with the comments that are about it: its doc comment, and those before it that begin a line,
 * without an empty line between.
 * @param comments of the whole file, in the order of the text.
 */
export function withComments(
  comments: readonly Comment[],
  text: string,
  { offset, end }: Pick<CstNode, "offset" | "end">,
): { offset: number; end: number } {
  let start = offset;
  for (let index = countBefore(comments, offset) - 1; index >= 0; index--) {
    const comment = comments[index]!;
    const gap = text.slice(comment.end, start);
    const isAbout = start === offset && isDoc(comment);
    const isAbove = beginsLine(text, comment.start) && linesIn(gap) <= 1;
    if (gap.trim() !== "" || !(isAbout || isAbove)) {
      break;
    }
    start = comment.start;
  }
  return { offset: start, end };
}

/** How many of comments end before a place, or at it. */
function countBefore(comments: readonly Comment[], place: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.end <= place) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/**
 * The end of the last comment that begins on the line on which something ends and is the last there: a remark at the
 * end of a line belongs to what stands before it.
 */
export function behindRemarks(comments: readonly Comment[], text: string, end: number): number {
  let place = end;
  for (const comment of comments.slice(countBefore(comments, end))) {
    if (/\S|[\n\r]/.test(text.slice(place, comment.start))) {
      break;
    }
    place = comment.end;
  }
  return /^[^\S\n\r]*(?:[\n\r]|$)/.test(text.slice(place)) ? place : end;
}

/** How many line breaks there are. */
function linesIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
