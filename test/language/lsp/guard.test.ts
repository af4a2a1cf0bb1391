import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { createConnection } from "vscode-languageserver/node";
import { previewMethods } from "../../../src/preview/index.js";
import { type DiagLspContainer, startServer } from "../../../src/server/index.js";
import { faultOfParameters } from "../../../src/server/parameters.js";
import { Disk } from "../../../src/server/workspace/disk.js";

// What the server does of requests that the protocol forbids, and of providers that throw.

const open: MessageConnection[] = [];
afterEach(() => {
  for (const connection of open.splice(0)) {
    connection.dispose();
  }
});

function connect(): { client: MessageConnection; server: DiagLspContainer; log: string[] } {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const server = startServer(
    createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
    { files: new Disk() },
  );
  const client = createMessageConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  const log: string[] = [];
  client.onNotification("window/logMessage", ({ message }: { message: string }) => {
    log.push(message);
  });
  client.listen();
  open.push(client);
  return { client, server, log };
}

const initialization = { processId: null, rootUri: null, capabilities: {}, workspaceFolders: null };
const uri = "untitled:a";
const at = { textDocument: { uri }, position: { line: 0, character: 9 } };
const everywhere = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };

async function initialized(text = "diagram d { a, b -> c }\nlandscape l { weights w = 0 loss w }") {
  const connected = connect();
  const { client } = connected;
  await client.sendRequest("initialize", initialization);
  await client.sendNotification("initialized", {});
  await client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "diag", version: 1, text },
  });
  return connected;
}

test("methods of our own are not judged by what the protocol's methods need, though their names end alike", () => {
  for (const method of Object.values(previewMethods)) {
    expect(faultOfParameters(method, { uri, position: at.position })).toBeUndefined();
  }
  expect(faultOfParameters("textDocument/hover", { uri, position: at.position })).toBe(
    "textDocument/hover needs textDocument",
  );
});

const code = (asked: Promise<unknown>) =>
  asked.then(
    () => "an answer",
    (error: unknown) => (error instanceof ResponseError ? error.code : "another error"),
  );

test("requests before `initialize` are refused at once, and nothing is lost by them", async () => {
  const { client } = connect();
  for (const method of ["hover", "completion", "documentSymbol", "semanticTokens/full", "inlayHint"]) {
    expect(await code(client.sendRequest(`textDocument/${method}`, at))).toBe(-32002);
  }
  expect(await code(client.sendRequest("workspace/symbol", { query: "" }))).toBe(-32002);
  expect(await code(client.sendRequest("diag/preview/file", { uri }))).toBe(-32002);
  expect(await code(client.sendRequest("shutdown"))).toBe(-32002);
  // A notification has no answer, and no effect.
  await client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "diag", version: 1, text: "diagram d { a -> b }" },
  });
  expect(await code(client.sendRequest("initialize", initialization))).toBe("an answer");
  expect(await code(client.sendRequest("initialize", initialization))).toBe(-32600);
});

test("requests after `shutdown` are refused", async () => {
  const { client } = await initialized();
  expect(await client.sendRequest("textDocument/hover", at)).not.toBeNull();
  await client.sendRequest("shutdown");
  expect(await code(client.sendRequest("textDocument/hover", at))).toBe(-32600);
});

