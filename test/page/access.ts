import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { ThemeName } from "./harness.js";
import { checkAccess } from "./in-page.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe complains of in a page, one line for each element. Themes differ in their colours alone, so that one stands for all. */
export const complaintsOf = (page: Page, theme: ThemeName): Promise<readonly string[]> =>
  complaints(page, theme === "dark" ? "all" : "colours");

/** Controls whose names, as they are said, lack what is to be read on them, one line for each. */
export const misnamed = (page: Page): Promise<readonly string[]> => complaints(page, "names");

/** Words that are hard to tell from their ground, one line for each. */
export const faint = (page: Page): Promise<readonly string[]> => complaints(page, "colours");

async function complaints(page: Page, what: "all" | "colours" | "names"): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in window"))) {
    // As the debugger's text: the page's policy lets no other script in.
    await page.evaluate(await readFile(axe, "utf8"));
  }
  return page.evaluate(checkAccess, what);
}
