import { DocumentState, type FileSystemProvider, URI } from "langium";
import { createRequestHandler, type LangiumSharedServices, startLanguageServer } from "langium/lsp";
import { type Connection, type Hover, type HoverParams, ResponseError } from "vscode-languageserver";
import { Faults } from "../language/faults.js";
import { selectionRanges } from "./editing/selection.js";
import type { WorkerLimits } from "./evaluation/service.js";
import { faultLog, guardConnection } from "./guard.js";
import { createDiagLspServices, type DiagLspContainer } from "./lsp-module.js";
import { explainCodesAt } from "./workspace/document-validator.js";

export interface ServerOptions {
  /** The files the server may read. */
  readonly files: FileSystemProvider;
  /** The address of the page whose headings explain the codes of diagnostics. */
  readonly reference?: string | undefined;
  /** How evaluations are made, where that is not as usual. */
  readonly evaluation?: Partial<WorkerLimits>;
  /** Given what faults are to be told to that no handler catches. */
  readonly onStart?: (faults: Faults) => void;
}

/** Serves the language on a connection to an editor, and returns the services behind it. */
export function startServer(connection: Connection, options: ServerOptions): DiagLspContainer {
  explainCodesAt(options.reference);
  recognizeErrors();
  const faults = new Faults();
  faults.onFault(faultLog((entry) => connection.console.error(entry)));
  guardConnection(connection, (place, thrown) => faults.tell(place, thrown));
  const services = createDiagLspServices(
    { connection, fileSystemProvider: () => options.files },
    options.evaluation,
  );
  services.diag.validation.Faults.onFault((place, thrown) => faults.tell(place, thrown));
  options.onStart?.(faults);
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
  serveHovers(connection, services.shared);
  return services;
}

/** Answers hovers so that one that waits for an evaluation holds up no text that is read anew. */
function serveHovers(connection: Connection, shared: LangiumSharedServices): void {
  const begin = createRequestHandler<HoverParams, { readonly hover: Promise<Hover | undefined> }, void>(
    (services, document, params, token) => {
      const provider = services.lsp?.HoverProvider;
      // Wrapped, so that what is waited for is that it has begun.
      return { hover: Promise.resolve(provider?.getHoverContent(document, params, token)) };
    },
    shared,
    DocumentState.Linked,
  );
  connection.onHover(async (params, token) => {
    const begun = await begin(params, token);
    return begun === null || begun instanceof ResponseError ? begun : ((await begun.hover) ?? null);
  });
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
