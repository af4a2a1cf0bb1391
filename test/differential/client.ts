import { PassThrough } from "node:stream";
import {
  type CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { PublishDiagnosticsParams } from "vscode-languageserver";
import { createConnection } from "vscode-languageserver/node";
import { startServer } from "../../src/server/index.js";
import { Disk } from "../../src/server/workspace/disk.js";

/** A change as an editor tells it: characters from one offset to another become others. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly put: string;
}

/** An editor behind the protocol, in memory, with one document that was never saved. */
export class Client {
  readonly log: string[] = [];
  private readonly connection: MessageConnection;
  private readonly published = new Map<string, PublishDiagnosticsParams>();
  private readonly waiting = new Set<() => void>();
  private text = "";
  private version = 0;
  private uri = "";

  constructor() {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), {
      files: new Disk(),
    });
    this.connection = createMessageConnection(
      new StreamMessageReader(toClient),
      new StreamMessageWriter(toServer),
    );
    this.connection.onNotification("textDocument/publishDiagnostics", (told: PublishDiagnosticsParams) => {
      this.published.set(told.uri, told);
      for (const wake of this.waiting) {
        wake();
      }
    });
    this.connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      this.log.push(message);
    });
    this.connection.onRequest("client/registerCapability", () => null);
    this.connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
      items.map(() => ({})),
    );
    this.connection.listen();
  }

  async initialize(): Promise<void> {
    await this.connection.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } },
      // Values are computed elsewhere, and arrive when they arrive.
      initializationOptions: { trusted: false, commandLinks: true },
      workspaceFolders: null,
    });
    await this.connection.sendNotification("initialized", {});
  }

  open(uri: string, text: string): Promise<void> {
    this.uri = uri;
    this.text = text;
    this.version = 1;
    return this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "diag", version: 1, text },
    });
  }

  /** Only what changed is told. */
  change(...changes: Change[]): Promise<void> {
    this.version++;
    const contentChanges = changes.map(({ from, to, put }) => {
      const range = { start: positionIn(this.text, from), end: positionIn(this.text, to) };
      this.text = this.text.slice(0, from) + put + this.text.slice(to);
      return { range, text: put };
    });
    return this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges,
    });
  }

  close(): Promise<void> {
    this.published.delete(this.uri);
    return this.connection.sendNotification("textDocument/didClose", { textDocument: { uri: this.uri } });
  }

  /** The document's address, as previews give it. */
  get address(): { readonly uri: string } {
    return { uri: this.uri };
  }

  /** @param token ends the wait for the answer. */
  ask(method: string, parameters: object = {}, token?: CancellationTokenSource["token"]): Promise<unknown> {
    const given = { textDocument: { uri: this.uri }, ...parameters };
    return token === undefined
      ? this.connection.sendRequest(method, given)
      : this.connection.sendRequest(method, given, token);
  }

  /** The diagnostics of the newest text: the request for them is answered when they are made. */
  async diagnostics(): Promise<unknown> {
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    await this.ask("textDocument/codeAction", { range, context: { diagnostics: [] } });
    const isNew = () => (this.published.get(this.uri)?.version ?? this.version) >= this.version;
    while (!this.published.has(this.uri) || !isNew()) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.waiting.delete(wake);
          resolve();
        };
        this.waiting.add(wake);
      });
    }
    return this.published.get(this.uri)!.diagnostics;
  }

  dispose(): void {
    this.connection.dispose();
  }
}

/** Where an offset is, by the protocol: lines end with CR, LF or both. */
export function positionIn(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  // Between CR and LF there is no place.
  const isWithin = text[offset - 1] === "\r" && text[offset] === "\n";
  return isWithin
    ? { line: before.length - 2, character: before.at(-2)!.length }
    : { line: before.length - 1, character: before.at(-1)!.length };
}
