import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddingsParameters, PageState } from "../../src/preview/index.js";
import { answerEmbeddings } from "../../src/server/preview/embeddings.js";
import { ReadingEditor } from "../language/lsp/reading-editor.js";
import { takePicture } from "../pictures.js";
import { describePage } from "./harness.js";
import { untilDrawn } from "./in-page.mjs";
import { namesInGrid } from "./layout-in-page.mjs";
import { type Recording, record } from "./recorder.js";
import { longName } from "./results-runs.js";

const text = `diagram pair { part S = {a, b} a, b -> out }
diagram four { part S = {a, b, c, d} a, b, c, d -> m -> out }
diagram long { part S = {first_of_two, second_of_two} first_of_two, second_of_two -> middle -> ${longName} }
diagram many { part S = {a, b, c, d, e, f, g, h, i} a, b, c, d, e, f, g, h, i -> out }
diagram alike { ${longName}1, ${longName}2 -> out part {${longName}1, ${longName}2} }
`;

let editor: ReadingEditor;
let known: Recording;

beforeAll(async () => {
  editor = await ReadingEditor.open(text);
  known = await record(text);
});

afterAll(() => editor.close());

describePage("names in the space-time grid", (open) => {
  // Of nodes that share a cell most, in small cells, and in a grid of which most is left out.
  test.each([
    [1100, "gd(N = 2, T = 2)"],
    [700, "sgd(N = 6, E = 2, B = 3)"],
    [400, "sgd(N = 1000, E = 2, B = 10)"],
  ])("are clear of discs and of each other, at %i px in %s", async (width, spacetime) => {
    const state = { uri: known.file.uri, search: "", scroll: 0, cameras: {}, spacetime: { text: spacetime } };
    const one = await open({
      ...{ known, size: { width, height: 900 }, reducedMotion: true },
      state: { ...state, id: "pair" } satisfies PageState,
    });
    const { page } = one;
    await page.exposeFunction("askServer", (question: Omit<EmbeddingsParameters, "uri">) =>
      answerEmbeddings(editor.editor.diag, { uri: editor.main.uri, ...question }),
    );
    await page.evaluate("editor.answers.embeddings = ({ question }) => askServer(question)");
    // What was asked before has no answer.
    await one.know({ ...known, file: { ...known.file, version: 2 } });
    let shared = 0;
    for (const { id, nodes } of known.file.diagrams) {
      await one.send({ type: "show", id });
      await expect
        .poll(() => page.locator(".st-table tbody tr").allTextContents())
        .toHaveLength(nodes.length);
      await expect.poll(() => page.locator(".st-node").count()).toBe(nodes.length);
      for (const step of ["Home", "ArrowRight", "End"]) {
        await page.locator(".st-grid").focus();
        await page.keyboard.press(step);
        await page.evaluate(untilDrawn);
        const { faults, texts, tips } = await page.evaluate(namesInGrid);
        expect(faults, `${id}, ${step}`).toEqual([]);
        nodes.forEach(({ name }, node) => {
          // Whole or cut, a node's own name, and what is said of it is whole.
          const [start, end = ""] = texts[node]!.split("…");
          expect(name!.startsWith(start!) && name!.endsWith(end), texts[node]).toBe(true);
          expect(tips[node]).toContain(name);
        });
        const together = nodes.flatMap((_, node) =>
          /,| and /.test(tips[node]!.split(" at ")[0]!) ? [node] : [],
        );
        shared += together.length;
        if (id !== "many") {
          expect(
            texts.filter((written) => written === ""),
            `${id}, ${step}: ${texts}`,
          ).toEqual([]);
        }
        const written = texts.filter((one) => one !== "");
        expect(new Set(written).size).toBe(written.length);
        const sentence = await page.locator(".st-picture").getAttribute("aria-label");
        for (const { name } of nodes) {
          expect(sentence).toContain(name);
        }
      }
      await takePicture(page, "page", `grid-names-${id}-${width}`);
    }
    expect(shared).toBeGreaterThan(10);
  });
});
