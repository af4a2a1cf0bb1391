import { URI, UriUtils } from "langium";
import { DefaultDocumentUpdateHandler, type LangiumSharedServices } from "langium/lsp";
import {
  type DidChangeWatchedFilesParams,
  FileChangeType,
  type TextDocumentChangeEvent,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { DiagLspServices } from "../lsp-module.js";
import { dataUris, importedUris } from "./import-index.js";
import type { DiagWorkspaceManager } from "./workspace-manager.js";

/** What happens to documents and to the files that they read. */
export class DiagUpdateHandler extends DefaultDocumentUpdateHandler {
  private readonly services: LangiumSharedServices;

  constructor(services: LangiumSharedServices) {
    super(services);
    this.services = services;
  }

  private get sources(): DiagLspServices["workspace"]["TextSources"] {
    return (this.services.ServiceRegistry.all[0] as DiagLspServices).workspace.TextSources;
  }

  /** Data are read anew: an editor that watches no files has no other way to say that they changed. */
  didSaveDocument({ document }: TextDocumentChangeEvent<TextDocument>): void {
    const uri = URI.parse(document.uri);
    const known = this.services.workspace.LangiumDocuments.getDocument(uri);
    const data = known ? dataUris(known) : [];
    if (data.length > 0) {
      this.forget(data);
      this.fireDocumentUpdate([uri], []);
    }
  }

  /** What was typed and not saved is gone; what is on no disk and in no folder is no longer of interest. */
  didCloseDocument({ document }: TextDocumentChangeEvent<TextDocument>): void {
    const uri = URI.parse(document.uri);
    void this.services.workspace.FileSystemProvider.exists(uri).then((exists) => {
      const wanted =
        (this.services.workspace.WorkspaceManager as DiagWorkspaceManager).isInFolder(uri) ||
        this.services.workspace.LangiumDocuments.all.some((other) => importedUris(other).has(uri.toString()));
      if (this.services.workspace.TextDocuments.get(document.uri) === undefined) {
        this.fireDocumentUpdate(exists && wanted ? [uri] : [], exists && wanted ? [] : [uri]);
      }
    });
  }

  override didChangeWatchedFiles(params: DidChangeWatchedFilesParams): void {
    this.onWatchedFilesChangeEmitter.fire(params);
    const changed = new Map<string, URI>();
    const deleted = new Map<string, URI>();
    const data: URI[] = [];
    for (const change of params.changes) {
      const uri = URI.parse(change.uri);
      if (this.sources.has(uri)) {
        data.push(uri);
      }
      const open = this.services.workspace.TextDocuments.get(change.uri) !== undefined;
      if (change.type === FileChangeType.Deleted) {
        if (!open && this.services.workspace.LangiumDocuments.getDocuments(uri).length > 0) {
          deleted.set(change.uri, uri);
        }
      } else if (!open && /^\.?diag$|^$/.test(UriUtils.extname(uri))) {
        changed.set(change.uri, uri);
      }
    }
    const stale = new Set(data.map((uri) => uri.toString()));
    this.forget(data);
    for (const document of this.services.workspace.LangiumDocuments.all) {
      const reads = [...dataUris(document).map((uri) => uri.toString()), ...importedUris(document).keys()];
      if (reads.some((uri) => stale.has(uri))) {
        changed.set(document.uri.toString(), document.uri);
      }
    }
    if (changed.size + deleted.size > 0) {
      this.fireDocumentUpdate([...changed.values()], [...deleted.values()]);
    }
  }

  private forget(uris: readonly URI[]): void {
    for (const uri of uris) {
      this.sources.delete(uri);
    }
  }
}
