import { expect, test } from "vitest";
import { Client } from "./wire-client.js";

// Editors that do not answer, refuse what they are asked, or send what the protocol forbids.

const uri = "untitled:odd";
const text = "diagram d { a -> b }\n";

type Answer = (parameters: { readonly items: readonly object[] }) => unknown;

/** An editor that says that it has settings, and answers like this when it is asked for them. */
async function withSettings(answer: Answer): Promise<Client> {
  const client = new Client();
  client.connection.onRequest("workspace/configuration", answer);
  await client.connection.sendRequest("initialize", {
    processId: null,
    rootUri: null,
    capabilities: { workspace: { configuration: true } },
    workspaceFolders: null,
  });
  await client.connection.sendNotification("initialized", {});
  await client.open(uri, text);
  return client;
}

const hints = (client: Client): Promise<readonly object[]> =>
  client.connection.sendRequest("textDocument/inlayHint", {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } },
  });

test("an editor that refuses to say its settings has the usual ones, and a line in its log", async () => {
  const client = await withSettings(() => {
    throw new Error("no settings\nhere");
  });
  expect(await hints(client)).toHaveLength(1);
  expect(client.log).toEqual([expect.stringMatching(/^the editor was asked for its settings.*no settings/)]);
});

test("an editor that says its settings late has the usual ones until then", async () => {
  let say: (settings: unknown) => void = () => undefined;
  const said = new Promise((resolve) => {
    say = resolve;
  });
  const client = await withSettings(() => said);
  expect(await hints(client)).toHaveLength(1);
  say([{ inlayHints: { diagram: false } }]);
  await expect.poll(() => hints(client)).toEqual([]);
});

test("a setting with a value that it does not take counts as if it were not there, and the log says so once", async () => {
  const client = await withSettings(() => [null]);
  const settings = { diag: { hover: { format: "txt" }, inlayHints: { diagram: "no" } }, other: 7 };
  for (let times = 0; times < 2; times++) {
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings });
  }
  expect(await hints(client)).toHaveLength(1);
  expect(client.log).toEqual([
    'diag.hover.format is "txt", which it does not take; set it to "image", "latex", "text"',
    'diag.inlayHints.diagram is "no", which it does not take; set it to true or false',
  ]);
});

test("who is said to be trusted in words that mean nothing is not", async () => {
  const client = new Client();
  await client.initializeWith({ trusted: "false", theme: 7 });
  expect(client.server.diag.editor.Preferences.trusted).toBe(false);
  expect(client.log).toEqual([
    'initializationOptions.trusted is "false", which it does not take; set it to true or false',
    expect.stringMatching(/^initializationOptions\.theme is 7, /),
  ]);
});

test("an edit behind the end of a text is one at its end, and the places of what follows are right", async () => {
  const client = new Client();
  await client.initialize();
  await client.open(uri, text);
  await client.connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [
      {
        range: { start: { line: 10, character: 0 }, end: { line: 11, character: 0 } },
        text: "diagram e { x -> y }\n",
      },
    ],
  });
  await expect(client.connection.sendRequest("diag/unknown")).rejects.toThrow();
  const known = client.server.shared.workspace.TextDocuments.get(uri)!;
  expect(known.lineCount).toBe(3);
  expect(known.positionAt(text.length + 8)).toEqual({ line: 1, character: 8 });
});

test("what an editor sends against the protocol is a line in the log each, and no fault of the server's", async () => {
  const client = new Client();
  await client.initialize();
  await client.open(uri, text);
  const send = (method: string, parameters: object) => client.connection.sendNotification(method, parameters);
  await send("workspace/didChangeWorkspaceFolders", { event: { added: [null], removed: [] } });
  await send("textDocument/didChange", { textDocument: { uri }, contentChanges: [{ text: "" }] });
  await send("textDocument/didOpen", { textDocument: { uri: "untitled:\ud800", version: 1, text } });
  await expect(client.connection.sendRequest("diag/unknown")).rejects.toThrow();
  const leftOut = (words: string) => `a message of the editor was left out: ${words}`;
  expect(client.log).toEqual([
    leftOut("event of workspace/didChangeWorkspaceFolders is not what the protocol says"),
    leftOut("onDidChangeTextDocument needs a version"),
    leftOut("textDocument of onDidOpenTextDocument is not what the protocol says"),
  ]);
});

test("an editor that refuses to register what it is asked to is served", async () => {
  const client = new Client();
  client.connection.onRequest("client/registerCapability", () => {
    throw new Error("it registers nothing");
  });
  await client.connection.sendRequest("initialize", {
    processId: null,
    rootUri: null,
    capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
    workspaceFolders: [null, { uri: 7 }],
  });
  await client.connection.sendNotification("initialized", {});
  await client.open(uri, text);
  // A refusal that nobody hears of would be told by Vitest, too.
  expect(await hints(client)).toHaveLength(1);
});
