import { describe, expect, test } from "vitest";
import type { CompletionItem } from "vscode-languageserver";
import { tensorFormats } from "../../../src/data/index.js";
import { analyzeText } from "../../../src/language/index.js";
import { predictionsOf } from "../../../src/server/evaluation/tasks.js";
import { tensorSourceHover } from "../../../src/server/hover/tensor-hover.js";
import { tensorFunctions } from "../../../src/tensors/index.js";
import { Editor, edited } from "./editor.js";
import { hoverAt, ReadingEditor } from "./reading-editor.js";

// What an editor shows of landscapes of tensors.

const net = `landscape net {
  param n = 3
  data x[2] ~ normal(0, 1), y ~ normal(0, 1)
  weights A[n, 2] = randn(1), a[n] = 1/2, B[n] = 0
  let h = tanh(xavier(A) @ x + a)
  let size = sum(square(A))
  loss squared_error(B @ h, y) + size * 0.1
}`;

/** What a hover says where `¦` stands. */
const hovered = async (marked: string) =>
  (await hoverAt(marked, { settings: { hover: { format: "latex" } } })) ?? "";

describe("hovers", () => {
  test("of a landscape say how many weights there are, the loss and the start", async () => {
    const text = await hovered(net.replace("net", "¦net"));
    expect(text).toContain("**landscape** `net` · 12 weights in `A[3, 2]`, `a[3]`, `B[3]`");
    expect(text).toContain("**loss** of one datum");
    expect(text).toContain("`a[3] = 0.5`");
    expect(text).toContain("`x[2]`, each entry by itself");
    expect(text).toMatch(/`A\[3, 2\] = −?\d/);
  });

  test.each([
    ["A", 1, "**weight** `A[3, 2]` of `net` · of shape `[3, 2]`, 6 numbers"],
    ["x", 1, "**datum** `x[2]` of `net` · of shape `[2]`, 2 numbers"],
    ["y", 1, "**datum** `y` of `net` · a scalar"],
    ["h", 1, "**let** `h[3]` of `net` · of shape `[3]`"],
    ["size", 2, "**let** `size` of `net` · a scalar"],
    ["xavier", 1, "**function** `xavier(W)`"],
    ["sum", 1, "**function** `sum(x, axis = …)`"],
    ["randn", 1, "independent standard normals"],
    ["loss", 1, "**loss** of one datum"],
  ])("of %s (%i) say its shape and what it is", async (word, nth, expected) => {
    const offset = [...net.matchAll(new RegExp(`\\b${word}\\b`, "g"))][nth - 1]!.index;
    expect(await hovered(`${net.slice(0, offset)}¦${net.slice(offset)}`)).toContain(expected);
  });

  test("of data that were read say how many rows, from where to where, and of which bytes", () => {
    const blocks = tensorSourceHover("label", {
      name: "l",
      weights: [],
      loss: { kind: "number", value: 0, shape: [] } as never,
      data: [
        {
          kind: "rows",
          rows: 60_000,
          digest: "ab".repeat(32),
          columns: [
            { name: "image", shape: [28, 28], values: [], range: [0, 255] },
            { name: "label", shape: [], values: [], range: [0, 9] },
          ],
        },
      ],
    });
    const said = blocks.map((block) => (block.kind === "text" ? block.markdown : "")).join("\n");
    expect(said).toContain("**data** `image[28, 28]`, `label`: the 60,000 rows that were read");
    expect(said).toContain("Entries of `image` from 0 to 255, of `label` from 0 to 9");
    expect(said).toContain(`\`${"ab".repeat(32)}\``);
  });

  test("of a convolution have parentheses where something would be read otherwise", async () => {
    const text = await hovered(
      `landscape ¦l { data image[4, 4, 1] ~ normal(0, 1) weights A[2, 2, 1, 1] = 0, a = 0
        let h = conv(image / 255, xavier(A)) + conv(image + 1, A) loss sum(h) + a }`,
    );
    expect(text).toContain(
      String.raw`\frac{\mathrm{image}}{255} \ast \operatorname{xavier}\left(A\right) + \left(\mathrm{image} + 1\right) \ast A`,
    );
    expect(text).toMatch(/^where, of shape `\[[\d, ]+\]`( ·.*)?$/m);
  });

  test("of a landscape that is too large to be written out say so", async () => {
    const text = await hovered(
      "landscape ¦large { weights A[300, 300] = randn(1), b[300] = 0 loss sum(tanh(A @ b)) }",
    );
    expect(text).toContain("90,300 weights");
    expect(text).toContain("operations, more than 10000; take smaller shapes");
  });
});

