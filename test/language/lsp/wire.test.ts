import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { Client, folderWith, uriOf } from "./wire-client.js";

// The server behind the protocol, in memory: what it says at the start, and what it says of documents.

test("an untitled document is checked as it is typed", async () => {
  const client = new Client();
  const { capabilities } = await client.initialize();
  expect(capabilities.textDocumentSync).toMatchObject({ openClose: true, change: 2 });
  await client.open("untitled:Untitled-1", "diagram d { a, b -> c  c -> a }");
  const { diagnostics } = await client.diagnostics("untitled:Untitled-1", "cycle");
  expect(diagnostics[0]).toMatchObject({
    severity: 1,
    source: "diag",
    codeDescription: { href: "file:///docs/language.md#cycle" },
    range: { start: { line: 0, character: 23 }, end: { line: 0, character: 29 } },
  });
  await client.change("untitled:Untitled-1", "diagram d { a, b -> c }");
  await client.diagnostics("untitled:Untitled-1");
});

test("related places come with a diagnostic", async () => {
  const client = new Client();
  await client.initialize();
  await client.open("untitled:a", "diagram d { a -> j -> out  part P = {a, j} }");
  const { diagnostics } = await client.diagnostics("untitled:a", "path-condition");
  expect(diagnostics[0]!.relatedInformation!.map(({ message }) => message)).toContain("the path a -> j");
});

test("files of the folders are checked unopened, and imports across files follow edits", async () => {
  const folder = folderWith({
    "l.diag": "landscape bowl { weights w = 1 loss w^2 }",
    "main.diag":
      'import "l.diag"\nverify v { landscape bowl gd(N = 2, T = 3) eta = 0.1 observe displacement(w) predict order 2 }',
  });
  const client = new Client();
  await client.initialize(folder);
  const main = uriOf(join(folder, "main.diag"));
  const library = uriOf(join(folder, "l.diag"));
  await client.diagnostics(main);
  await client.open(library, "landscape bowl { weights u = 1 loss u^2 }");
  await client.diagnostics(main, "unknown-symbol");
  await client.change(library, "landscape bowl { weights w = 1 loss w^ }");
  await client.diagnostics(library, "syntax");
  const { diagnostics } = await client.diagnostics(main, "unresolved");
  expect(diagnostics[0]!.message).toMatch(/"l.diag" has an error, at line 1/);
  expect(diagnostics[0]!.relatedInformation![0]!.location.uri).toBe(library);
  await client.change(library, "landscape bowl { weights w = 1 loss w^2 }", 3);
  await client.diagnostics(main);
});

test("a folder that is not there is said in a line, once, and the others are searched", async () => {
  const errors = vi.spyOn(console, "error");
  const folder = folderWith({ "main.diag": "diagram d { a -> o }" });
  const nowhere = join(folder, "now\nhere");
  const client = new Client();
  await client.initialize(nowhere, folder);
  await client.diagnostics(uriOf(join(folder, "main.diag")));
  await client.connection.sendRequest("diag/verifies", { anew: true });
  expect(client.log).toEqual([
    `${join(folder, "now\\nhere")} is not searched for diagrams: there is no such folder`,
  ]);
  expect(errors).not.toHaveBeenCalled();
  errors.mockRestore();
});

test("an import outside the folders is read where the user allows it, and one that appears later is found", async () => {
  const outside = folderWith({ "shared.diag": "diagram pair = (01-2)(02-12)" });
  const inside = folderWith({
    "main.diag": `import "${join(outside, "shared.diag")}"\nimport "later.diag"\ndiagram couple = (01-2)(02-12)`,
  });
  const client = new Client();
  await client.initializeWith({ trusted: true, readsOutside: true }, inside);
  const main = uriOf(join(inside, "main.diag"));
  await client.diagnostics(main, "unresolved", "same-diagram");
  writeFileSync(join(inside, "later.diag"), "diagram d { a -> o }");
  await client.changedOnDisk(join(inside, "later.diag"), 1);
  await client.diagnostics(main, "same-diagram");
  rmSync(join(inside, "later.diag"));
  await client.changedOnDisk(join(inside, "later.diag"), 3);
  await client.diagnostics(main, "unresolved", "same-diagram");
});

test("a table of data is read, and read again when it changes", async () => {
  const folder = folderWith({
    "p.csv": "a\n1\n2\n",
    "main.diag": 'landscape l { weights w = 0 data b from "p.csv" loss (w - b)^2 }',
  });
  const client = new Client();
  await client.initialize(folder);
  const main = uriOf(join(folder, "main.diag"));
  // Nobody has it open yet, so that its data are not looked at.
  await client.diagnostics(main);
  await client.open(main, readFileSync(join(folder, "main.diag"), "utf8"));
  await client.diagnostics(main, "bad-distribution");
  writeFileSync(join(folder, "p.csv"), "b\n1\n2\n");
  await client.changedOnDisk(join(folder, "p.csv"), 2);
  await client.diagnostics(main);
});

test("what was not saved is forgotten when the document is closed", async () => {
  const folder = folderWith({ "main.diag": "diagram d { a -> o }" });
  const client = new Client();
  await client.initialize(folder);
  const main = uriOf(join(folder, "main.diag"));
  await client.diagnostics(main);
  await client.open(main, "diagram d { a -> }");
  await client.diagnostics(main, "syntax");
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri: main } });
  await client.diagnostics(main);
});

