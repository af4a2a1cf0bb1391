import { PassThrough } from "node:stream";
import { afterEach, expect, it as test } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { CodeLens, Hover, InitializeResult, InlayHint } from "vscode-languageserver";
import { createConnection } from "vscode-languageserver/node";
import { type DiagLspContainer, startServer } from "../../../src/server/index.js";
import { Disk } from "../../../src/server/workspace/disk.js";
import { imagesOf } from "./reading-editor.js";

// What hovers, hints and lenses need of an editor, over the protocol.

const uri = "file:///nowhere/main.diag";
const text =
  "diagram pair = (01-2)(02-12)\n" +
  "landscape gauss { weights h = 0 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2 }\n" +
  "verify v { landscape gauss sgd(N = 10, E = 1, B = 1) eta = 0.1 observe test_loss predict series 2 }\n";

const opened: MessageConnection[] = [];

afterEach(async () => {
  for (const connection of opened.splice(0)) {
    await connection.sendRequest("shutdown");
    connection.dispose();
  }
});

async function connect(initializationOptions: Record<string, unknown>): Promise<{
  connection: MessageConnection;
  services: DiagLspContainer;
  result: InitializeResult;
  refreshed: Promise<void>;
}> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const services = startServer(
    createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
    {
      files: new Disk(),
    },
  );
  const connection = createMessageConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  const refreshed = new Promise<void>((resolve) => {
    connection.onRequest("workspace/inlayHint/refresh", () => {
      resolve();
      return null;
    });
  });
  connection.onRequest("workspace/codeLens/refresh", () => null);
  connection.listen();
  opened.push(connection);
  const result = await connection.sendRequest<InitializeResult>("initialize", {
    processId: null,
    rootUri: null,
    capabilities: {
      workspace: { inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true } },
    },
    initializationOptions,
    workspaceFolders: null,
  });
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "diag", version: 1, text },
  });
  return { connection, services, result, refreshed };
}

async function hover(connection: MessageConnection, line: number, character: number): Promise<string> {
  const found = await connection.sendRequest<Hover | null>("textDocument/hover", {
    textDocument: { uri },
    position: { line, character },
  });
  expect(found).not.toBeNull();
  return (found!.contents as { value: string }).value;
}

async function lenses(connection: MessageConnection): Promise<string[]> {
  const found = await connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
  return found.map(({ command }) => command!.title);
}

test("the server says that it has hovers, hints and lenses, and serves them", async () => {
  const { connection, result } = await connect({ commandLinks: true, trusted: true, theme: "dark" });
  expect(result.capabilities).toMatchObject({ hoverProvider: true, codeLensProvider: {} });
  expect(result.capabilities.inlayHintProvider).toBeTruthy();
  expect(imagesOf(await hover(connection, 0, 8))).toHaveLength(4);
  expect(await lenses(connection)).toEqual(["Preview", "Evaluate", "Verify", "Evaluate"]);
});

test("a prediction that arrives has the editor ask for hints again", async () => {
  const { connection, refreshed } = await connect({ commandLinks: true });
  const labels = async () =>
    (
      await connection.sendRequest<InlayHint[]>("textDocument/inlayHint", {
        textDocument: { uri },
        range: { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } },
      })
    ).map(({ label }) => label);
  expect(await labels()).toEqual(["2 edges, |Aut| = 2", "T = 10 updates"]);
  await refreshed;
  expect(await labels()).toEqual(["2 edges, |Aut| = 2", "T = 10 updates", "test_loss = 0.5125 at eta = 0.1"]);
});

test("the editor's notifications tell its theme, its trust and the runs it has seen", async () => {
  const { connection } = await connect({ commandLinks: true, trusted: false, theme: "light" });
  expect(await hover(connection, 2, 7)).toContain("not trusted");
  expect(await lenses(connection)).toEqual(["Preview", "Trust this workspace to verify"]);
  const before = imagesOf(await hover(connection, 0, 8))[0]!.svg;
  await connection.sendNotification("diag/theme", { kind: "hc-dark" });
  const after = imagesOf(await hover(connection, 0, 8))[0]!.svg;
  expect(after).toBe(before.replaceAll("#1f2328", "#fff"));
  await connection.sendNotification("diag/trust", { trusted: true });
  expect(await lenses(connection)).toHaveLength(4);
  const run = { verify: "v", eta: 0.1, observable: "test_loss", predicted: 0.5125, measured: 0.5085 };
  await connection.sendNotification("diag/runs", {
    uri,
    runs: [{ ...run, standardError: 1e-5, verdict: "agrees", reason: "within" }],
  });
  expect(await hover(connection, 2, 7)).toContain("**agrees**: 0.508500(10)");
  await connection.sendNotification("diag/runs", {
    uri,
    runs: [{ ...run, standardError: 1e-5, verdict: "agrees", reason: "within", cancelled: true }],
  });
  expect(await hover(connection, 2, 7)).toContain("**agrees** (stopped early): 0.508500(10)");
});
