import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { URI } from "langium";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { analyzeSource } from "../../../src/runner/sources.js";
import { createDiagLspServices } from "../../../src/server/index.js";
import { Disk } from "../../../src/server/workspace/disk.js";

// What texts may have read in an editor: imports, data and weights in the workspace's folders, and none outside unless the user
// allows it.

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "diag-confined-"));
  mkdirSync(join(root, "work"));
  writeFileSync(join(root, "outside.csv"), "1,2\n3,4\n");
  writeFileSync(join(root, "work", "inside.csv"), "1,2\n3,4\n");
  symlinkSync(join(root, "outside.csv"), join(root, "work", "link.csv"));
  writeFileSync(join(root, "outside.diag"), "diagram d { a -> b }\n");
  writeFileSync(join(root, "work", "inside.diag"), "diagram d { a -> b }\n");
  symlinkSync(join(root, "outside.diag"), join(root, "work", "link.diag"));
});

afterEach(() => rmSync(root, { recursive: true }));

interface Rights {
  readonly trusted: boolean;
  readonly readsOutside?: boolean;
  /** Whether the folder is the workspace's; else the file is open by itself. */
  readonly isWorkspace?: boolean;
}

/** The messages of a text in the workspace's folder. */
async function messagesOf(text: string, { isWorkspace = true, ...rights }: Rights): Promise<string[]> {
  const { shared, diag } = createDiagLspServices({ fileSystemProvider: () => new Disk() });
  Object.assign(diag.editor.Preferences, rights);
  const folder = pathToFileURL(join(root, "work")).toString();
  shared.workspace.WorkspaceManager.initialize({
    processId: null,
    rootUri: null,
    capabilities: {},
    workspaceFolders: isWorkspace ? [{ uri: folder, name: "work" }] : null,
  });
  const uri = `${folder}/main.diag`;
  shared.workspace.TextDocuments.set(TextDocument.create(uri, "diag", 1, text));
  await shared.workspace.DocumentBuilder.update([URI.parse(uri)], []);
  const document = shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
  return (document?.diagnostics ?? []).map(({ message }) => String(message));
}

/** What a run in the editor is told is wrong with a text. */
async function problemsOfRun(text: string, folders: readonly string[] | undefined): Promise<string[]> {
  const path = join(root, "work", "main.diag");
  const source = {
    uri: pathToFileURL(path).toString(),
    path,
    text,
    ...(folders && { folders: [...folders] }),
  };
  return (await analyzeSource(source)).diagnostics.map(({ message }) => message);
}

const landscape = (data: string) => `landscape l { weights w = 0 ${data} loss w * sum(a) }`;
const untrusted = "is outside this workspace, which is not trusted; move the file into one of its folders";
const outside =
  "is outside the workspace's folders; add its folder to them, or allow it by the setting diag.files.outsideWorkspace";

/** Every way to name a file, and what is said of it. */
const ways = [
  [landscape('data a from "../outside.csv"'), 'cannot read "../outside.csv"'],
  [landscape('data a[2] from "../outside.csv"'), 'cannot read "../outside.csv"'],
  [landscape('data a[2] from "link.csv"'), 'cannot read "link.csv"'],
  [landscape('data a[2] from npy("../none.npy")'), 'cannot read "../none.npy"'],
  [landscape('weights a[2] = from "../none.npy"'), 'cannot read "../none.npy"'],
  ['import "../outside.diag"', 'cannot import "../outside.diag"'],
  ['import "link.diag"', 'cannot import "link.diag"'],
] as const;

describe.each(ways)("%s", (text, message) => {
  test.each([
    [{ trusted: false }, untrusted],
    [{ trusted: false, readsOutside: true }, untrusted],
    [{ trusted: true }, outside],
    [{ trusted: true, isWorkspace: false }, outside],
  ])("is not read by the server where the user has said no more than %j", async (rights, why) => {
    const messages = await messagesOf(text, rights);
    expect(messages).toEqual([expect.stringContaining(why)]);
    expect(messages).toEqual([expect.stringContaining(message)]);
  });

  test("is read where the user allows it", async () => {
    const messages = await messagesOf(text, { trusted: true, readsOutside: true });
    expect(messages.filter((one) => one.includes("outside the") || one.includes("outside this"))).toEqual([]);
  });

  test("is not read by a run, unless the user allows it", async () => {
    const confined = await problemsOfRun(text, [pathToFileURL(join(root, "work")).href]);
    expect(confined).toEqual([expect.stringContaining(outside)]);
    expect((await problemsOfRun(text, undefined)).filter((one) => one.includes(outside))).toEqual([]);
  });
});

test("data and imports in a folder of the workspace, and beside a file that is open, are read", async () => {
  const inside = landscape('data a[2] from "inside.csv"');
  for (const rights of [{ trusted: false }, { trusted: true }, { trusted: false, isWorkspace: false }]) {
    expect(await messagesOf(inside, rights)).toEqual([]);
    expect(await messagesOf('import "inside.diag"', rights)).toEqual([]);
  }
  expect(await problemsOfRun(inside, [pathToFileURL(join(root, "work")).href])).toEqual([]);
});

test("a file that is not there is missing, and not outside, through links too", async () => {
  symlinkSync(join(root, "work"), join(root, "other"));
  const messages = await messagesOf('import "nobody.diag"', { trusted: true });
  expect(messages).toEqual([expect.stringContaining("no such file")]);
  expect(await problemsOfRun('import "nobody.diag"', [pathToFileURL(join(root, "other")).href])).toEqual([
    expect.stringContaining("no such file"),
  ]);
});
