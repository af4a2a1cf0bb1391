import { SemanticTokensDecoder } from "langium/lsp";
import { expect, test } from "vitest";
import { SymbolKind } from "vscode-languageserver";
import { selectionRanges } from "../../../src/server/editing/selection.js";
import { Editor } from "./editor.js";

const text = `import "lib.diag"
import "other.diag"
// one
// two
train diagram drift {
  a, b -> j -> out
  part S = {a, b}
  part {j}
}
/* over
   lines */
landscape bowl {
  weights w = 1
  param k = 2
  data x ~ normal(0, 1), y ~ uniform(0, k)
  loss k*w^2 + exp(-x) + y*pi
}
landscape table { weights w = 0 data c from "t.csv" loss (w - c)^2 }
verify v {
  landscape bowl
  sgd(N = 2, E = 1, B = 1, shuffle = same)
  eta = 0.1
  observe displacement(w)
  predict drift
  sum = exact
}
`;
const others = { "lib.diag": "diagram far = (0-1)(01)", "other.diag": "", "t.csv": "c\n1\n" };

test("the outline has declarations and what they name", async () => {
  const { editor, main } = await Editor.of(text, others);
  const symbols = await editor.diag.lsp.DocumentSymbolProvider!.getSymbols(main.document, main.identifier);
  expect(
    symbols.map(({ name, kind, detail, children }) => [
      name,
      kind,
      detail,
      children?.map((one) => `${one.name}: ${one.detail}`),
    ]),
  ).toEqual([
    [
      "drift",
      SymbolKind.Class,
      "train diagram",
      ["a: node", "b: node", "j: node", "out: node", "S: part {a, b}", "{j}: part"],
    ],
    [
      "bowl",
      SymbolKind.Module,
      "landscape",
      [
        "w: weight = 1",
        "k: param = 2",
        "x: data ~ normal(0, 1)",
        "y: data ~ uniform(0, k)",
        "loss: k*w^2 + exp(-x) + y*pi",
      ],
    ],
    ["table", SymbolKind.Module, "landscape", ["w: weight = 0", "c: data from a file", "loss: (w - c)^2"]],
    ["v", SymbolKind.Event, "verify on bowl", undefined],
  ]);
  for (const { range, selectionRange, name } of symbols) {
    expect(main.slice(selectionRange)).toBe(name);
    expect(main.slice(range)).toContain(name);
  }
});

test("symbols of the workspace are found by a few letters", async () => {
  const { editor } = await Editor.of(text, others);
  const find = async (query: string) =>
    (await editor.shared.lsp.WorkspaceSymbolProvider!.getSymbols({ query })).map(
      ({ name, containerName }) => `${name} ${containerName}`,
    );
  expect(await find("fr")).toEqual(["far lib.diag"]);
  expect((await find("")).sort()).toEqual([
    "bowl main.diag",
    "drift main.diag",
    "far lib.diag",
    "table main.diag",
    "v main.diag",
  ]);
});

test("blocks, comments and imports fold", async () => {
  const { editor, main } = await Editor.of(text, others);
  const found = await editor.diag.lsp.FoldingRangeProvider!.getFoldingRanges(main.document, main.identifier);
  expect(
    found
      .map(({ startLine, endLine, kind }) => [startLine, endLine, kind])
      .sort((a, b) => Number(a[0]) - Number(b[0])),
  ).toEqual([
    [0, 1, "imports"],
    [2, 3, "comment"],
    [4, 7, undefined],
    [9, 10, "comment"],
    [11, 15, undefined],
    [18, 24, undefined],
  ]);
});

test("selections grow from the word to the file", async () => {
  const { main } = await Editor.of(text, others);
  const [range] = selectionRanges(main.document, [main.at("w^2")]);
  const grown: string[] = [];
  for (let at = range; at; at = at.parent!) {
    grown.push(main.slice(at.range));
  }
  expect(grown.slice(0, 4)).toEqual(["w", "w^2", "k*w^2", "k*w^2 + exp(-x) + y*pi"]);
  expect(grown).toContain("loss k*w^2 + exp(-x) + y*pi");
  expect(grown.at(-1)).toBe(text);
  for (let index = 1; index < grown.length; index++) {
    expect(grown[index]!.length).toBeGreaterThan(grown[index - 1]!.length);
  }
});

test("paths are links", async () => {
  const { editor, main } = await Editor.of(text, others);
  const links = await editor.diag.lsp.DocumentLinkProvider!.getDocumentLinks(main.document, main.identifier);
  expect(links.map(({ range, target }) => [main.slice(range), target])).toEqual([
    ["lib.diag", "file:///lib.diag"],
    ["other.diag", "file:///other.diag"],
    ["t.csv", "file:///t.csv"],
  ]);
});

test("names have the look of what they mean", async () => {
  const { editor, main } = await Editor.of(text, others);
  const provider = editor.diag.lsp.SemanticTokenProvider!;
  const tokens = SemanticTokensDecoder.decode(
    await provider.semanticHighlight(main.document, main.identifier),
    provider.tokenTypes,
    main.document,
  );
  const found = tokens.map(
    ({ text: word, tokenType, tokenModifiers }) => `${word} ${tokenType} ${tokenModifiers}`,
  );
  for (const one of [
    "train modifier 0",
    "drift class 4",
    "drift class 0",
    "a variable 4",
    "a variable 0",
    "out property 4",
    "S type 4",
    "bowl namespace 4",
    "bowl namespace 0",
    "w variable 4",
    "w variable 0",
    "k variable 260",
    "k variable 256",
    "x parameter 4",
    "x parameter 0",
    "exp function 8",
    "normal function 8",
    "pi variable 264",
    "displacement enumMember 8",
    "shuffle parameter 0",
    "same enumMember 0",
    "exact enumMember 0",
    "sgd keyword 0",
    "v event 4",
  ]) {
    expect(found).toContain(one);
  }
});
