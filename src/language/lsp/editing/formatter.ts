import type { LangiumDocument } from "langium";
import type { Formatter } from "langium/lsp";
import type {
  DocumentFormattingParams,
  DocumentOnTypeFormattingOptions,
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  FormattingOptions,
  Range,
  TextEdit,
} from "vscode-languageserver";
import { formattedGaps, type Gap } from "./layout.js";

/** Formats what is between the words and signs of a text; a broken text is left alone. */
export class DiagFormatter implements Formatter {
  formatDocument(document: LangiumDocument, { options }: DocumentFormattingParams): TextEdit[] {
    return edits(document, options);
  }

  formatDocumentRange(
    document: LangiumDocument,
    { options, range }: DocumentRangeFormattingParams,
  ): TextEdit[] {
    return edits(document, options, range);
  }

  /** A closed brace formats its declaration; a new line the line that was left. */
  formatDocumentOnType(document: LangiumDocument, params: DocumentOnTypeFormattingParams): TextEdit[] {
    const { position, ch, options } = params;
    if (ch === "\n") {
      const line = Math.max(0, position.line - 1);
      return edits(document, options, {
        start: { line, character: 0 },
        end: { line, character: Number.MAX_SAFE_INTEGER },
      });
    }
    const offset = document.textDocument.offsetAt(position);
    const file = document.parseResult.value as {
      declarations?: { $cstNode?: { offset: number; end: number } }[];
    };
    const closed = file.declarations?.find(({ $cstNode }) => $cstNode?.end === offset);
    return closed?.$cstNode
      ? edits(document, options, {
          start: document.textDocument.positionAt(closed.$cstNode.offset),
          end: position,
        })
      : [];
  }

  get formatOnTypeOptions(): DocumentOnTypeFormattingOptions {
    return { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] };
  }
}

function edits(document: LangiumDocument, options: FormattingOptions, range?: Range): TextEdit[] {
  const { lexerErrors, parserErrors, value } = document.parseResult;
  if (lexerErrors.length + parserErrors.length > 0 || !value.$cstNode) {
    return [];
  }
  const { textDocument } = document;
  const text = textDocument.getText();
  const from = range ? textDocument.offsetAt(range.start) : 0;
  const to = range ? textDocument.offsetAt(range.end) : text.length;
  const unit = options.insertSpaces ? " ".repeat(Math.min(16, Math.max(1, options.tabSize))) : "\t";
  return formattedGaps(value.$cstNode, text, unit)
    .filter(({ start, end }: Gap) => start >= from && end <= to && !(range && end === text.length))
    .filter(({ start, end, text: wanted }: Gap) => text.slice(start, end) !== wanted)
    .map(({ start, end, text: newText }) => ({
      range: { start: textDocument.positionAt(start), end: textDocument.positionAt(end) },
      newText,
    }));
}
