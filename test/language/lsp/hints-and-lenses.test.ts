import { describe, expect, it as test } from "vitest";
import { type EditorOptions, ReadingEditor } from "./reading-editor.js";

const text = `diagram skew = (012-3)(03-13-23)
diagram one {
  a -> b
}
diagram broken { a -> }
landscape gauss { weights h = 0 loss h^2 }
verify v {
  landscape gauss
  sgd(N = 10, E = 3, B = 5)
  eta = 0.1
  observe test_loss
  predict order 1
}
verify wrong { landscape gauss }
`;

async function withEditor<T>(options: EditorOptions, use: (editor: ReadingEditor) => Promise<T>): Promise<T> {
  const editor = await ReadingEditor.open(text, options);
  try {
    return await use(editor);
  } finally {
    await editor.close();
  }
}

/** What the editor shows: each hint behind what stands before it on its line. */
async function hintsOf(options: EditorOptions = {}): Promise<string[]> {
  const lines = text.split("\n");
  return withEditor({ initializationOptions: { trusted: false }, ...options }, async (editor) =>
    (await editor.inlayHints()).map(
      ({ label, position }) => `${lines[position.line]!.slice(0, position.character).trim()} [${label}]`,
    ),
  );
}

describe("inlay hints", () => {
  test("tell the size of diagrams and the number of updates", async () => {
    expect(await hintsOf()).toEqual([
      "diagram skew [3 edges, |Aut| = 6]",
      "diagram one [1 edge, |Aut| = 1]",
      "sgd(N = 10, E = 3, B = 5) [T = 6 updates]",
    ]);
  });

  test("are switched off one by one", async () => {
    expect(await hintsOf({ settings: { inlayHints: { diagram: false } } })).toEqual([
      "sgd(N = 10, E = 3, B = 5) [T = 6 updates]",
    ]);
    expect(await hintsOf({ settings: { inlayHints: { spaceTime: false } } })).toHaveLength(2);
    const trusted = {
      initializationOptions: { trusted: true },
      settings: { inlayHints: { prediction: false } },
    };
    expect(await hintsOf(trusted)).toHaveLength(3);
  });

  test("are only those of the lines asked for", async () => {
    const line = (number: number) => ({ line: number, character: 0 });
    await withEditor({}, async ({ editor, main }) => {
      const hints = await editor.diag.lsp.InlayHintProvider!.getInlayHints(main.document, {
        ...main.identifier,
        range: { start: line(1), end: line(2) },
      });
      expect(hints!.map(({ label }) => label)).toEqual(["1 edge, |Aut| = 1"]);
    });
  });
});

describe("code lenses", () => {
  const lensesOf = (options: EditorOptions) =>
    withEditor(options, async (editor) =>
      (await editor.codeLenses()).map(
        ({ command, range }) =>
          `${range.start.line} ${command!.title} ${command!.command} ${command!.arguments}`,
      ),
    );
  const uri = "file:///main.diag";
  const extension = { commandLinks: true };

  const broken = (line: number, ...titles: string[]) =>
    [...titles, "once its errors are gone"].map((title) => `${line} ${title}  undefined`);

  test("preview and evaluate diagrams, verify and evaluate verifications; what is broken has words in their place", async () => {
    expect(await lensesOf({ initializationOptions: extension })).toEqual([
      `0 Preview diag.preview ${uri},skew`,
      `0 Evaluate diag.evaluate ${uri},skew`,
      `1 Preview diag.preview ${uri},one`,
      `1 Evaluate diag.evaluate ${uri},one`,
      ...broken(4, "Preview", "Evaluate"),
      `6 Verify diag.verify ${uri},v`,
      `6 Evaluate diag.evaluate ${uri},v`,
      ...broken(13, "Verify", "Evaluate"),
    ]);
  });

  test.each([
    ["a value that is missing", "  eta = 0.1\n", "  eta =\n"],
    ["an unfinished space-time", "sgd(N = 10, E = 3, B = 5)", "sgd(N = 10, E"],
    ["a name that is not there", "  landscape gauss\n", "  landscape gau\n"],
    ["an open brace", "  predict order 1\n}\n", "  predict order 1\n"],
    ["an edge without an end", "  a -> b\n", "  a ->\n"],
    ["a letter that is none", "diagram skew = (012", "diagram skew = (01?2"],
  ])("stay above the same lines while there is %s", async (_, right, wrong) => {
    const linesOf = async (source: string) => {
      const editor = await ReadingEditor.open(source, { initializationOptions: extension });
      try {
        return [...new Set((await editor.codeLenses()).map(({ range }) => range.start.line))];
      } finally {
        await editor.close();
      }
    };
    const named = (source: string) =>
      source.split("\n").flatMap((line, at) => (/^(?:diagram|verify) /.test(line) ? [at] : []));
    const now = text.replace(right, wrong);
    expect(now).not.toBe(text);
    expect(await linesOf(now)).toEqual(named(now));
  });

  test("are not there where nobody runs the commands, or nobody wants them", async () => {
    expect(await lensesOf({})).toEqual([]);
    expect(await lensesOf({ initializationOptions: extension, settings: { codeLenses: false } })).toEqual([]);
  });

  test("only preview in an untrusted workspace, and lead to trust where something would be verified", async () => {
    expect(await lensesOf({ initializationOptions: { ...extension, trusted: false } })).toEqual([
      `0 Preview diag.preview ${uri},skew`,
      `1 Preview diag.preview ${uri},one`,
      ...broken(4, "Preview"),
      `6 Trust this workspace to verify diag.trust ${uri},v`,
      ...broken(13, "Trust this workspace to verify"),
    ]);
  });
});
