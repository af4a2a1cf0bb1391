import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { colorsOf, imagesOf, type SeenImage } from "./in-page.mjs";
import { root } from "./root.js";
import { openInPage, Workbench } from "./workbench.js";

// By the names that settings know, with the class that the workbench then has.
const themes = {
  dark: { setting: "Dark Modern", style: "vs-dark" },
  light: { setting: "Light Modern", style: "vs" },
  "hc-dark": { setting: "Default High Contrast", style: "hc-black" },
  "hc-light": { setting: "Default High Contrast Light", style: "hc-light" },
} as const;

// `npm run screenshots` renews the pictures of the documentation; a test run keeps its own.
const pictures = process.env.DIAG_SCREENSHOTS ? join(root, "docs", "images") : join(root, "out", "host");

const patience = 20_000; // milliseconds

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
  let browser: Browser;
  /** A page with gauss.diag open; each test leaves it as it was. */
  let page: Page;
  const settings = {
    "editor.fontSize": 14,
    "editor.minimap.enabled": false,
    "workbench.startupEditor": "none",
    "workbench.activityBar.location": "hidden",
    "chat.disableAIFeatures": true,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "telemetry.telemetryLevel": "off",
  };
  const writeTheme = (name: keyof typeof themes): Promise<void> =>
    workbench.writeSettings({
      ...settings,
      "window.autoDetectColorScheme": false,
      "workbench.colorTheme": themes[name].setting,
    });

  /** Loads the page anew in this theme. */
  async function useTheme(name: keyof typeof themes): Promise<void> {
    await writeTheme(name);
    await page.reload();
    await page.locator(`.monaco-workbench.${themes[name].style}`).waitFor({ timeout: patience });
    await showTextOnly(page);
  }

  beforeAll(async () => {
    workbench = await Workbench.create();
    await writeTheme("dark");
    browser = await workbench.start(["--disable-workspace-trust"]);
    await mkdir(pictures, { recursive: true });
    page = await open("gauss.diag");
  }, 120_000);

  afterAll(() => workbench?.remove(), 60_000);

  /** Opens a file with the side bar closed, and waits for the language server's code lenses. */
  async function open(name: string): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1000, height: 760 } });
    await openInPage(workbench, opened, name);
    await showTextOnly(opened);
    return opened;
  }

  async function showTextOnly(where: Page): Promise<void> {
    await where.locator(".codelens-decoration a").first().waitFor({ timeout: patience });
    const sideBar = where.locator(".part.sidebar");
    if (await sideBar.isVisible()) await where.keyboard.press("Control+B");
    await sideBar.waitFor({ state: "hidden", timeout: patience });
  }

  /** Clicks a code lens of this title, counted from 0 among those in sight at an end of the file. */
  async function clickLens(where: Page, title: string, end: "Home" | "End", number = 0): Promise<void> {
    await focusText(where, end);
    const lenses = where.locator(".codelens-decoration a", { hasText: title });
    await lenses.nth(number).click({ timeout: patience });
  }

  /** Puts the cursor to an end of the file, and that end in sight. */
  async function focusText(where: Page, end: "Home" | "End"): Promise<void> {
    await where.keyboard.press("Escape");
    await where
      .locator(".monaco-editor .view-lines")
      .first()
      .click({ position: { x: 300, y: 40 } });
    await where.keyboard.press(`Control+${end}`);
  }

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

  test.each(Object.keys(themes) as (keyof typeof themes)[])(
    "a hover's formula stands out from its background: %s",
    async (theme) => {
      await useTheme(theme);
      const enough = theme.startsWith("hc") ? 7 : 4.5;
      const hover = await hoverOver(page, "skew");
      expect(leastContrast(await hover.evaluate(imagesOf))).toBeGreaterThan(enough);
      const { x, y, width, height } = (await hover.boundingBox())!;
      await page.screenshot({
        path: join(pictures, `hover-${theme}.png`),
        clip: { x: Math.max(0, x - 110), y: Math.max(0, y - 80), width: width + 140, height: height + 100 },
      });
      await page.keyboard.press("Escape");
    },
  );

  test("the lens Preview shows the drawing in a panel without scripts", async () => {
    await useTheme("dark");
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
    });
    await clickLens(page, "Preview", "Home", 1);
    const panel = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    const drawing = panel.locator("main svg");
    await drawing.waitFor({ timeout: patience });
    // Four nodes, the root with a ring.
    expect(await drawing.locator("circle").count()).toBe(5);
    expect(await panel.locator("script").count()).toBe(0);
    expect(await panel.locator("body").evaluate(colorsOf)).toEqual(
      expect.objectContaining({ color: expect.not.stringMatching(/^rgb\(0, 0, 0\)/) }),
    );
    expect(complaints).toEqual([]);
    await page.screenshot({ path: join(pictures, "preview-dark.png") });
    await page.locator(".tab", { hasText: "skew" }).click({ button: "middle", timeout: patience });
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
    const endless = (await readFile(join(workbench.workspace, "gauss.diag"), "utf8")).replace(
      "trials = 200000",
      "trials = 4000000000",
    );
    await writeFile(join(workbench.workspace, "endless.diag"), endless);
    const other = await open("endless.diag");
    await clickLens(other, "Verify", "End");
    const notice = other.locator(".notification-list-item", { hasText: "Verifying gauss_excess" });
    await notice.waitFor({ timeout: patience });
    await other.waitForTimeout(1500);
    await notice.locator("a.monaco-button", { hasText: "Cancel" }).click();
    const said = other.locator(".notification-list-item", { hasText: "stopped early" });
    await said.waitFor({ timeout: patience });
    await other.close();
  });

  test("in Restricted Mode one can read, and is told why one cannot simulate", async () => {
    await workbench.stop();
    await workbench.writeSettings({ ...settings, "security.workspace.trust.startupPrompt": "never" });
    browser = await workbench.start();
    page = await open("gauss.diag");
    await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ timeout: patience });
    expect(await (await hoverOver(page, "skew")).locator("img").count()).toBeGreaterThan(0);
    expect(await page.locator(".codelens-decoration a", { hasText: /Evaluate|Verify/ }).count()).toBe(0);
    await focusText(page, "End");
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").fill(">Diag: Verify Against Simulation");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Verify Against" }).click();
    const said = page.locator(".notification-list-item", { hasText: "Diag does not simulate" });
    await said.waitFor({ timeout: patience });
    await said.locator("a.monaco-button", { hasText: "Manage Trust" }).waitFor({ timeout: patience });
  });
});
