import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { URI } from "langium";
import { afterEach, describe, expect, test } from "vitest";
import { FileChangeType } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type DiagFile, isVerifyDeclaration } from "../../../src/language/generated/ast.js";
import { analyzeSource } from "../../../src/runner/sources.js";
import { createDiagLspServices, type DiagLspContainer } from "../../../src/server/index.js";
import { Disk } from "../../../src/server/workspace/disk.js";

// What the language server takes a text to mean and what a run is made from: one thing, whatever is open and however
// it is named. A landscape's start says which text was read.

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true });
  }
});

type Files = Record<string, string | { readonly to: string }>;

const bowl = (start: number) => `landscape bowl { weights w = ${start} loss w^2 / 2 }\n`;
const main = (path: string, landscape = "bowl") =>
  `import "${path}"\nverify v { landscape ${landscape} gd(N = 2, T = 3) eta = 0.1 observe test_loss predict order 1 }\n`;
/** A weight that starts at 0, on a table of one number. */
const table = (path: string) => `landscape bowl { weights w = 0 data x from "${path}" loss (w - x)^2 }\n`;

/** A window: files on the disk, documents that are open, a language server, and what a run is given. */
class Window {
  readonly folder = mkdtempSync(join(tmpdir(), "diag-window-"));
  readonly services: DiagLspContainer;

  constructor(files: Files) {
    folders.push(this.folder);
    for (const [name, content] of Object.entries(files)) {
      this.write(name, content);
    }
    this.services = createDiagLspServices({ fileSystemProvider: () => new Disk() });
    const { LangiumDocuments } = this.services.shared.workspace;
    void this.services.shared.workspace.WorkspaceManager.initializeWorkspace([]);
    expect(LangiumDocuments.all.count()).toBe(0);
  }

  write(name: string, content: Files[string]): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "string") {
      writeFileSync(path, content);
    } else {
      symlinkSync(content.to, path);
    }
  }

  /** The address of a name; a scheme before it stays. */
  uri(name: string): string {
    const made = /^untitled:(.*)$/.exec(name);
    if (made) {
      return URI.from({ scheme: "untitled", path: join(this.folder, made[1]!) }).toString();
    }
    return /^[\w-]+:/.test(name) ? name : URI.parse(pathToFileURL(join(this.folder, name)).href).toString();
  }

  async open(name: string, text: string): Promise<void> {
    const uri = this.uri(name);
    const { TextDocuments } = this.services.shared.workspace;
    const version = (TextDocuments.get(uri)?.version ?? 0) + 1;
    const document = TextDocument.create(uri, "diag", version, text);
    TextDocuments.set(document);
    const { DocumentUpdateHandler } = this.services.shared.lsp;
    if (version === 1) {
      DocumentUpdateHandler.didOpenDocument?.({ document });
    }
    DocumentUpdateHandler.didChangeContent?.({ document });
  }

  async close(name: string): Promise<void> {
    const { TextDocuments } = this.services.shared.workspace;
    const document = TextDocuments.get(this.uri(name))!;
    TextDocuments.delete(document);
    this.services.shared.lsp.DocumentUpdateHandler.didCloseDocument?.({ document });
  }

  changedOnDisk(name: string, type: FileChangeType): void {
    this.services.shared.lsp.DocumentUpdateHandler.didChangeWatchedFiles?.({
      changes: [{ uri: this.uri(name), type }],
    });
  }

  /** What the language server takes `v` of a document to be, once it has read what it has heard of; JSON. */
  server(name: string): Promise<string | undefined> {
    const { LangiumDocuments, WorkspaceLock } = this.services.shared.workspace;
    return WorkspaceLock.read(() => {
      const document = LangiumDocuments.getDocument(URI.parse(this.uri(name)));
      const file = document?.parseResult.value as DiagFile | undefined;
      const declaration = file?.declarations?.find((one) => isVerifyDeclaration(one));
      const checker = this.services.diag.validation.DeclarationChecker;
      return declaration && JSON.stringify(checker.verify(declaration).value);
    });
  }

  /** What a run of `v` is made from; JSON. */
  async run(name: string): Promise<string | undefined> {
    const uri = this.uri(name);
    const all = this.services.shared.workspace.TextDocuments.all();
    const texts = all.map((one) => ({ uri: one.uri, text: one.getText() }));
    const { text } = texts.find((one) => one.uri === uri)!;
    const open = texts.filter((one) => one.uri !== uri);
    const file = await analyzeSource({ uri, path: URI.parse(uri).path, text, open });
    return JSON.stringify(file.verifies.get("v"));
  }

  /** Expects that both take `v` to start at a weight, or to mean nothing. */
  async expectStart(name: string, start: number | undefined): Promise<void> {
    const expected = start === undefined ? undefined : expect.stringContaining(`"start":${start}}`);
    await expect.poll(() => this.server(name), { interval: 5 }).toEqual(expected);
    const run = await this.run(name);
    expect(run).toEqual(expected);
    expect(run).toBe(await this.server(name));
  }
}

const links = { "real/lib.diag": bowl(1), linked: { to: "real" }, "alias.diag": { to: "real/lib.diag" } };

