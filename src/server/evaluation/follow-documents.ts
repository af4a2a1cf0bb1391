import type { LangiumDocument } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import { type DiagFile, isLandscapeDeclaration, isVerifyDeclaration } from "../../language/generated/ast.js";
import { readyState } from "../preview/freshness.js";
import type { DiagLspServices } from "../services.js";

/** Gives up evaluations of documents that are closed, and of declarations that are no longer what they were. */
export function followDocuments(shared: LangiumSharedServices, services: DiagLspServices): void {
  const { TextDocuments, DocumentBuilder } = shared.workspace;
  const { EvaluationService } = services.editor;
  TextDocuments.onDidClose(({ document }) => EvaluationService.release(document.uri));
  DocumentBuilder.onUpdate((_changed, deleted) => {
    for (const uri of deleted) {
      EvaluationService.release(uri.toString());
    }
  });
  DocumentBuilder.onDocumentPhase(readyState, (document) => {
    EvaluationService.renew(document.uri.toString(), (kind, name) =>
      presentValue(services, document as LangiumDocument<DiagFile>, kind, name),
    );
  });
}

function presentValue(
  { validation: { DeclarationChecker: checker } }: DiagLspServices,
  { parseResult: { value: file } }: LangiumDocument<DiagFile>,
  kind: "tensors" | "predict",
  name: string,
): object | undefined {
  const declaration = file.declarations.find((one) => one.name === name);
  if (kind === "tensors") {
    return isLandscapeDeclaration(declaration) ? checker.landscape(declaration).value : undefined;
  }
  return isVerifyDeclaration(declaration) ? checker.verify(declaration).value : undefined;
}
