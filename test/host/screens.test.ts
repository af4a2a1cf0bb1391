import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeEach, describe, expect, inject, test } from "vitest";
import { takePicture } from "../pictures.js";
import { shared } from "../shared.js";
import { imagesOf, type SeenImage } from "./in-page.mjs";
import {
  changeTheme,
  clickLens,
  focusText,
  openAnother,
  openScreen,
  patience,
  previewIn,
  settings,
  themeNames,
  writeTheme,
} from "./screen.js";
import { Workbench } from "./workbench.js";

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

describe.skipIf(inject("workbenchLacks") !== "")("on the screen", () => {
  let workbench: Workbench;
  /** A window with gauss.diag open; each test leaves it as it was. */
  let page: Page;

  const opened = shared(() =>
    Workbench.open(inject("installation"), async (one) => {
      await writeTheme(one, "dark");
      const endless = (await readFile(join(one.workspace, "gauss.diag"), "utf8")).replace(
        "trials = 200000",
        "trials = 1000000000",
      );
      await writeFile(join(one.workspace, "endless.diag"), endless);
      const browser = await one.start(["--disable-workspace-trust"]);
      page = await openScreen(one, browser, "gauss.diag");
    }),
  );

  beforeEach(async () => {
    workbench = await opened();
  });

  afterAll(() => workbench?.remove());

  /** Has the hover of a declaration's name shown. */
  async function hoverOver(where: Page, name: string): Promise<Locator> {
    await focusText(where, "Home");
    await where
      .locator(".view-line span", { hasText: new RegExp(`^\\s*${name}\\s*$`) })
      .first()
      .click();
    await where.keyboard.press("Control+K");
    await where.keyboard.press("Control+I");
    const hover = where.locator(".monaco-hover:visible", { has: where.locator("img") });
    await hover.locator("img").first().waitFor({ timeout: patience });
    return hover;
  }

  test.each(themeNames)("a hover's formula stands out from its background: %s", async (theme) => {
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
  });

  test("the status bar shows the server's state, and a click offers a restart", async () => {
    const item = page.locator("#descent-diagrams\\.descent-diagrams\\.diag\\.server");
    await item.waitFor({ timeout: patience });
    await expect.poll(() => item.locator(".codicon-check").count(), { timeout: patience }).toBe(1);
    await item.click();
    const choice = page.locator(".quick-input-list .monaco-list-row", { hasText: "Restart Language Server" });
    await choice.waitFor({ timeout: patience });
    await choice.click();
    await expect.poll(() => item.locator(".codicon-check").count(), { timeout: patience }).toBe(1);
  });

  test("Verify can be cancelled, and says what is known by then", async () => {
    await openAnother(page, "endless.diag");
    await clickLens(page, "Verify", "End");
    const notice = page.locator(".notification-list-item", { hasText: "Verifying gauss_excess" });
    await notice.waitFor({ timeout: patience });
    await page.waitForTimeout(1500);
    await notice.locator("a.monaco-button", { hasText: "Cancel" }).click();
    const said = page.locator(".notification-list-item", { hasText: "stopped early" });
    await said.waitFor({ timeout: patience });
  });

  test("in Restricted Mode one can read and preview, and is told why one cannot simulate", async () => {
    await workbench.stop();
    await workbench.writeSettings({
      ...settings,
      "security.workspace.trust.startupPrompt": "never",
      "workbench.editor.useModal": "off",
    });
    page = await openScreen(workbench, await workbench.start(), "gauss.diag");
    await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ timeout: patience });
    expect(await (await hoverOver(page, "skew")).locator("img").count()).toBeGreaterThan(0);
    expect(await page.locator(".codelens-decoration a", { hasText: /Evaluate|Verify/ }).count()).toBe(0);
    await clickLens(page, "Preview", "Home", 1);
    await previewIn(page).locator(".stage svg [data-kind=node]").first().waitFor({ timeout: patience });
    await page.locator(".tab", { hasText: "Preview" }).click({ button: "middle", timeout: patience });
    await focusText(page, "End");
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").fill(">Diag: Verify Against SGD");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Verify Against SGD" }).click();
    const said = page.locator(".notification-list-item", { hasText: "Diag does not simulate" });
    await said.waitFor({ timeout: patience });
    await said.locator("a.monaco-button", { hasText: "Manage Trust" }).waitFor({ timeout: patience });
  });

  test("trust that is granted counts at once", async () => {
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").fill(">Workspaces: Manage Workspace Trust");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Manage Workspace Trust" }).click();
    await page.locator(".workspace-trust-editor a.monaco-button", { hasText: /^Trust$/ }).click();
    await page.locator(`.tab[data-resource-name="gauss.diag"]`).first().click();
    await page
      .locator(".codelens-decoration a", { hasText: "Evaluate" })
      .first()
      .waitFor({ timeout: patience });
  });
});
