import { type CstNode, CstUtils } from "langium";
import type { Piece } from "../actions/text.js";

/** A comment in a text. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The comments within a declaration or statement. */
export function commentsOf(node: CstNode): Comment[] {
  return CstUtils.flattenCst(node)
    .filter((leaf) => leaf.hidden && leaf.text.startsWith("/"))
    .map(({ offset, end, text }) => ({ start: offset, end, text }))
    .toArray();
}

/**
 * Pieces that take nothing of a comment away, and run no two words together: what they would remove with
 * a comment in it is removed around the comment.
 */
export function sparingComments(
  pieces: readonly Piece[],
  comments: readonly Comment[],
  text: string,
): Piece[] {
  return pieces.flatMap((piece) => {
    if (piece.text !== "") {
      return [piece];
    }
    const kept = comments.filter(({ start, end }) => start < piece.end && end > piece.start);
    const spared: Piece[] = [];
    let start = piece.start;
    for (const comment of kept) {
      if (start < comment.start) {
        spared.push({ start, end: comment.start, text: "" });
      }
      // What follows a comment of this kind must stay on a line of its own.
      const lineEnd = comment.text.startsWith("//") ? /^\r?\n?/.exec(text.slice(comment.end))![0].length : 0;
      start = Math.max(start, comment.end + lineEnd);
    }
    if (start < piece.end) {
      spared.push({ start, end: piece.end, text: "" });
    }
    return spared.map((one) => (joinsWords(one, text) ? { ...one, text: " " } : one));
  });
}

function joinsWords({ start, end }: Piece, text: string): boolean {
  return (
    /\p{ID_Continue}$/u.test(text.slice(Math.max(0, start - 2), start)) &&
    /^\p{ID_Continue}/u.test(text.slice(end, end + 2))
  );
}
