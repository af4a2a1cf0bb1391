import type { LangiumDocument } from "langium";
import type { CancellationToken } from "vscode-languageserver";
import type { DiagFile } from "../../language/generated/ast.js";
import type { EditAnswer, Problem } from "../../preview/index.js";
import { type Piece, textEdits } from "../actions/text.js";
import type { DiagLspServices } from "../services.js";
import { freshDocument, versionOf } from "./freshness.js";

/** Answers from a document, once its text as it is now has been read. */
export async function readDocument<Answer>(
  services: DiagLspServices,
  uri: string,
  answer: (document: LangiumDocument<DiagFile>) => Answer | Promise<Answer>,
  token?: CancellationToken,
): Promise<Answer | Problem> {
  const document = await freshDocument(services, uri, token);
  return document ? answer(document) : { problem: "this file is not open; open it in the editor" };
}

/** Answers from a document as it was in a version; of another version nothing is said but that. */
export async function readVersion<Answer>(
  services: DiagLspServices,
  uri: string,
  version: number,
  answer: (document: LangiumDocument<DiagFile>) => Answer,
): Promise<Answer | Problem> {
  return readDocument<Answer | Problem>(services, uri, (document) =>
    versionOf(document) === version
      ? answer(document)
      : { problem: "the text has changed since; wait for the drawing and try again" },
  );
}

export function textAnswer(
  document: LangiumDocument,
  pieces: readonly Piece[],
  select: string | undefined,
): EditAnswer {
  return {
    version: document.textDocument.version,
    edits: textEdits(document, joined(pieces)),
    ...(select === undefined ? {} : { select }),
  };
}

/** Pieces in the order of the text, and those that touch as one; of two at a place the first given stands first. */
export function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of [...pieces].sort((one, other) => one.start - other.start || one.end - other.end)) {
    const last = result.at(-1);
    if (last && last.end === piece.start) {
      result[result.length - 1] = { start: last.start, end: piece.end, text: last.text + piece.text };
    } else {
      result.push(piece);
    }
  }
  return result;
}
