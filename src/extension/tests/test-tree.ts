import * as vscode from "vscode";
import { Addresses } from "../../language/loader/addresses.js";
import type { TextRange } from "../../preview/index.js";
import {
  type FileVerifies,
  type VerifiesAnswer,
  type VerifiesParameters,
  verifiesMethods,
} from "../../server/verifies/protocol.js";
import type { LanguageServer } from "../language-server.js";
import { byId, folderInWords, type Maker, nodesOf, patchItems, type TestNode } from "./nodes.js";

/** What the tree needs of the language server. */
export type VerifySource = Pick<LanguageServer, "ask" | "state" | "onDidChangeState" | "onDidChangeVerifies">;

/** Milliseconds in which changes of files are gathered before the server is asked about them. */
const gathering = 100;

/** The tests of the workspace's files, as the language server knows them; they follow every edit. */
export class TestTree implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private files = new Map<string, FileVerifies>();
  private nodes: ReadonlyMap<string, TestNode> = new Map();
  /** Files that were deleted and are not back: an editor may keep the text of such a file open for minutes. */
  private readonly deleted = new Set<string>();
  private readonly stale = new Set<string>();
  /** As links were when all was last asked for. */
  private addresses = new Addresses();
  private allStale = false;
  /** Whether the server is to look at the disk before it says what there is. */
  private fromDisk = false;
  private work: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** Fires when the items have been brought up to date. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly controller: vscode.TestController,
    private readonly server: VerifySource,
  ) {
    const watcher = vscode.workspace.createFileSystemWatcher("**/*.diag", false, true, false);
    this.subscriptions = [
      this.changed,
      watcher,
      watcher.onDidDelete((uri) => {
        this.deleted.add(uri.toString());
        if (this.files.has(uri.toString())) {
          this.refreshSoon(uri.toString());
        }
      }),
      watcher.onDidCreate((uri) => {
        if (this.deleted.delete(uri.toString())) {
          this.refreshSoon(uri.toString());
        }
      }),
      server.onDidChangeState((state) => {
        if (state === "ready") {
          this.refreshSoon();
        }
      }),
      server.onDidChangeVerifies((uri) => this.refreshSoon(uri)),
      // Files outside the workspace are listed while they are open.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (this.files.has(uri.toString())) {
          this.refreshSoon(uri.toString());
        }
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.refreshSoon()),
    ];
    if (server.state === "ready") {
      this.refreshSoon();
    }
  }

  /** What an item stands for; `undefined` when the files have it no more. */
  node({ id }: { readonly id: string }): TestNode | undefined {
    return this.nodes.get(id);
  }

  /** The listed files that a file is, or of which it is a part: by an import or as data, by any of its addresses. */
  async madeOf(uri: string): Promise<string[]> {
    const { addresses } = this;
    const name = await addresses.nameOf(uri);
    const made: string[] = [];
    for (const file of this.files.values()) {
      const parts = await Promise.all([file.uri, ...file.sources].map((part) => addresses.nameOf(part)));
      if (parts.includes(name)) {
        made.push(file.uri);
      }
    }
    return made;
  }

  /**
   * Brings one file's items up to date, or all; resolves when they are.
   * @throws ServerUnavailable, or an error of one line.
   */
  async refresh(uri?: string): Promise<void> {
    await this.serverAnswers();
    this.mark(uri);
    this.work ??= this.update();
    return this.work;
  }

  /** Brings all items up to date with the disk, also where no change was heard of. @throws as `refresh`. */
  refreshFromDisk(): Promise<void> {
    this.fromDisk = true;
    return this.refresh();
  }

  /** Resolves when all changes that were heard of are in the items. @throws as `refresh`. */
  async settle(): Promise<void> {
    if (this.allStale || this.stale.size > 0) {
      this.work ??= this.update();
    }
    await this.work;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const one of this.subscriptions) {
      one.dispose();
    }
  }

  private mark(uri: string | undefined): void {
    if (uri === undefined) {
      this.allStale = true;
    } else {
      this.stale.add(uri);
    }
  }

  private refreshSoon(uri?: string): void {
    this.mark(uri);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // A server that is gone comes back, and then all is asked for again.
      this.work ??= this.update();
      this.work.catch(() => undefined);
    }, gathering);
  }

  /** A server that is about to be ready is waited for. */
  private async serverAnswers(): Promise<void> {
    if (this.server.state !== "starting" && this.server.state !== "restarting") {
      return;
    }
    await new Promise<void>((resolve) => {
      const subscription = this.server.onDidChangeState((state) => {
        if (state === "starting" || state === "restarting") {
          return;
        }
        subscription.dispose();
        resolve();
      });
    });
  }

  private async update(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.allStale || this.stale.size > 0) {
        const all = this.allStale;
        const parameters = this.fromDisk ? { anew: true } : {};
        const uris = [...this.stale];
        this.allStale = false;
        this.fromDisk = false;
        this.stale.clear();
        if (all) {
          this.addresses = new Addresses();
        }
        if (all) {
          this.takeAll(await this.list(parameters));
        } else {
          for (const uri of uris) {
            this.take(uri, await this.list({ uri }));
          }
        }
        this.show();
      }
    } finally {
      this.work = undefined;
    }
  }

  private list(parameters: VerifiesParameters): Promise<VerifiesAnswer> {
    return this.server.ask<VerifiesAnswer>(verifiesMethods.list, parameters);
  }

  private takeAll(answer: VerifiesAnswer): void {
    this.files = new Map(answer.map((file) => [file.uri, file]));
  }

  private take(uri: string, answer: VerifiesAnswer): void {
    this.files.delete(uri);
    for (const file of answer) {
      this.files.set(file.uri, file);
    }
  }

  private show(): void {
    for (const uri of [...this.files.keys()]) {
      if (!this.isListed(vscode.Uri.parse(uri))) {
        this.files.delete(uri);
      }
    }
    const files = [...this.files.values()].sort((one, other) => (one.uri < other.uri ? -1 : 1));
    const nodes = nodesOf(files, folderOf);
    this.nodes = byId(nodes);
    patchItems(this.controller.items, nodes, this.maker);
    this.changed.fire();
  }

  /** Files of the workspace are tests, and others while they are open, but not old versions of files. */
  private isListed(uri: vscode.Uri): boolean {
    const address = uri.toString();
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === address);
    if (this.deleted.has(address)) {
      return open?.isDirty === true;
    }
    if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
      return true;
    }
    return open !== undefined && (uri.scheme === "file" || uri.scheme === "untitled");
  }

  private readonly maker: Maker = {
    item: ({ id, label, uri }) => this.controller.createTestItem(id, label, vscode.Uri.parse(uri)),
    range: rangeOf,
  };
}

/** A range of a text as the editor has it. */
export function rangeOf({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** A file's folder, as people know it: from the workspace's on, of which the path would be the machine's. */
function folderOf(uri: string): string {
  const file = vscode.Uri.parse(uri);
  // The editor tells a file by the folder of the workspace that it is in, but that folder itself by its absolute path.
  const path = vscode.workspace.asRelativePath(file);
  return folderInWords(path, vscode.workspace.getWorkspaceFolder(file)?.name);
}
