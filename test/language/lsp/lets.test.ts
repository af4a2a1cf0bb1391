import { expect, test } from "vitest";
import { Editor, edited } from "./editor.js";
import { hoverAt } from "./reading-editor.js";

const text = `landscape net {
  weights w = 1, b = 0
  data x ~ normal(0, 1)
  let h = tanh(w*x + b)
  let k = h**2
  loss (k - h)^2 / 2
}
`;

test("is found, renamed and gone to like a param", async () => {
  const { main } = await Editor.of(text);
  const { editor } = main;
  const links = await editor.diag.lsp.DefinitionProvider!.getDefinition(main.document, {
    ...main.identifier,
    position: main.at("h)^2"),
  });
  expect(links?.map(({ targetSelectionRange }) => targetSelectionRange.start)).toEqual([main.at("h = tanh")]);
  const references = await editor.diag.lsp.ReferencesProvider!.findReferences(main.document, {
    ...main.identifier,
    position: main.at("h = tanh"),
    context: { includeDeclaration: true },
  });
  expect(references.length).toBe(3);
  const edit = await editor.diag.lsp.RenameProvider!.rename(main.document, {
    ...main.identifier,
    position: main.at("h**2"),
    newName: "hidden",
  });
  expect(edited(text, edit!.changes!["file:///main.diag"]!)).toBe(
    text.replace("let h", "let hidden").replace("h**2", "hidden**2").replace("(k - h)", "(k - hidden)"),
  );
});

test("is hovered: what it stands for, and the loss with its lets by name", async () => {
  const hovered = (marked: string) => hoverAt(marked, { initializationOptions: {} });
  const own = await hovered(text.replace("h**2", "¦h**2"));
  expect(own).toContain("**let** `h` of `net`");
  expect(own).toMatch(/tanh/);
  const loss = await hovered(text.replace("loss", "lo¦ss"));
  expect(loss).toContain("where");
  expect(loss).toMatch(/tanh/);
  expect(await hovered(text.replace("let k", "l¦et k"))).toContain("Names a subexpression");
  expect(await hovered(text.replace("tanh", "so¦ftplus"))).toContain("log(1 + exp(a))");
});

test("the loss is shown as it is written, whatever it is computed by", async () => {
  const hover = await hoverAt(
    "landscape l { weights w = 0 loss ¦log(1 + exp(w)) }".replace("loss ¦", "lo¦ss "),
    { initializationOptions: {} },
  );
  expect(hover).not.toMatch(/softplus/);
  expect(hover).toMatch(/log/);
});

test("is offered below its line, and with it weights, data and params above", async () => {
  const labels = async (marked: string) => {
    const { main } = await Editor.of(marked.replace("|", ""));
    const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
      ...main.identifier,
      position: main.document.textDocument.positionAt(marked.indexOf("|")),
    });
    return list!.items.map(({ label }) => label);
  };
  const head = "landscape l { weights w = 0 param p = 1 data x ~ normal(0, 1)";
  expect(await labels(`${head} | }`)).toContain("let");
  for (const place of [`${head} let h = w loss h + | }`, `${head} let h = w let k = | }`]) {
    expect(await labels(place)).toEqual(expect.arrayContaining(["h", "w", "p", "x", "erf", "logsumexp"]));
  }
  expect(await labels(`${head} let k = | let h = w loss h }`)).not.toContain("h");
  expect(await labels(`${head} let h = w param q = | }`)).not.toContain("h");
});

test("is formatted as a statement of its own; ** stays and stands close", async () => {
  const { main } = await Editor.of("landscape l { weights w = 0\nlet   h=w ** 2 let k = h^ 2 loss k**-1 }");
  const edits = await main.editor.diag.lsp.Formatter!.formatDocument(main.document, {
    ...main.identifier,
    options: { tabSize: 2, insertSpaces: true },
  });
  expect(edited(main.document.textDocument.getText(), edits)).toBe(
    "landscape l {\n  weights w = 0\n  let h = w**2\n  let k = h^2\n  loss k**-1\n}\n",
  );
});
