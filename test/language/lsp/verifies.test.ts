import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { URI } from "langium";
import { afterEach, describe, expect, test } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { createConnection } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { startServer } from "../../../src/server/index.js";
import { answerVerifies } from "../../../src/server/verifies/index.js";
import { type VerifiesAnswer, verifiesMethods } from "../../../src/server/verifies/protocol.js";
import { Disk } from "../../../src/server/workspace/disk.js";
import { Editor, type Open } from "./editor.js";

const bowl = "landscape bowl { weights t = 1 data x ~ normal(0, 1) loss (t - x)^2 / 2 }\n";
const verify = (name: string, etas = "0.1", more = "predict order 2"): string =>
  `verify ${name} {\n  landscape bowl\n  sgd(N = 4, E = 1, B = 1)\n  eta = ${etas}\n  observe test_loss\n  ${more}\n}\n`;

const answerOf = ({ editor, uri }: Open) => answerVerifies(editor.diag, { uri });

async function only(text: string, others: Record<string, string> = {}) {
  const { main } = await Editor.of(text, others);
  const [file] = await answerOf(main);
  return { main, file: file!, verify: file!.verifies[0]! };
}

describe("the verify blocks of a file", () => {
  test("have the value, the text and the place of each learning rate", async () => {
    const {
      main,
      file,
      verify: found,
    } = await only(
      `${bowl}/** Twice. */\n${verify("once", "1/20, /* large */ 0.1,\n    0.1 + /* and */ 0.1")}`,
    );
    expect(file).toMatchObject({ uri: "file:///main.diag", sources: [] });
    expect(found.name).toBe("once");
    expect(found.error).toBeUndefined();
    expect(main.slice(found.range)).toMatch(/^verify once \{[^}]*\}$/);
    expect(main.slice(found.nameRange)).toBe("once");
    expect(found.etas.map(({ value, text }) => [value, text])).toEqual([
      [0.05, "1/20"],
      [0.1, "0.1"],
      [0.2, "0.1 + 0.1"],
    ]);
    expect(found.etas.map(({ range }) => main.slice(range))).toEqual(["1/20", "0.1", "0.1 + /* and */ 0.1"]);
  });

  test("are its own, not those it imports", async () => {
    const { file } = await only(`import "l.diag"\n${verify("own")}${verify("other", "0.2")}`, {
      "l.diag": bowl + verify("theirs"),
    });
    expect(file.verifies.map(({ name }) => name)).toEqual(["own", "other"]);
    expect(file.verifies.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(file.sources).toEqual(["file:///l.diag"]);
  });

  test("are made of imports and of tables of data", async () => {
    const table = 'landscape table { weights w = 0 data b from "p.csv" loss (w - b)^2 }\n';
    const { file } = await only(`import "l.diag"\n${verify("v")}`, {
      "l.diag": bowl + table,
      "p.csv": "b\n1\n2\n",
    });
    expect([...file.sources].sort()).toEqual(["file:///l.diag", "file:///p.csv"]);
  });

  test.each([
    ["a learning rate", `${bowl}${verify("v", "0.1, -1")}`, /eta = -1 is not positive/, [0.1]],
    ["a value that stands twice", `${bowl}${verify("v", "0.1, 1/10")}`, /stands twice/, [0.1]],
    ["an expression", `${bowl}${verify("v", "0.1, y")}`, /y/, [0.1]],
    [
      "a missing statement",
      `${bowl}${verify("v").replace("observe test_loss", "")}`,
      /lacks an observable/,
      [0.1],
    ],
    ["the syntax", `${bowl}${verify("v", "0.1, ")}`, /./, []],
    ["the space-time", `${bowl}${verify("v").replace("B = 1", "B = 3")}`, /3/, [0.1]],
    ["an unknown landscape", verify("v"), /there is no landscape `bowl`/, [0.1]],
    ["the landscape", bowl.replace("^2", "^q") + verify("v"), /^landscape `bowl` has an error: .*q/, [0.1]],
    [
      "the landscape's syntax",
      bowl.replace("^2", "^") + verify("v"),
      /^landscape `bowl` has an error: /,
      [0.1],
    ],
    [
      "a predicted diagram",
      `${bowl}diagram bent { a, b -> c  c -> a }\n${verify("v", "0.1", "predict bent")}`,
      /^diagram `bent` has an error: /,
      [0.1],
    ],
    [
      "the name",
      `${bowl}diagram v { a -> b }\n${verify("v")}`,
      /`v` is a diagram of this file already/,
      [0.1],
    ],
  ])("say in one line what is wrong with %s", async (_, text, error, etas) => {
    const { verify: found } = await only(text);
    expect(found.error).toMatch(error);
    expect(found.error).toMatch(/^[^\n]+$/);
    expect(found.etas.map(({ value }) => value)).toEqual(etas);
  });

  test("with an error leave their neighbours sound; warnings are no errors", async () => {
    const never = "diagram far { a, b -> j -> out  part {a, b} }\n";
    const short = verify("warned", "0.1", "predict far").replace("N = 4", "N = 1");
    const { file } = await only(`${bowl}${never}${verify("bad", "0")}${verify("good")}${short}`);
    expect(file.verifies.map(({ name, error }) => [name, error === undefined])).toEqual([
      ["bad", false],
      ["good", true],
      ["warned", true],
    ]);
  });

  test("of one name are all listed, the later with an error", async () => {
    const { file } = await only(`${bowl}${verify("v")}${verify("v", "0.2")}`);
    expect(file.verifies.map(({ name, error }) => [name, error === undefined])).toEqual([
      ["v", true],
      ["v", false],
    ]);
  });

  test("without a name are left out, and so are files without such blocks", async () => {
    const { main } = await Editor.of(`${bowl}verify { landscape bowl }`);
    expect(await answerOf(main)).toEqual([]);
    expect(await answerVerifies(main.editor.diag, { uri: "file:///nowhere.diag" })).toEqual([]);
  });

  test("follow what is typed, saved or not", async () => {
    const { main } = await only(bowl + verify("v"));
    await main.type(`\n\n${bowl}${verify("v", "0.1, 0.3")}${verify("w")}`);
    const [file] = await answerOf(main);
    expect(file!.verifies.map(({ name, etas }) => [name, etas.map(({ value }) => value)])).toEqual([
      ["v", [0.1, 0.3]],
      ["w", [0.1]],
    ]);
    expect(main.slice(file!.verifies[0]!.range)).toMatch(/^verify v \{[^}]*\}$/);
    expect(main.slice(file!.verifies[0]!.etas[1]!.range)).toBe("0.3");
    // The answer waits for a text that has not been read yet.
    const { TextDocuments, DocumentBuilder } = main.editor.shared.workspace;
    TextDocuments.set(TextDocument.create(main.uri, "diag", 9, bowl + verify("later")));
    const later = answerOf(main);
    await DocumentBuilder.update([URI.parse(main.uri)], []);
    expect((await later)[0]!.verifies.map(({ name }) => name)).toEqual(["later"]);
  });
});

