import {
  type AstNode,
  type Cancellation,
  DefaultLangiumDocumentFactory,
  DocumentState,
  type LangiumDocument,
  type TextDocument,
  type URI,
} from "langium";
import type { DiagFile } from "../../language/generated/ast.js";
import type { TextLoader } from "../../language/loader/index.js";
import type { DiagLspServices } from "../services.js";
import { reparse } from "./incremental-parse.js";

/** There is no text at an address, in a few words: who asks about one has nothing to be told. */
export class NoText extends Error {
  override readonly name = "NoText";
}

/** Reads documents; of an edited one only the declarations around the edit. */
export class DiagDocumentFactory extends DefaultLangiumDocumentFactory {
  override async update<T extends AstNode = AstNode>(
    document: LangiumDocument<T>,
    _token: Cancellation.CancellationToken,
  ): Promise<LangiumDocument<T>> {
    const edited = document as unknown as LangiumDocument<DiagFile>;
    const textDocument = this.textDocuments?.get(document.uri.toString());
    const text = await this.getUpdatedText(document, textDocument);
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

  /** @throws in a few words, when there is no such text. */
  protected override async getInitialText(uri: URI): Promise<string> {
    const content = await this.loaderFor(uri).load(uri);
    if ("problem" in content) {
      throw new NoText(content.problem);
    }
    return content.text;
  }

  /** A file that has gone reads as empty until its deletion is reported. */
  protected override async getUpdatedText(
    { uri }: LangiumDocument,
    textDocument: TextDocument | undefined,
  ): Promise<string> {
    if (textDocument) {
      return textDocument.getText();
    }
    const content = await this.loaderFor(uri).load(uri);
    return "text" in content ? content.text : "";
  }

  private loaderFor(uri: URI): TextLoader {
    return (this.serviceRegistry.getServices(uri) as DiagLspServices).editor.Loader;
  }
}
