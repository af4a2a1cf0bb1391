import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { shared } from "../shared.js";
import {
  clickLens,
  focusText,
  loadWindowAgain,
  openAnother,
  openScreen,
  patience,
  pictureFailure,
  runCommand,
  settings,
} from "./screen.js";
import { Workbench } from "./workbench.js";

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

// What is verified by hand: two diagrams and a landscape, in two files.
const diagrams = "diagram pair = (01-2)(02-12)\n\ndiagram line = (0-1)(01)\n";
const library = "landscape valley {\n  weights t = 1\n  data x ~ normal(0, 1)\n  loss (t - x)^2 / 2\n}\n";

describe.skipIf(inject("workbenchLacks") !== "")("runs in the workbench", () => {
  let workbench: Workbench | undefined;
  let page: Page;
  const results = (): FrameLocator =>
    page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
  const notice = (words: string | RegExp) => page.locator(".notification-list-item", { hasText: words });
  /** What is said of results that are in view: a message would cover them. */
  const status = (words: string | RegExp) => page.locator(".statusbar-item", { hasText: words });

  const quick = (title: string) =>
    page.locator(".quick-input-widget", { has: page.locator(".quick-input-title", { hasText: title }) });

  const opened = shared(() =>
    Workbench.open(inject("installation"), async (one) => {
      await writeFile(join(one.workspace, "failing.diag"), text);
      await writeFile(join(one.workspace, "long.diag"), long);
      await writeFile(join(one.workspace, "endless.diag"), long.replace("patient", "endless"));
      await writeFile(join(one.workspace, "chosen.diag"), diagrams);
      await writeFile(join(one.workspace, "library.diag"), library);
      await one.writeSettings(settings);
      const browser = await one.start(["--disable-workspace-trust"]);
      // Bars and wheels that turn as long as something runs are painted by a processor.
      page = await openScreen(one, browser, "failing.diag", { reducedMotion: "reduce" });
    }),
  );

  beforeEach(async () => {
    workbench = await opened();
  });

  afterAll(() => workbench?.remove());

  afterEach(({ task }) => pictureFailure(page, task));

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

  /** How the run that is shown stands, where it is so. */
  const standing = (word: string) =>
    results().locator(".badge", { hasText: new RegExp(`^\\s*${word}\\s*$`) });

  /** Waits until some trials of the run that is shown are done. */
  async function someAreDone(): Promise<void> {
    const bar = results().locator("[role=progressbar]");
    await bar.waitFor({ timeout: patience });
    const share = async (): Promise<number> => Number(await bar.getAttribute("aria-valuenow"));
    await expect.poll(share, { timeout: patience }).toBeGreaterThan(0);
  }

  /** Whether some of a run is on disk. */
  const hasCheckpoint = async (): Promise<boolean> =>
    (await readdir(join(workbench!.folder, "user"), { recursive: true })).some((name) =>
      /[/\\]checkpoints[/\\].*\.json$/.test(name),
    );

  test("a failed test says so at its learning rate, with both numbers", async () => {
    await openAnother(page, "failing.diag");
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

  test("the user is asked for diagrams and a landscape, and the rest is written as a verify block", async () => {
    await openResults();
    await openAnother(page, "chosen.diag");
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
    await page.keyboard.press("Control+1");
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
    expect(await results().locator("text=What was run has changed since in its files.").isVisible()).toBe(
      false,
    );
  });

  test("a run whose window went is shown and offered again, goes on, and is cancelled by a command", async () => {
    await openAnother(page, "long.diag");
    await openResults();
    await runCommand(page, "Diag: Verify File Against SGD");
    await results().locator("[role=progressbar]").waitFor({ timeout: patience });
    await expect.poll(hasCheckpoint, { timeout: patience }).toBe(true);
    await loadWindowAgain(workbench!, page);
    // The panel of results comes back with the window.
    await page.locator(".tab", { hasText: "Diag Results" }).click({ timeout: patience });
    await results().locator("h1", { hasText: "patient" }).waitFor({ timeout: patience });
    await notice("1 verification stopped before the end")
      .locator("a.monaco-button", { hasText: "Resume" })
      .click({ timeout: patience });
    await someAreDone();
    await runCommand(page, "Diag: Cancel Run");
    await standing("cancelled").waitFor({ timeout: patience });
  });

  test("cancelling the tests' run stops the engine", async () => {
    await page.keyboard.press("Control+1");
    await runCommand(page, "Test: Run Tests in Current File");
    await standing("running").waitFor({ timeout: patience });
    await runCommand(page, "Test: Cancel Test Run");
    await standing("cancelled").waitFor({ timeout: patience });
  });

  test("Verify can be cancelled, and says what is known by then", async () => {
    await openAnother(page, "endless.diag");
    await clickLens(page, "Verify", "End");
    const verifying = notice("Verifying endless");
    await verifying.waitFor({ timeout: patience });
    await someAreDone();
    await verifying.locator("a.monaco-button", { hasText: "Cancel" }).click();
    await status(/endless.*The run was stopped before its end/).waitFor({ timeout: patience });
  });

  test("the palette takes the bundled example to a finished result", async () => {
    await openAnother(page, "gauss.diag");
    await page.keyboard.press("Control+1");
    await runCommand(page, "Diag: Verify File Against SGD");
    await results().locator("h1", { hasText: "gauss_excess" }).waitFor({ timeout: patience });
    await results()
      .getByText("the prediction holds at all 3 learning rates")
      .first()
      .waitFor({ timeout: patience });
    const end = "gauss_excess: the prediction holds at all 3 learning rates";
    await status(end).waitFor({ timeout: patience });
    expect(await notice(end).count()).toBe(0);
  });
});
