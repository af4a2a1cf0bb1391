import { TextDocument } from "langium";
import { NormalizedTextDocuments } from "langium/lsp";
import type { Position, Range, TextDocumentContentChangeEvent } from "vscode-languageserver";

/** The texts that an editor has open. Edits beyond the end of a text are edits at its end. */
export function openTexts(): NormalizedTextDocuments<TextDocument> {
  return new NormalizedTextDocuments({ create: TextDocument.create, update });
}

/** The library keeps the beginnings of lines by number: one far behind the last would be one of as many lines. */
function update(
  document: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
  version: number,
): TextDocument {
  return changes.reduce((changed, change) => {
    const { text } = change;
    const range = "range" in change && change.range ? within(changed, change.range) : undefined;
    return TextDocument.update(changed, [range ? { range, text } : { text }], version);
  }, document);
}

function within(document: TextDocument, { start, end }: Range): Range {
  const placed = (place: Position) =>
    place.line < document.lineCount ? place : document.positionAt(document.getText().length);
  return { start: placed(start), end: placed(end) };
}
