import {
  type BuildOptions,
  type Cancellation,
  DefaultDocumentBuilder,
  DocumentState,
  type LangiumDocument,
  type LangiumSharedCoreServices,
} from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import type { DiagLspServices } from "../lsp-module.js";
import { dataUris, importedUris } from "./import-index.js";
import { readDataText } from "./reading.js";

/** Imported files are loaded up to this many. */
const mostFiles = 10_000;

/** Loads what documents import and the data they read before they are checked. */
export class DiagDocumentBuilder extends DefaultDocumentBuilder {
  private readonly files: LangiumSharedCoreServices["workspace"]["FileSystemProvider"];
  private readonly services: LangiumSharedServices;

  constructor(services: LangiumSharedServices) {
    super(services);
    this.services = services;
    this.files = services.workspace.FileSystemProvider;
    this.updateBuildOptions = { validation: true };
  }

  protected override shouldRelink(document: LangiumDocument, changedUris: Set<string>): boolean {
    return this.indexManager.isAffected(document, changedUris);
  }

  protected override async buildDocuments(
    documents: LangiumDocument[],
    options: BuildOptions,
    cancelToken: Cancellation.CancellationToken,
  ): Promise<void> {
    // What is being edited is checked first, and what imports it after that.
    documents.sort(
      (one, other) => Number(one.state > DocumentState.Changed) - Number(other.state > DocumentState.Changed),
    );
    this.prepareBuild(documents, options);
    await this.runCancelable(documents, DocumentState.Parsed, cancelToken, (document) =>
      this.langiumDocumentFactory.update(document, cancelToken),
    );
    const all = [...documents];
    for (const document of all) {
      await this.loadData(document);
      all.push(...(await this.loadImports(document)));
    }
    // What was looked up while the new texts were not yet read is out of date.
    await this.emitUpdate(
      all.map((document) => document.uri),
      [],
    );
    await super.buildDocuments(all, options, cancelToken);
  }

  private async loadImports(document: LangiumDocument): Promise<LangiumDocument[]> {
    const loaded: LangiumDocument[] = [];
    const { TextSources } = (this.services.ServiceRegistry.all[0] as DiagLspServices).workspace;
    for (const uri of importedUris(document).values()) {
      if (this.langiumDocuments.hasDocument(uri) || this.langiumDocuments.all.count() > mostFiles) {
        continue;
      }
      const open = this.textDocuments?.get(uri.toString());
      const content = open ? { text: open.getText() } : await readDataText(this.files, uri, "source");
      if (this.langiumDocuments.hasDocument(uri)) {
        continue;
      }
      if ("problem" in content) {
        TextSources.set(uri, content);
      } else {
        const imported = this.langiumDocumentFactory.fromString(content.text, uri);
        this.langiumDocuments.addDocument(imported);
        loaded.push(imported);
      }
    }
    return loaded;
  }

  private async loadData(document: LangiumDocument): Promise<void> {
    const { TextSources } = (this.services.ServiceRegistry.all[0] as DiagLspServices).workspace;
    for (const uri of dataUris(document)) {
      if (!TextSources.has(uri) || "problem" in TextSources.get(uri)) {
        TextSources.set(uri, await readDataText(this.files, uri, "data"));
      }
    }
  }
}
