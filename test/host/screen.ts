import { join } from "node:path";
import type { Browser, BrowserContextOptions, FrameLocator, Locator, Page } from "playwright-core";
import { root } from "./root.js";
import { openInPage, plainSettings, type Workbench } from "./workbench.js";

/** The themes, by the names that people are shown and that settings know, with the class that the workbench then has. */
export const themes = {
  dark: { name: "Dark Modern", setting: "Dark Modern", style: "vs-dark" },
  light: { name: "Light Modern", setting: "Light Modern", style: "vs" },
  "hc-dark": { name: "Dark High Contrast", setting: "Default High Contrast", style: "hc-black" },
  "hc-light": { name: "Light High Contrast", setting: "Default High Contrast Light", style: "hc-light" },
} as const;

export type ThemeName = keyof typeof themes;

export const themeNames = Object.keys(themes) as ThemeName[];

export const patience = 90_000; // milliseconds

/** Settings that leave little on the screen but the text; a long run would look for a GPU in a tab of its own. */
export const settings = {
  ...plainSettings,
  "diag.engine.backend": "cpu",
  "editor.fontSize": 14,
  "editor.minimap.enabled": false,
  "workbench.activityBar.location": "hidden",
};

/** @param more settings beside these. */
export const writeTheme = (workbench: Workbench, name: ThemeName, more: object = {}): Promise<void> =>
  workbench.writeSettings({
    ...settings,
    ...more,
    "window.autoDetectColorScheme": false,
    "workbench.colorTheme": themes[name].setting,
  });

/** A window that tests share. */
export interface OpenWindow {
  readonly workbench: Workbench;
  readonly page: Page;
  /** What its pages did against their policies. */
  readonly complaints: readonly string[];
}

/** What the screen was like when a test failed, for whoever looks into it. */
export async function pictureFailure(
  page: Page | undefined,
  { name: title, result }: { readonly name: string; readonly result?: { readonly state: string } },
): Promise<void> {
  if (result?.state !== "fail") {
    return;
  }
  const name = title.replace(/\W+/g, "-").slice(0, 60);
  await page?.screenshot({ path: join(root, "out", "host", `failed-${name}.png`) }).catch(() => undefined);
}

/** Loads the window anew by its command, which has the workbench write what it keeps before. */
export async function loadWindowAgain(workbench: Workbench, page: Page): Promise<void> {
  // An address that names a file to open would have what was open left closed.
  await page.evaluate(`history.replaceState(null, "", ${JSON.stringify(workbench.address())})`);
  const loaded = page.waitForEvent("load", { timeout: 2 * patience });
  await Promise.all([loaded, runCommand(page, "Developer: Reload Window")]);
}

/** Opens another file of the workspace in the first group of an open window, and waits for the language server's code lenses. */
export async function openAnother(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+1");
  const tab = page.locator(`.tab.active[data-resource-name="${name}"]`);
  for (let tries = 1; (await tab.count()) === 0; tries++) {
    await openList(page, "Control+P", name);
    // Files go on being found while one is chosen: the first is taken once it is the one.
    await page
      .locator(".quick-input-list .monaco-list-row.focused", { hasText: name })
      .waitFor({ timeout: patience });
    await page.locator(".quick-input-widget input").first().press("Enter");
    await tab.waitFor({ timeout: tries < 4 ? patience / 4 : patience }).catch((error: unknown) => {
      if (tries === 4) {
        throw error;
      }
    });
  }
  await page.locator(".codelens-decoration a").first().waitFor({ timeout: patience });
}

/** Opens one of the workbench's lists, and writes what is looked for. */
export async function openList(page: Page, key: string, text: string): Promise<void> {
  const input = page.locator(".quick-input-widget input").first();
  for (const end = Date.now() + patience; ; ) {
    await page.keyboard.press(key);
    try {
      // Where a webview had the keyboard, the list may close at once.
      await input.fill(text, { timeout: 3000 });
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      // A webview that is busy hands no key on.
      await page.evaluate("document.activeElement?.blur()");
    }
  }
}

/** Takes a run of the results page's list, which stands behind a button where the page is narrow. */
export async function showRun(results: FrameLocator, words: string): Promise<void> {
  const run = results.locator(".history-run", { hasText: words }).first();
  await run.waitFor({ state: "attached", timeout: patience });
  if (!(await run.isVisible())) {
    await results.locator(".history-toggle").click({ timeout: patience });
  }
  await run.click({ timeout: patience });
}

