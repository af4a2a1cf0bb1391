import { expect, test } from "vitest";
import type { WorkspaceEdit } from "vscode-languageserver";
import { Editor, edited, type Open } from "./editor.js";

const library =
  "landscape bowl { weights w = 1, v = 0 param k = 2 data x ~ normal(0, 1) loss k*w^2 + v*x }\ndiagram pair = (01-2)(02-12)\n";
const text = `import "lib.diag"
diagram drift { a, b -> j -> out  part S = {a, b} }
verify v {
  landscape bowl
  gd(N = 2, T = 3)
  eta = 0.1
  observe displacement(w, v), test_loss
  predict drift + pair
}
`;

async function opened(): Promise<{ editor: Editor; main: Open; lib: Open }> {
  const { editor, main } = await Editor.of(text, { "lib.diag": library });
  return { editor, main, lib: await editor.open("file:///lib.diag", library) };
}

function renamed(editor: Editor, edit: WorkspaceEdit): Record<string, string> {
  return Object.fromEntries(
    Object.entries(edit.changes!).map(([uri, edits]) => [uri.slice(8), edited(editor.text(uri), edits)]),
  );
}

async function rename(
  main: Open,
  name: string,
  nth: number,
  newName: string,
): Promise<Record<string, string>> {
  const position = main.at(name, nth);
  const edit = await main.editor.diag.lsp.RenameProvider!.rename(main.document, {
    ...main.identifier,
    position,
    newName,
  });
  return renamed(main.editor, edit!);
}

test("go to the declaration of every kind of name", async () => {
  const { editor, main, lib } = await opened();
  const target = async (open: Open, name: string, nth: number) => {
    const links = await editor.diag.lsp.DefinitionProvider!.getDefinition(open.document, {
      ...open.identifier,
      position: open.at(name, nth),
    });
    return links?.map(({ targetUri, targetSelectionRange }) => [
      targetUri.slice(8),
      targetSelectionRange.start,
    ]);
  };
  expect(await target(main, "bowl", 1)).toEqual([["lib.diag", lib.at("bowl")]]);
  expect(await target(main, "pair", 1)).toEqual([["lib.diag", lib.at("pair")]]);
  expect(await target(main, "drift", 2)).toEqual([["main.diag", main.at("drift")]]);
  expect(await target(main, "w, v", 1)).toEqual([["lib.diag", lib.at("w = 1")]]);
  expect(await target(main, "a, b}", 1)).toEqual([["main.diag", main.at("a, b ->")]]);
  expect(await target(lib, "k*w", 1)).toEqual([["lib.diag", lib.at("k = 2")]]);
  expect(await target(main, '"lib.diag"', 1)).toEqual([["lib.diag", { line: 0, character: 0 }]]);
  expect(await target(main, "eta", 1)).toBeUndefined();
});

test("references across files, with and without the declaration", async () => {
  const { editor, main, lib } = await opened();
  const find = async (open: Open, name: string, nth: number, includeDeclaration: boolean) =>
    (
      await editor.diag.lsp.ReferencesProvider!.findReferences(open.document, {
        ...open.identifier,
        position: open.at(name, nth),
        context: { includeDeclaration },
      })
    ).map(({ uri, range }) => `${uri.slice(8)} ${range.start.line}:${range.start.character}`);
  expect(await find(lib, "w = 1", 1, true)).toEqual(
    ["lib.diag 0:25", "lib.diag 0:80", "main.diag 6:23"].map((one) =>
      expect.stringContaining(one.split(":")[0]!),
    ),
  );
  expect(await find(main, "bowl", 1, false)).toEqual(["main.diag 3:12"]);
  expect(await find(main, "j ", 1, true)).toEqual(["main.diag 1:24"]);
  expect(await find(main, "a,", 1, false)).toEqual([`main.diag 1:${main.at("a, b}").character}`]);
});

test("highlights in one document, the declaration as a write", async () => {
  const { editor, main } = await opened();
  const found = await editor.diag.lsp.DocumentHighlightProvider!.getDocumentHighlight(main.document, {
    ...main.identifier,
    position: main.at("a, b}"),
  });
  expect(found!.map(({ range, kind }) => [main.slice(range), kind])).toEqual([
    ["a", 3],
    ["a", 2],
  ]);
});

test("renaming reaches every mention in every file and nothing else", async () => {
  const { main, lib } = await opened();
  expect(await rename(main, "bowl", 1, "hill")).toEqual({
    "lib.diag": library.replace("bowl", "hill"),
    "main.diag": text.replace("bowl", "hill"),
  });
  expect(await rename(lib, "w = 1", 1, "width")).toEqual({
    "lib.diag": library.replace("w = 1", "width = 1").replace("k*w^2", "k*width^2"),
    "main.diag": text.replace("(w, v)", "(width, v)"),
  });
  expect(await rename(main, "drift", 1, "bend")).toEqual({ "main.diag": text.replaceAll("drift", "bend") });
  expect(await rename(main, "a, b}", 1, "leaf")).toEqual({
    "main.diag": text.replace("{ a, b ->", "{ leaf, b ->").replace("{a, b}", "{leaf, b}"),
  });
  expect(await rename(main, "S =", 1, "T")).toEqual({ "main.diag": text.replace("S =", "T =") });
  expect(await rename(lib, "k = 2", 1, "c")).toEqual({
    "lib.diag": library.replace("k = 2", "c = 2").replace("k*w", "c*w"),
  });
});

