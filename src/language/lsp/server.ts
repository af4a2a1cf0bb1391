import { DocumentState, type FileSystemProvider, URI } from "langium";
import { startLanguageServer } from "langium/lsp";
import { type Connection, ResponseError } from "vscode-languageserver";
import { selectionRanges } from "./editing/selection.js";
import { createDiagLspServices, type DiagLspContainer } from "./lsp-module.js";
import { explainCodesAt } from "./workspace/document-validator.js";

export interface ServerOptions {
  /** The files the server may read. */
  readonly files: FileSystemProvider;
  /** The address of the page whose headings explain the codes of diagnostics. */
  readonly reference?: string | undefined;
}

/** Serves the language on a connection to an editor, and returns the services behind it. */
export function startServer(connection: Connection, options: ServerOptions): DiagLspContainer {
  explainCodesAt(options.reference);
  recognizeErrors();
  const services = createDiagLspServices({ connection, fileSystemProvider: () => options.files });
  connection.onSelectionRanges(async ({ textDocument, positions }) => {
    const uri = URI.parse(textDocument.uri);
    const { DocumentBuilder, LangiumDocuments, WorkspaceLock } = services.shared.workspace;
    await DocumentBuilder.waitUntil(DocumentState.Parsed, uri);
    return WorkspaceLock.read(() => {
      const document = LangiumDocuments.getDocument(uri);
      return document ? selectionRanges(document, positions) : [];
    });
  });
  startLanguageServer(services.shared);
  return services;
}

/**
 * The library of the language and that of the connection may each bring a copy of the class by which a
 * handler answers with an error. Without this the connection would send such an answer as a result.
 */
function recognizeErrors(): void {
  Object.defineProperty(ResponseError, Symbol.hasInstance, {
    configurable: true,
    value: (given: unknown) =>
      given instanceof Error && "toJson" in given && typeof (given as { code?: unknown }).code === "number",
  });
}
