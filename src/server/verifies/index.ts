/**
 * What the language server says of `verify` blocks to an editor that lists them as tests: `protocol.ts` is the
 * contract, `listing.ts` finds the blocks of a document. Here they meet the connection.
 */
import { URI } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import * as v from "valibot";
import { type CancellationToken, ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { amendmentSchema } from "../../runs/index.js";
import { textUpTo } from "../../shape/index.js";
import { freshDocument, isAddress, isFresh, readyState } from "../preview/freshness.js";
import type { DiagLspServices } from "../services.js";
import type { DiagWorkspaceManager } from "../workspace/workspace-manager.js";
import { answerAmend } from "./amend.js";
import {
  type FileVerifies,
  type VerifiesAnswer,
  type VerifiesParameters,
  verifiesMethods,
} from "./protocol.js";
import { hasVerifies, listVerifies } from "./verify-blocks.js";

/** Milliseconds of work after which others get their turn. */
const stretch = 12;

const longestAddress = 10_000; // characters

const amendSchema = v.object({
  uri: textUpTo(longestAddress),
  verify: textUpTo(longestAddress),
  amendment: amendmentSchema,
});

/** Answers which `verify` blocks there are, and tells of files whose blocks may have changed, once it was asked. */
export function serveVerifies(shared: LangiumSharedServices, services: DiagLspServices): void {
  const connection = shared.lsp.Connection;
  if (!connection) {
    return;
  }
  /** Files that the editor knows to have such blocks; `undefined` until it asks. */
  let told: Set<string> | undefined;
  const tell = (uri: string) => void connection.sendNotification(verifiesMethods.changed, { uri });
  connection.onRequest(
    verifiesMethods.list,
    async (given: unknown, token: CancellationToken): Promise<unknown> => {
      const parameters = readParameters(given);
      if (!parameters) {
        return new ResponseError(ErrorCodes.InvalidParams, "the parameters of verifies are malformed");
      }
      told ??= new Set();
      const workspace = shared.workspace.WorkspaceManager as DiagWorkspaceManager;
      await (parameters.anew ? workspace.lookAgain() : workspace.ready);
      const answer = await answerVerifies(services, parameters, token);
      for (const { uri } of answer) {
        told.add(uri);
      }
      return token.isCancellationRequested
        ? new ResponseError(LSPErrorCodes.RequestCancelled, "the request was cancelled")
        : answer;
    },
  );
  connection.onRequest(verifiesMethods.amend, (given: unknown): unknown => {
    const { success, output } = v.safeParse(amendSchema, given);
    return success && isAddress(output.uri)
      ? answerAmend(services, output)
      : new ResponseError(ErrorCodes.InvalidParams, "the parameters of amendVerify are malformed");
  });
  shared.workspace.DocumentBuilder.onDocumentPhase(readyState, (document) => {
    const uri = document.uri.toString();
    const has = hasVerifies(document);
    if (told && (has || told.has(uri))) {
      if (has) {
        told.add(uri);
      } else {
        told.delete(uri);
      }
      tell(uri);
    }
  });
  shared.workspace.DocumentBuilder.onUpdate((_changed, deleted) => {
    for (const uri of deleted) {
      if (told?.delete(uri.toString())) {
        tell(uri.toString());
      }
    }
  });
}

/** The `verify` blocks of a file, or of all files that are known, each from its text as it is now. */
export async function answerVerifies(
  services: DiagLspServices,
  { uri }: VerifiesParameters,
  token?: CancellationToken,
): Promise<VerifiesAnswer> {
  const uris = uri === undefined ? knownUris(services) : [uri];
  // All wait at once: documents become ready together.
  const documents = await Promise.all(uris.map((one) => freshDocument(services, one, token)));
  const answer: FileVerifies[] = [];
  let began = performance.now();
  for (const [index, ready] of documents.entries()) {
    if (performance.now() - began > stretch) {
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
    }
    if (token?.isCancellationRequested) {
      break;
    }
    // What was ready may have been changed again while the others were waited for.
    const document =
      ready && (isFresh(services, ready) ? ready : await freshDocument(services, uris[index]!, token));
    if (document && hasVerifies(document)) {
      answer.push(listVerifies(services, document));
    }
  }
  return answer;
}

function knownUris({ shared }: DiagLspServices): string[] {
  const { LangiumDocuments, TextDocuments } = shared.workspace;
  const known = LangiumDocuments.all.map(({ uri }) => uri.toString()).toArray();
  const opening = TextDocuments.all().filter(({ uri }) => !LangiumDocuments.hasDocument(URI.parse(uri)));
  return [...known, ...opening.map(({ uri }) => uri)].sort();
}

function readParameters(given: unknown): VerifiesParameters | undefined {
  if (given === undefined || given === null) {
    return {};
  }
  if (typeof given !== "object" || Array.isArray(given)) {
    return undefined;
  }
  const { uri, anew } = given as { readonly uri?: unknown; readonly anew?: unknown };
  if (uri === undefined || uri === null) {
    return { anew: anew === true };
  }
  return typeof uri === "string" && uri.length <= longestAddress && isAddress(uri) ? { uri } : undefined;
}