describe("parameters that the protocol forbids", () => {
  const strange: readonly unknown[] = [null, 1, "x", [], { uri: 1 }, { line: -1, character: 0 }, { only: 1 }];
  const sound = {
    ...at,
    positions: [at.position],
    range: everywhere,
    context: { diagnostics: [], includeDeclaration: true },
    options: { tabSize: 2, insertSpaces: true },
    newName: "fresh",
    query: "d",
  };
  const needs = {
    hover: ["textDocument", "position"],
    completion: ["textDocument", "position"],
    definition: ["textDocument", "position"],
    references: ["textDocument", "position", "context"],
    documentHighlight: ["textDocument", "position"],
    prepareRename: ["textDocument", "position"],
    rename: ["textDocument", "position", "newName"],
    documentSymbol: ["textDocument"],
    "semanticTokens/full": ["textDocument"],
    foldingRange: ["textDocument"],
    codeLens: ["textDocument"],
    documentLink: ["textDocument"],
    codeAction: ["textDocument", "range", "context"],
    inlayHint: ["textDocument", "range"],
    formatting: ["textDocument", "options"],
    selectionRange: ["textDocument", "positions"],
  };

  test.each(Object.entries(needs))(
    "of %s are refused in a line, and nothing is thrown",
    async (name, fields) => {
      const { client, log } = await initialized();
      const method = `textDocument/${name}`;
      for (const field of fields) {
        for (const value of [undefined, ...strange]) {
          const isAllowed =
            (field === "newName" && value === "x") ||
            (field === "positions" && Array.isArray(value)) ||
            // Nothing of these is needed, but what there is must be right.
            (["options", "context"].includes(field) && typeof value === "object" && value !== null);
          if (!isAllowed) {
            const refusal = await client
              .sendRequest(method, { ...sound, [field]: value })
              .catch((error: ResponseError<void>) => error);
            expect(refusal, `${field} = ${JSON.stringify(value)}`).toMatchObject({
              code: -32602,
              message: expect.stringMatching(/^[^\n]+$/),
            });
          }
        }
      }
      for (const all of [null, 7, "x", []]) {
        await expect(client.sendRequest(method, all)).rejects.toThrow(/^[^\n]+$/);
      }
      expect(log).toEqual([]);
      await expect(client.sendRequest(method, sound)).resolves.toBeDefined();
    },
  );

  test("about a text that is not there throw nothing", async () => {
    const { client, log } = await initialized();
    for (const other of ["untitled:nobody", "file:///nowhere/at/all.diag"]) {
      for (const name of Object.keys(needs)) {
        const given = { ...sound, textDocument: { uri: other } };
        await client.sendRequest(`textDocument/${name}`, given).catch((error: Error) => {
          expect(error.message).toMatch(/^[^\n]+$/);
        });
      }
    }
    expect(log).toEqual([]);
  });

  test("of notifications are told to the log, and what follows is served", async () => {
    const { client, log } = await initialized();
    await client.sendNotification("textDocument/didChange", {
      textDocument: { uri },
      contentChanges: [{ text: 1 }],
    });
    await client.sendNotification("textDocument/didOpen", { textDocument: { uri: "untitled:b" } });
    await client.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: 1 }] });
    expect(await client.sendRequest("textDocument/documentSymbol", sound)).toHaveLength(2);
    await expect.poll(() => log.length).toBe(3);
  });
});

describe("a provider that throws", () => {
  const providers = [
    ["HoverProvider", "getHoverContent", "textDocument/hover"],
    ["CompletionProvider", "getCompletion", "textDocument/completion"],
    ["DefinitionProvider", "getDefinition", "textDocument/definition"],
    ["ReferencesProvider", "findReferences", "textDocument/references"],
    ["DocumentHighlightProvider", "getDocumentHighlight", "textDocument/documentHighlight"],
    ["RenameProvider", "prepareRename", "textDocument/prepareRename"],
    ["RenameProvider", "rename", "textDocument/rename"],
    ["DocumentSymbolProvider", "getSymbols", "textDocument/documentSymbol"],
    ["SemanticTokenProvider", "semanticHighlight", "textDocument/semanticTokens/full"],
    ["FoldingRangeProvider", "getFoldingRanges", "textDocument/foldingRange"],
    ["CodeActionProvider", "getCodeActions", "textDocument/codeAction"],
    ["CodeLensProvider", "provideCodeLens", "textDocument/codeLens"],
    ["InlayHintProvider", "getInlayHints", "textDocument/inlayHint"],
    ["DocumentLinkProvider", "getDocumentLinks", "textDocument/documentLink"],
    ["Formatter", "formatDocument", "textDocument/formatting"],
  ] as const;

  test.each(providers)(
    "%s.%s answers with nothing, and its stack goes to the log",
    async (service, name, method) => {
      const { client, server, log } = await initialized();
      const provider = server.diag.lsp[service] as unknown as Record<string, () => unknown>;
      vi.spyOn(provider, name).mockImplementation(() => {
        throw new TypeError("nobody expects this");
      });
      const given = {
        ...at,
        range: everywhere,
        context: { diagnostics: [], includeDeclaration: true },
        options: { tabSize: 2, insertSpaces: true },
        newName: "fresh",
      };
      expect(await client.sendRequest(method, given)).toBeNull();
      expect(await client.sendRequest(method, given)).toBeNull();
      await expect.poll(() => log.length).toBe(1);
      expect(log[0]).toMatch(/please report .*TypeError: nobody expects this\n\s+at .*guard\.test/s);
      // The others go on.
      expect(
        await client.sendRequest("textDocument/selectionRange", {
          textDocument: { uri },
          positions: [at.position],
        }),
      ).toHaveLength(1);
    },
  );

  test("of a preview is told to it in a line", async () => {
    const { client, server, log } = await initialized();
    vi.spyOn(server.diag.references.DeclarationFinder, "visible").mockImplementation(() => {
      throw new TypeError("nobody\nexpects this");
    });
    const answer = client.sendRequest("diag/preview/file", { uri });
    await expect(answer).rejects.toThrow(/^[^\n]*nobody[^\n]*$/);
    expect(log.length).toBeLessThan(3);
  });
});
