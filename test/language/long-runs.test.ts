import { describe, expect, it as test } from "vitest";
import { declarationsOf } from "../../src/extension/declarations.js";
import { linesOf } from "../../src/server/preview/spans.js";
import { ReadingEditor } from "./lsp/reading-editor.js";
import { analyze } from "./workspace.js";

// What looks at a run of equal signs from each of them takes minutes for runs this long, and the time of a test is a
// minute; what looks at it once takes no second.
const long = 400_000;

/** Runs of signs at which patterns over texts may begin, each in a place of its own. */
const runs: readonly (readonly [what: string, text: string])[] = [
  ["stars of a doc comment", `/**${"*".repeat(long)} x */ diagram d { a -> b }`],
  ["stars at its end", `/** x ${"*".repeat(long)}/ diagram d { a -> b }`],
  ["blanks", `diagram d { a -> b }${" ".repeat(long)}x`],
  ["blanks in a doc comment", `/** x${" ".repeat(long)}y\n * z${"\t".repeat(long)}y */ diagram d { a -> b }`],
  ["empty lines", `diagram d { a -> b }${"\n".repeat(long)}x ${"\r\n".repeat(long)}y`],
  ["wide blanks behind a keyword", `diagram d { a -> b } landscape ${"\u3000".repeat(long)} x`],
  ["digits", `landscape l { weights w = ${"1".repeat(long)} loss w^2 }`],
];

describe("long runs of one sign take no long time", () => {
  test.each(runs)("in a file that is checked: %s", async (_, text) => {
    const { diagrams, diagnostics } = await analyze(text);
    expect(diagrams.size + diagnostics.length).toBeGreaterThan(0);
  });

  test.each([
    ...runs,
    ["quotes", `import "${'"'.repeat(long)}\ndiagram d { a -> b }`] as const,
    ["escaped quotes", `import "${'\\"'.repeat(long)}\ndiagram d { a -> b }`] as const,
  ])("in a file whose declarations are looked for: %s", (_, text) => {
    expect(declarationsOf(text).length).toBeLessThan(3);
  });

  test.each(runs)("in an editor, where things are offered and hovered over: %s", async (_, text) => {
    const editor = await ReadingEditor.open(text, { initializationOptions: { trusted: false } });
    const { document, identifier } = editor.main;
    const { CompletionProvider, DocumentSymbolProvider } = editor.editor.diag.lsp;
    for (const offset of [text.indexOf(" d ") + 1, text.length]) {
      const position = document.textDocument.positionAt(offset);
      await editor.hover(offset);
      await CompletionProvider!.getCompletion(document, { ...identifier, position });
    }
    expect(await DocumentSymbolProvider!.getSymbols(document, identifier)).toBeDefined();
    await editor.close();
  });

  test("in a table: blanks and digits", async () => {
    const table = `a b\n1${" ".repeat(long)}2\n3 ${"4".repeat(long)}\n${"5".repeat(long)}x 6${" ".repeat(long)}x\n`;
    const { diagnostics } = await analyze(
      'landscape l { weights w = 0 data a, b from "t.csv" loss (w - a)^2 * b }',
      { "t.csv": table },
    );
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  test("in what the preview's hover says", () => {
    for (const sign of ["`", "*", "**a ", "[", "\\", "|", "~", " ", "`a", "``` "]) {
      for (const tail of ["", "a".repeat(10_000), " ".repeat(10_000)]) {
        expect(linesOf(`x ${sign.repeat(10_000)}${tail}`).length).toBeGreaterThan(0);
      }
    }
  });
});