test("of a landscape that an edit has moved is the same known", async () => {
  const large = "landscape large { weights A[300, 300] = 0, b[300] = 0 loss sum(tanh(A @ b)) }";
  const verify = "verify v { landscape large gd(1, 1) eta = 1 observe test_loss predict order 1 }";
  const { main } = await Editor.of(`${large}\n${verify}`);
  const before = main.diagnostics.map(({ message }) => message);
  expect(before).toEqual([expect.stringContaining("use series instead of order")]);
  await main.type(`// more\n${large}\n${verify}`);
  expect(main.diagnostics.map(({ message }) => message)).toEqual(before);
  await main.type(`// more\n${large}\n${verify} `);
  expect(main.diagnostics.map(({ message }) => message)).toEqual(before);
  const [landscape] = main.document.parseResult.value.declarations;
  const checked = main.editor.diag.validation.DeclarationChecker.landscape(landscape as never);
  expect(checked.tensors?.weights.length).toBe(2);
});

test("a verify on a landscape that is too large to be written out is evaluated, and run", async () => {
  const text = `landscape large { weights A[120, 120] = 1/100, b[120] = 1/10 loss sum(tanh(A @ b)) }
verify v { landscape large gd(N = 1, T = 2) eta = 1/1000 observe test_loss predict series 1 }`;
  const options = { initializationOptions: { commandLinks: true } };
  const editor = await ReadingEditor.open(text, options);
  const titles = (await editor.codeLenses()).map(({ command }) => command!.title);
  await editor.close();
  expect(titles).toEqual(["Verify", "Evaluate"]);
  // 120 units of tanh(0.12); a unit's slope times 0.1 for each entry of a row of A, all slopes times 0.01 for each entry of b.
  const [value, slope] = [Math.tanh(0.12), 1 / Math.cosh(0.12) ** 2];
  const squares = 120 * 120 * (0.1 * slope) ** 2 + 120 * (120 * 0.01 * slope) ** 2;
  const [row, ...more] = predictionsOf((await analyzeText(text)).verifies.get("v")!);
  expect(more).toEqual([]);
  expect(row!.predicted).toBeCloseTo(120 * value - 2 * 0.001 * squares, 10);
  expect(await hoverAt(text.replace("verify v", "verify ¦v"), options)).toContain(
    `| 0.001 | \`test_loss\` | ${row!.predicted.toPrecision(4).slice(0, -1)}`,
  );
});

test("lets that are no scalars have their shapes behind their names", async () => {
  const labels = async (settings: Record<string, unknown>) => {
    const editor = await ReadingEditor.open(net, { settings });
    const hints = await editor.inlayHints();
    await editor.close();
    return hints.map(({ label, position }) => [label, position]);
  };
  const line = net.split("\n").findIndex((one) => one.includes("let h"));
  expect(await labels({})).toEqual([["[3]", { line, character: "  let h".length }]]);
  expect(await labels({ inlayHints: { shape: false } })).toEqual([]);
});

/** What is offered where `|` stands. */
async function offered(marked: string, files: Record<string, string> = {}): Promise<CompletionItem[]> {
  const { main } = await Editor.of(marked.replace("|", ""), files);
  const position = main.document.textDocument.positionAt(marked.indexOf("|"));
  const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
    ...main.identifier,
    position,
  });
  return list!.items;
}

test.each([
  "let h = x[] loss sum(h)",
  "let h = 1 + x[] loss sum(h)",
  "let h = x[0][] @ x loss h",
  "let h = x[1, loss sum(h)",
  "let h = x @ loss sum(h)",
  "let h = x^ loss sum(h)",
  "let h = sum( loss sum(h)",
  "let h = - loss sum(h)",
  "let h = (x loss sum(h)",
  "let h = x[-] loss sum(h)",
])("hints and hovers take broken text as it is: %s", async (statements) => {
  const text = `landscape l { data x[2] ~ normal(0, 1) ${statements} }`;
  const editor = await ReadingEditor.open(text, {});
  // A feature that fails is an error to whoever asks.
  await expect(editor.inlayHints()).resolves.toBeInstanceOf(Array);
  await editor.close();
  expect(await hovered(text.replace("h =", "¦h ="))).toContain("**let** `h");
});

describe("completion", () => {
  test.each([
    ["landscape l { weights A[2] = 0 loss | }", tensorFunctions.map(({ name }) => name)],
    ["landscape l { weights A[2] = | }", ["randn", "from"]],
    ["landscape l { data x[2], y from | }", tensorFormats.map(({ name }) => name)],
    ['landscape l { data x[2], y from "t.csv" | }', ["take", "weights", "loss"]],
    ['landscape l { data x[2], y from npy("a.npy", "b.npy") | }', ["take", "loss"]],
    ['landscape l { data x[2], y from "t.csv" take 5 | }', ["weights", "loss"]],
    [
      "landscape l { weights A[2] = 0 loss sum(A) } verify v { landscape l | }",
      ["test_points", "samples", "seed"],
    ],
  ])("of %s", async (marked, labels) => {
    const found = (await offered(marked)).map(({ label }) => label);
    for (const label of labels) {
      expect(found).toContain(label);
    }
    expect(new Set(found).size).toBe(found.length);
  });

  test.each([
    ['landscape l { data x[2], y from "|" }', ["a.npy", "t.csv", "train-images-idx3-ubyte.gz"]],
    ['landscape l { data x[2], y from npy("|") }', ["a.npy", "t.csv", "train-images-idx3-ubyte.gz"]],
    ['landscape l { data x[2], y from npy("a.npy", "|") }', ["a.npy", "t.csv", "train-images-idx3-ubyte.gz"]],
    ['landscape l { weights A[2] = from "|" }', ["a.npy", "s.safetensors"]],
  ])("of paths in %s", async (marked, labels) => {
    const files = {
      "a.npy": "",
      "t.csv": "",
      "train-images-idx3-ubyte.gz": "",
      "s.safetensors": "",
      "notes.md": "",
    };
    const found = (await offered(marked, files)).map(({ label }) => label);
    expect(found).not.toContain("notes.md");
    for (const label of labels) {
      expect(found, marked).toContain(label);
    }
  });
});

