// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places to type are written so in snippets
import { expect, test } from "vitest";
import { type CompletionItem, InsertTextFormat } from "vscode-languageserver";
import { constants } from "../../../src/landscape/expression.js";
import { functionNames } from "../../../src/language/semantics/constant.js";
import {
  documentedWords,
  expressionConstants,
  expressionFunctions,
} from "../../../src/server/keyword-docs.js";
import { Editor, edited } from "./editor.js";

const files = {
  "lib.diag":
    "landscape bowl { weights w = 1, v = 0 loss w^2 + v^2 }\n/** Two edges. */\ndiagram pair = (01-2)(02-12)",
  "points.csv": "a\n1\n",
};

/** What is offered where `|` stands. */
async function complete(
  marked: string,
): Promise<{ items: CompletionItem[]; labels: string[]; text: string }> {
  const text = marked.replace("|", "");
  const { main } = await Editor.of(text, files);
  const position = main.document.textDocument.positionAt(marked.indexOf("|"));
  const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
    ...main.identifier,
    position,
  });
  const items = [...list!.items].sort((one, other) => (one.sortText! < other.sortText! ? -1 : 1));
  return { items, labels: items.map(({ label }) => label), text };
}

const verify = (statements: string) =>
  `import "lib.diag"\ndiagram drift { a, b -> j -> out part {a, b} }\nverify v {\n  landscape bowl\n  ${statements}\n}`;

test.each([
  ["|", ["diagram", "landscape", "verify", "import", "train diagram", "multi_epoch diagram"]],
  ["diagram d { a, b -> j\n  |\n}", ["a", "b", "j", "part"]],
  ["diagram d { alpha, beta -> j\n kid -> al|\n}", ["alpha", "beta"]],
  ["diagram d { a, b -> j part {a, |} }", ["b"]],
  ["landscape l { | }", ["weights", "param", "let", "data", "loss"]],
  ["landscape l { weights w = 0 data x ~ | }", ["normal", "uniform", "bernoulli", "discrete"]],
  [
    "landscape l { weights w = 0 param q = 1 data x ~ normal(0, 1) loss w + | }",
    ["w", "q", "x", "exp", "pi"],
  ],
  ["landscape l { param q = 1 weights w = | }", ["q", "log"]],
  [verify("|"), ["sgd", "gd", "eta", "observe", "predict", "sum", "measure", "trials", "seed"]],
  [verify("gd(|)"), ["N", "T"]],
  [verify("gd(N = 2, T = 3) |"), ["- sgd", "- ode", "eta"]],
  [verify("gd(N = 2, T = 3) - |"), ["sgd", "gd", "gdc", "ode", "sde"]],
  [verify("sgd(N = 2, |)"), ["E", "B", "shuffle", "rate"]],
  [verify("sgd(N = 2, shuffle = |)"), ["same", "reshuffled"]],
  [verify("observe |"), ["test_loss", "train_loss", "gen_gap", "displacement"]],
  [verify("observe displacement(|)"), ["w", "v"]],
  [verify("predict |"), ["order", "series", "drift", "pair"]],
  [verify("predict drift + |"), ["pair"]],
  [verify("sum = |"), ["exact", "integral"]],
  [verify("measure = |"), ["total"]],
  ['import "lib.diag"\nverify v { landscape | }', ["bowl"]],
  ['import "|', ["lib.diag"]],
  ['landscape l { data x from "|', ["points.csv"]],
])("%s", async (text, expected) => {
  const { labels } = await complete(text);
  for (const label of expected) {
    expect(labels).toContain(label);
  }
});

test.each([
  [verify("predict drift + |"), ["drift", "order", "eta", "bowl"]],
  [verify("gd(N = 2, T = 3) |"), ["sgd", "gd", "landscape"]],
  [verify("gd(N = 2, T = 3) - gd(N = 2, T = 2) |"), ["- sgd", "sgd", "gd", "landscape"]],
  ["landscape l { param q = 1 weights w = | }", ["w"]],
  ["diagram |", ["part", "diagram"]],
  ["diagram d { a -> b } // |", ["diagram"]],
  ["/* |", ["diagram"]],
])("not at %s", async (text, unexpected) => {
  const { labels } = await complete(text);
  for (const label of unexpected) {
    expect(labels).not.toContain(label);
  }
});

test("a verify is offered on the landscape that the file has", async () => {
  const offered = async (text: string) => {
    const { items } = await complete(text);
    return items.find(({ label }) => label === "verify")!.textEdit!.newText;
  };
  expect(await offered("landscape hill { weights w = 0 loss w^2 }\n|")).toContain("landscape ${2:hill}\n");
  const two = "landscape hill { weights w = 0 loss w^2 }\n|\nlandscape vale { weights w = 0 loss w^2 }";
  expect(await offered(two)).toContain("landscape ${2:hill}\n");
  expect(await offered(`import "lib.diag"\n${two.replace("|", "").replace("hill", "bump")}|`)).toContain(
    "landscape ${2:vale}\n",
  );
  const { items } = await complete("|");
  const own = items.find(({ label }) => label === "landscape")!.textEdit!.newText;
  expect(own).toContain("landscape ${1:bowl} {");
  // A file without one gets it too, under one name.
  expect(await offered("|")).toMatch(/^landscape \$\{1:bowl\} \{[\s\S]*\n {2}landscape \$\{1:bowl\}\n/);
});

test("names come with their documentation", async () => {
  const { items } = await complete(verify("predict drift + |"));
  expect(items.find(({ label }) => label === "pair")).toMatchObject({
    detail: "diagram",
    documentation: { value: "Two edges." },
  });
  const { items: words } = await complete("|");
  expect(words.find(({ label }) => label === "landscape")!.documentation).toMatchObject({
    value: expect.stringContaining("a loss, its weights"),
  });
});

test.each([
  [1, 1],
  [2, 3],
  [3, 10],
])("all irreducible diagrams of %i edges", async (edges, least) => {
  const { items, text } = await complete("train diagram order1_1 { a -> b part {a, b} }\n|");
  const item = items.find(({ label }) => label.startsWith(`all irreducible diagrams of ${edges} edge`))!;
  expect(item.insertTextFormat).toBe(InsertTextFormat.PlainText);
  const { main } = await Editor.of(edited(text, [item.textEdit as never]));
  const errors = main.diagnostics.filter(({ severity }) => severity === 1);
  expect(errors).toEqual([]);
  expect(main.codes).not.toContain("reducible");
  expect(main.codes).not.toContain("same-diagram");
  expect(main.document.parseResult.value.declarations.length - 1).toBeGreaterThanOrEqual(least);
});

test("every function, constant and word of the language is documented", () => {
  expect(expressionFunctions.map(({ name }) => name).sort()).toEqual([...functionNames].sort());
  expect(expressionConstants.map(({ name }) => name).sort()).toEqual(Object.keys(constants).sort());
  for (const word of [
    "diagram",
    "landscape",
    "verify",
    "import",
    "part",
    "sgd",
    "gd",
    "displacement",
    "sum",
    "measure",
    "total",
  ]) {
    expect(documentedWords).toContain(word);
  }
});
