import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { URI } from "langium";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FileChangeType } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type ReadTable, readTableFile, TableFiles } from "../../../src/data/index.js";
import { type DiagFile, isVerifyDeclaration } from "../../../src/language/generated/ast.js";
import type { DiagHoverProvider } from "../../../src/server/hover/hover-provider.js";
import { createDiagLspServices } from "../../../src/server/index.js";
import { ServedTables, smallTable } from "../../../src/server/tables/index.js";
import { Disk } from "../../../src/server/workspace/disk.js";
import { type FakeWorker, FakeWorkers } from "./fake-worker.js";

// Tables that take long to read. Workers answer when the test says so.

const patient = { timeout: 30_000, interval: 5 };

let folder: string;
let hours = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "diag-large-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file that was done with long ago, another time whenever it is written. */
function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  const then = new Date(2020, 0, 1, hours++);
  utimesSync(path, then, then);
  return path;
}

/** More than is read where it is asked for: 90,000 rows, and perhaps one more. */
const large = (last = "") => `a,b\n${"0.5,1\n".repeat(90_000)}${last}`;
const model = (columns = "a, b") =>
  `landscape l { weights w = 0 data ${columns} from "t.csv" loss (w - a)^2 / 2 }
verify v { landscape l gd(N = 1, T = 1) eta = 0.1 observe displacement(w) predict order 0 }\n`;

class Window {
  readonly workers = new FakeWorkers();
  readonly services = createDiagLspServices({
    fileSystemProvider: () => new Disk(new ServedTables(this.workers.start)),
  });

  constructor() {
    this.services.shared.workspace.WorkspaceManager.initialize({
      processId: null,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [],
    });
    void this.services.shared.workspace.WorkspaceManager.initialized({});
  }

  /** What the worker was asked, in order. */
  get questions(): unknown[] {
    return this.workers.all.flatMap(({ messages }) => messages);
  }

  /** The one worker, once it was started. */
  async worker(): Promise<FakeWorker> {
    await expect.poll(() => this.workers.all.length, patient).toBe(1);
    return this.workers.all[0]!.ready();
  }

  uri(name: string): URI {
    return URI.parse(pathToFileURL(join(folder, name)).href);
  }

  /** Opens a document or types in it; ends when it has been checked. */
  async type(name: string, text: string): Promise<void> {
    const { TextDocuments, DocumentBuilder, WorkspaceLock } = this.services.shared.workspace;
    const uri = this.uri(name);
    const version = (TextDocuments.get(uri.toString())?.version ?? 0) + 1;
    TextDocuments.set(TextDocument.create(uri.toString(), "diag", version, text));
    await WorkspaceLock.write((token) => DocumentBuilder.update([uri], [], token));
  }

  changedOnDisk(name: string): void {
    this.services.shared.lsp.DocumentUpdateHandler.didChangeWatchedFiles?.({
      changes: [{ uri: this.uri(name).toString(), type: FileChangeType.Changed }],
    });
  }

  messages(name: string): string[] {
    const document = this.services.shared.workspace.LangiumDocuments.getDocument(this.uri(name));
    return (document?.diagnostics ?? []).map(({ message }) => String(message));
  }

  /** Whether the verification of a document may be run. */
  isSound(name: string): boolean {
    const document = this.services.shared.workspace.LangiumDocuments.getDocument(this.uri(name))!;
    const declaration = (document.parseResult.value as DiagFile).declarations.find(isVerifyDeclaration)!;
    return this.services.diag.validation.DeclarationChecker.verify(declaration).value !== undefined;
  }

  /** What a hover says of the first place of a word. */
  async hover(name: string, word: string): Promise<string> {
    const document = this.services.shared.workspace.LangiumDocuments.getDocument(this.uri(name))!;
    const provider = this.services.diag.lsp.HoverProvider as DiagHoverProvider;
    const said = await provider.blocksAt(document, document.textDocument.getText().indexOf(word));
    return said?.blocks.map((block) => (block.kind === "text" ? block.markdown : "")).join() ?? "";
  }
}

