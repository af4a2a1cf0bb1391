import { type DeepPartial, inject, type Module } from "langium";
import {
  createDefaultModule,
  createDefaultSharedModule,
  type DefaultSharedModuleContext,
  type LangiumSharedServices,
  type PartialLangiumServices,
  type PartialLangiumSharedServices,
} from "langium/lsp";
import { DiagModule } from "../language/diag-module.js";
import { DiagGeneratedModule, DiagGeneratedSharedModule } from "../language/generated/module.js";
import { OneLanguageRegistry } from "../language/one-language.js";
import { DataTables } from "../language/read-sources.js";
import type { DiagAddedServices } from "../language/services.js";
import { registerChecks } from "../language/validation/validator.js";
import { DiagCodeActionProvider } from "./actions/provider.js";
import { DiagCodeLensProvider } from "./code-lenses.js";
import { DiagCompletionProvider } from "./completion/provider.js";
import { DiagFoldingProvider } from "./editing/folding.js";
import { DiagFormatter } from "./editing/formatter.js";
import { DiagLinkProvider } from "./editing/links.js";
import { DiagSemanticTokenProvider } from "./editing/semantic-tokens.js";
import { type DiagEditorServices, editorServices, listenToEditor } from "./editor-services.js";
import { followDocuments } from "./evaluation/follow-documents.js";
import type { WorkerLimits } from "./evaluation/service.js";
import { DiagHoverProvider } from "./hover/hover-provider.js";
import { DiagInlayHintProvider } from "./inlay-hints.js";
import { DiagLanguageServer } from "./language-server.js";
import { MovedFiles } from "./names/moved-files.js";
import { DiagDefinitionProvider, DiagHighlightProvider, DiagReferencesProvider } from "./names/navigation.js";
import { DiagRenameProvider } from "./names/rename.js";
import { DiagSymbolProvider, DiagWorkspaceSymbolProvider } from "./names/symbols.js";
import { servePreviews } from "./preview/index.js";
import type { DiagLspServices } from "./services.js";
import { DiagSignatureHelpProvider } from "./signature-help.js";
import { serveVerifies } from "./verifies/index.js";
import { EditorConfiguration } from "./workspace/configuration.js";
import { DiagDocumentBuilder } from "./workspace/document-builder.js";
import { DiagDocumentFactory } from "./workspace/document-factory.js";
import { EditorDocumentValidator } from "./workspace/document-validator.js";
import { followRights } from "./workspace/following-rights.js";
import { ImportIndex } from "./workspace/import-index.js";
import { LastingDeclarationChecker } from "./workspace/lasting-checker.js";
import { LazyLinker, NoReferenceDescriptions, NoSymbolTables } from "./workspace/lazy-linking.js";
import { openTexts } from "./workspace/text-documents.js";
import { followTrialsLimit } from "./workspace/trials-limit.js";
import { DiagUpdateHandler } from "./workspace/update-handler.js";
import { DiagWorkspaceManager } from "./workspace/workspace-manager.js";

export interface DiagLspContainer {
  readonly shared: LangiumSharedServices;
  readonly diag: DiagLspServices;
}

/** What editing adds: results that last while a text is edited, and one provider for each feature. */
const diagLspModule = (
  evaluation: Partial<WorkerLimits>,
): Module<DiagLspServices, PartialLangiumServices & DeepPartial<DiagAddedServices> & DiagEditorServices> => ({
  editor: editorServices(evaluation),
  references: {
    Linker: (services) => new LazyLinker(services),
    ScopeComputation: (services) => new NoSymbolTables(services),
  },
  validation: {
    DeclarationChecker: (services) => new LastingDeclarationChecker(services),
    DocumentValidator: (services) => new EditorDocumentValidator(services),
  },
  workspace: {
    // What nobody has open is not read for.
    DataTables: () => new DataTables("unread"),
    ReferenceDescriptionProvider: () => new NoReferenceDescriptions(),
  },
  lsp: {
    CodeActionProvider: (services) => new DiagCodeActionProvider(services),
    CodeLensProvider: (services) => new DiagCodeLensProvider(services),
    CompletionProvider: (services) => new DiagCompletionProvider(services),
    DefinitionProvider: () => new DiagDefinitionProvider(),
    DocumentHighlightProvider: (services) => new DiagHighlightProvider(services),
    DocumentLinkProvider: () => new DiagLinkProvider(),
    DocumentSymbolProvider: () => new DiagSymbolProvider(),
    FoldingRangeProvider: () => new DiagFoldingProvider(),
    Formatter: (services) => new DiagFormatter(services),
    HoverProvider: (services) => new DiagHoverProvider(services),
    InlayHintProvider: (services) => new DiagInlayHintProvider(services),
    ReferencesProvider: (services) => new DiagReferencesProvider(services),
    RenameProvider: (services) => new DiagRenameProvider(services),
    SemanticTokenProvider: (services) => new DiagSemanticTokenProvider(services),
    SignatureHelp: () => new DiagSignatureHelpProvider(),
  },
});

const DiagSharedLspModule: Module<LangiumSharedServices, PartialLangiumSharedServices> = {
  ServiceRegistry: (services) =>
    new OneLanguageRegistry(services) as LangiumSharedServices["ServiceRegistry"],
  lsp: {
    DocumentUpdateHandler: (services) => new DiagUpdateHandler(services),
    FileOperationHandler: (services) => new MovedFiles(services),
    LanguageServer: (services) => new DiagLanguageServer(services),
    WorkspaceSymbolProvider: (services) => new DiagWorkspaceSymbolProvider(services),
  },
  workspace: {
    ConfigurationProvider: (services) => new EditorConfiguration(services),
    DocumentBuilder: (services) => new DiagDocumentBuilder(services),
    IndexManager: (services) => new ImportIndex(services),
    LangiumDocumentFactory: (services) => new DiagDocumentFactory(services),
    TextDocuments: () => openTexts(),
    WorkspaceManager: (services) => new DiagWorkspaceManager(services),
  },
};

/**
 * The services of a language server.
 * @param context the file system to read from, and the connection to an editor, if there is one.
 * @param evaluation how evaluations are made, where that is not as usual.
 */
export function createDiagLspServices(
  context: DefaultSharedModuleContext,
  evaluation: Partial<WorkerLimits> = {},
): DiagLspContainer {
  const shared = inject(createDefaultSharedModule(context), DiagGeneratedSharedModule, DiagSharedLspModule);
  const diag = inject(
    createDefaultModule({ shared }),
    DiagGeneratedModule,
    DiagModule,
    diagLspModule(evaluation),
  );
  shared.ServiceRegistry.register(diag);
  registerChecks(diag);
  listenToEditor(shared, diag);
  followDocuments(shared, diag);
  followRights(shared, diag);
  followTrialsLimit(shared, diag);
  servePreviews(shared, diag);
  serveVerifies(shared, diag);
  return { shared, diag };
}
