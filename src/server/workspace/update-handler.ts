import { URI, UriUtils } from "langium";
import { DefaultDocumentUpdateHandler, type LangiumSharedServices } from "langium/lsp";
import {
  type DidChangeWatchedFilesParams,
  FileChangeType,
  type TextDocumentChangeEvent,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type Addresses, pathOnDisk } from "../../language/loader/index.js";
import type { DiagLspServices } from "../services.js";
import { dataUris, importedUris } from "./import-index.js";
import type { DiagWorkspaceManager } from "./workspace-manager.js";

/** What happens to documents and to the files that they read. */
export class DiagUpdateHandler extends DefaultDocumentUpdateHandler {
  private readonly services: LangiumSharedServices;

  constructor(services: LangiumSharedServices) {
    super(services);
    this.services = services;
  }

  private get language(): DiagLspServices {
    return this.services.ServiceRegistry.all[0] as DiagLspServices;
  }

  /** The addresses of all that was read, or could not be, and is no document. */
  private get others(): string[] {
    const { MissingSources, DataTables } = this.language.workspace;
    return [...MissingSources.addresses(), ...DataTables.addresses()];
  }

  private get addresses(): Addresses {
    return this.language.editor.Loader.addresses;
  }

  /** Reads documents anew, or forgets them. */
  update(changed: URI[], deleted: URI[]): void {
    this.fireDocumentUpdate(changed, deleted);
  }

  /** What is typed counts for a file by all its addresses. */
  override didChangeContent({ document }: TextDocumentChangeEvent<TextDocument>): void {
    const uri = URI.parse(document.uri);
    this.fireDocumentUpdate([uri, ...this.under(this.addresses.othersOf(uri.toString()))], []);
  }

  /** A file that was read already may be known by another address, or have been missed. */
  didOpenDocument({ document }: TextDocumentChangeEvent<TextDocument>): void {
    void this.meet(URI.parse(document.uri));
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
    void this.close(URI.parse(document.uri));
  }

  override didChangeWatchedFiles(params: DidChangeWatchedFilesParams): void {
    this.onWatchedFilesChangeEmitter.fire(params);
    void this.follow(params);
  }

  private async meet(uri: URI): Promise<void> {
    if (pathOnDisk(uri.toString()) === undefined) {
      return;
    }
    const { LangiumDocuments, TextDocuments, WorkspaceManager } = this.services.workspace;
    await WorkspaceManager.ready;
    const read = [...LangiumDocuments.all.map((known) => known.uri.toString()), ...this.others];
    await Promise.all([uri.toString(), ...read].map((address) => this.addresses.nameOf(address)));
    const others = this.under(this.addresses.othersOf(uri.toString()));
    if (others.length > 0 && TextDocuments.get(uri.toString())) {
      this.fireDocumentUpdate(others, []);
    }
  }

  private async close(closed: URI): Promise<void> {
    const { LangiumDocuments, TextDocuments, WorkspaceManager } = this.services.workspace;
    const { Loader } = this.language.editor;
    const others = this.addresses.othersOf(closed.toString()).map((address) => URI.parse(address));
    const known = others.filter((uri) => LangiumDocuments.hasDocument(uri));
    const changed: URI[] = [];
    const deleted: URI[] = [];
    for (const uri of [closed, ...known]) {
      const exists = "text" in (await Loader.load(uri));
      const wanted =
        (WorkspaceManager as DiagWorkspaceManager).isInFolder(uri) ||
        LangiumDocuments.all.some((other) => importedUris(other).has(uri.toString()));
      if (TextDocuments.get(uri.toString()) === undefined) {
        (exists && wanted ? changed : deleted).push(uri);
      }
    }
    if (changed.length + deleted.length > 0) {
      this.fireDocumentUpdate(changed, deleted);
    }
  }

  private async follow({ changes }: DidChangeWatchedFilesParams): Promise<void> {
    const { LangiumDocuments, TextDocuments } = this.services.workspace;
    const { Loader } = this.language.editor;
    const places = changes.map(({ uri }) => URI.parse(uri).toString());
    await this.addresses.changed(places);
    const read = new Set(this.others);
    await Promise.all([...read].map((address) => this.addresses.nameOf(address)));
    const changed = new Map<string, URI>();
    const deleted = new Map<string, URI>();
    const stale = new Set<string>();
    for (const change of changes) {
      const own = URI.parse(change.uri).toString();
      for (const address of [own, ...(await this.addresses.knownFor(own))]) {
        const uri = URI.parse(address);
        if (read.has(uri.toString())) {
          stale.add(address);
        }
        const open = TextDocuments.get(address) !== undefined;
        if (change.type === FileChangeType.Deleted) {
          if (!open && LangiumDocuments.getDocuments(uri).length > 0) {
            // It may still be open by another address.
            const isThere = "text" in (await Loader.load(uri));
            (isThere ? changed : deleted).set(address, uri);
          }
        } else if (
          !open &&
          (LangiumDocuments.hasDocument(uri) || /^\.?diag$|^$/.test(UriUtils.extname(uri)))
        ) {
          changed.set(address, uri);
        }
      }
    }
    for (const uri of this.readersOf(stale)) {
      changed.set(uri.toString(), uri);
    }
    if (changed.size + deleted.size > 0) {
      this.fireDocumentUpdate([...changed.values()], [...deleted.values()]);
    }
  }

  /** What must be read anew when a text changes that stands for these addresses, too. */
  private under(addresses: readonly string[]): URI[] {
    const { LangiumDocuments, TextDocuments } = this.services.workspace;
    const uris = addresses
      .filter((address) => TextDocuments.get(address) === undefined)
      .map((address) => URI.parse(address));
    const documents = uris.filter((uri) => LangiumDocuments.hasDocument(uri));
    const missed = uris.filter((uri) => this.language.workspace.MissingSources.has(uri));
    return [...documents, ...this.readersOf(new Set(missed.map((uri) => uri.toString())))];
  }

  /** Forgets what stood at these addresses. @returns the documents that import it, or have it as data. */
  readersOf(addresses: ReadonlySet<string>): URI[] {
    if (addresses.size === 0) {
      return [];
    }
    this.forget([...addresses].map((address) => URI.parse(address)));
    return this.services.workspace.LangiumDocuments.all
      .filter((document) =>
        [...dataUris(document).map((uri) => uri.toString()), ...importedUris(document).keys()].some((uri) =>
          addresses.has(uri),
        ),
      )
      .map((document) => document.uri)
      .toArray();
  }

  private forget(uris: readonly URI[]): void {
    for (const uri of uris) {
      this.language.workspace.MissingSources.delete(uri);
      this.language.workspace.DataTables.delete(uri);
    }
  }
}
