import { beforeEach, expect, test } from "vitest";
import { Client } from "./wire-client.js";

// A question that comes right behind a key, while the server is still at work, is about the text with that key.

const uri = "untitled:typed";
const before = "diagram d { a -> b }\n";
const after = `// A line more.\n${before}verify v {\n  obse\n}\n`;

let client: Client;
/** Has the server come to its texts again. */
let letGo: () => void;

/** A server that is held by other work. */
beforeEach(async () => {
  client = new Client();
  await client.initialize();
  await client.open(uri, before);
  await client.diagnostics(uri);
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  void client.server.shared.workspace.WorkspaceLock.write(() => held);
});

/** What is answered once the server goes on: before, nothing is. */
async function answered<T>(method: string, parameters: object): Promise<T> {
  let isAnswered = false;
  const answer = client.connection.sendRequest<T>(method, parameters).finally(() => {
    isAnswered = true;
  });
  // What it would answer at once, it has answered before it refuses what it does not know.
  await expect(client.connection.sendRequest("diag/unknown")).rejects.toThrow();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isAnswered).toBe(false);
  letGo();
  return answer;
}

test("words are proposed for where they are", async () => {
  await client.change(uri, after);
  const { items } = await answered<{ readonly items: readonly { readonly label: string }[] }>(
    "textDocument/completion",
    { textDocument: { uri }, position: { line: 3, character: 6 } },
  );
  expect(items.map(({ label }) => label)).toContain("observe");
});

test("a name is changed where it stands", async () => {
  await client.change(uri, after);
  const edit = await answered<{ readonly changes: Record<string, readonly { readonly range: object }[]> }>(
    "textDocument/rename",
    { textDocument: { uri }, position: { line: 1, character: 8 }, newName: "drift" },
  );
  const place = { start: { line: 1, character: 8 }, end: { line: 1, character: 9 } };
  expect(edit.changes[uri]!.map(({ range }) => range)).toEqual([place]);
});

test("a text that was just opened is known", async () => {
  const other = "untitled:other";
  await client.open(other, "diagram e { a -> b }\n");
  const symbols = await answered<readonly { readonly name: string }[]>("textDocument/documentSymbol", {
    textDocument: { uri: other },
  });
  expect(symbols.map(({ name }) => name)).toEqual(["e"]);
});

test("a question about a text that is closed behind it is refused, and does not wait", async () => {
  await client.change(uri, after);
  let refusal: unknown;
  const symbols = client.connection.sendRequest("textDocument/documentSymbol", { textDocument: { uri } });
  const refused = symbols.catch((thrown: unknown) => {
    refusal = thrown;
  });
  await client.close(uri);
  // What the server does of these, it has done before it refuses what it does not know.
  await expect(client.connection.sendRequest("diag/unknown")).rejects.toThrow();
  await new Promise((resolve) => setImmediate(resolve));
  letGo();
  const other = "untitled:other";
  await client.open(other, "diagram e { a -> b }\n");
  await client.diagnostics(other);
  await expect(client.connection.sendRequest("diag/unknown")).rejects.toThrow();
  expect(String(refusal)).toMatch(/document/i);
  await refused;
});
