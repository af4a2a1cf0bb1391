import {
  type AstNode,
  type Cancellation,
  DefaultLangiumDocumentFactory,
  DocumentState,
  type LangiumDocument,
  type TextDocument,
} from "langium";
import type { DiagFile } from "../../generated/ast.js";
import { reparse } from "./incremental-parse.js";

/** Reads documents; of an edited one only the declarations around the edit. */
export class DiagDocumentFactory extends DefaultLangiumDocumentFactory {
  override async update<T extends AstNode = AstNode>(
    document: LangiumDocument<T>,
    cancellationToken: Cancellation.CancellationToken,
  ): Promise<LangiumDocument<T>> {
    const edited = document as unknown as LangiumDocument<DiagFile>;
    const textDocument = this.textDocuments?.get(document.uri.toString());
    const text = await this.getUpdatedText(document, textDocument, cancellationToken);
    const { parser } = this.serviceRegistry.getServices(document.uri);
    const parseResult = reparse(edited, text, (changed) => parser.LangiumParser.parse<DiagFile>(changed));
    const unread = this.createTextDocumentGetter(document.uri, text);
    Object.defineProperty(document, "textDocument", {
      configurable: true,
      get: textDocument ? () => textDocument : unread,
    });
    if (parseResult !== edited.parseResult) {
      edited.parseResult = parseResult;
      Object.assign(parseResult.value, { $document: document });
    }
    document.state = DocumentState.Parsed;
    return document;
  }

  /** A file that has gone reads as empty until its deletion is reported. */
  protected override async getUpdatedText<T extends AstNode = AstNode>(
    document: LangiumDocument<T>,
    textDocument: TextDocument | undefined,
    cancellationToken: Cancellation.CancellationToken,
  ): Promise<string> {
    try {
      return await super.getUpdatedText(document, textDocument, cancellationToken);
    } catch {
      return "";
    }
  }
}
