import { describe, expect, test } from "vitest";
import type { HoverAnswer } from "../../../../src/preview/index.js";
import type { FormulaFormat } from "../../../../src/server/preferences.js";
import { answerHover } from "../../../../src/server/preview/hover.js";
import { linesOf, spansOf } from "../../../../src/server/preview/spans.js";
import { Editor } from "../editor.js";

async function hover(marked: string, format: FormulaFormat = "image"): Promise<HoverAnswer | null> {
  const { editor, main } = await Editor.of(marked.replace("¦", ""));
  // No client answers what its settings are.
  editor.diag.editor.Preferences.hover = async () => ({
    format,
    theme: "hc-dark",
    markdown: true,
    commandLinks: true,
  });
  const position = main.document.textDocument.positionAt(marked.indexOf("¦"));
  return answerHover(editor.diag, { uri: main.uri, position });
}

/** What a page shows of an answer, but for the pictures. */
function words(answer: HoverAnswer | null): string[] {
  return (answer?.pieces ?? []).map((piece) =>
    (piece.kind === "line" ? piece.spans : piece.label).map(({ text }) => text).join(""),
  );
}

const skew = "/** Skewed *noise*. */\ndiagram sk¦ew { a, b, c -> test part S = {a, b, c} }";

describe("a hover in a preview", () => {
  test("says what the editor's says, line by line", async () => {
    const answer = await hover(skew);
    expect(words(answer)).toEqual([
      "diagram skew · 3 edges · |Aut| = 6",
      "Skewed noise.",
      "rvalue of an embedding",
      expect.stringMatching(
        /^sum over embeddings, in an eigenbasis of ηH with k = 1 − ηh, read in sgd\(.*\)$/,
      ),
      "limit of the sum as T goes to infinity, where every |k| < 1",
      "uvalue",
      "Keeps the path condition: no path from a leaf to the root meets a part twice.",
      "Irreducible: it has no link.",
      "Short form: (012-3)(03-13-23)",
    ]);
    expect(answer!.pieces[0]).toEqual({
      kind: "line",
      spans: [
        { text: "diagram", style: "strong" },
        { text: " " },
        { text: "skew", style: "code" },
        { text: " · 3 edges · |Aut| = 6" },
      ],
    });
    expect(answer!.pieces[1]).toEqual({
      kind: "line",
      spans: [{ text: "Skewed " }, { text: "noise", style: "emphasis" }, { text: "." }],
    });
  });

  test("has formulas as images in the theme's ink, with their LaTeX", async () => {
    const formulas = (await hover(skew))!.pieces.filter((piece) => piece.kind === "formula");
    expect(formulas).toHaveLength(4);
    for (const { image, latex } of formulas) {
      const svg = Buffer.from(image!.replace("data:image/svg+xml;base64,", ""), "base64").toString("utf8");
      expect(svg).toMatch(/^<svg xmlns/);
      expect(svg).toContain('fill="#fff"');
      expect(latex).toContain("\\");
    }
  });

  test("has none where formulas are wanted as LaTeX or as text", async () => {
    const latex = (await hover(skew, "latex"))!.pieces.filter((piece) => piece.kind === "formula");
    expect(latex.map(({ image }) => image)).toEqual([undefined, undefined, undefined, undefined]);
    const text = (await hover(skew, "text"))!.pieces;
    expect(text.some(({ kind }) => kind === "formula")).toBe(false);
    const value = words({ pieces: text }).indexOf("uvalue") + 1;
    expect(text[value]).toMatchObject({
      spans: [{ text: expect.stringMatching(/^S.*η.*J/u), style: "code" }],
    });
  });

  test("is about the node under the place, and there is none where nothing stands", async () => {
    expect(words(await hover("diagram d { ¦a, b -> out part {a, b} }"))[0]).toBe("node a of d · degree 1");
    expect(await hover("diagram d { a -> out }\n\n\n¦")).toBeNull();
    const { editor } = await Editor.of("");
    const position = { line: 3, character: 2 };
    expect(await answerHover(editor.diag, { uri: "file:///none.diag", position })).toBeNull();
  });
});

describe("Markdown as lines of spans", () => {
  test.each([
    ["plain", [{ text: "plain" }]],
    ["a **b c** d", [{ text: "a " }, { text: "b c", style: "strong" }, { text: " d" }]],
    [
      "*x*`*y*`",
      [
        { text: "x", style: "emphasis" },
        { text: "*y*", style: "code" },
      ],
    ],
    ["`` a`b ``", [{ text: "a`b", style: "code" }]],
    ["2 * 3 * 4", [{ text: "2 * 3 * 4" }]],
    ["\\*no\\*", [{ text: "*no*" }]],
    ["[see *this*](command:evil)", [{ text: "see *this*" }]],
    ["a ` b", [{ text: "a ` b" }]],
    ["<b>", [{ text: "<b>" }]],
  ])("%s", (markdown, spans) => {
    expect(spansOf(markdown)).toEqual(spans);
  });

  test("paragraphs, lists, headings, code and tables", () => {
    const markdown =
      "# A *b*\none\ntwo  \nthree\n\n- x\n- y\n  z\n```text\n  f(*x*)\n```\n| eta | v |\n|--:|:--|\n| 1 | `a\\|b` |";
    expect(linesOf(markdown).map((spans) => spans.map(({ text }) => text).join(""))).toEqual([
      "A b",
      "one two",
      "three",
      "• x",
      "• y z",
      "  f(*x*)",
      "eta · v",
      "1 · a\\|b",
    ]);
  });

  test("no text takes long: nobody reads all of a longer one", () => {
    // Whoever went over all of it again for each of its characters would be at it for hours.
    for (const piece of ["[", "[a](", "**a", "`", "` `` ``` ", "*a ", "\\", "| a "]) {
      const texts = linesOf(piece.repeat(1_000_000)).flatMap((spans) => spans.map(({ text }) => text));
      expect(texts.join("").length, piece).toBeLessThanOrEqual(20_000);
    }
  });
});
