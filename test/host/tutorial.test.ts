import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { blocksIn } from "../command/documented.js";
import { takePicture, takesPictures } from "../pictures.js";
import { atLength } from "../times.js";
import {
  choose,
  clickLens,
  hoverOver,
  patience,
  pictureFailure,
  previewIn,
  runCommand,
  settings,
} from "./screen.js";
import { Workbench } from "./workbench.js";

const files = blocksIn("docs/tutorial.md").filter(({ kind }) => kind === "diag");
const size = { width: 1200, height: 860 };

// The tutorial as its reader goes, of which its pictures are.
describe.skipIf(inject("workbenchLacks") !== "" || !(atLength || takesPictures))("the tutorial", () => {
  let workbench: Workbench;
  let page: Page;

  beforeAll(async () => {
    workbench = await Workbench.open(inject("installation"), async (one) => {
      const folder = join(one.folder, "tutorial");
      await mkdir(folder);
      // Before the window is there: a list of files that is open does not hear of new ones.
      await Promise.all(files.map(({ words, content }) => writeFile(join(folder, words), content)));
      await one.writeSettings({
        ...settings,
        "window.autoDetectColorScheme": false,
        "workbench.colorTheme": "Light Modern",
      });
      const browser = await one.start(["--disable-workspace-trust"]);
      page = await browser.newPage({ viewport: size });
      await page.goto(one.address([], folder));
      await page.locator(".part.editor").first().waitFor({ timeout: patience });
      await hideSideBar();
    });
  });

  afterEach(({ task }) => pictureFailure(page, task));
  afterAll(() => workbench?.remove());

  const lens = (title: string): Locator => page.locator(".codelens-decoration a", { hasText: title }).first();

  async function hideSideBar(): Promise<void> {
    const sideBar = page.locator(".part.sidebar");
    if (await sideBar.isVisible()) {
      await page.keyboard.press("Control+B");
      await sideBar.waitFor({ state: "hidden", timeout: patience });
    }
  }

  /** Opens a file of the tutorial, with nothing beside it. */
  async function openFile(name: string): Promise<void> {
    await runCommand(page, "View: Close All Editors");
    await page.keyboard.press("Control+P");
    await page.locator(".quick-input-widget input").first().fill(name);
    await choose(page, name);
    await lens("Verify").waitFor({ timeout: patience });
  }

  /** Chooses Verify above the experiment, and waits for what its run says first. */
  async function verify(conclusion: string): Promise<FrameLocator> {
    await clickLens(page, "Verify", "End");
    const results = previewIn(page);
    await results.getByText(conclusion).first().waitFor({ timeout: patience });
    return results;
  }

  /** As it is when nothing moves any longer, without what the editor says beside. */
  async function take(name: string): Promise<void> {
    await runCommand(page, "Notifications: Clear All Notifications");
    await page.mouse.move(size.width / 2, size.height - 5);
    await page.waitForTimeout(1500);
    await takePicture(page, "host", `tutorial-${name}`);
  }

  test("a new file holds an experiment", async () => {
    const title = "Diag: New Diagram File";
    const isOffered = async (): Promise<boolean> => {
      await page.keyboard.press("F1");
      await page.locator(".quick-input-widget input").first().fill(`>${title}`);
      await page.waitForTimeout(1000);
      const found = await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).count();
      await page.keyboard.press("Escape");
      return found > 0;
    };
    // The workbench takes its time to know what is installed, and a list that is open does not hear of it.
    await expect.poll(isOffered, { timeout: patience, interval: 1000 }).toBe(true);
    await runCommand(page, title);
    await lens("Verify").waitFor({ timeout: patience });
    await hideSideBar();
    await take("new");
    // Nothing is left that would be asked for when it is closed.
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
  });

  test("the preview shows both diagrams, and a card what one of them says", async () => {
    await openFile("rate.diag");
    await runCommand(page, "Diag: Preview Diagrams to the Side");
    await previewIn(page).locator("svg [data-kind=node]").nth(6).waitFor({ timeout: patience });
    await take("preview");
    const hover = await hoverOver(page, "skew");
    expect(await hover.innerText()).toMatch(/third cumulant/);
    await page.waitForTimeout(1500);
    await takePicture(page, "host", "tutorial-hover");
    await page.keyboard.press("Escape");
  });

  test("the experiment agrees", async () => {
    await openFile("rate.diag");
    await verify("The prediction holds at all 3 learning rates.");
    await take("excess");
  });

  test("what skew does is right to third order, and not carried by it", async () => {
    await openFile("skewed.diag");
    const results = await verify("The prediction holds at 1 of 3 learning rates; 2 are undecided.");
    await results.getByRole("button", { name: /^Lower eta/ }).waitFor({ timeout: patience });
    await take("inconclusive");
  });

  test("to fourth order it is", async () => {
    await openFile("four.diag");
    await verify("The prediction holds at all 3 learning rates.");
    await take("answer");
  });
});
