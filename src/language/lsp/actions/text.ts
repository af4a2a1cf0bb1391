import type { CstNode, LangiumDocument } from "langium";
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";

/** A stretch of a text and what replaces it. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function textEdits(document: LangiumDocument, pieces: readonly Piece[]): TextEdit[] {
  const { textDocument } = document;
  return pieces.map(({ start, end, text }) => ({
    range: { start: textDocument.positionAt(start), end: textDocument.positionAt(end) },
    newText: text,
  }));
}

export function editOf(document: LangiumDocument, pieces: readonly Piece[]): WorkspaceEdit {
  return { changes: { [document.uri.toString()]: textEdits(document, pieces) } };
}

/** A text with pieces replaced, which do not overlap. */
export function replaced(text: string, pieces: readonly Piece[]): string {
  return [...pieces]
    .sort((one, other) => other.start - one.start)
    .reduce((result, piece) => result.slice(0, piece.start) + piece.text + result.slice(piece.end), text);
}

export function quickFix(
  document: LangiumDocument,
  diagnostic: Diagnostic,
  title: string,
  pieces: readonly Piece[],
  preferred = false,
): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: editOf(document, pieces),
    ...(preferred ? { isPreferred: true } : {}),
  };
}

/** Where the blanks begin that stand before a place on its line. */
export function startOfBlanks(text: string, place: number): number {
  let start = place;
  while (start > 0 && /[^\S\n]/.test(text[start - 1]!)) start--;
  return start;
}

/** A statement or declaration with the white space before it, or with its whole lines when it fills them. */
export function withSpace(text: string, { offset, end }: Pick<CstNode, "offset" | "end">): Piece {
  const blanks = startOfBlanks(text, offset);
  const before = text.slice(text[blanks - 1] === "\n" ? blanks - 1 : blanks, offset);
  const behind = /^[^\S\n]*(?:\r?\n|$)/.exec(text.slice(end))?.[0];
  const begins = before.startsWith("\n") || offset === before.length;
  if (begins && behind !== undefined) {
    return {
      start: offset - before.length + (before.startsWith("\n") ? 1 : 0),
      end: end + behind.length,
      text: "",
    };
  }
  return { start: offset - before.replace("\n", "").length, end, text: "" };
}

/** A declaration with the comments directly before it. */
export function withComments(
  text: string,
  node: Pick<CstNode, "offset" | "end">,
): { offset: number; end: number } {
  const before = text.slice(0, node.offset);
  const comments =
    /(?:\/\*(?:[^*]|\*(?!\/))*\*\/[^\S\n]*\n[^\S\n]*|(?<=^|\n)[^\S\n]*\/\/[^\n]*\n[^\S\n]*)+$/.exec(before);
  return { offset: node.offset - (comments?.[0].trimStart().length ?? 0), end: node.end };
}