/** Has an open window show itself in another theme, as its user would. */
export async function changeTheme(page: Page, theme: ThemeName): Promise<void> {
  const { name, style } = themes[theme];
  await runCommand(page, "Preferences: Color Theme");
  const list = page.locator(".quick-input-widget", { has: page.locator(".quick-input-list") });
  await list.locator("input").first().fill(name);
  await list.locator(".monaco-list-row.focused", { hasText: name }).first().waitFor({ timeout: patience });
  await page.keyboard.press("Enter");
  await page.locator(`.monaco-workbench.${style}`).waitFor({ timeout: patience });
}

/**
 * Opens a file in a browser's new page, with the side bar closed, and waits for the language server's code lenses.
 * @param options of the page, beside those that all have.
 */
export async function openScreen(
  workbench: Workbench,
  browser: Browser,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: 1000, height: 760 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  await openInPage(workbench, page, name);
  await showTextOnly(page);
  return page;
}

export async function showTextOnly(page: Page): Promise<void> {
  await page.locator(".codelens-decoration a").first().waitFor({ timeout: patience });
  const sideBar = page.locator(".part.sidebar");
  if (await sideBar.isVisible()) {
    await page.keyboard.press("Control+B");
  }
  await sideBar.waitFor({ state: "hidden", timeout: patience });
}

/** Puts the cursor to an end of the file, and that end in sight. */
export async function focusText(page: Page, end: "Home" | "End"): Promise<void> {
  // A hover may cover the text. Escape is for it alone: a preview would take it as the way back.
  if ((await page.locator(".monaco-hover:visible").count()) > 0) {
    await page.keyboard.press("Escape");
  }
  await page
    .locator(".monaco-editor", { has: page.locator(".view-lines") })
    .first()
    .click({ position: { x: 300, y: 40 } });
  await page.keyboard.press("Escape");
  await page.keyboard.press(`Control+${end}`);
}

/** Has the hover of a declaration's name shown. */
export async function hoverOver(page: Page, name: string): Promise<Locator> {
  await focusText(page, "Home");
  await page
    .locator(".view-line span", { hasText: new RegExp(`^\\s*${name}\\s*$`) })
    .first()
    .click();
  await page.keyboard.press("Control+K");
  await page.keyboard.press("Control+I");
  const hover = page.locator(".monaco-hover:visible", { has: page.locator("img") });
  await hover.locator("img").first().waitFor({ timeout: patience });
  return hover;
}

/** Clicks a code lens of this title, counted from 0 among those in sight at an end of the file. */
export async function clickLens(page: Page, title: string, end: "Home" | "End", number = 0): Promise<void> {
  await focusText(page, end);
  const lenses = page.locator(".codelens-decoration a", { hasText: title });
  await lenses.nth(number).click({ timeout: patience });
}

/** Has a command run by its title. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const offered = page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
  for (let tries = 1; ; tries++) {
    await openList(page, "F1", `>${title}`);
    try {
      // A list is of the commands that the window knew when it was opened.
      await offered.waitFor({ timeout: patience / 6 });
      break;
    } catch (error) {
      if (tries === 6) {
        throw error;
      }
    }
  }
  await choose(page, title);
}

/** Takes an entry of the list that is open: by the mouse, or by keys where a card of another entry lies over it. */
export async function choose(page: Page, label: string): Promise<void> {
  const rows = page.locator(".quick-input-list .monaco-list-row");
  const entry = rows.filter({ hasText: label }).first();
  await entry.waitFor({ timeout: patience });
  const isTaken = await entry.click({ timeout: 5000 }).then(
    () => true,
    () => false,
  );
  if (isTaken) {
    return;
  }
  const isFocused = async (): Promise<boolean> =>
    /\bfocused\b/.test((await entry.getAttribute("class", { timeout: patience })) ?? "");
  for (let steps = await rows.count(); steps > 0 && !(await isFocused()); steps--) {
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
}

/** The page in the preview that is in sight. */
export function previewIn(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
}

/** An element of the diagram that is shown alone. */
export function elementIn(preview: FrameLocator, kind: "node" | "edge" | "part", index: number): Locator {
  return preview.locator(`.stage svg [data-kind="${kind}"][data-index="${index}"]`);
}
