import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { takePicture } from "../pictures.js";
import { complaintsOf } from "./access.js";
import { describePage } from "./harness.js";
import { answerWith } from "./in-page.mjs";
import { recorded, recordedHovers } from "./recorder.js";
import { inThemes } from "./themes.js";

/** Has a page in each theme nothing to complain of. */
const looksWell = (page: Page, name?: string): Promise<void> =>
  inThemes(page, async (theme) => {
    expect(await complaintsOf(page, theme), theme).toEqual([]);
    if (name !== undefined) {
      await takePicture(page, "page", `preview-${name}-${theme}`);
    }
  });

describePage("looks and can be used in all themes", (open) => {
  test("the gallery", async () => {
    const one = await open({ known: await recorded("shapes"), size: { width: 820, height: 620 } });
    const { page } = one;
    await page.locator(".card svg[data-id=point] [data-kind=node]").waitFor();
    await one.send({ type: "cursor", id: "linked", element: { kind: "node", index: 2 } });
    await page.locator(".card.cursor").waitFor();
    await looksWell(page, "gallery");
  });

  test("one diagram", async () => {
    const one = await open({ known: await recorded("shapes"), size: { width: 820, height: 520 } });
    const { page } = one;
    await one.send({ type: "show", id: "crossing" });
    await page.locator('.stage [data-kind=node][aria-label^="node n,"] .disc').click();
    await one.send({ type: "cursor", id: "crossing", element: { kind: "node", index: 0 } });
    await page.locator(".stage .cursor[data-kind]").waitFor();
    await looksWell(page, "single");
  });

  test("a broken diagram", async () => {
    const one = await open({ known: await recorded("broken"), size: { width: 820, height: 420 } });
    await one.send({ type: "show", id: "cycle" });
    await one.page.locator(".stage [data-kind=node]").first().waitFor();
    await looksWell(one.page, "broken");
  });

  test("the menu of a node and the forms", async () => {
    const one = await open({ known: await recorded("gauss"), size: { width: 820, height: 520 } });
    const { page } = one;
    await one.send({ type: "show", id: "skew" });
    await page.locator('.stage [data-kind=node][aria-label^="node a,"] .disc').click();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menu").waitFor();
    await looksWell(page, "menu");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("dialog", { name: "Export the diagram" }).waitFor();
    await looksWell(page, "export");
    await page.getByRole("dialog").getByRole("combobox").first().click();
    await page.getByRole("option").first().waitFor();
    await looksWell(page, "list");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.evaluate(answerWith, { method: "insert", answer: { problem: "(01-2 is not a short form" } });
    await page.getByRole("button", { name: "Import" }).click();
    await page.getByRole("dialog", { name: "Import a diagram" }).getByRole("textbox").fill("(01-2");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("is not a short form").waitFor();
    await looksWell(page);
  });

  test("the card of formulas, whose images are of the theme", async () => {
    const hovers = await recordedHovers();
    const known = { ...(await recorded("gauss")), hovers: hovers.dark! };
    const one = await open({ known, size: { width: 820, height: 520 } });
    const { page } = one;
    await one.send({ type: "show", id: "skew" });
    await inThemes(page, async (theme) => {
      await one.know({ ...known, file: { ...known.file }, hovers: hovers[theme]! });
      await page.locator('.stage [data-kind=node][aria-label^="node test,"] .disc').click();
      await page.keyboard.press("i");
      await page.locator(".hover-card img").first().waitFor();
      expect(await complaintsOf(page, theme), theme).toEqual([]);
      await takePicture(page, "page", `preview-hover-${theme}`);
      await page.keyboard.press("Escape");
      await page.locator(".hover-card img").first().waitFor({ state: "hidden" });
    });
  });
});
