import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, inject, test } from "vitest";
import { shared } from "../shared.js";
import { type OpenWindow, patience, pictureFailure, settings } from "./screen.js";
import { Workbench } from "./workbench.js";

/** Between two keys of somebody who types, in milliseconds. */
const betweenKeys = 150;

/** Waits until the window has read what extensions offer: a palette that was opened before lists none of it until it is opened again. */
async function knowsExtension(page: OpenWindow["page"]): Promise<void> {
  const offered = async (): Promise<string> => {
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").first().fill(">diag:", { timeout: patience });
    const first = await page
      .locator(".quick-input-list .monaco-list-row")
      .first()
      .innerText({ timeout: patience });
    await page.keyboard.press("Escape");
    return first;
  };
  await expect.poll(offered, { timeout: patience, interval: 1000 }).toContain("Get Started");
}

// As somebody would who has just installed the extension, in a folder without a file.
describe.skipIf(inject("workbenchLacks") !== "")("first use in an empty folder", () => {
  let open: Pick<OpenWindow, "workbench" | "page"> | undefined;

  const opened = shared(async (): Promise<Pick<OpenWindow, "workbench" | "page">> => {
    let page: OpenWindow["page"] | undefined;
    const workbench = await Workbench.open(inject("installation"), async (one) => {
      const folder = join(one.folder, "empty");
      await mkdir(folder);
      await one.writeSettings({ ...settings, "workbench.activityBar.location": "default" });
      const browser = await one.start(["--disable-workspace-trust"]);
      page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
      await page.goto(one.address([], folder));
      await page.locator(".part.activitybar").waitFor({ timeout: patience });
      await knowsExtension(page);
    });
    return { workbench, page: page! };
  });

  afterEach(({ task }) => pictureFailure(open?.page, task));
  afterAll(() => open?.workbench.remove());

  test("the palette leads to a new file, and it to a verdict that agrees", async () => {
    open = await opened();
    const { page } = open;
    const start = performance.now();
    const steps: string[] = [];
    const step = (words: string): void => {
      steps.push(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${words}`);
    };
    await page.keyboard.press("F1");
    step("opened the palette");
    await page.keyboard.type("diag: new", { delay: betweenKeys });
    const first = page.locator(".quick-input-list .monaco-list-row").first();
    await expect.poll(() => first.innerText(), { timeout: patience }).toContain("New Diagram File");
    step("read its first entry for diag: new");
    await page.keyboard.press("Enter");
    const lens = page.locator(".codelens-decoration a", { hasText: "Verify" });
    await lens.waitFor({ timeout: patience });
    step("has a new file with an experiment");
    await lens.click();
    step("chose Verify above it");
    const results = page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
    await results
      .getByText(/agrees/)
      .first()
      .waitFor({ timeout: patience });
    step("read that the prediction agrees");
    console.log(steps.join("\n"));
    expect(steps).toHaveLength(5);
  });
});