describe("signature help", () => {
  test.each([
    ["landscape l { weights w = 0 data x ~ normal(| }", "normal(mean, sd)", "mean"],
    ["landscape l { weights w = 0 data x ~ normal(0, | }", "normal(mean, sd)", "sd"],
    ["landscape l { weights w = 0 data x ~ discrete(1, 2, 3, | }", "discrete(v: p, …)", "v: p"],
    ["landscape l { weights w = 0 loss tanh(w + exp(| }", "exp(a)", "a"],
    ["landscape l { weights A[2] = 0 loss sum(A, axis = | }", "sum(x, axis = …)", "axis = …"],
    [
      "landscape l { weights K[2, 2, 1, 1] = 0 loss sum(conv(K[0], K, stride = 1, padding = | }",
      "conv(x, K, stride = 1, padding = 0)",
      "padding = 0",
    ],
    [
      "landscape l { weights K[2, 2, 1, 1] = 0 loss sum(conv(reshape(K, 2, 2, 1), | }",
      "conv(x, K, stride = 1, padding = 0)",
      "K",
    ],
    ["landscape l { weights A[2] = randn(| }", "randn(k)", "k"],
    ['landscape l { data x[2], y from npy("a.npy", "| }', undefined, undefined],
    ["verify v { landscape l sgd(N = 2, | }", undefined, "E"],
    ["verify v { landscape l sgd(N = 2, B = | }", undefined, "B"],
    ["landscape l { weights w = 0 loss (w + | }", null, undefined],
  ])("of %s", async (marked, signature, parameter) => {
    const { editor, main } = await Editor.of(marked.replace("|", ""));
    const help = await editor.diag.lsp.SignatureHelp!.provideSignatureHelp(main.document, {
      ...main.identifier,
      position: main.document.textDocument.positionAt(marked.indexOf("|")),
    });
    if (signature === null) {
      expect(help).toBeUndefined();
      return;
    }
    const [found] = help!.signatures;
    if (signature !== undefined) {
      expect(found!.label).toBe(signature);
    }
    if (parameter !== undefined) {
      expect(found!.parameters![help!.activeParameter!]!.label).toBe(parameter);
    }
  });
});

test("the formatter keeps the new syntax tidy, and leaves a tidy text alone", async () => {
  const wild =
    'landscape l{data x [ 2 ],y from  npy ( "a.npy" ,"b.npy" ) take   5\nweights A [2 , 2]=from "s.safetensors"   "A", b[2]=randn ( 1 )\nlet h=A@x+b\nlet k = A @ x [ 0 ] \nloss sum( h , axis=0 )+( h ) [ 1 ]}';
  const { editor, main } = await Editor.of(wild);
  const edits = await editor.diag.lsp.Formatter!.formatDocument(main.document, {
    ...main.identifier,
    options: { tabSize: 2, insertSpaces: true },
  });
  const tidy = edited(wild, edits);
  expect(tidy).toBe(`landscape l {
  data x[2], y from npy("a.npy", "b.npy") take 5
  weights A[2, 2] = from "s.safetensors" "A", b[2] = randn(1)
  let h = A@x + b
  let k = A @ x[0]
  loss sum(h, axis = 0) + (h)[1]
}
`);
  await main.type(tidy);
  const again = await editor.diag.lsp.Formatter!.formatDocument(main.document, {
    ...main.identifier,
    options: { tabSize: 2, insertSpaces: true },
  });
  expect(again).toEqual([]);
});

test("paths of readers and starts lead to their files", async () => {
  const { editor, main } = await Editor.of(
    'landscape l { data x[2], y from npy("a.npy", "b.npy") weights A[2] = from "c.npy" loss sum(A) }',
  );
  const links = await editor.diag.lsp.DocumentLinkProvider!.getDocumentLinks(main.document, main.identifier);
  expect(links.map(({ target }) => target)).toEqual(["file:///a.npy", "file:///b.npy", "file:///c.npy"]);
});
