import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { shared } from "../shared.js";
import { root } from "./root.js";
import { openAnother, openScreen, patience, runCommand } from "./screen.js";
import { openInPage, Workbench } from "./workbench.js";

// `pair` alone leaves out the −η of order 1, so that this prediction is wrong; the other one is exact.
const text = `landscape bowl {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}
diagram pair = (01-2)(02-12)
verify right {
  landscape bowl
  sgd(N = 1, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict order 2
  trials = 20000
}
verify wrong {
  landscape bowl
  sgd(N = 1, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict pair
  trials = 20000
}
`;

const long = `landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
verify patient {
  landscape gauss
  sgd(N = 10, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict order 3
  trials = 900000000
}
`;

describe.skipIf(inject("workbenchLacks") !== "")("runs in the workbench", () => {
  let workbench: Workbench;
  let browser: Browser;
  let page: Page;
  const results = (): FrameLocator =>
    page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  const notice = (words: string | RegExp) => page.locator(".notification-list-item", { hasText: words });

  const opened = shared(() =>
    Workbench.open(inject("installation"), async (one) => {
      await writeFile(join(one.workspace, "failing.diag"), text);
      await writeFile(join(one.workspace, "long.diag"), long);
      // A long run would look for a GPU in a tab of its own, beside the panels that these tests look at.
      await one.writeSettings({ "diag.engine.backend": "cpu" });
      browser = await one.start(["--disable-workspace-trust"]);
    }),
  );

  beforeEach(async () => {
    workbench = await opened();
  });

  afterAll(() => workbench?.remove());

  // What the screen was like when a test failed, for whoever looks into it.
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") {
      return;
    }
    const name = task.name.replace(/\W+/g, "-").slice(0, 60);
    await page.screenshot({ path: join(root, "out", "host", `failed-${name}.png`) }).catch(() => undefined);
  });

  /**
   * Opens the panel of results before anything runs: in a browser, the editor's first page of a window stays empty when
   * its service worker is ready before the editor has asked for that, as happens on a machine at work.
   */
  async function openResults(): Promise<void> {
    await runCommand(page, "Diag: Open Results");
    await results()
      .locator("h1:visible, h2:visible, :text('No runs yet'):visible")
      .first()
      .waitFor({ timeout: patience });
  }

  /** Whether some of a run is on disk. */
  const hasCheckpoint = async (): Promise<boolean> =>
    (await readdir(join(workbench.folder, "user"), { recursive: true })).some((name) =>
      /[/\\]checkpoints[/\\].*\.json$/.test(name),
    );

  test("a failed test says so at its learning rate, with both numbers", async () => {
    page = await openScreen(workbench, browser, "failing.diag");
    await runCommand(page, "Test: Run Tests in Current File");
    // 1 + η²/2 is predicted, 1 − η + η² is what it is: the line says which order that is, and both numbers of it.
    const failure = page.locator(".test-error-content-widget", {
      hasText: /order 1 disagrees.*measured -0\.10.*predicted 0/,
    });
    await failure.waitFor({ timeout: patience });
    const line = page.locator(".margin-view-overlays .line-numbers", { hasText: /^18$/ });
    const [told, place] = [await failure.boundingBox(), await line.boundingBox()];
    expect(Math.abs(told!.y - place!.y)).toBeLessThan(place!.height / 2);
    expect(text.split("\n")[17]).toBe("  eta = 0.1");
  });

  test("a run whose window went is offered again, goes on, and is cancelled by a command", async () => {
    await openAnother(page, "long.diag");
    await openResults();
    await runCommand(page, "Diag: Verify File Against SGD");
    await results().locator("[role=progressbar]").waitFor({ timeout: patience });
    await expect.poll(hasCheckpoint, { timeout: patience }).toBe(true);
    await openInPage(workbench, page, "long.diag");
    await notice("1 verification stopped before the end")
      .locator("a.monaco-button", { hasText: "Resume" })
      .click({ timeout: patience });
    const bar = results().locator("[role=progressbar]");
    await bar.waitFor({ timeout: patience });
    await expect
      .poll(async () => Number(await bar.getAttribute("aria-valuenow")), { timeout: patience })
      .toBeGreaterThan(0);
    await runCommand(page, "Diag: Cancel Run");
    await results().getByText("cancelled", { exact: true }).first().waitFor({ timeout: patience });
  });

  test("cancelling the tests' run stops the engine", async () => {
    const cancelled = () => results().getByText("cancelled").count();
    const before = await cancelled();
    await page.keyboard.press("Control+1");
    await runCommand(page, "Test: Run Tests in Current File");
    const running = results().getByText("running", { exact: true }).first();
    await running.waitFor({ timeout: patience });
    await runCommand(page, "Test: Cancel Test Run");
    await running.waitFor({ state: "hidden", timeout: patience });
    expect(await cancelled()).toBeGreaterThan(before);
  });

  test("the palette takes the bundled example to a finished result", async () => {
    await openAnother(page, "gauss.diag");
    await page.keyboard.press("Control+1");
    await runCommand(page, "Diag: Verify File Against SGD");
    await results().locator("h1", { hasText: "gauss_excess" }).waitFor({ timeout: patience });
    await results().getByText("3 of 3 points agree").first().waitFor({ timeout: patience });
    await notice("gauss_excess: prediction and simulation agree in 3 of 3 points").waitFor({
      timeout: patience,
    });
  });
});
