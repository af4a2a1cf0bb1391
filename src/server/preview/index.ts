/**
 * The language server's side of previews: `listing.ts` says what is in a text and where, `sketch.ts` makes of a
 * broken diagram what can be drawn, `drawings.ts` has drawings laid out by a worker and remembers them; edits by
 * hand, exports, hovers and embeddings have files of their own. Here their answers meet the connection.
 */
import type { LangiumSharedServices } from "langium/lsp";
import { type CancellationToken, ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { type PreviewRequests, previewMethods } from "../../preview/index.js";
import type { DiagLspServices } from "../services.js";
import { answerDraw, answerFile } from "./answers.js";
import { answerEdit } from "./edits.js";
import { answerEmbeddings } from "./embeddings.js";
import { answerExport } from "./export.js";
import { freshDocument, readyState, versionOf } from "./freshness.js";
import { answerHover } from "./hover.js";
import { answerInsert } from "./insert.js";
import { parameterReaders } from "./parameters.js";
import { answerRename } from "./rename.js";

export { answerDraw, answerFile } from "./answers.js";
export { diagramsOf, type FoundDiagram, findPreviewDiagram } from "./listed-diagrams.js";

type Method = keyof PreviewRequests;

type Answerers = {
  readonly [M in Method]?: (
    services: DiagLspServices,
    parameters: PreviewRequests[M]["parameters"],
    token?: CancellationToken,
  ) => Promise<PreviewRequests[M]["answer"]>;
};

const answerers: Answerers = {
  file: answerFile,
  draw: answerDraw,
  hover: answerHover,
  embeddings: answerEmbeddings,
  edit: answerEdit,
  rename: answerRename,
  insert: answerInsert,
  export: answerExport,
};

/** Of so many files at most previews are told that they have changed; the one asked about longest ago is forgotten. */
const mostWatched = 200;

/** Answers the requests of previews, and tells them when what is known of a file that they asked about has changed. */
export function servePreviews(shared: LangiumSharedServices, services: DiagLspServices): void {
  const connection = shared.lsp.Connection;
  if (!connection) {
    return;
  }
  const watched = new Set<string>();
  for (const method of Object.keys(answerers) as Method[]) {
    connection.onRequest(previewMethods[method], async (given: unknown, token: CancellationToken) => {
      const parameters = parameterReaders[method](given);
      if (!parameters) {
        return new ResponseError(ErrorCodes.InvalidParams, `the parameters of ${method} are malformed`);
      }
      await shared.workspace.WorkspaceManager.ready;
      if (method === "file") {
        watch(watched, parameters.uri);
      }
      await freshDocument(services, parameters.uri, token);
      const answer = answerers[method] as (...given: unknown[]) => Promise<unknown>;
      const result = token.isCancellationRequested
        ? undefined
        : await answer(services, parameters, token).catch((reason: unknown) => {
            const message = reason instanceof Error ? reason.message : String(reason);
            return new ResponseError(LSPErrorCodes.RequestFailed, message.split("\n")[0]!);
          });
      return token.isCancellationRequested
        ? new ResponseError(LSPErrorCodes.RequestCancelled, "the request was cancelled")
        : result;
    });
  }
  shared.workspace.DocumentBuilder.onDocumentPhase(readyState, (document) => {
    const uri = document.uri.toString();
    if (watched.has(uri)) {
      void connection.sendNotification(previewMethods.changed, { uri, version: versionOf(document) });
    }
  });
  shared.workspace.DocumentBuilder.onUpdate((_changed, deleted) => {
    for (const uri of deleted) {
      if (watched.has(uri.toString())) {
        void connection.sendNotification(previewMethods.changed, { uri: uri.toString(), version: 0 });
      }
    }
  });
}

function watch(watched: Set<string>, uri: string): void {
  watched.delete(uri);
  watched.add(uri);
  if (watched.size > mostWatched) {
    watched.delete(watched.values().next().value!);
  }
}
