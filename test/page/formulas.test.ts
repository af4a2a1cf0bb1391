import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { ReadingEditor } from "../language/lsp/reading-editor.js";
import { takePicture } from "../pictures.js";
import { browserWords } from "./browser.js";
import { describePage, type OpenPage, openPage } from "./harness.js";
import { answerHovers } from "./hovers.js";
import { answerWith, untilDrawn } from "./in-page.mjs";
import { linesOfFormulas } from "./layout-in-page.mjs";
import { type Recording, record } from "./recorder.js";

// Of the longest that diagrams have.
const text = `diagram long { a -> m  b -> m  m -> n  c -> n  n -> test  part {a, b} }
diagram wide { a, b, c, d -> m -> test  part {a, b, c} }
`;
const ids = ["long", "wide"] as const;
const widths = [400, 700, 1400] as const;

let editor: ReadingEditor;
let known: Recording;

beforeAll(async () => {
  editor = await ReadingEditor.open(text);
  known = await record(text);
});

afterAll(() => editor.close());

const foot = (page: Page) => page.locator(".single-formula");

/** Shows a diagram with all its formulas. */
async function show(one: OpenPage, id: string): Promise<void> {
  const { page } = one;
  await one.send({ type: "show", id });
  await page.locator(`.stage svg[data-id=${id}] [data-kind=node]`).first().waitFor();
  await foot(page).locator("img").first().waitFor();
  const more = page.getByText(/^\d more formula/);
  if ((await foot(page).locator("details[open]").count()) === 0) {
    await more.click();
  }
  await page.evaluate(untilDrawn);
}

describePage("formulas under a diagram that is shown alone", (open) => {
  test.each(ids)("are broken by the width that is there, and anew for another: %s", async (id) => {
    const one = await open({ known, size: { width: widths[0], height: 800 }, reducedMotion: true });
    const { page } = one;
    await answerHovers(page, editor);
    await show(one, id);
    const heights: number[] = [];
    for (const width of [...widths, ...[...widths].reverse()]) {
      await page.setViewportSize({ width, height: 800 });
      // A pane is still for a moment before its formulas are broken for it.
      await page.waitForTimeout(300);
      await page.evaluate(untilDrawn);
      const lines = await page.evaluate(linesOfFormulas);
      expect(Math.max(...lines.map(({ scrolled }) => scrolled))).toBeLessThan(2);
      heights.push(lines.reduce((sum, { height }) => sum + height, 0));
      await takePicture(page, "page", `formulas-${id}-${width}`);
    }
    const [narrow, half, whole, wholeAgain, halfAgain, narrowAgain] = heights;
    expect(narrow).toBeGreaterThan(half!);
    expect(half).toBeGreaterThanOrEqual(whole!);
    expect([narrowAgain, halfAgain, wholeAgain]).toEqual([narrow, half, whole]);
  });

  test("show that they are scrolled where they cannot be broken, and only there", async () => {
    // The shared browser has no bars at all.
    const browser = await chromium.launch({
      executablePath: inject("chromium"),
      args: browserWords,
      ignoreDefaultArgs: ["--hide-scrollbars"],
    });
    try {
      const one = await openPage(browser, { known, size: { width: 700, height: 800 } });
      const { page } = one;
      const image = (width: number): string =>
        `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="30"/>`)}`;
      const formula = (label: string, width: number) => ({
        ...{ kind: "formula", label: [{ text: label }] },
        ...{ latex: label, image: image(width) },
      });
      await page.evaluate(answerWith, {
        method: "hover",
        answer: { pieces: [formula("short", 200), formula("long", 1500)] },
      });
      await show(one, "wide");
      const bars = (await page.evaluate(linesOfFormulas)).map(({ bar }) => bar);
      expect(bars).toEqual([0, 8]);
      await takePicture(page, "page", "formulas-bar");
      expect(one.complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
