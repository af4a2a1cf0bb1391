import { DocumentState, type LangiumDocument, URI } from "langium";
import type { CancellationToken } from "vscode-languageserver";
import type { DiagFile } from "../../language/generated/ast.js";
import type { DiagLspServices } from "../services.js";
import { documentAt } from "./listed-diagrams.js";

/** From here on a document's tree can be asked for names and checks; only diagnostics are still to come. */
export const readyState = DocumentState.Linked;

const longestWait = 10_000; // ms

/**
 * A document, once its text as it is now has been read.
 * @returns `undefined` when there is no such document, or its text does not come to rest.
 */
export async function freshDocument(
  services: DiagLspServices,
  uri: string,
  token?: CancellationToken,
): Promise<LangiumDocument<DiagFile> | undefined> {
  const ends = performance.now() + longestWait;
  for (;;) {
    const document = documentAt(services, uri);
    const open = services.shared.workspace.TextDocuments.get(uri);
    if (document && isFresh(services, document)) {
      return document;
    }
    if ((!document && !open) || token?.isCancellationRequested || performance.now() > ends) {
      return undefined;
    }
    await nextBuild(services, token);
  }
}

/** Whether a document's tree is that of its text: when one types, the text changes first. */
export function isFresh(services: DiagLspServices, document: LangiumDocument<DiagFile>): boolean {
  const open = services.shared.workspace.TextDocuments.get(document.uri.toString());
  const read = document.parseResult.value.$cstNode?.root.fullText ?? "";
  return document.state >= readyState && (open === undefined || open.getText() === read);
}

export function versionOf(document: LangiumDocument): number {
  return document.textDocument.version;
}

/** Whether it is an address, and can be written as one: half of a pair of surrogates cannot. */
export function isAddress(uri: string): boolean {
  try {
    const parsed = URI.parse(uri, true);
    return parsed.scheme !== "" && parsed.toString() !== "";
  } catch {
    return false;
  }
}

/** Waits until documents have been read, or a while. */
function nextBuild(services: DiagLspServices, token: CancellationToken | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      built.dispose();
      cancelled?.dispose();
      resolve();
    };
    const built = services.shared.workspace.DocumentBuilder.onBuildPhase(readyState, done);
    const cancelled = token?.onCancellationRequested(done);
    const timer = setTimeout(done, 500);
  });
}
