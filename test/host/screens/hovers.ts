import { describe, expect, test } from "vitest";
import { takePicture } from "../../pictures.js";
import { imagesOf, type SeenImage } from "../in-page.mjs";
import { changeTheme, hoverOver, type OpenWindow, patience, themeNames } from "../screen.js";

/** WCAG 2's contrast ratio of two colours, of 1 to 21. */
function contrast(one: readonly number[], other: readonly number[]): number {
  const luminance = (color: readonly number[]): number => {
    const [red, green, blue] = color.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

/** The least contrast of images with what is behind them; 0 when there is nothing to see. */
function leastContrast(images: readonly SeenImage[]): number {
  const seen = images.map(({ ink, background, width }) =>
    width > 10 && ink[3]! > 200 ? contrast(ink.slice(0, 3), background) : 0,
  );
  return Math.min(...(seen.length === 0 ? [0] : seen));
}

/** Tests of a window with gauss.diag open. */
export function describeHovers(window: () => OpenWindow): void {
  describe("hovers and the server's state", () => {
    // The last is the one that pictures of other tests are in.
    test.each([...themeNames].reverse())(
      "a hover's formula stands out from its background: %s",
      async (theme) => {
        const { page } = window();
        await changeTheme(page, theme);
        const enough = theme.startsWith("hc") ? 7 : 4.5;
        let hover = await hoverOver(page, "skew");
        const contrasts = async (): Promise<number> => leastContrast(await hover.evaluate(imagesOf));
        // The language server hears of the theme a little later than the window.
        const end = Date.now() + patience;
        while ((await contrasts()) <= enough && Date.now() < end) {
          await page.keyboard.press("Escape");
          hover = await hoverOver(page, "skew");
        }
        expect(await contrasts()).toBeGreaterThan(enough);
        const { x, y, width, height } = (await hover.boundingBox())!;
        await takePicture(page, "host", `hover-${theme}`, {
          ...{ x: Math.max(0, x - 110), y: Math.max(0, y - 80), width: width + 140, height: height + 100 },
        });
        await page.keyboard.press("Escape");
      },
    );

    test("the status bar shows the server's state, and a click offers a restart", async () => {
      const { page } = window();
      const item = page.locator("#descent-diagrams\\.descent-diagrams\\.diag\\.server");
      await item.waitFor({ timeout: patience });
      await expect.poll(() => item.locator(".codicon-check").count(), { timeout: patience }).toBe(1);
      await item.click();
      const choice = page.locator(".quick-input-list .monaco-list-row", {
        hasText: "Restart Language Server",
      });
      await choice.waitFor({ timeout: patience });
      await choice.click();
      await expect.poll(() => item.locator(".codicon-check").count(), { timeout: patience }).toBe(1);
    });
  });
}