describe("an import means the same to the language server and to a run", () => {
  const names = [
    "real/lib.diag",
    "./real/lib.diag",
    "real/../real/lib.diag",
    "linked/lib.diag",
    "alias.diag",
  ];

  test.each(names)(
    "imported as %s: closed, open by any of its names, typed in, closed again",
    async (path) => {
      const window = new Window(links);
      await window.open("main.diag", main(path));
      await window.expectStart("main.diag", 1);
      for (const name of ["real/lib.diag", "linked/lib.diag", "alias.diag"]) {
        await window.open(name, bowl(2));
        await window.expectStart("main.diag", 2);
        await window.open(name, bowl(3));
        await window.expectStart("main.diag", 3);
        await window.close(name);
        await window.expectStart("main.diag", 1);
      }
    },
  );

  test("by a path of the whole disk, and from below", async () => {
    const window = new Window({ ...links, "sub/deep/x.diag": "" });
    await window.open("real/lib.diag", bowl(2));
    await window.open("main.diag", main(join(window.folder, "linked/lib.diag")));
    await window.expectStart("main.diag", 2);
    await window.open("sub/deep/main.diag", main("../../real/lib.diag"));
    await window.expectStart("sub/deep/main.diag", 2);
  });

  test("through a file that is closed, and through one that is open", async () => {
    const middle = 'import "../real/lib.diag"\n'.concat(main("../real/lib.diag").split("\n")[1]!);
    const window = new Window({ ...links, "middle/m.diag": middle });
    // What is imported brings its own verification, which names what it imports itself.
    await window.open("main.diag", 'import "middle/m.diag"\n');
    await window.open("real/lib.diag", bowl(4));
    await expect.poll(async () => (await window.run("main.diag")) ?? "").toContain('"start":4}');
    await window.open("middle/m.diag", middle.replaceAll("real", "linked"));
    await window.expectStart("middle/m.diag", 4);
    expect(await window.run("main.diag")).toContain('"start":4}');
  });

  test("that is on no disk: deleted while it is open, new under a name, or without one", async () => {
    const window = new Window(links);
    await window.open("real/lib.diag", bowl(2));
    await window.open("main.diag", main("linked/lib.diag"));
    rmSync(join(window.folder, "real/lib.diag"));
    window.changedOnDisk("real/lib.diag", FileChangeType.Deleted);
    await window.expectStart("main.diag", 2);
    await window.close("real/lib.diag");
    await window.expectStart("main.diag", undefined);
    await window.open("untitled:real/lib.diag", bowl(5));
    await window.expectStart("main.diag", 5);
    await window.open("untitled:real/lib.diag", bowl(6));
    await window.expectStart("main.diag", 6);
    // Once there is such a file, it counts.
    window.write("real/lib.diag", bowl(7));
    window.changedOnDisk("real/lib.diag", FileChangeType.Created);
    await window.expectStart("main.diag", 7);
  });

  test("of a text that is itself still to be made, or has no place at all", async () => {
    const window = new Window({ ...links, "lib.diag": bowl(1) });
    await window.open("untitled:main.diag", main("lib.diag"));
    await window.expectStart("untitled:main.diag", 1);
    await window.open("lib.diag", bowl(2));
    await window.expectStart("untitled:main.diag", 2);
    await window.open("untitled:Untitled-1".replace("untitled:", "nowhere:"), main("lib.diag"));
    await window.expectStart("nowhere:Untitled-1", undefined);
    await window.open("nowhere:lib.diag", bowl(3));
    await window.expectStart("nowhere:Untitled-1", 3);
  });

  test("that was missing until it was opened or made", async () => {
    const window = new Window({});
    await window.open("main.diag", main("lib.diag"));
    await window.expectStart("main.diag", undefined);
    await window.open("lib.diag", bowl(1));
    await window.expectStart("main.diag", 1);
    await window.close("lib.diag");
    await window.expectStart("main.diag", undefined);
    window.write("lib.diag", bowl(2));
    window.changedOnDisk("lib.diag", FileChangeType.Created);
    await window.expectStart("main.diag", 2);
  });

  test("renamed while it is open and unsaved", async () => {
    const window = new Window(links);
    await window.open("real/lib.diag", bowl(2));
    await window.open("main.diag", main("real/lib.diag"));
    await window.expectStart("main.diag", 2);
    // An editor moves the file, closes the document and opens it under its new name with what was typed.
    window.write("real/moved.diag", bowl(1));
    rmSync(join(window.folder, "real/lib.diag"));
    await window.close("real/lib.diag");
    await window.open("real/moved.diag", bowl(2));
    window.changedOnDisk("real/lib.diag", FileChangeType.Deleted);
    window.changedOnDisk("real/moved.diag", FileChangeType.Created);
    await window.expectStart("main.diag", undefined);
    await window.open("main.diag", main("linked/moved.diag"));
    await window.expectStart("main.diag", 2);
  });

  test("with data, which are those of the disk", async () => {
    const window = new Window({
      "lib/lib.diag": table("points.csv"),
      "lib/points.csv": "5\n",
      linked: { to: "lib" },
    });
    await window.open("main.diag", main("linked/lib.diag"));
    await window.open("lib/lib.diag", table("./points.csv"));
    await window.open("lib/points.csv", "6\n");
    await window.expectStart("main.diag", 0);
    expect(await window.server("main.diag")).toContain('"values":{"0":5}');
    window.write("lib/points.csv", "7\n");
    window.changedOnDisk("lib/points.csv", FileChangeType.Changed);
    await expect.poll(() => window.server("main.diag")).toContain('"values":{"0":7}');
    expect(await window.run("main.diag")).toBe(await window.server("main.diag"));
  });
});
