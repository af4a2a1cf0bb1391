import {
  DefaultWorkspaceManager,
  type FileSystemNode,
  type LangiumDocument,
  type Stream,
  type URI,
  UriUtils,
} from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import {
  Emitter,
  type InitializedParams,
  type InitializeParams,
  type WorkspaceFolder,
} from "vscode-languageserver";
import { readingProblem } from "../../language/reading-problem.js";
import { printableLine } from "../../printable/index.js";
import { isFields } from "../../shape/index.js";
import { isAddress } from "../preview/freshness.js";
import type { DiagLspServices } from "../services.js";

const skippedFolders = new Set(["node_modules", "out", "dist", "build"]);

/** Finds the `.diag` files of the workspace's folders, also of those that are added later. */
export class DiagWorkspaceManager extends DefaultWorkspaceManager {
  private readonly services: LangiumSharedServices;
  private foldersChange = false;
  private readonly foldersChanged = new Emitter<void>();
  /** Fires when folders have come or gone. */
  readonly onDidChangeFolders = this.foldersChanged.event;
  /** Lines of the log about folders that could not be read, each of which is said once. */
  private readonly told = new Set<string>();

  constructor(services: LangiumSharedServices) {
    super(services);
    this.services = services;
    this.initialBuildOptions = { validation: true };
  }

  override initialize(params: InitializeParams): void {
    super.initialize(params);
    const given: unknown = params.workspaceFolders;
    if (given !== undefined && given !== null) {
      this.folders = Array.isArray(given) ? given.filter(isFolder) : [];
    }
    this.foldersChange = params.capabilities.workspace?.workspaceFolders === true;
  }

  override initialized(params: InitializedParams): Promise<void> {
    if (this.foldersChange) {
      this.services.lsp.Connection?.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        void this.changeFolders(added, removed);
      });
    }
    return super.initialized(params);
  }

  private async changeFolders(added: WorkspaceFolder[], removed: WorkspaceFolder[]): Promise<void> {
    await this.ready;
    const left = new Set(removed.map(({ uri }) => uri));
    this.folders = [...(this.folders ?? []).filter(({ uri }) => !left.has(uri)), ...added];
    const found = (
      await Promise.all(added.map((folder) => this.searchFolder(this.getRootFolder(folder))))
    ).flat();
    const gone = removed
      .flatMap((folder) => this.langiumDocuments.getDocuments(this.getRootFolder(folder)))
      .map((document) => document.uri)
      .filter((uri) => !this.services.workspace.TextDocuments.get(uri.toString()) && !this.isInFolder(uri));
    // A folder may go again while it is searched.
    const come = found.filter((uri) => this.isInFolder(uri));
    await this.mutex.write((token) => this.documentBuilder.update(come, gone, token));
    this.foldersChanged.fire();
  }

  /**
   * Compares all that nobody has open with the disk, and takes over what has come, changed or gone. An editor tells of that,
   * but its watcher hears nothing of what happens while it starts, and on some disks it never does.
   */
  async lookAgain(): Promise<void> {
    await this.ready;
    const { Loader } = (this.services.ServiceRegistry.all[0] as DiagLspServices).editor;
    const roots = (this.folders ?? []).map((folder) => this.getRootFolder(folder));
    const found = (await Promise.all(roots.map((root) => this.searchFolder(root)))).flat();
    const changed = found.filter((uri) => !this.langiumDocuments.hasDocument(uri));
    const gone: URI[] = [];
    const closed = this.langiumDocuments.all.filter(
      ({ uri }) => this.services.workspace.TextDocuments.get(uri.toString()) === undefined,
    );
    await Promise.all(
      closed.map(async ({ uri, textDocument }) => {
        const content = await Loader.load(uri);
        if ("problem" in content) {
          gone.push(uri);
        } else if (content.text !== textDocument.getText()) {
          changed.push(uri);
        }
      }),
    );
    if (changed.length + gone.length > 0) {
      await this.mutex.write((token) => this.documentBuilder.update(changed, gone, token));
    }
  }

  /** Whether a file lies in one of the workspace's folders. */
  isInFolder(uri: URI): boolean {
    return (this.folders ?? []).some((folder) => UriUtils.contains(this.getRootFolder(folder), uri));
  }

  /** A file that vanishes or cannot be read while the folders are searched is left out. */
  protected override async loadWorkspaceDocuments(
    uris: Stream<URI>,
    collector: (document: LangiumDocument) => void,
  ): Promise<void> {
    const { LangiumDocumentFactory } = this.services.workspace;
    const { Loader } = (this.services.ServiceRegistry.all[0] as DiagLspServices).editor;
    await Promise.all(
      uris.map(async (uri) => {
        const content = await Loader.load(uri);
        if ("text" in content && !this.langiumDocuments.hasDocument(uri)) {
          collector(LangiumDocumentFactory.fromString(content.text, uri));
        }
      }),
    );
  }

  protected override async traverseFolder(folder: URI, found: URI[]): Promise<void> {
    let entries: FileSystemNode[];
    try {
      entries = await this.fileSystemProvider.readDirectory(folder);
    } catch (reason) {
      this.tell(`${folder.fsPath} is not searched for diagrams: ${folderProblem(reason)}`);
      return;
    }
    const included = entries.filter((entry) => this.shouldIncludeEntry(entry));
    found.push(...included.filter(({ isFile }) => isFile).map(({ uri }) => uri));
    await Promise.all(
      included.filter(({ isDirectory }) => isDirectory).map(({ uri }) => this.traverseFolder(uri, found)),
    );
  }

  private tell(line: string): void {
    if (!this.told.has(line)) {
      this.told.add(line);
      this.services.lsp.Connection?.console.warn(printableLine(line));
    }
  }

  override shouldIncludeEntry(entry: FileSystemNode): boolean {
    const name = UriUtils.basename(entry.uri);
    return entry.isDirectory
      ? !name.startsWith(".") && !skippedFolders.has(name)
      : entry.isFile && name.endsWith(".diag");
  }
}

function isFolder(given: unknown): given is WorkspaceFolder {
  return isFields(given) && typeof given.uri === "string" && isAddress(given.uri);
}

/** Why a folder could not be read, in a few words. */
function folderProblem(reason: unknown): string {
  const { code } = reason as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" ? "there is no such folder" : readingProblem(reason);
}