describe("a large table", () => {
  test("is waited for by nobody who types, read once for all, and told when it has come", async () => {
    const path = write("t.csv", large("1,x\n"));
    const window = new Window();
    await window.type("main.diag", model());
    expect(window.messages("main.diag")).toEqual([]);
    expect(await window.hover("main.diag", "l {")).toBe("Its data are still being read.");
    expect(await window.hover("main.diag", "v {")).toBe("The data of its landscape are still being read.");
    const worker = await window.worker();
    // Neither an edit elsewhere nor another file that has it asks again.
    await window.type("main.diag", `${model()}diagram d { a -> a }`);
    await window.type("other.diag", model());
    expect(window.messages("main.diag")).toEqual([expect.stringMatching(/edge/)]);
    expect(window.questions).toEqual([{ path, names: ["a", "b"] }]);
    worker.say(await readTableFile(path, ["a", "b"]));
    const problem = '"t.csv": row 90002, column b: `x` is no finite number';
    await expect.poll(() => window.messages("other.diag"), patient).toEqual([problem]);
    await expect.poll(() => window.messages("main.diag"), patient).toContain(problem);
    await window.type("third.diag", model());
    expect(window.messages("third.diag")).toEqual([problem]);
    expect(window.questions).toHaveLength(1);
  });

  test("is read again when it has changed, and only then", async () => {
    const path = write("t.csv", large("1,x\n"));
    const window = new Window();
    await window.type("main.diag", model());
    const worker = await window.worker();
    worker.say(await readTableFile(path, ["a", "b"]));
    await expect.poll(() => window.messages("main.diag"), patient).toHaveLength(1);
    // The editor may say so when nothing has changed.
    window.changedOnDisk("t.csv");
    await expect.poll(() => window.messages("main.diag"), patient).toHaveLength(1);
    expect(window.questions).toHaveLength(1);
    write("t.csv", large());
    window.changedOnDisk("t.csv");
    await expect.poll(() => window.questions, patient).toHaveLength(2);
    await expect.poll(() => window.messages("main.diag"), patient).toEqual([]);
    expect(window.isSound("main.diag")).toBe(false);
    worker.say(await readTableFile(path, ["a", "b"]));
    await expect.poll(() => window.isSound("main.diag"), patient).toBe(true);
  });

  test("that other columns are taken from meanwhile is told by those", async () => {
    const path = write("t.csv", large("1,x\n"));
    const window = new Window();
    await window.type("main.diag", model());
    const worker = await window.worker();
    await window.type("main.diag", model("a, c"));
    worker.say(await readTableFile(path, ["a", "b"]));
    await expect.poll(() => window.questions, patient).toHaveLength(2);
    expect(window.messages("main.diag")).toEqual([]);
    worker.say(await readTableFile(path, ["a", "c"]));
    await expect
      .poll(() => window.messages("main.diag"), patient)
      .toEqual(['"t.csv" has no column `c`; its header is a, b']);
  });

  test("whose reader goes down is told in a line", async () => {
    write("t.csv", large());
    const window = new Window();
    await window.type("main.diag", model());
    const worker = await window.worker();
    worker.crash(Object.assign(new Error("full"), { code: "ERR_WORKER_OUT_OF_MEMORY" }));
    await expect
      .poll(() => window.messages("main.diag"), patient)
      .toEqual([
        'cannot read "t.csv": it needs too much memory to be read; make it smaller, or break its lines',
      ]);
  });

  test("is read by a worker as it is read here", async () => {
    const path = write("t.csv", large());
    const bad = write("bad.csv", large("1,x\n"));
    const served = new ServedTables();
    const wanted = () => true;
    expect(await served.read(path, ["b", "a"], wanted)).toEqual(await readTableFile(path, ["b", "a"]));
    expect(await served.read(bad, ["a", "b"], wanted)).toEqual(await readTableFile(bad, ["a", "b"]));
    rmSync(bad);
    await expect(served.read(bad, ["a", "b"], wanted)).rejects.toThrow("no such file");
  });
});

test("data of what is open, and of what that imports, are read; those of other files are not", async () => {
  write("t.csv", "a,b\n1,x\n");
  write("alone.diag", model());
  write("library.diag", model());
  const window = new Window();
  // A folder is read in where a file of it is open.
  await window.type("first.diag", "");
  const { DocumentBuilder } = window.services.shared.workspace;
  await DocumentBuilder.update(
    ["alone.diag", "library.diag"].map((name) => window.uri(name)),
    [],
  );
  expect([window.messages("alone.diag"), window.messages("library.diag")]).toEqual([[], []]);
  await window.type("main.diag", 'import "library.diag"');
  const problem = '"t.csv": row 2, column b: `x` is no finite number';
  expect(window.messages("library.diag")).toEqual([problem]);
  expect(window.messages("main.diag")).toEqual([`"library.diag" has an error, at line 1: ${problem}`]);
  expect(window.messages("alone.diag")).toEqual([]);
  await window.type("alone.diag", model());
  expect(window.messages("alone.diag")).toEqual([problem]);
});

describe("tables of files", () => {
  const counted = () => {
    const read: string[] = [];
    const files = new TableFiles(async (path, names): Promise<ReadTable> => {
      read.push(names.join());
      return readTableFile(path, names);
    });
    return { files, read };
  };

  test("are read once for the same columns, also by those who ask at the same time", async () => {
    const path = write("t.csv", "a,b\n1,2\n");
    const { files, read } = counted();
    const [one, same] = await Promise.all([files.table(path, ["a"]), files.table(path, ["a"])]);
    expect(same).toBe(one);
    expect(await files.table(path, ["a"])).toBe(one);
    await files.table(path, ["b", "a"]);
    expect(read).toEqual(["a", "b,a"]);
  });

  test("are read anew when the file is another", async () => {
    const path = write("t.csv", "a\n1\n");
    const { files, read } = counted();
    await files.table(path, ["a"]);
    write("t.csv", "a\n2\n");
    expect((await files.table(path, ["a"])).table).toMatchObject({ values: new Int8Array([2]) });
    rmSync(path);
    await expect(files.table(path, ["a"])).rejects.toThrow("no such file");
    expect(read).toHaveLength(2);
  });

  test("that were written just now are not taken to stay so", async () => {
    const path = join(folder, "t.csv");
    const { files } = counted();
    for (let value = 0; value < 20; value++) {
      writeFileSync(path, `a\n${value % 10}\n`);
      const { table } = await files.table(path, ["a"]);
      expect(table).toMatchObject({ values: new Int8Array([value % 10]) });
    }
  });

  test("are forgotten when there are many", async () => {
    const { files, read } = counted();
    const paths = Array.from({ length: 60 }, (_, index) => write(`${index}.csv`, "a\n1\n"));
    for (const path of paths) {
      await files.table(path, ["a"]);
    }
    await files.table(paths[59]!, ["a"]);
    expect(read).toHaveLength(60);
    await files.table(paths[0]!, ["a"]);
    expect(read).toHaveLength(61);
  });

  test("that change with every reading are refused", async () => {
    const path = write("t.csv", `a\n${"1\n".repeat(smallTable)}`);
    let count = 0;
    const changing = setInterval(() => utimesSync(path, count, ++count), 0);
    try {
      await expect(readTableFile(path, ["a"])).rejects.toThrow("changes while it is read");
    } finally {
      clearInterval(changing);
    }
  });
});
