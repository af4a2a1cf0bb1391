import { SemanticTokensDecoder } from "langium/lsp";
import { expect, test } from "vitest";
import type { CodeAction, TextEdit } from "vscode-languageserver";
import { analyze } from "../workspace.js";
import { Editor, edited } from "./editor.js";
import { hoverAt } from "./reading-editor.js";

const sound = `landscape l {
  param p = 2
  weights t = 1, hyper lambda = 0 in [0, 5*p]
  data x ~ normal(0, 1)
  loss (1 + lambda) * t^2 / 2 + x*t
}
`;
const verify = (line: string, more = "") =>
  `${sound}verify v {\n  landscape l\n  ${line}\n  eta = 0.1\n  observe test_loss\n${more}}\n`;

/** What the hover says at the first place of some words. */
async function hover(text: string, words: string, within = 0): Promise<string> {
  const at = text.indexOf(words) + within;
  return (await hoverAt(`${text.slice(0, at)}¦${text.slice(at)}`)) ?? "";
}

async function offered(marked: string): Promise<string[]> {
  const { main } = await Editor.of(marked.replace("|", ""));
  const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
    ...main.identifier,
    position: main.document.textDocument.positionAt(marked.indexOf("|")),
  });
  return list!.items.map(({ label }) => label);
}

test("hovers say what a hyper weight is, its interval, and what its words mean", async () => {
  const main = verify("gd(N = 4, T = 4, penalty = stic)");
  const weight = await hover(main, "lambda = 0");
  expect(weight).toContain("**hyper weight** `lambda` of `l`");
  expect(weight).toContain("`[0, 10]`");
  expect(await hover(main, "lambda) * t")).toBe(weight);
  expect(await hover(main, "t = 1")).toContain("**weight** `t` of `l`");
  expect(await hover(main, "hyper")).toMatch(/none of the model's/);
  expect(await hover(main, "in [")).toMatch(/interval of a `hyper` weight/);
  expect(await hover(main, "landscape l", 10)).toContain("1 weight and 1 hyper weight");
  expect(await hover(main, "landscape l", 10)).toContain("`t = 1, hyper lambda = 0 in [0, 10]`");
  expect(await hover(main, "gd(N")).toContain("Gradient descent with a penalty of STIC");
  expect(await hover(main, "gd(N")).toContain("nothing is predicted");
  expect(await hover(main, "penalty")).toMatch(/added to the training loss/);
  expect(await hover(main, "stic")).toMatch(/Takeuchi/);
});

test("completion offers the words where they may stand, and not where they would be errors", async () => {
  const weights = (line: string) =>
    `landscape l { param p = 1  weights ${line}  data x ~ normal(0, 1)  loss t }`;
  expect(await offered(weights("|"))).toEqual(["hyper"]);
  expect(await offered(weights("t = 1, |"))).toEqual(["hyper"]);
  expect(await offered(weights("t = 1, hyper |"))).toEqual([]);
  expect(await offered(weights("t = 1, hyper s = |"))).toContain("p");
  expect(await offered(weights("t = 1, hyper s = 0 |"))).toEqual(["in"]);
  expect(await offered(weights("t = 1, hyper s = 0 in |"))).toEqual([]);
  expect(await offered(weights("t = 1, hyper s = 0 in [|"))).toContain("p");
  expect(await offered(weights("t = 1, hyper s = 0 in [0, |"))).toContain("p");
  expect(await offered(weights("t = 1, hyper s = 0 in [0, 1] |"))).toContain("data");
  expect(await offered(weights("t = 1, hyper s = 0 in [0, 1], |"))).toEqual(["hyper"]);
  expect(await offered(weights("hyper = 1, in = |"))).toContain("p");
  expect(await offered(weights("hyper = 1, in = 2 |"))).toContain("data");

  expect(await offered(verify("gd(N = 4, T = 4, |)"))).toEqual(["rate", "penalty"]);
  expect(await offered(verify("gd(N = 4, T = 4, penalty = |)"))).toEqual(["stic"]);
  expect(await offered(verify("gd(N = 4, T = 4, |)", "  predict order 2\n"))).toEqual(["rate"]);
  expect(await offered(verify("gd(N = 4, T = 4)", "|"))).not.toContain("predict");
  const plain = (line: string) =>
    verify(line, "|")
      .replace(/, hyper.*/, "")
      .replace("lambda", "p");
  expect(await offered(plain("gd(N = 4, T = 4)"))).toContain("predict");
  expect(await offered(plain("gd(N = 4, T = 4, penalty = stic)"))).not.toContain("predict");
});

test("a verification that is offered on a landscape with hyper weights predicts nothing, and is sound", async () => {
  for (const [text, predicts] of [
    [sound, false],
    [sound.replace(/, hyper.*/, "").replace("lambda", "p"), true],
  ] as const) {
    const { main } = await Editor.of(text);
    const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
      ...main.identifier,
      position: main.document.textDocument.positionAt(text.length),
    });
    const item = list!.items.find(({ label }) => label === "verify")!;
    const whole = edited(text, [item.textEdit as TextEdit]).replace(/\$\{\d:([^}]*)\}|\$0/g, "$1");
    expect(whole.includes("predict order")).toBe(predicts);
    expect((await analyze(whole)).diagnostics).toEqual([]);
  }
});

