import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { URI } from "langium";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { analyzeText, diskReader, TextLoader } from "../../../src/language/index.js";
import { createDiagLspServices } from "../../../src/server/index.js";
import { Disk } from "../../../src/server/workspace/disk.js";

// Paths in texts may name anything. Whatever it is, the server says of it what the command says.

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "diag-odd-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** A server that reads everything, as the command does. */
const startServer = () => {
  const services = createDiagLspServices({ fileSystemProvider: () => new Disk() });
  services.diag.editor.Preferences.readsOutside = true;
  return services;
};

/** What the command and the server say of a text that is a file of the folder. @param running a server, which may have read other texts of it. */
async function said(text: string, running = startServer()): Promise<{ command: string[]; server: string[] }> {
  const path = join(folder, "main.diag");
  const { diagnostics } = await analyzeText(text, { path, loader: new TextLoader(diskReader) });
  const { shared } = running;
  const uri = URI.parse(pathToFileURL(path).href);
  shared.workspace.TextDocuments.set(TextDocument.create(uri.toString(), "diag", 1, text));
  await shared.workspace.DocumentBuilder.update([uri], []);
  const document = shared.workspace.LangiumDocuments.getDocument(uri)!;
  expect(document.textDocument.getText()).toBe(text);
  return {
    command: diagnostics.map(({ code, message }) => `${code} ${message}`).sort(),
    server: (document.diagnostics ?? []).map(({ code, message }) => `${code} ${message}`).sort(),
  };
}

const library = "landscape l { weights w = 0 data x ~ normal(0, 1) loss (w - x)^2 }";
const use = "verify v { landscape l gd(N = 1, T = 1) eta = 0.1 observe test_loss predict order 1 }";

describe("a file by any name is imported", () => {
  test.each([
    "notes.txt",
    "noextension",
    "UPPER.DIAG",
    "Mixed.Diag",
    "a%20b.diag",
    "%zz.diag",
    "%2e%2e.diag",
    "hash#tag.diag",
    "what?.diag",
    "with space.diag",
    " ",
    "ünïcödé-日本.diag",
    ".hidden",
    "two.dots.diag.bak",
    "a:b.diag",
    "sub/deep/library",
    "trailing.",
    "package.json",
    "x@y;z=1&k.diag",
    "tab\there",
  ])("%j", async (name) => {
    write(name, library);
    const running = startServer();
    for (const path of [name, `./${name}`, `sub/../${name}`, join(folder, name)]) {
      const { command, server } = await said(`import "${path}" ${use}`, running);
      expect([path, ...command]).toEqual([path]);
      expect(server).toEqual([]);
    }
    write(name, "\ndiagram d { a -> a }");
    const { command, server } = await said(`import "${name}"`);
    expect(command).toEqual([expect.stringMatching(/^unresolved ".*" has an error, at line 2: /s)]);
    expect(server).toEqual(command);
  });
});

test.each([
  "none.diag",
  ".",
  "..",
  "sub",
  "sub/",
  "./sub/..",
  "\ud800",
  "x\udfff.diag",
  "half\ud83d/x",
  "file:///etc/hostname",
  "http://example.org/a.diag",
  "untitled:x.diag",
  "vscode-vfs://github/a/b.diag",
  "data:text/plain,x",
  "//server/share/x.diag",
  "\\\\server\\share\\x.diag",
  "c:/x.diag",
  "C:\\x.diag",
  "main.diag/x.diag",
  "latin.diag",
  "~/x.diag",
  "-",
])("what is no file that can be imported is one line, as import and as table: %j", async (path) => {
  await expectOneLineEach(path);
});

test.each([
  ["a long name", "a".repeat(300)],
  ["a very long name", "a".repeat(5000)],
  ["many folders", "a/".repeat(5000)],
  ["many folders above", "../".repeat(3000)],
])("nor is %s", async (_, path) => {
  await expectOneLineEach(path);
});

async function expectOneLineEach(path: string): Promise<void> {
  write("sub/inside.diag", library);
  write("main.diag", "");
  writeFileSync(join(folder, "latin.diag"), Buffer.from([0x2f, 0x2f, 0xe4]));
  const text = `import "${path}" landscape m { weights w = 0 data x from "${path}" loss w * x }`;
  const { command, server } = await said(text);
  expect(command).toEqual([
    expect.stringMatching(/^bad-distribution cannot read "[^\n]*": (?:it|there) [^\n]*$/),
    expect.stringMatching(/^unresolved cannot import "[^\n]*": (?:it|there) [^\n]*$/),
  ]);
  expect(server).toEqual(command);
}

test("a NUL in a path is one in the text", async () => {
  const { command, server } = await said('import "a\0b.diag"');
  expect(command).toEqual(["syntax this is not a text file: it contains a NUL character"]);
  expect(server).toEqual(command);
});

describe("what is no regular file is not opened", () => {
  async function expectRefused(path: string, kind: string): Promise<void> {
    const text = `import "${path}" landscape m { weights w = 0 data x from "${path}" loss w * x }`;
    const { command, server } = await said(text);
    const reason =
      kind === "folder"
        ? "it is a folder, not a file"
        : `it is not a regular file but a ${kind}; name a file`;
    expect(command).toEqual([
      `bad-distribution cannot read "${path}": ${reason}`,
      `unresolved cannot import "${path}": ${reason}`,
    ]);
    expect(server).toEqual(command);
  }

  test("a folder, also by a link", async () => {
    mkdirSync(join(folder, "folder.diag"));
    symlinkSync("folder.diag", join(folder, "link.diag"));
    await expectRefused("folder.diag", "folder");
    await expectRefused("link.diag", "folder");
  });

  const hasPipes = spawnSync("mkfifo", ["--version"]).status === 0;
  test.skipIf(!hasPipes)("a named pipe that nobody writes into, also by a link", async () => {
    spawnSync("mkfifo", [join(folder, "pipe.diag")]);
    symlinkSync("pipe.diag", join(folder, "link.diag"));
    await expectRefused("pipe.diag", "named pipe");
    await expectRefused("link.diag", "named pipe");
  });

  test.skipIf(process.platform === "win32")("a device, also by a link", async () => {
    symlinkSync("/dev/zero", join(folder, "zero.diag"));
    await expectRefused("/dev/zero", "device");
    await expectRefused("zero.diag", "device");
  });

  test.skipIf(process.platform === "win32")("a socket", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, "s.diag"), resolve));
    try {
      await expectRefused("s.diag", "socket");
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test("a link to a regular file is that file", async () => {
    write("real", library);
    symlinkSync("real", join(folder, "link.diag"));
    expect(await said(`import "link.diag" ${use}`)).toEqual({ command: [], server: [] });
  });

  test("a file that is larger than files may be is told by its size", async () => {
    write("large.diag", "");
    truncateSync(join(folder, "large.diag"), 70 * 2 ** 20);
    const { command, server } = await said('import "large.diag"');
    expect(command).toEqual([
      'unresolved cannot import "large.diag": it is 70.0 MiB; files of up to 64 MiB are read',
    ]);
    expect(server).toEqual(command);
  });
});
