import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { missingPrograms, type Slurm, startSlurm } from "../cluster/slurm/index.js";
import { shared } from "../shared.js";
import {
  loadWindowAgain,
  openScreen,
  patience,
  pictureFailure,
  runCommand,
  settings,
  showRun,
} from "./screen.js";
import { Workbench } from "./workbench.js";

// 1 − η + η² is what it is.
const quick = `landscape bowl {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}
verify right {
  landscape bowl
  sgd(N = 1, E = 1, B = 1)
  eta = 0.1, 0.2
  observe test_loss
  predict order 2
  trials = 20000
}
`;
const endless = quick.replace("right", "endless").replace("N = 1", "N = 50").replace("20000", "1000000000");

const isMissing = inject("workbenchLacks") !== "" || missingPrograms() !== undefined;

// As somebody would whose editor runs on a login node. Each test goes on where the one before was.
describe.skipIf(isMissing)("the profile Cluster, with a Slurm", () => {
  let page: Page;
  let slurm: Slurm;
  let workbench: Workbench;
  const results = (): FrameLocator =>
    page.frameLocator("iframe.webview.ready:visible").frameLocator("iframe#active-frame");
  /** What is said of results that are in view: a message would cover them. */
  const status = (words: string | RegExp) => page.locator(".statusbar-item", { hasText: words });
  const queue = async (): Promise<string> => (await slurm.ask("squeue", "--noheader", "-r")).trim();

  const opened = shared(async () => {
    slurm = await startSlurm({ processors: 2, minJobAge: 10 });
    try {
      workbench = await Workbench.open(inject("installation"), async (one) => {
        await Promise.all(
          Object.entries({ "quick.diag": quick, "endless.diag": endless }).map(([name, text]) =>
            writeFile(join(one.workspace, name), text),
          ),
        );
        await one.writeSettings({ ...settings, "diag.cluster.enabled": true });
        const machine = join(one.folder, "user", "Machine");
        const runs = join(slurm.shared, "runs");
        await Promise.all([mkdir(machine, { recursive: true }), mkdir(runs)]);
        // The nodes' Node is the one of these tests, which is another than the editor's.
        const own = { "diag.cluster.directory": runs, "diag.cluster.node": process.execPath };
        await writeFile(join(machine, "settings.json"), JSON.stringify(own));
        const environment = slurm.environment as Record<string, string>;
        const browser = await one.start(["--disable-workspace-trust"], environment);
        page = await openScreen(one, browser, "quick.diag", {
          ...{ reducedMotion: "reduce", viewport: { width: 1300, height: 900 } },
        });
        await runCommand(page, "Diag: Open Results");
        await results().getByText("No runs yet").waitFor({ timeout: patience });
      });
    } catch (error) {
      await slurm.stop();
      throw error;
    }
  });

  beforeEach(() => opened());
  afterEach(({ task }) => pictureFailure(page, task));
  afterAll(async () => {
    await workbench?.remove();
    await slurm?.stop();
  });

  /** Runs the tests of a file as the explorer's menu has it. */
  async function runBy(profile: string, file: string): Promise<void> {
    await runCommand(page, "Testing: Focus on Test Explorer View");
    await page
      .locator(".test-explorer .monaco-list-row", { hasText: file })
      .first()
      .click({ button: "right", timeout: patience });
    const entry = page.locator(".monaco-menu .action-label", { hasText: "Execute Using Profile" }).first();
    const choice = page.locator(".quick-input-list .monaco-list-row", { hasText: profile }).first();
    // A menu that has just opened takes no clicks.
    await expect
      .poll(
        async () => {
          await entry.click({ timeout: 1000 }).catch(() => undefined);
          return choice.isVisible();
        },
        { timeout: patience },
      )
      .toBe(true);
    await choice.click({ timeout: patience });
  }

  /** The numbers of the run that is shown, without how fast they came. */
  async function numbers(): Promise<string[]> {
    const rows = results().locator("table tr", { hasText: "test_loss" });
    const said = await rows.allInnerTexts();
    return said.map((row) => row.split("\t").slice(0, -1).join("\t"));
  }

  test("has a test pass, with the numbers of this machine", async () => {
    await runBy("Cluster", "quick.diag");
    await showRun(results(), "agrees");
    const section = results().getByRole("region", { name: "On the cluster" });
    await section.getByText("submitted 1 task").waitFor({ timeout: patience });
    const there = await numbers();
    expect(there).toHaveLength(2);
    await runBy("CPU", "quick.diag");
    const agreeing = results().locator(".history-run", { hasText: "agrees" });
    await expect.poll(() => agreeing.count(), { timeout: patience }).toBe(2);
    await showRun(results(), "agrees");
    await section.waitFor({ state: "hidden", timeout: patience });
    expect(await numbers()).toEqual(there);
  });

  test("shows the log of a task, and cancels until no task is left", async () => {
    await runBy("Cluster", "endless.diag");
    await showRun(results(), "endless");
    const open = results().getByRole("button", { name: /^Open log of task \d+_0$/ });
    await open.waitFor({ timeout: patience });
    const log = page.locator(".view-line", { hasText: /^task\s0\sof\sendless-/ });
    // A task runs a little before it has a log.
    await expect
      .poll(
        async () => {
          if ((await page.locator(".tab", { hasText: "_0.log" }).count()) === 0) {
            await open.click();
          }
          return log.count();
        },
        { timeout: patience, interval: 1000 },
      )
      .toBeGreaterThan(0);
    await page.locator(".tab", { hasText: "Diag Results" }).click();
    expect(await queue()).toContain("endless");
    await results().getByRole("button", { name: "Cancel", exact: true }).click({ timeout: patience });
    await results()
      .getByText(/cancelled; no task of it lives/)
      .first()
      .waitFor({ timeout: patience });
    expect(await queue()).toBe("");
    expect(
      await results()
        .getByText(/^Task \d+_\d+ runs/)
        .count(),
    ).toBe(0);
  });

  test("has a run that outlives its window told when it ends", async () => {
    await slurm.ask("scontrol", "update", "nodename=node1", "state=drain", "reason=test");
    await runBy("Cluster", "quick.diag");
    await expect.poll(queue, { timeout: patience }).toContain("PD");
    await loadWindowAgain(workbench, page);
    await page.locator(".tab", { hasText: "Diag Results" }).click({ timeout: patience });
    await showRun(results(), "running");
    await slurm.ask("scontrol", "update", "nodename=node1", "state=resume");
    await status("right: the prediction holds at both learning rates").waitFor({ timeout: patience });
    await expect.poll(queue, { timeout: patience }).toBe("");
  });
});
