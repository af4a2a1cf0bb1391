import type { Page } from "playwright-core";
import { takePicture, takesPictures } from "../pictures.js";
import { atLength } from "../times.js";
import { faint, misnamed } from "./access.js";
import { dividedWords, misplacedWords } from "./layout-in-page.mjs";
import { inThemes } from "./themes.js";

/**
 * The widths at which both pages are looked at, px: a side bar, half a window, a window. Where there is time or pictures are taken
 * all of them, otherwise the narrowest, where words are cut first.
 */
export const lookedAt: readonly number[] = atLength || takesPictures ? [400, 700, 1400] : [400];

/**
 * What of a page is not in its place or divided, one line for each word, and which controls have other names than are to be read on them;
 * where pictures are wanted they are taken in all themes, and colours compared.
 */
export async function wrongPlaces(page: Page, name: string): Promise<string[]> {
  const { faults, words } = await page.evaluate(misplacedWords);
  const unreadable: string[] = [];
  if (takesPictures) {
    // Formulas are images, which the editor makes anew for another theme.
    const hasFormulas = await page.locator(":is(.single-formula, .hover-card) img").first().isVisible();
    await inThemes(page, async (theme) => {
      await page.waitForTimeout(hasFormulas ? 500 : 0);
      await takePicture(page, "page", `widths-${name}-${theme}`);
      unreadable.push(...(await faint(page)).map((fault) => `${theme}: ${fault}`));
    });
  }
  const all =
    words === 0
      ? ["there are no words"]
      : [...faults, ...unreadable, ...(await page.evaluate(dividedWords)), ...(await misnamed(page))];
  return all.map((fault) => `${name}: ${fault}`);
}
