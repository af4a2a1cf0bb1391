import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { createConnection } from "vscode-languageserver/node";
import { type PreviewRequests, previewMethods } from "../../../../src/preview/index.js";
import { startServer } from "../../../../src/server/index.js";
import { Disk } from "../../../../src/server/workspace/disk.js";

// Previews behind the protocol, in memory.

type Method = keyof PreviewRequests;

const clients: Client[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) {
    await client.close();
  }
});

class Client {
  readonly changes: { uri: string; version: number }[] = [];
  private readonly connection: MessageConnection;
  private version = 0;

  private constructor(readonly uri: string) {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), {
      files: new Disk(),
    });
    this.connection = createMessageConnection(
      new StreamMessageReader(toClient),
      new StreamMessageWriter(toServer),
    );
    this.connection.onNotification(previewMethods.changed, (change) => {
      this.changes.push(change);
    });
    this.connection.listen();
    clients.push(this);
  }

  static async open(text: string, initializationOptions = {}): Promise<Client> {
    const client = new Client("untitled:Untitled-1");
    await client.connection.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      capabilities: {},
      initializationOptions,
      workspaceFolders: null,
    });
    await client.connection.sendNotification("initialized", {});
    await client.type(text);
    return client;
  }

  type(text: string): Promise<void> {
    const { uri } = this;
    const version = ++this.version;
    return version === 1
      ? this.connection.sendNotification("textDocument/didOpen", {
          textDocument: { uri, languageId: "diag", version, text },
        })
      : this.connection.sendNotification("textDocument/didChange", {
          textDocument: { uri, version },
          contentChanges: [{ text }],
        });
  }

  ask<M extends Method>(method: M, parameters: object = {}, source = new CancellationTokenSource()) {
    return this.connection.sendRequest<PreviewRequests[M]["answer"]>(
      previewMethods[method],
      { uri: this.uri, ...parameters },
      source.token,
    );
  }

  async close(): Promise<void> {
    await this.connection.sendRequest("shutdown");
    this.connection.dispose();
  }
}

const text = "diagram d { a, b -> out  part P = {a, b} }\ndiagram e { a -> j -> out }\n";

describe("previews over the wire", () => {
  test("answer from the newest text, also in an untrusted workspace without a disk", async () => {
    const client = await Client.open(text, { trusted: false });
    const file = await client.ask("file");
    expect(file).toMatchObject({ uri: client.uri, version: 1, landscapes: [], spacetimes: [] });
    expect(file!.diagrams.map(({ id }) => id)).toEqual(["d", "e"]);
    for (let version = 2; version < 8; version++) {
      const more = Array.from({ length: version }, (_, index) => `diagram x${index} { a -> out }\n`);
      void client.type(`${text}${more.join("")}`);
      const answer = client.ask("file");
      const drawn = client.ask("draw", { ids: [`x${version - 1}`] });
      expect(await answer).toMatchObject({ version });
      expect((await answer)!.diagrams).toHaveLength(version + 2);
      expect(await drawn).toMatchObject({ version, drawings: [{ id: `x${version - 1}`, drawing: {} }] });
    }
  });

  test("are told when a file that they asked about has changed, and of no other", async () => {
    const client = await Client.open(text);
    await client.ask("draw", { ids: ["d"] });
    expect(client.changes).toEqual([]);
    await client.ask("file");
    await client.type(text.replace("j", "k"));
    await client.ask("file");
    expect(client.changes).toContainEqual({ uri: client.uri, version: 2 });
  });

  test("edit, insert, export and hover", async () => {
    const client = await Client.open(text);
    const { version } = (await client.ask("file"))!;
    expect(await client.ask("edit", { version, id: "d", edit: { kind: "remove", node: 0 } })).toMatchObject({
      version,
      edits: expect.arrayContaining([expect.objectContaining({ newText: "" })]),
    });
    expect(await client.ask("insert", { version, shortForm: "\\sdia{c(01-2)(02-12)}" })).toMatchObject({
      edits: [{ newText: expect.stringContaining("(01-2)(02-12)") }],
    });
    expect(await client.ask("export", { id: "d", format: "short" })).toEqual({ text: "(01-2)(02-12)\n" });
    expect(await client.ask("hover", { position: { line: 0, character: 8 } })).toMatchObject({
      pieces: expect.anything(),
    });
    const none = { id: "d", spacetime: "nonsense", first: "0", count: 1 };
    expect(await client.ask("embeddings", none)).toMatchObject({
      problem: expect.stringMatching(/^[^\n]+$/),
    });
  });

  test("say that there is no such file", async () => {
    const client = await Client.open(text);
    expect(await client.ask("file", { uri: "file:///nowhere.diag" })).toBeNull();
    expect(await client.ask("draw", { uri: "file:///nowhere.diag", ids: ["d"] })).toMatchObject({
      drawings: [],
    });
  });

  test.each<[Method, object]>([
    ["file", { uri: 3 }],
    ["file", { uri: "no address" }],
    ["draw", { ids: "d" }],
    ["draw", { ids: [{}] }],
    ["hover", { position: { line: -1, character: 0 } }],
    ["embeddings", { id: "d", spacetime: "sgd(N = 2)", first: "x", count: 1 }],
    ["edit", { version: 1, id: "d", edit: { kind: "explode" } }],
    ["insert", { version: 1, shortForm: "(0)()", position: "top" }],
    ["export", { id: "d", format: "exe" }],
  ])("refuse a malformed request: %s %j", async (method, parameters) => {
    const client = await Client.open(text);
    await expect(client.ask(method, parameters)).rejects.toThrow(`the parameters of ${method} are malformed`);
  });

  test("stop when they are cancelled", async () => {
    const client = await Client.open(text);
    const cancel = new CancellationTokenSource();
    const drawn = client.ask("draw", { ids: ["d", "e"] }, cancel);
    cancel.cancel();
    await expect(drawn).rejects.toThrow("cancelled");
    expect((await client.ask("draw", { ids: ["d", "e"] })).drawings).toHaveLength(2);
  });
});