test("all files are listed, open or not, in the order of their addresses; deleted ones are not", async () => {
  const { editor } = await Editor.of(`import "b.diag"\n${verify("main", "0.1, 0.2")}`, {
    "b.diag": bowl + verify("second"),
    "a.diag": bowl + verify("first"),
    "none.diag": bowl,
  });
  const names = async () =>
    (await answerVerifies(editor.diag, {})).flatMap(({ uri, verifies }) =>
      verifies.map(({ name }) => `${uri.slice("file:///".length)} ${name}`),
    );
  expect(await names()).toEqual(["a.diag first", "b.diag second", "main.diag main"]);
  editor.files.delete("file:///b.diag");
  await editor.shared.workspace.DocumentBuilder.update([], [URI.parse("file:///b.diag")]);
  expect(await names()).toEqual(["a.diag first", "main.diag main"]);
  const [, main] = await answerVerifies(editor.diag, {});
  expect(main!.verifies[0]!.error).toMatch(/there is no landscape/);
  expect(main!.sources).toEqual(["file:///b.diag"]);
});

describe("over the wire", () => {
  const connections: MessageConnection[] = [];
  const folders: string[] = [];

  afterEach(async () => {
    for (const connection of connections.splice(0)) {
      await connection.sendRequest("shutdown");
      connection.dispose();
    }
    for (const folder of folders.splice(0)) {
      rmSync(folder, { recursive: true });
    }
  });

  async function connect(files: Record<string, string>) {
    const folder = mkdtempSync(join(tmpdir(), "diag-verifies-"));
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
    }
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), {
      files: new Disk(),
    });
    const connection = createMessageConnection(
      new StreamMessageReader(toClient),
      new StreamMessageWriter(toServer),
    );
    connections.push(connection);
    const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;
    const changes: string[] = [];
    connection.onNotification(verifiesMethods.changed, ({ uri }: { uri: string }) => {
      changes.push(uri);
    });
    connection.listen();
    await connection.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "folder" }],
    });
    await connection.sendNotification("initialized", {});
    const ask = (parameters: object | string) =>
      connection.sendRequest<VerifiesAnswer>(verifiesMethods.list, parameters);
    const type = (name: string, text: string, version = 1) =>
      version === 1
        ? connection.sendNotification("textDocument/didOpen", {
            textDocument: { uri: uriOf(name), languageId: "diag", version, text },
          })
        : connection.sendNotification("textDocument/didChange", {
            textDocument: { uri: uriOf(name), version },
            contentChanges: [{ text }],
          });
    return { folder, connection, uriOf, changes, ask, type };
  }

  const files = { "l.diag": bowl, "main.diag": `import "l.diag"\n${verify("v")}` };

  test("files that were never opened are listed as soon as the server runs", async () => {
    const { ask, uriOf } = await connect(files);
    expect(await ask({})).toMatchObject([{ uri: uriOf("main.diag"), verifies: [{ name: "v" }] }]);
    expect(await ask({ uri: uriOf("l.diag") })).toEqual([]);
    expect(await ask({ uri: uriOf("main.diag") })).toMatchObject([{ verifies: [{ name: "v" }] }]);
  });

  test("changes are told once somebody asked: of the text, of imports, and that a file is gone", async () => {
    const { ask, changes, connection, folder, type, uriOf } = await connect(files);
    await type("l.diag", bowl);
    await connection.sendRequest("textDocument/documentSymbol", { textDocument: { uri: uriOf("l.diag") } });
    expect(changes).toEqual([]);
    await ask({});
    changes.splice(0);
    await type("l.diag", bowl.replace("bowl", "cup"), 2);
    await expect.poll(() => changes).toEqual([uriOf("main.diag")]);
    expect((await ask({}))[0]!.verifies[0]!.error).toMatch(/no landscape `bowl`/);
    changes.splice(0);
    await type("l.diag", bowl + verify("w"), 3);
    await expect.poll(() => [...changes].sort()).toEqual([uriOf("l.diag"), uriOf("main.diag")]);
    changes.splice(0);
    // The last block of a file is told of, too.
    await type("l.diag", bowl, 4);
    await expect.poll(() => [...changes].sort()).toEqual([uriOf("l.diag"), uriOf("main.diag")]);
    changes.splice(0);
    rmSync(join(folder, "main.diag"));
    await connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: uriOf("main.diag"), type: 3 }],
    });
    await expect.poll(() => changes).toEqual([uriOf("main.diag")]);
    expect(await ask({})).toEqual([]);
  });

  test("what came, changed or went while nobody watched is found when the disk is looked at", async () => {
    const others = { "gone.diag": bowl + verify("gone"), "main.diag": files["main.diag"], "l.diag": bowl };
    const { ask, changes, folder, type, uriOf } = await connect({
      ...others,
      "open.diag": bowl + verify("saved"),
    });
    const names = async (parameters: object) =>
      (await ask(parameters)).flatMap(({ verifies }) => verifies.map(({ name }) => name));
    await type("open.diag", bowl + verify("typed"));
    await expect.poll(() => names({})).toEqual(["gone", "v", "typed"]);
    changes.splice(0);
    rmSync(join(folder, "gone.diag"));
    rmSync(join(folder, "open.diag"));
    writeFileSync(join(folder, "l.diag"), bowl.replace("bowl", "cup"));
    writeFileSync(join(folder, "new.diag"), bowl + verify("new"));
    expect(await names({})).toEqual(["gone", "v", "typed"]);
    expect(await names({ anew: true })).toEqual(["v", "new", "typed"]);
    const [main] = await ask({ uri: uriOf("main.diag") });
    expect(main!.verifies[0]!.error).toMatch(/no landscape `bowl`/);
    expect(changes).toContain(uriOf("gone.diag"));
  });

  test.each([
    [{ uri: 3 }, "verifies are malformed"],
    [{ uri: "no address" }, "verifies are malformed"],
    ["file:///a.diag", "diag/verifies are no object with fields"],
  ])("a malformed request is refused: %j", async (parameters, why) => {
    const { ask } = await connect({});
    await expect(ask(parameters)).rejects.toThrow(`the parameters of ${why}`);
  });
});
