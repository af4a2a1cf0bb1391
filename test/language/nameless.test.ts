import { describe, expect, test } from "vitest";
import { CancellationToken } from "vscode-languageserver";
import { analyzeText } from "../../src/language/index.js";
import { ReadingEditor } from "./lsp/reading-editor.js";

// In broken text declarations, weights, data, params, lets and nodes may have no name: nothing that reads names may
// break on one.

const rich = `import "other.diag"
train multi_epoch diagram skew { a, b, c -> j -> test part S = {a, b} part {c, test} }
diagram pair = (01-2)(02-12)
landscape l {
  param a = 1/2
  let k = a^2
  weights u = 0.5, w = -a
  data x ~ discrete(-1: 2/3, 2: 1/3), y ~ normal(0, 1)
  data p, q from "points.csv"
  loss exp(u*x) + k*y^2 + pow(w, 2)*(p - q)
}
verify v {
  landscape l
  sgd(N = 10, E = 1, B = 1, shuffle = same)
  eta = 0.1, 0.2
  observe test_loss, displacement(nu, w)
  predict skeww + pair
  sum = exact
  trials = 10
  seed = 1
}
verify g { landscape l gd(2, 2) eta = 0.1 observe displacement(t) predict order 1 }
`;

const tokens = [...rich.matchAll(/"[^"\n]*"|\w+(?:\.\d+)?|->|\S/g)].map(({ 0: image, index }) => ({
  image,
  start: index,
  end: index + image.length,
}));

/** The text with each token deleted, and with each two neighbours swapped; and where. */
const slips = tokens.flatMap(({ image, start, end }, index) => {
  const next = tokens[index + 1];
  const deleted = rich.slice(0, start) + rich.slice(end);
  const swapped =
    next && rich.slice(0, start) + next.image + rich.slice(end, next.start) + image + rich.slice(next.end);
  return [deleted, ...(swapped === undefined ? [] : [swapped])].map((text) => ({ text, start }));
});

test("no deleted or swapped token keeps a file from being checked", async () => {
  for (const { text } of slips) {
    const { diagnostics, ownNames } = await analyzeText(text);
    expect(diagnostics.length, text).toBeGreaterThan(0);
    expect([...ownNames].every((name) => typeof name === "string" && name !== "")).toBe(true);
  }
});

test("no deleted or swapped token keeps an editor from working", async () => {
  const reading = await ReadingEditor.open(rich, { initializationOptions: { commandLinks: true } });
  const { main } = reading;
  const { lsp } = main.editor.diag;
  for (const [index, { text, start }] of slips.entries()) {
    if (index % 3 !== 0) {
      continue;
    }
    await main.type(text);
    expect(main.diagnostics.length, text).toBeGreaterThan(0);
    const at = { ...main.identifier, position: main.document.textDocument.positionAt(start) };
    const range = { start: main.document.textDocument.positionAt(0), end: at.position };
    const { document } = main;
    const { diagnostics } = main;
    await lsp.CompletionProvider!.getCompletion(document, at);
    await expectNamed(async () => lsp.RenameProvider!.prepareRename(document, at));
    await lsp.DocumentSymbolProvider!.getSymbols(document, at);
    await lsp.SemanticTokenProvider!.semanticHighlight(document, at);
    await lsp.CodeActionProvider!.getCodeActions(document, { ...at, range, context: { diagnostics } });
    // Whoever asks does not wait for values of the landscape: they are computed elsewhere.
    await lsp.HoverProvider!.getHoverContent(document, at, CancellationToken.Cancelled);
    await lsp.InlayHintProvider!.getInlayHints(document, { ...main.identifier, range });
    await lsp.CodeLensProvider!.provideCodeLens(document, main.identifier);
  }
  await reading.close();
});

/** Where nothing can be renamed, that is said in a line. */
async function expectNamed(prepare: () => Promise<unknown>): Promise<void> {
  await prepare().catch((error: Error) => expect(error.message).toMatch(/can be renamed$/));
}

describe.each([
  "weights = 0.5",
  "weights = t 0.5",
  "weights u = 1, = 0.5",
  "weights u = 1, 2 = 0.5",
  "weights u = 1 param = 2",
  "weights u = 1 let = 2",
  "weights u = 1 data ~ normal(0, 1)",
  'weights u = 1 data , x from "x.csv"',
])("a landscape with %s", (statement) => {
  test.each(["displacement(t)", "displacement(u, tt)", "displacement"])(
    "is no fault of `observe %s`",
    async (observable) => {
      const { diagnostics } = await analyzeText(
        `landscape L { ${statement} loss t^2 } verify v { landscape L gd(2, 2) eta = 0.1 observe ${observable} predict order 1 }`,
      );
      expect(diagnostics.map(({ code }) => code)).toEqual(["syntax"]);
    },
  );
});
