import type { CstNode, LangiumDocument } from "langium";
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { beginsLine, startOfBlanks } from "./blanks.js";

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

/** The line break that a text has. */
export function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** A statement or declaration with the white space before it, or with its whole lines when it fills them. */
export function withSpace(text: string, { offset, end }: Pick<CstNode, "offset" | "end">): Piece {
  const start = startOfBlanks(text, offset);
  const behind = /^[^\S\n\r]*(?:\r\n|\n|\r|$)/.exec(text.slice(end))?.[0];
  return beginsLine(text, offset) && behind !== undefined
    ? { start, end: end + behind.length, text: "" }
    : { start, end, text: "" };
}

/** A statement behind the others of a block, on a line of its own where they have some. */
export function lastStatement(
  text: string,
  { $cstNode: block }: { readonly $cstNode?: CstNode | undefined },
  statement: string,
): Piece {
  const place = block!.end - 1;
  const space = place - startOfBlanks(text, place);
  const onOwnLine = beginsLine(text, place);
  return onOwnLine
    ? { start: place - space, end: place - space, text: `  ${statement}${newlineOf(text)}` }
    : { start: place, end: place, text: `${space > 0 ? "" : " "}${statement} ` };
}