test("what is offered in one go is sound", async () => {
  const { main } = await Editor.of("landscape l { weights t = 1,  data x ~ normal(0, 1) loss t*x }");
  const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
    ...main.identifier,
    position: main.at("1,", 1, 2),
  });
  const item = list!.items.find(({ label }) => label === "hyper")!;
  const text = edited(main.text, [item.textEdit as TextEdit]).replace(/\$\{\d:([^}]*)\}/g, "$1");
  expect(text).toContain("hyper lambda = 0 in [0, 10]");
  expect((await analyze(text)).diagnostics).toEqual([]);
});

test("the formatter writes intervals close", async () => {
  const { main } = await Editor.of(
    "landscape l { weights t=1 , hyper   lambda=0 in[ 0 ,10 ] , hyper s = - 1 in [ - 2,-p ] param p=1 loss t*lambda*s }",
  );
  const edits = main.editor.diag.lsp.Formatter!.formatDocument(main.document, {
    ...main.identifier,
    options: { tabSize: 2, insertSpaces: true },
  }) as TextEdit[];
  const text = edited(main.text, edits);
  expect(text).toContain("  weights t = 1, hyper lambda = 0 in [0, 10], hyper s = -1 in [-2, -p]\n");
  expect((await analyze(text)).diagnostics).toEqual([]);
});

test("renaming follows a hyper weight into losses and observables", async () => {
  const { main } = await Editor.of(
    verify("gd(N = 4, T = 4)", "").replace("test_loss", "displacement(lambda), r = lambda^2"),
  );
  const edit = await main.editor.diag.lsp.RenameProvider!.rename(main.document, {
    ...main.identifier,
    position: main.at("lambda = 0"),
    newName: "hyper",
  });
  const text = edited(main.text, edit!.changes![main.uri]!);
  expect(text).toContain("hyper hyper = 0 in [0, 5*p]");
  expect(text).toContain("loss (1 + hyper) * t^2");
  expect(text).toContain("observe displacement(hyper), r = hyper^2");
  expect((await analyze(text)).diagnostics).toEqual([]);
});

test("its mark looks like one, and a weight of that name like a weight", async () => {
  const { main } = await Editor.of("landscape l { weights hyper = 1, hyper s = 0 in [0, 1] loss hyper*s }");
  const provider = main.editor.diag.lsp.SemanticTokenProvider!;
  const tokens = SemanticTokensDecoder.decode(
    await provider.semanticHighlight(main.document, main.identifier),
    provider.tokenTypes,
    main.document,
  );
  expect(tokens.map(({ text, tokenType }) => `${text} ${tokenType}`)).toEqual([
    "l namespace",
    "hyper variable",
    "hyper modifier",
    "s variable",
    "hyper variable",
    "s variable",
  ]);
});

test("the outline has its interval", async () => {
  const { main } = await Editor.of(sound);
  const symbols = await main.editor.diag.lsp.DocumentSymbolProvider!.getSymbols(
    main.document,
    main.identifier,
  );
  const details = symbols[0]!.children!.map(({ detail }) => detail);
  expect(details).toContain("hyper weight = 0 in [0, 5*p]");
  expect(details).toContain("weight = 1");
});

test.each(["gd(N = 4, T = 4)", "gd(N = 4, T = 4, penalty = stic)"])(
  "a quick fix takes the prediction of %s away, and what is about it",
  async (line) => {
    const { main } = await Editor.of(
      verify(line, "  predict order 2\n  sum = integral\n  measure = total\n"),
    );
    const position = main.at("predict");
    const found = (await main.editor.diag.lsp.CodeActionProvider!.getCodeActions(main.document, {
      ...main.identifier,
      range: { start: position, end: position },
      context: { diagnostics: [] },
    })) as CodeAction[];
    const action = found.find(({ title }) => title.startsWith("Remove `predict`"));
    const text = edited(main.text, action!.edit!.changes![main.uri] as TextEdit[]);
    expect(text).toBe(verify(line));
    expect((await analyze(text)).diagnostics).toEqual([]);
  },
);
