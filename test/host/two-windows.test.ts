/** Two real windows on one workspace of one profile, which verify the same at the same time: neither loses anything to the other, or is told of its runs. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { shared } from "../shared.js";
import {
  clickLens,
  loadWindowAgain,
  openAnother,
  openScreen,
  patience,
  pictureFailure,
  runCommand,
  settings,
} from "./screen.js";
import { Workbench } from "./workbench.js";

// 1 − η + η² is what it is.
const experiment = (name: string, trials: string, points = 1) => `landscape bowl {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}
verify ${name} {
  landscape bowl
  sgd(N = ${points}, E = 1, B = 1)
  eta = 0.1, 0.2
  observe test_loss
  predict order 2
  trials = ${trials}
}
`;
const files = {
  "endless.diag": experiment("endless", "1000000000", 50),
  "short.diag": experiment("short", "20000"),
};

/** A window with its results beside the text. */
class Window {
  private constructor(
    private readonly workbench: Workbench,
    readonly page: Page,
  ) {}

  static async open(workbench: Workbench, browser: Browser): Promise<Window> {
    const page = await openScreen(workbench, browser, "endless.diag", {
      ...{ reducedMotion: "reduce", viewport: { width: 2200, height: 1000 } },
    });
    return new Window(workbench, page);
  }

  get results(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
  }

  /** The runs of its list: how each is called, and how it stands. */
  async runs(): Promise<string[]> {
    const all = await this.results.locator(".history-run").allInnerTexts();
    return all.map((text) => {
      const name = /\b(?:endless|short)\b/.exec(text)?.[0];
      const state = /agrees|cancelled|running|interrupted/i.exec(text)?.[0].toLowerCase();
      return `${name} ${state}`;
    });
  }

  async showResults(): Promise<void> {
    const tab = this.page.locator(".tab", { hasText: "Diag Results" });
    // One that the window has opened again by itself needs no command, which it may not know yet.
    await ((await tab.count()) > 0
      ? tab.first().click({ timeout: patience })
      : runCommand(this.page, "Diag: Open Results"));
    await this.results.locator(".history-run, :text('No runs yet')").first().waitFor({ timeout: patience });
  }

  async verify(file: keyof typeof files): Promise<void> {
    await openAnother(this.page, file);
    await this.page
      .locator(".view-line", { hasText: /^verify\s/ })
      .first()
      .waitFor({ timeout: patience });
    await clickLens(this.page, "Verify", "Home");
  }

  /** Waits until its list has these runs. */
  async until(runs: readonly string[]): Promise<void> {
    await this.showResults();
    await expect.poll(() => this.runs(), { timeout: patience }).toEqual(runs);
  }

  /** The numbers of the run that is chosen, without how fast they came. */
  async numbers(name: string): Promise<string[]> {
    await this.showResults();
    await this.results.locator(".history-run", { hasText: name }).first().click({ timeout: patience });
    const rows = this.results.locator("table tr", { hasText: "test_loss" });
    await rows.nth(1).waitFor({ timeout: patience });
    return (await rows.allInnerTexts()).map((row) => row.split("\t").slice(0, -1).join("\t"));
  }

  async cancel(): Promise<void> {
    await this.showResults();
    await this.results
      .getByRole("button", { name: "Cancel", exact: true })
      .first()
      .click({ timeout: patience });
  }

  async clear(): Promise<void> {
    await runCommand(this.page, "Results: Clear History");
    const answer = this.page.locator(".monaco-dialog-box .monaco-button", { hasText: /^(?:Clear|Delete)/ });
    await answer.first().click({ timeout: patience });
  }

  async reload(): Promise<void> {
    await loadWindowAgain(this.workbench, this.page);
    await this.page.locator(".tab", { hasText: "Diag Results" }).waitFor({ timeout: patience });
  }
}

describe.skipIf(inject("workbenchLacks") !== "")("two windows on one workspace", () => {
  let workbench: Workbench;
  let browser: Browser;
  let first: Window;
  let second: Window;

  const opened = shared(async () => {
    workbench = await Workbench.open(inject("installation"), async (one) => {
      await Promise.all(
        Object.entries(files).map(([name, text]) => writeFile(join(one.workspace, name), text)),
      );
      await one.writeSettings(settings);
      browser = await one.start(["--disable-workspace-trust"]);
      first = await Window.open(one, browser);
      second = await Window.open(one, browser);
    });
  });

  beforeEach(() => opened());
  afterEach(async ({ task }) => {
    await pictureFailure(first?.page, { ...task, name: `first ${task.name}` });
    await pictureFailure(second?.page, { ...task, name: `second ${task.name}` });
  });
  afterAll(() => workbench?.remove());

  test("run the same at the same time, and only the one is cancelled that is", async () => {
    await first.verify("endless.diag");
    await second.verify("endless.diag");
    await first.until(["endless running"]);
    await second.until(["endless running"]);
    await first.cancel();
    await first.until(["endless cancelled"]);
    await second.until(["endless running"]);
  });

  test("have the same numbers of the same, each in its own list", async () => {
    await first.verify("short.diag");
    await first.until(["short agrees", "endless cancelled"]);
    // Its own goes on meanwhile, though the other window was loaded anew.
    await first.reload();
    await first.until(["short agrees", "endless cancelled"]);
    await second.until(["endless running"]);
    await second.cancel();
    await second.until(["endless cancelled"]);
    await second.verify("short.diag");
    await second.until(["short agrees", "endless cancelled"]);
    expect(await second.numbers("short")).toEqual(await first.numbers("short"));
  });

  test("lose nothing when the history of one is cleared, and it is loaded anew", async () => {
    const numbers = await second.numbers("short");
    await first.clear();
    await first.until([]);
    await second.until(["short agrees", "endless cancelled"]);
    await second.reload();
    await second.until(["short agrees", "endless cancelled"]);
    expect(await second.numbers("short")).toEqual(numbers);
    await first.reload();
    await first.until([]);
  });
});
