import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { complaintsOf } from "./access.js";
import { describePage, themeNames } from "./harness.js";
import { answerWith } from "./in-page.mjs";
import { recorded, recordedHovers } from "./recorder.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

// With DIAG_SCREENSHOTS=1 the pictures of the documentation are renewed; else a test run keeps its own.
const pictures = join(root, ...(process.env.DIAG_SCREENSHOTS ? ["docs", "images"] : ["out", "page"]));

describe.each(themeNames)("%s", (theme) => {
  beforeAll(() => mkdir(pictures, { recursive: true }));

  describePage("looks and can be used", (open) => {
    test("the gallery", async () => {
      const one = await open({ known: await recorded("shapes"), theme, size: { width: 820, height: 620 } });
      const { page } = one;
      await page.locator(".card svg[data-id=point] [data-kind=node]").waitFor();
      await one.send({ type: "cursor", id: "linked", element: { kind: "node", index: 2 } });
      await page.locator(".card.cursor").waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await page.screenshot({ path: join(pictures, `preview-gallery-${theme}.png`) });
    });

    test("one diagram", async () => {
      const one = await open({ known: await recorded("shapes"), theme, size: { width: 820, height: 520 } });
      const { page } = one;
      await one.send({ type: "show", id: "crossing" });
      await page.locator('.stage [data-kind=node][aria-label^="node n,"] .disc').click();
      await one.send({ type: "cursor", id: "crossing", element: { kind: "node", index: 0 } });
      await page.locator(".stage .cursor[data-kind]").waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await page.screenshot({ path: join(pictures, `preview-single-${theme}.png`) });
    });

    test("a broken diagram", async () => {
      const one = await open({ known: await recorded("broken"), theme, size: { width: 820, height: 420 } });
      await one.send({ type: "show", id: "cycle" });
      await one.page.locator(".stage [data-kind=node]").first().waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await one.page.screenshot({ path: join(pictures, `preview-broken-${theme}.png`) });
    });

    test("the menu of a node, the forms and the card of formulas", async () => {
      const hovers = (await recordedHovers())[theme]!;
      const known = { ...(await recorded("gauss")), hovers };
      const one = await open({ known, theme, size: { width: 820, height: 520 } });
      const { page } = one;
      await one.send({ type: "show", id: "skew" });
      await page.locator('.stage [data-kind=node][aria-label^="node a,"] .disc').click();
      await page.keyboard.press("Shift+F10");
      await page.getByRole("menu").waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await page.screenshot({ path: join(pictures, `preview-menu-${theme}.png`) });
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("dialog", { name: "Export the diagram" }).waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await page.screenshot({ path: join(pictures, `preview-export-${theme}.png`) });
      await page.keyboard.press("Escape");
      await page.evaluate(answerWith, { method: "insert", answer: { problem: "(01-2 is not a short form" } });
      await page.getByRole("button", { name: "Import" }).click();
      await page.getByRole("dialog", { name: "Import a diagram" }).getByRole("textbox").fill("(01-2");
      await page.keyboard.press("Enter");
      await page.getByRole("status").getByText("is not a short form").waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.locator('.stage [data-kind=node][aria-label^="node test,"] .disc').click();
      await page.keyboard.press("i");
      await page.locator(".hover-card img").first().waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await page.screenshot({ path: join(pictures, `preview-hover-${theme}.png`) });
    });
  });
});
