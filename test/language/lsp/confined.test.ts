import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { URI } from "langium";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { createDiagLspServices } from "../../../src/server/index.js";
import { Disk } from "../../../src/server/workspace/disk.js";

// What an untrusted workspace's texts may have read: data in its folders, and none outside.

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "diag-confined-"));
  mkdirSync(join(root, "work"));
  writeFileSync(join(root, "outside.csv"), "1,2\n3,4\n");
  writeFileSync(join(root, "work", "inside.csv"), "1,2\n3,4\n");
  symlinkSync(join(root, "outside.csv"), join(root, "work", "link.csv"));
});

afterEach(() => rmSync(root, { recursive: true }));

/** The messages of a text in the workspace's folder. */
async function messagesOf(text: string, trusted: boolean): Promise<string[]> {
  const { shared, diag } = createDiagLspServices({ fileSystemProvider: () => new Disk() });
  diag.editor.Preferences.trusted = trusted;
  const folder = pathToFileURL(join(root, "work")).toString();
  shared.workspace.WorkspaceManager.initialize({
    processId: null,
    rootUri: null,
    capabilities: {},
    workspaceFolders: [{ uri: folder, name: "work" }],
  });
  const uri = `${folder}/main.diag`;
  shared.workspace.TextDocuments.set(TextDocument.create(uri, "diag", 1, text));
  await shared.workspace.DocumentBuilder.update([URI.parse(uri)], []);
  const document = shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
  return (document?.diagnostics ?? []).map(({ message }) => String(message));
}

const landscape = (data: string) => `landscape l { weights w = 0 ${data} loss w * sum(a) }`;
const outside = "is outside this workspace, which is not trusted";

test.each([
  ['data a from "../outside.csv"', 'cannot read "../outside.csv"'],
  ['data a[2] from "../outside.csv"', 'cannot read "../outside.csv"'],
  ['data a[2] from "link.csv"', 'cannot read "link.csv"'],
  ['data a[2] from npy("../none.npy")', 'cannot read "../none.npy"'],
  ['weights a[2] = from "../none.npy"', 'cannot read "../none.npy"'],
])("%s is not read before the workspace is trusted", async (data, message) => {
  expect(await messagesOf(landscape(data), false)).toEqual([expect.stringContaining(outside)]);
  expect(await messagesOf(landscape(data), false)).toEqual([expect.stringContaining(message)]);
  expect((await messagesOf(landscape(data), true)).filter((one) => one.includes(outside))).toEqual([]);
});

test("data in a folder of the workspace are read", async () => {
  expect(await messagesOf(landscape('data a[2] from "inside.csv"'), false)).toEqual([]);
  expect(await messagesOf(landscape('data a[2] from "../outside.csv"'), true)).toEqual([]);
});
