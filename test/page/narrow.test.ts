import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describePage, type OpenPage } from "./harness.js";
import { dividedWords } from "./layout-in-page.mjs";
import { recorded } from "./recorder.js";
import { inThemes } from "./themes.js";

const widths = [300, 350, 400, 450, 700, 1400];

/** What of a bar is shown: middles of its controls, whether all are inside, and their labels. */
const seen = (page: Page, bar: string) =>
  page.evaluate(`(() => {
    const bar = document.querySelector(${JSON.stringify(bar)});
    const box = bar.getBoundingClientRect();
    const controls = [...bar.querySelectorAll("vscode-button, vscode-text-field")].filter((one) => one.offsetWidth > 0);
    const boxes = controls.map((one) => one.getBoundingClientRect());
    return {
      rows: new Set(boxes.map(({ top, bottom }) => Math.round((top + bottom) / 6))).size,
      outside: boxes.filter(({ left, right }) => left < box.left - 1 || right > box.right + 1).length,
      split: controls.filter((one) => one.localName === "vscode-button" && one.offsetHeight > 36).length,
      labels: controls.map((one) => one.getAttribute("aria-label") ?? one.textContent.trim()),
    };
  })()`) as Promise<{ rows: number; outside: number; split: number; labels: string[] }>;

async function resize({ page }: OpenPage, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 700 });
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

describePage("a narrow page", (open) => {
  test("keeps its controls to one row, and whatever has no room in the menu at its end", async () => {
    const one = await open({ known: await recorded("gauss"), reducedMotion: true });
    const { page } = one;
    await one.send({ type: "show", id: "skew" });
    await page.locator(".stage [data-kind=node]").first().waitFor();
    await resize(one, 1400);
    const { labels } = await seen(page, ".toolbar");
    expect(labels).not.toContain("More");
    let folded = 0;
    for (const width of widths) {
      await resize(one, width);
      const now = await seen(page, ".toolbar");
      expect(now, String(width)).toMatchObject({ rows: 1, outside: 0, split: 0 });
      const missing = labels.filter((label) => !now.labels.includes(label));
      folded += missing.length;
      if (missing.length > 0) {
        await page.getByRole("button", { name: "More", exact: true }).click();
        expect((await page.getByRole("menuitem").allTextContents()).sort(), String(width)).toEqual(
          [...missing].sort(),
        );
        await page.keyboard.press("Escape");
      }
    }
    expect(folded).toBeGreaterThan(0);
    await resize(one, 300);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: /^Keys/ }).click();
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await one.send({ type: "show" });
    await page.locator(".card").first().waitFor();
    for (const width of widths) {
      await resize(one, width);
      expect(await seen(page, ".toolbar"), String(width)).toMatchObject({ rows: 1, outside: 0, split: 0 });
    }
  });

  test("divides no short form, no part and no value between lines", async () => {
    const known = await recorded("gauss");
    const words = [
      "`(012-3)(03-13-23)` is the same as (01-2)(02-12)",
      "the part S = {a, b, c} breaks the path condition where N = 10",
      "1 of |Aut| = 362,880, not |Aut| = 3,628,800 of 10, 200",
    ];
    const marks = words.map(
      (message) => ({ severity: "warning", code: "c", message, elements: [] }) as const,
    );
    const diagrams = known.file.diagrams.map((diagram) => ({ ...diagram, marks }));
    const one = await open({ known: { ...known, file: { ...known.file, diagrams } } });
    await one.send({ type: "show", id: "skew" });
    await one.page.locator(".mark .whole").first().waitFor();
    expect(await one.page.locator(".mark .whole").allTextContents()).toEqual([
      "(012-3)(03-13-23)",
      "(01-2)(02-12)",
      "S = {a, b, c}",
      "N = 10",
      "|Aut| = 362,880",
      "|Aut| = 3,628,800",
    ]);
    for (let width = 240; width < 460; width += 12) {
      await resize(one, width);
      const lines =
        await one.page.evaluate(`[...document.querySelectorAll(".whole")].filter((one) => one.checkVisibility()).map((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
      })`);
      expect(new Set(lines as number[]), String(width)).toEqual(new Set([1]));
    }
  });
});

describePage("lines of a page", (open) => {
  test("end behind joints of names, and divide no number from its power, its unit or what it is of", async () => {
    const known = await recorded("gauss");
    const problem =
      `a_name_of_sixty_characters_that_goes_on_and_on_until_it_ends in /shared/some_folder/weights_of_a_run.json ` +
      "is not finite at eta = 1e-30 of order-0 and of order 12: 100 % of 200,000 trials at 5.8 M steps/s, 42 s left of (012-3)(03-13-23)";
    const one = await open({ known: { ...known, file: { ...known.file, problem } } });
    const line = one.page.getByRole("status").filter({ hasText: "is not finite" });
    await line.waitFor();
    // What is read aloud, copied and compared is the text as it was.
    expect(await line.textContent()).toContain(problem);
    for (let width = 200; width < 480; width += 7) {
      await resize(one, width);
      expect(await one.page.evaluate(dividedWords), String(width)).toEqual([]);
    }
  });
});

describePage("the formula of a diagram shown alone", (open) => {
  test("stands under it, typeset, at any width, and the others behind it", async () => {
    const known = await recorded("gauss");
    const one = await open({ known, reducedMotion: true });
    const { page } = one;
    await one.send({ type: "show", id: "skew" });
    const formulas = page.locator(".single-formula img");
    await formulas.first().waitFor();
    expect(await formulas.first().getAttribute("alt")).toContain("S_{\\mu\\nu\\lambda}");
    const skew = known.file.diagrams.find(({ id }) => id === "skew")!;
    const { line, character } = skew.nameRange.start;
    const said = known.hovers[`${line}:${character}`]!.pieces.filter(({ kind }) => kind === "formula");
    expect(await formulas.count()).toBe(said.length);
    await page.getByText(/^\d more formula/).click();
    await formulas.last().waitFor();
    for (const width of widths) {
      await resize(one, width);
      const wide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth");
      expect(wide, String(width)).toBe(false);
      const [stage, foot] = [page.locator(".stage"), page.locator(".single-formula")];
      const [above, below] = [(await stage.boundingBox())!, (await foot.boundingBox())!];
      expect(below.y, String(width)).toBeGreaterThanOrEqual(above.y + above.height - 1);
    }
    // Images are in the colours of the theme: another one has others.
    const marked = ";charset=utf-8";
    const hovers = JSON.parse(
      JSON.stringify(known.hovers).replaceAll("data:image/svg+xml", `data:image/svg+xml${marked}`),
    ) as typeof known.hovers;
    await one.know({ ...known, hovers });
    expect(await formulas.first().getAttribute("src")).not.toContain(marked);
    await inThemes(page, async (theme) => {
      if (theme !== "dark") {
        await expect.poll(() => formulas.first().getAttribute("src")).toContain(marked);
      }
    });
    // What is shown next has its own, or none.
    await one.send({ type: "show", id: "drift" });
    await expect.poll(() => page.locator(".single-formula").isVisible()).toBe(false);
  });
});
