import { beforeAll, describe, expect, test } from "vitest";
import type { TextEdit } from "vscode-languageserver";
import type { ElementReference, RenameAnswer } from "../../../../src/preview/index.js";
import { findPreviewDiagram } from "../../../../src/server/preview/index.js";
import { answerRename } from "../../../../src/server/preview/rename.js";
import { Editor, edited, type Open } from "../editor.js";

const text = `diagram d { // a, S and d
  a, b -> out
  part S = {a, b}
  c -> out
  part { c }
}
diagram e = (0-1)(01)
landscape l { weights w = 1 data x ~ normal(0, 1) loss w * x }
verify v { landscape l sgd(N = 2, E = 1, B = 1) eta = 0.1 observe test_loss predict d }
`;

let main: Open;
beforeAll(async () => {
  ({ main } = await Editor.of(text, { "other.diag": `import "main.diag"\nverify u { predict d }\n` }));
});

async function ask(element: ElementReference, name: string, id = "d"): Promise<RenameAnswer> {
  await main.type(text);
  const { version } = main.document.textDocument;
  return answerRename(main.editor.diag, { uri: main.uri, version, id, element, name });
}

/** An element of `d` by its name in the text. */
function element(kind: "node" | "part", name: string): ElementReference {
  const { listed } = findPreviewDiagram(main.editor.diag, main.uri, "d")!;
  const list: readonly { readonly name?: string }[] = kind === "node" ? listed.nodes : listed.parts;
  return { kind, index: list.findIndex((one) => one.name === name) };
}

async function renamedText(what: ElementReference, name: string): Promise<string> {
  const answer = await ask(what, name);
  expect(answer).toHaveProperty("files");
  const own = "files" in answer ? answer.files.find(({ uri }) => uri === main.uri)!.edits : [];
  return edited(text, [...own] as TextEdit[]);
}

describe("a rename in the picture", () => {
  test("of a node, wherever the diagram names it, and nowhere else", async () => {
    const renamed = text.replace("a, b -> out", "first, b -> out").replace("{a, b}", "{first, b}");
    expect(await renamedText(element("node", "a"), "first")).toBe(renamed);
  });

  test("of an edge is that of its child", async () => {
    const { index } = element("node", "c") as { readonly index: number };
    const renamed = text.replace("c -> out", "third -> out").replace("{ c }", "{ third }");
    expect(await renamedText({ kind: "edge", index }, "third")).toBe(renamed);
  });

  test("of a part, and the first name of one that has none", async () => {
    expect(await renamedText(element("part", "S"), "pair")).toBe(text.replace("part S", "part pair"));
    const { listed } = findPreviewDiagram(main.editor.diag, main.uri, "d")!;
    const index = listed.parts.findIndex(({ name, range }) => name === undefined && range !== undefined);
    expect(await renamedText({ kind: "part", index }, "alone")).toBe(
      text.replace("part { c }", "part alone = { c }"),
    );
  });

  test("of a diagram, in all that names it, other files too", async () => {
    const answer = await ask({ kind: "diagram" }, "skew");
    const files = "files" in answer ? answer.files : [];
    expect(files.map(({ uri }) => uri.replace(/^.*\//, "")).sort()).toEqual(["main.diag", "other.diag"]);
    const own = files.find(({ uri }) => uri === main.uri)!.edits;
    expect(edited(text, [...own] as TextEdit[])).toBe(
      text.replace("diagram d", "diagram skew").replace("predict d", "predict skew"),
    );
  });

  test.each<[string, () => ElementReference, string, RegExp]>([
    ["a name that is taken", () => element("node", "a"), "out", /`out` is a node of `d` already/],
    ["no name", () => element("node", "a"), "2 b", /`2 b` is no name: one begins with a letter/],
    ["nothing at all", () => element("part", "S"), "", /is no name/],
    ["a word of the language", () => element("node", "a"), "verify", /begins a declaration/],
    ["a declaration's name", () => ({ kind: "diagram" }), "l", /there is a landscape `l` .*already/],
    ["a node that is gone", () => ({ kind: "node", index: 99 }), "z", /no longer in the text/],
    [
      "a part's first name that is taken",
      () => ({ kind: "part", index: partWithout() }),
      "S",
      /`S` is a part of `d` already/,
    ],
  ])("is refused in a line: %s", async (_, what, name, reason) => {
    const answer = await ask(what(), name);
    expect(answer).toEqual({ problem: expect.stringMatching(reason) });
    expect("problem" in answer && answer.problem).not.toContain("\n");
  });

  test("is refused for numbers of a short form, another version and another diagram", async () => {
    expect(await ask({ kind: "node", index: 0 }, "z", "e")).toEqual({
      problem: expect.stringContaining("short form"),
    });
    expect(await ask({ kind: "diagram" }, "z", "gone")).toEqual({
      problem: expect.stringContaining("no longer in the text"),
    });
    const { uri } = main;
    const stale = { uri, version: 1, id: "d", element: { kind: "diagram" } as const, name: "z" };
    expect(await answerRename(main.editor.diag, stale)).toEqual({
      problem: expect.stringContaining("has changed"),
    });
  });

  function partWithout(): number {
    const { listed } = findPreviewDiagram(main.editor.diag, main.uri, "d")!;
    return listed.parts.findIndex(({ name, range }) => name === undefined && range !== undefined);
  }
});
