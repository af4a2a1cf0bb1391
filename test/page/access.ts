import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { ThemeName } from "./harness.js";
import { checkAccess } from "./in-page.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe complains of in a page, one line for each element. Themes differ in their colours alone, so that one stands for all. */
export async function complaintsOf(page: Page, theme: ThemeName): Promise<readonly string[]> {
  // As the debugger's text: the page's policy lets no other script in.
  await page.evaluate(await readFile(axe, "utf8"));
  return page.evaluate(checkAccess, theme === "dark" ? ("all" as const) : ("colours" as const));
}
