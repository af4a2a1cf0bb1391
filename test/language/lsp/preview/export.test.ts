import { afterEach, describe, expect, test } from "vitest";
import type { Drawing } from "../../../../src/drawing/index.js";
import { type ExportFormat, exportFormats } from "../../../../src/preview/index.js";
import { answerExport } from "../../../../src/server/preview/export.js";
import { Editor } from "../editor.js";

const editors: Editor[] = [];
afterEach(async () => {
  for (const editor of editors.splice(0)) {
    await editor.diag.editor.Drawings.close();
  }
});

async function exported(text: string, id: string, format: ExportFormat): Promise<string> {
  const { editor, main } = await Editor.of(text);
  editors.push(editor);
  const answer = await answerExport(editor.diag, { uri: main.uri, id, format });
  return "problem" in answer ? `problem: ${answer.problem}` : answer.text;
}

const skew = "diagram skew { a, b, c -> test part S = {a, b, c} }\n";
const bent = "diagram bent { a, b -> j -> out part {a, j} }\n";

describe("an export", () => {
  test("is a picture in black without a background, whatever the theme", async () => {
    const svg = await exported(skew, "skew", "svg");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('fill="#000"');
    expect(svg).not.toMatch(/currentColor|var\(|<rect|href|class=/);
  });

  test("is a LaTeX document, a graph, data, or the paper's short form", async () => {
    const text = "diagram d { out2 -> out  b, a -> out2 part {a, b} }\n";
    expect(await exported(text, "d", "tikz")).toContain("\\documentclass[tikz, border=2pt]{standalone}");
    expect(await exported(text, "d", "dot")).toMatch(/^digraph "d" \{/);
    const drawing = JSON.parse(await exported(text, "d", "json")) as Drawing;
    expect(drawing.nodes.map(({ name }) => name).sort()).toEqual(["a", "b", "out", "out2"]);
    expect(await exported(text, "d", "short")).toBe("(01-2-3)(02-12-23)\n");
  });

  test("shows nothing of what is wrong with a diagram that is sound", async () => {
    expect(await exported(bent, "bent", "json")).not.toContain("marks");
    expect(await exported(bent, "bent", "short")).toBe("(02-1-3)(02-12-23)\n");
  });

  test("of a broken diagram goes as far as it can, and says so otherwise", async () => {
    const broken = "diagram d { a -> b -> a  c -> out }\ndiagram e { }\n";
    expect(await exported(broken, "d", "svg")).toMatch(/^<svg/);
    expect(await exported(broken, "d", "short")).toMatch(/^problem: `d` is broken.*correct its text/);
    expect(await exported(broken, "e", "svg")).toMatch(/^problem: `e` has no node yet/);
    expect(await exported(broken, "f", "svg")).toMatch(/^problem: this diagram is no longer in the text/);
  });

  test("has all formats of the contract", async () => {
    for (const format of exportFormats) {
      expect(await exported(bent, "bent", format), format).not.toMatch(/^problem|^$/);
    }
  });
});
