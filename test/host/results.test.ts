import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { afterAll, beforeEach, describe, expect, inject, test } from "vitest";
import { shared } from "../shared.js";
import { focusText, loadWindowAgain, openScreen, patience, runCommand } from "./screen.js";
import { Workbench } from "./workbench.js";

const diagrams = "diagram pair = (01-2)(02-12)\n\ndiagram line = (0-1)(01)\n";
const library = "landscape valley {\n  weights t = 1\n  data x ~ normal(0, 1)\n  loss (t - x)^2 / 2\n}\n";

describe.skipIf(inject("workbenchLacks") !== "")("diagrams that are verified by hand", () => {
  let workbench: Workbench | undefined;
  let page: Page;
  const results = (): FrameLocator =>
    page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  const quick = (title: string) =>
    page.locator(".quick-input-widget", { has: page.locator(".quick-input-title", { hasText: title }) });

  const opened = shared(() =>
    Workbench.open(inject("installation"), async (one) => {
      await writeFile(join(one.workspace, "chosen.diag"), diagrams);
      await writeFile(join(one.workspace, "library.diag"), library);
      const browser = await one.start(["--disable-workspace-trust"]);
      page = await openScreen(one, browser, "chosen.diag");
    }),
  );

  beforeEach(async () => {
    workbench = await opened();
  });

  afterAll(() => workbench?.remove());

  test("the user is asked for diagrams and a landscape, and the rest is written as a verify block", async () => {
    await focusText(page, "Home");
    await runCommand(page, "Diag: Verify Against SGD");
    await quick("Verify Diagrams: Diagrams").waitFor({ timeout: patience });
    // The one at the cursor is chosen already.
    await page.keyboard.press("Enter");
    const landscapes = quick("Verify Diagrams: Landscape");
    await landscapes.waitFor({ timeout: patience });
    // The list has more than it shows, and other files have one of this name too.
    await page.keyboard.type("valley");
    const valley = landscapes.getByRole("option", { name: "valley, library.diag" });
    await valley.click({ timeout: patience });
    await results().locator("h1", { hasText: "pair_verified" }).waitFor({ timeout: patience });
  });

  test("what is verified stands in the file, with the import it needs", async () => {
    await page.locator(".view-line", { hasText: "verify pair_verified" }).waitFor({ timeout: patience });
    await page.keyboard.press("Control+S");
    const written = async (): Promise<string> => readFile(join(workbench!.workspace, "chosen.diag"), "utf8");
    await expect.poll(written, { timeout: patience }).toContain("verify");
    expect(await written()).toBe(
      [
        'import "./library.diag"\n',
        diagrams,
        "verify pair_verified {",
        "    landscape valley",
        "    sgd(N = 10, E = 1, B = 1)",
        "    eta = 0.1",
        "    observe test_loss",
        "    predict pair",
        "    trials = 100000",
        "}\n",
      ].join("\n"),
    );
    expect(await results().locator("text=The file has changed since this run.").isVisible()).toBe(false);
  });

  test("the panel comes back with the window, and shows the run", async () => {
    await loadWindowAgain(workbench!, page);
    await page.locator(".tab", { hasText: "Diag Results" }).click({ timeout: patience });
    await results().locator("h1", { hasText: "pair" }).waitFor({ timeout: patience });
  });
});