test.each([
  ["drift", "pair", /there is a diagram `pair`/],
  ["drift", "v", /there is a verify `v`/],
  ["drift", "landscape", /cannot be a name/],
  ["drift", "1st", /is no name/],
  ["a, b ->", "out", /is a node of `drift` already/],
])("renaming %s to %s is refused", async (from, to, message) => {
  const { main } = await opened();
  await expect(rename(main, from, 1, to)).rejects.toThrow(message);
});

test("a name that an importing file has is refused, and so is hiding a constant", async () => {
  const { editor, lib } = await opened();
  await expect(rename(lib, "pair", 1, "drift")).rejects.toThrow(/main\.diag, which imports this file/);
  const other = await editor.open("file:///o.diag", "landscape o { weights w = pi loss w^2 }");
  await expect(rename(other, "w =", 1, "pi")).rejects.toThrow(/would be hidden/);
});

test("what can be renamed, and what cannot", async () => {
  const { editor, main } = await opened();
  const prepare = async (place: string) =>
    editor.diag.lsp.RenameProvider!.prepareRename(main.document, {
      ...main.identifier,
      position: main.at(place),
    });
  expect(main.slice((await prepare("drift"))!)).toBe("drift");
  await expect(prepare("eta")).rejects.toThrow(/only names/);
  const data = await Editor.of('landscape l { weights w = 0 data c from "t.csv" loss (w - c)^2 }', {
    "t.csv": "c\n1\n",
  });
  await expect(async () =>
    data.editor.diag.lsp.RenameProvider!.prepareRename(data.main.document, {
      ...data.main.identifier,
      position: data.main.at("c from"),
    }),
  ).rejects.toThrow(/the header of "t.csv"/);
});

test("renamed files and folders take their paths along", async () => {
  const { editor } = await Editor.of('import "./lib/a.diag"\nimport "b.diag"\n', {
    "lib/a.diag": 'import "../b.diag"\nlandscape l { weights w = 0 data c from "t.csv" loss (w - c)^2 }',
    "b.diag": "diagram d { x -> y }",
    "lib/t.csv": "c\n1\n",
  });
  const moved = async (oldUri: string, newUri: string) => {
    const edit = await editor.shared.lsp.FileOperationHandler!.willRenameFiles!({
      files: [{ oldUri: `file:///${oldUri}`, newUri: `file:///${newUri}` }],
    });
    return edit === null ? null : renamed(editor, edit);
  };
  expect(await moved("b.diag", "c.diag")).toEqual({
    "main.diag": 'import "./lib/a.diag"\nimport "c.diag"\n',
    "lib/a.diag": expect.stringContaining('import "../c.diag"'),
  });
  expect(await moved("lib/a.diag", "lib/sub/a.diag")).toEqual({
    "main.diag": 'import "./lib/sub/a.diag"\nimport "b.diag"\n',
    "lib/a.diag":
      'import "../../b.diag"\nlandscape l { weights w = 0 data c from "../t.csv" loss (w - c)^2 }',
  });
  expect(await moved("lib", "far/lib")).toMatchObject({
    "main.diag": 'import "./far/lib/a.diag"\nimport "b.diag"\n',
    "lib/a.diag": expect.stringMatching(/^import "\.\.\/\.\.\/b\.diag"\nlandscape .*"t\.csv"/),
  });
  expect(await moved("lib/t.csv", "lib/u.csv")).toEqual({ "lib/a.diag": expect.stringContaining('"u.csv"') });
  expect(await moved("x.diag", "y.diag")).toBeNull();
  // A string has no escapes, so that no text can name this file.
  expect(await moved("b.diag", "say %22b%22.diag")).toBeNull();
});

test("renamed files of tensors take their paths along, however they end", async () => {
  const reader = 'data image[2, 2], label from idx("images", "labels")';
  const { editor } = await Editor.of(
    `landscape l { ${reader} weights A[2, 2] = from "start/w.safetensors" "A", B[2, 2] = from "B.npy" loss sum(A * B * image) + label }`,
  );
  const { willRename } = editor.shared.lsp.FileOperationHandler!.fileOperationOptions;
  expect(willRename!.filters).toEqual([{ pattern: { glob: "**" } }]);
  const moved = async (from: string, to: string) => {
    const [oldUri, newUri] = [`file:///${from}`, `file:///${to}`];
    const edit = await editor.shared.lsp.FileOperationHandler!.willRenameFiles!({
      files: [{ oldUri, newUri }],
    });
    return renamed(editor, edit!)["main.diag"];
  };
  expect(await moved("labels", "kinds")).toContain('idx("images", "kinds")');
  expect(await moved("images", "digits/train-images")).toContain('idx("digits/train-images", "labels")');
  expect(await moved("start", "begin")).toContain('from "begin/w.safetensors" "A"');
  expect(await moved("B.npy", "C.npy")).toContain('B[2, 2] = from "C.npy"');
});
