import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { CodeLens, Hover } from "vscode-languageserver";
import { createConnection } from "vscode-languageserver/node";
import type { Task } from "../../../src/server/evaluation/tasks.js";
import { startServer } from "../../../src/server/index.js";
import { Disk } from "../../../src/server/workspace/disk.js";
import { FakeWorkers } from "./fake-worker.js";

// Evaluations that nobody waits for any more, and those who would wait behind them, over the protocol. Workers answer
// when the test says so, and no deadline passes.

const a = "file:///nowhere/a.diag";
const b = "file:///nowhere/b.diag";
const bowl = (start: number, name = "bowl") => `landscape ${name} { weights w = ${start} loss w^2 / 2 }\n`;
const tensors = (loss: number) => ({
  value: { loss, gradient: [0], hessian: [[1]], covariance: [[0]] },
});

let connection: MessageConnection;
let workers: FakeWorkers;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  workers = new FakeWorkers();
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), {
    files: new Disk(),
    evaluation: { start: workers.start, shortTask: 0 },
  });
  connection = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: null,
    rootUri: null,
    capabilities: {},
    initializationOptions: { commandLinks: true },
    workspaceFolders: null,
  });
  await connection.sendNotification("initialized", {});
});

afterEach(async () => {
  vi.useRealTimers();
  await connection.sendRequest("shutdown");
  connection.dispose();
});

const open = (uri: string, text: string) =>
  connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "diag", version: 1, text },
  });
const close = (uri: string) =>
  connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
const change = (uri: string, text: string, version = 2) =>
  connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version },
    contentChanges: [{ text }],
  });

/** Hovers over the name of the first landscape of a document. */
async function hover(uri: string, token?: CancellationTokenSource["token"]): Promise<string | undefined> {
  const parameters = { textDocument: { uri }, position: { line: 0, character: "landscape b".length } };
  const found = await (token === undefined
    ? connection.sendRequest<Hover | null>("textDocument/hover", parameters)
    : connection.sendRequest<Hover | null>("textDocument/hover", parameters, token));
  return (found?.contents as { value: string } | undefined)?.value;
}

/** Until the server has read all that it was told. */
const settled = (uri: string) =>
  connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });

/** The worker that was asked for a landscape that starts at a weight. */
async function workerFor(start: number) {
  const isAsked = (message: unknown) => {
    const task = message as Task;
    return task.kind === "tensors" && task.landscape.weights[0]!.start === start;
  };
  return until(() => workers.alive.find(({ messages }) => messages.some(isAsked)));
}

/** Waits until something is there, without any time passing for the server. */
async function until<Value>(find: () => Value | undefined | false): Promise<Value> {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) {
      return found;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a hover does not wait behind what was asked of a file that was closed since", async () => {
  await open(a, bowl(1));
  await open(b, bowl(2));
  void hover(a);
  const abandoned = (await workerFor(1)).ready();
  const asked = hover(b);
  const quick = (await workerFor(2)).ready();
  expect(quick).not.toBe(abandoned);
  quick.say(tensors(2));
  expect(await asked).toContain("l = 2");
  expect(abandoned.isTerminated).toBe(false);
  await close(a);
  await until(() => abandoned.isTerminated);
});

test("what a hover waited for is given up when the editor cancels it", async () => {
  await open(a, bowl(1));
  const source = new CancellationTokenSource();
  const asked = hover(a, source.token).catch(() => undefined);
  const worker = (await workerFor(1)).ready();
  source.cancel();
  await asked;
  await until(() => worker.isTerminated);
});

test("a hover that waits holds up no text, and is answered when its evaluation has ended", async () => {
  await open(a, bowl(1));
  await open(b, "diagram d { x -> y }");
  const asked = hover(a);
  const worker = (await workerFor(1)).ready();
  // Texts that change, are opened and are closed, while somebody waits.
  await change(b, "diagram d { x -> y }\ndiagram e { x -> y }");
  expect(await settled(b)).toHaveLength(4);
  await close(b);
  await open(b, bowl(2));
  const other = hover(b);
  (await workerFor(2)).ready().say(tensors(2));
  expect(await other).toContain("l = 2");
  worker.say(tensors(0.5));
  expect(await asked).toContain("l = 0.5");
});

test("an edit ends what is computed of a declaration that it changes, and of no other", async () => {
  await open(a, bowl(1) + bowl(3, "other"));
  const asked = hover(a);
  const worker = (await workerFor(1)).ready();
  await change(a, `${bowl(1)}// A word.\n${bowl(4, "other")}`, 2);
  await settled(a);
  expect(worker.isTerminated).toBe(false);
  await change(a, bowl(5) + bowl(4, "other"), 3);
  await until(() => worker.isTerminated);
  expect(await asked).toContain("Still computing");
});

test("what imports say is part of a declaration: their edits end what is computed of it", async () => {
  const verify =
    'import "b.diag"\nverify v { landscape bowl gd(N = 1, T = 1) eta = 0.1 observe test_loss predict order 1 }';
  await open(b, bowl(1));
  await open(a, verify);
  await settled(a);
  void connection
    .sendRequest("textDocument/hover", { textDocument: { uri: a }, position: { line: 1, character: 8 } })
    .catch(() => undefined);
  const worker = (await until(() => workers.alive.find(({ messages }) => messages.length > 0))).ready();
  await change(b, `${bowl(1)}// A word.\n`, 2);
  await settled(b);
  expect(worker.isTerminated).toBe(false);
  await change(b, bowl(2), 3);
  await settled(b);
  await until(() => {
    // Other files are read again a moment after the edited one.
    vi.advanceTimersByTime(1);
    return worker.isTerminated;
  });
});
