import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterEach } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { InitializeResult, PublishDiagnosticsParams } from "vscode-languageserver";
import { createConnection } from "vscode-languageserver/node";
import { type DiagLspContainer, startServer } from "../../../src/server/index.js";
import { Disk } from "../../../src/server/workspace/disk.js";

const opened: MessageConnection[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const connection of opened.splice(0)) {
    connection.dispose();
  }
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true });
  }
});

/** An editor at the other end of the server's connection. */
export class Client {
  readonly connection: MessageConnection;
  readonly server: DiagLspContainer;
  private readonly published = new Map<string, PublishDiagnosticsParams[]>();
  private waiting: (() => void)[] = [];
  readonly log: string[] = [];

  constructor() {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    this.server = startServer(
      createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
      {
        files: new Disk(),
        reference: "file:///docs/language.md",
      },
    );
    this.connection = createMessageConnection(
      new StreamMessageReader(toClient),
      new StreamMessageWriter(toServer),
    );
    this.connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      this.published.set(params.uri, [...(this.published.get(params.uri) ?? []), params]);
      for (const wake of this.waiting.splice(0)) {
        wake();
      }
    });
    this.connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      this.log.push(message);
    });
    this.connection.onRequest("client/registerCapability", () => null);
    this.connection.listen();
    opened.push(this.connection);
  }

  initialize(...roots: string[]): Promise<InitializeResult> {
    return this.initializeWith({}, ...roots);
  }

  async initializeWith(initializationOptions: object, ...roots: string[]): Promise<InitializeResult> {
    const result = await this.connection.sendRequest<InitializeResult>("initialize", {
      processId: null,
      rootUri: null,
      capabilities: { workspace: { workspaceFolders: true } },
      initializationOptions,
      workspaceFolders: roots.length === 0 ? null : roots.map((root) => ({ uri: uriOf(root), name: root })),
    });
    await this.connection.sendNotification("initialized", {});
    return result;
  }

  open(uri: string, text: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "diag", version: 1, text },
    });
  }

  change(uri: string, text: string, version = 2): Promise<void> {
    return this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  folders(added: readonly string[], removed: readonly string[]): Promise<void> {
    const named = (root: string) => ({ uri: uriOf(root), name: root });
    return this.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added: added.map(named), removed: removed.map(named) },
    });
  }

  changedOnDisk(path: string, type: number): Promise<void> {
    return this.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: uriOf(path), type }],
    });
  }

  /** The next diagnostics of a document whose codes are these. */
  async diagnostics(uri: string, ...codes: string[]): Promise<PublishDiagnosticsParams> {
    const has = () => {
      const list = this.published.get(uri) ?? [];
      const index = list.findIndex(
        (one) => JSON.stringify(one.diagnostics.map(({ code }) => code)) === JSON.stringify(codes),
      );
      return index < 0 ? undefined : list.splice(0, index + 1).at(-1)!;
    };
    for (;;) {
      const found = has();
      if (found) {
        return found;
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

/** A folder with these files, removed after the test. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "diag-lsp-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