test("a refused rename is an error with its reason, not a result", async () => {
  const client = new Client();
  await client.initialize();
  await client.open("untitled:a", "diagram d { a -> o }");
  await client.diagnostics("untitled:a");
  const rename = (newName: string) =>
    client.connection.sendRequest("textDocument/rename", {
      textDocument: { uri: "untitled:a" },
      position: { line: 0, character: 8 },
      newName,
    });
  await expect(rename("import")).rejects.toThrow("`import` begins a declaration and cannot be a name");
  await expect(rename("e")).resolves.toMatchObject({ changes: { "untitled:a": [{ newText: "e" }] } });
  const unknown = client.connection.sendRequest("textDocument/hover", {
    textDocument: { uri: "untitled:gone" },
    position: { line: 0, character: 0 },
  });
  await expect(unknown).rejects.toThrow(/No document found/);
});

test("selection ranges are served", async () => {
  const client = new Client();
  const { capabilities } = await client.initialize();
  expect(capabilities.selectionRangeProvider).toBe(true);
  await client.open("untitled:a", "diagram d { a -> o }");
  await client.diagnostics("untitled:a");
  const ranges = await client.connection.sendRequest("textDocument/selectionRange", {
    textDocument: { uri: "untitled:a" },
    positions: [{ line: 0, character: 12 }],
  });
  expect(ranges).toMatchObject([
    { range: { start: { line: 0, character: 12 }, end: { line: 0, character: 13 } }, parent: {} },
  ]);
});

test("imports by any name in files that merely lie in the folder leave all others served", async () => {
  const folder = folderWith({
    "notes.txt": "diagram n { a -> o }",
    plain: "diagram p { a -> o }",
    "OTHER.DIAG": "diagram u { a -> o }",
    "main.diag":
      'import "notes.txt" import "plain" import "OTHER.DIAG" import "\\ud800" diagram m { a -> o }',
    "clean.diag": "diagram d { a, b -> o }",
  });
  const client = new Client();
  await client.initialize(folder);
  const [main, clean] = [uriOf(join(folder, "main.diag")), uriOf(join(folder, "clean.diag"))];
  await client.open(clean, "diagram d { a -> }");
  await client.diagnostics(clean, "syntax");
  await client.open(main, 'import "notes.txt" import "\ud800" diagram n { a -> o }');
  const { diagnostics } = await client.diagnostics(main, "unresolved", "duplicate-name", "same-diagram");
  expect(diagnostics[0]!.message).toBe('cannot import "\ud800": there is no such file');
  writeFileSync(join(folder, "notes.txt"), "diagram other { a, b -> o }");
  await client.changedOnDisk(join(folder, "notes.txt"), 2);
  await client.diagnostics(main, "unresolved");
});

test.skipIf(spawnSync("mkfifo", ["--version"]).status !== 0)(
  "a named pipe in the folder, imported and read as data or not, leaves all documents served",
  async () => {
    const folder = folderWith({
      "main.diag": 'import "pipe" landscape l { weights w = 0 data x from "pipe.csv" loss w * x }',
    });
    for (const name of ["pipe", "pipe.csv", "alone.diag"]) {
      spawnSync("mkfifo", [join(folder, name)]);
    }
    const client = new Client();
    await client.initialize(folder);
    const other = uriOf(join(folder, "other.diag"));
    await client.open(other, "diagram d { a -> }");
    await client.diagnostics(other, "syntax");
    const main = uriOf(join(folder, "main.diag"));
    await client.open(main, readFileSync(join(folder, "main.diag"), "utf8"));
    const { diagnostics } = await client.diagnostics(main, "unresolved", "bad-distribution");
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'cannot import "pipe": it is not a regular file but a named pipe; name a file',
      'cannot read "pipe.csv": it is not a regular file but a named pipe; name a file',
    ]);
    await client.changedOnDisk(join(folder, "alone.diag"), 1);
    await client.open(uriOf(join(folder, "alone.diag")), "diagram e { a -> }");
    await client.diagnostics(uriOf(join(folder, "alone.diag")), "syntax");
  },
);

test("symbols of the workspace are told while files come, change and go, however quickly", async () => {
  const folder = folderWith({ "main.diag": "diagram kept { a -> o }" });
  const client = new Client();
  await client.initialize(folder);
  const symbols = () => client.connection.sendRequest<{ name: string }[]>("workspace/symbol", { query: "" });
  const asked: Promise<{ name: string }[]>[] = [symbols()];
  const path = join(folder, "passing.diag");
  for (let round = 0; round < 30; round++) {
    // Every way in which the three may overlap with each other and with questions.
    writeFileSync(path, `diagram passing${round} { a -> o }`);
    await client.changedOnDisk(path, 1);
    if (round % 2 === 0) {
      asked.push(symbols());
    }
    writeFileSync(path, `diagram passing${round} { a, b -> o }`);
    await client.changedOnDisk(path, 2);
    if (round % 3 === 0) {
      asked.push(symbols());
    }
    if (round % 5 === 0) {
      await asked.at(-1);
    }
    rmSync(path);
    await client.changedOnDisk(path, 3);
    asked.push(symbols());
    if (round % 4 === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const told = await Promise.all(asked);
  expect(told.every((some) => some.some(({ name }) => name === "kept"))).toBe(true);
  await expect.poll(symbols, { timeout: 30_000 }).toEqual([expect.objectContaining({ name: "kept" })]);
});
