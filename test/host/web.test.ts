import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, inject, test } from "vitest";
import type { RunRecord } from "../../src/runs/index.js";
import { shared } from "../shared.js";
import { root } from "./root.js";
import {
  choose,
  clickLens,
  elementIn,
  focusText,
  hoverOver,
  type OpenWindow,
  openAnother,
  openScreen,
  patience,
  pictureFailure,
  previewIn,
  runCommand,
  settings,
} from "./screen.js";
import { Workbench } from "./workbench.js";

const run = promisify(execFile);

/** An experiment with something from another file, data of a table, and a line that is wrong. */
const text = `import "shapes.diag"

landscape rows {
  weights w = 0
  data x from "points.csv"
  loss (w - x)^2 / 2
}

verify excess {
  landscape rows
  sgd(N = 10, E = 1, B = 1)
  eta = 0.1, 0.2
  observe test_loss
  predict pair
  trials = 40000
}

verify long {
  landscape rows
  sgd(N = 10, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict pair
  trials = 900000000
}

diagram skew = (012-3)(03-13-23)

diagram wrong = (01-2)(02-19)
`;

/** A file to edit, with an experiment that is soon done. */
const words = `landscape valley {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}

diagram   pair = (01-2)(02-12)

verify quick {
  landscape valley
  sgd(N = 4, E = 1, B = 1)
  eta = 0.05
  observe test_loss
  predict pair
  trials = 2000
}
`;

/** What the extension keeps of runs in its storage, which this workbench has in the folder of its user. */
async function keptRuns({ folder }: Workbench): Promise<readonly RunRecord[]> {
  const files = await readdir(join(folder, "user"), { recursive: true, withFileTypes: true });
  const runs = files.filter(
    ({ name, parentPath }) => name.endsWith(".json") && basename(parentPath) === "runs",
  );
  const texts = await Promise.all(
    runs.map(({ name, parentPath }) => readFile(join(parentPath, name), "utf8")),
  );
  return texts.map((text) => JSON.parse(text).record);
}

// The extension as a browser's own host runs it, in a worker, without Node.
describe.skipIf(inject("workbenchLacks") !== "")("the extension in the web extension host", () => {
  let open: Pick<OpenWindow, "workbench" | "page"> | undefined;

  const opened = shared(async () => {
    let page: Page | undefined;
    const workbench = await Workbench.open(inject("installation"), async (one) => {
      await one.writeSettings({
        ...settings,
        "remote.extensionKind": { "descent-diagrams.descent-diagrams": ["web"] },
      });
      await writeFile(join(one.workspace, "web.diag"), text);
      await writeFile(join(one.workspace, "words.diag"), words);
      await writeFile(join(one.workspace, "shapes.diag"), "diagram pair = (01-2)(02-12)\n");
      await writeFile(join(one.workspace, "points.csv"), "x\n-1\n1\n0.5\n-0.5\n");
      const browser = await one.start(["--disable-workspace-trust"]);
      page = await openScreen(one, browser, "web.diag");
    });
    open = { workbench, page: page! };
    return open;
  });

  afterEach(({ task }) => pictureFailure(open?.page, task));
  afterAll(() => open?.workbench.remove());

  test("checks a file with what it imports and its data, and shows formulas and drawings", async () => {
    const { page } = await opened();
    // Of its faults the wrong line is the only one.
    const counts = page.locator('[id="status.problems"]');
    await expect
      .poll(async () => (await counts.innerText()).replace(/\D+/g, " ").trim(), { timeout: patience })
      .toBe("1 0");
    await hoverOver(page, "rows");
    await page.keyboard.press("Escape");
    await clickLens(page, "Preview", "Home");
    await elementIn(previewIn(page), "node", 2).waitFor({ timeout: patience });
  });

  test("verifies by WebAssembly in workers, with the desktop's bits, and keeps the run in its storage", async () => {
    const { page, workbench } = await opened();
    const excess = async () => (await keptRuns(workbench)).find(({ title }) => title === "excess");
    await clickLens(page, "Verify", "Home");
    await previewIn(page)
      .getByText(/agrees|deviates|inconclusive/)
      .first()
      .waitFor({ timeout: patience });
    await expect.poll(async () => (await excess())?.state, { timeout: patience }).toBe("done");
    const record = await excess();
    const words = ["verify", join(workbench.workspace, "web.diag"), "excess", "--backend", "cpu", "--json"];
    const desktop = await run(process.execPath, [join(root, "dist", "diag.js"), ...words]).catch(
      (error: { stdout: string }) => error,
    );
    const { runs } = JSON.parse(desktop.stdout) as { readonly runs: readonly Record<string, unknown>[] };
    const numbers = (one: Record<string, unknown>) =>
      ["eta", "predicted", "measured", "standardError", "plain", "orders", "verdict", "reason"].map(
        (name) => one[name],
      );
    expect(record!.points.map((point) => numbers({ ...point }))).toEqual(runs.map(numbers));
  });

  test("is cancelled with what is known by then", async () => {
    const { page, workbench } = await opened();
    await clickLens(page, "Verify", "End", 1);
    const progress = page.locator(".notification-toast", { hasText: /Verifying long: [1-9]/ }).first();
    await progress.locator("a.monaco-button", { hasText: "Cancel" }).click({ timeout: patience });
    const long = async () => (await keptRuns(workbench)).find(({ title }) => title === "long");
    await expect.poll(async () => (await long())?.state, { timeout: patience }).toBe("cancelled");
    // Enough of them are judged.
    const { points, partial } = (await long())!;
    const known = (points[0] ?? partial![0]!) as { readonly trials: number };
    expect(known.trials).toBeGreaterThan(0);
    expect(known.trials).toBeLessThan(900_000_000);
  });

  /** The text in the editor in front, as far as it is in sight, with plain spaces. */
  const shownText = async (page: Page): Promise<string> => {
    const lines = page.locator(".editor-group-container.active .view-line");
    return (await lines.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  };
  const quick = (page: Page, title: string) =>
    page.locator(".quick-input-widget", { has: page.locator(".quick-input-title", { hasText: title }) });

  test("completes, renames and formats a text", async () => {
    const { page } = await opened();
    await openAnother(page, "words.diag");
    await focusText(page, "End");
    await page.keyboard.type("\nverify another {\nobse");
    await page.keyboard.press("Control+Space");
    const suggested = page.locator(".suggest-widget .monaco-list-row", { hasText: "observe" }).first();
    await suggested.waitFor({ timeout: patience });
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await runCommand(page, "File: Revert File");
    await expect.poll(() => shownText(page), { timeout: patience }).not.toContain("another");
    await page
      .locator(".view-line span", { hasText: /^\s*pair\s*$/ })
      .first()
      .click();
    await page.keyboard.press("F2");
    await page.locator(".rename-box input").fill("twins");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => shownText(page), { timeout: patience })
      .toMatch(/diagram {3}twins[\s\S]*predict twins/);
    await runCommand(page, "Format Document");
    await expect.poll(() => shownText(page), { timeout: patience }).toMatch(/diagram twins/);
    await page.keyboard.press("Control+S");
    const written = () => readFile(join(open!.workbench.workspace, "words.diag"), "utf8");
    await expect.poll(written, { timeout: patience }).toContain("predict twins");
  });

  test("exports a drawing, as a picture and for a paper", async () => {
    const { page, workbench } = await opened();
    await openAnother(page, "shapes.diag");
    for (const [label, extension, says] of [
      ["SVG", "svg", /^<svg[\s\S]*<\/svg>\s*$/],
      ["TikZ", "tex", /\\begin\{tikzpicture\}/],
    ] as const) {
      await runCommand(page, "Diag: Export Diagram…");
      await choose(page, label);
      await quick(page, `${label} of pair`).waitFor({ timeout: patience });
      await choose(page, "Save to File");
      const place = page.locator(".quick-input-widget input").first();
      await expect.poll(() => place.inputValue(), { timeout: patience }).toContain(`pair.${extension}`);
      await page.keyboard.press("Enter");
      const saved = () => readFile(join(workbench.workspace, `pair.${extension}`), "utf8").catch(() => "");
      await expect.poll(saved, { timeout: patience }).toMatch(says);
    }
  });

  test("makes a new file, opens an example and the first steps", async () => {
    const { page } = await opened();
    await runCommand(page, "Diag: New Diagram File");
    await page.locator(".tab.active", { hasText: "Untitled" }).waitFor({ timeout: patience });
    await page
      .locator(".codelens-decoration a", { hasText: "Verify" })
      .first()
      .waitFor({ timeout: patience });
    await runCommand(page, "Diag: Open Example…");
    await choose(page, "metric.diag");
    await expect.poll(() => shownText(page), { timeout: patience }).toContain("metric");
    await runCommand(page, "Diag: Get Started");
    await page
      .locator(".gettingStartedContainer", { hasText: "Get Started with Descent Diagrams" })
      .waitFor({ timeout: patience });
  });

  test("runs the tests of a file, and says in the explorer how they end", async () => {
    const { page, workbench } = await opened();
    await openAnother(page, "words.diag");
    await runCommand(page, "Test: Run Tests in Current File");
    const ended = async () => (await keptRuns(workbench)).find(({ title }) => title === "quick")?.state;
    await expect.poll(ended, { timeout: patience }).toBe("done");
    // A diagram alone is no order of the prediction.
    const [point] = (await keptRuns(workbench)).find(({ title }) => title === "quick")!.points;
    expect(point!.verdict).toBe("disagrees");
    await runCommand(page, "Testing: Focus on Test Explorer View");
    // Among the files of all examples its row may be out of sight.
    await page.keyboard.type("@doc");
    const failed = page.locator(".test-explorer .monaco-list-row", {
      has: page.locator(".codicon-testing-failed-icon"),
      hasText: "words.diag",
    });
    await failed.first().waitFor({ timeout: patience });
    await page.keyboard.press("Control+B");
  });

  test("refuses a cluster for the browser, and offers none", async () => {
    const { page } = await opened();
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").first().fill(">Diag: Show");
    const entries = page.locator(".quick-input-list .monaco-list-row");
    await entries.filter({ hasText: "Show Output" }).first().waitFor({ timeout: patience });
    expect(await entries.filter({ hasText: "Show Cluster Runs" }).count()).toBe(0);
    await page.keyboard.press("Escape");
  });

  test("is what runs there", async () => {
    const { page } = await opened();
    await runCommand(page, "Developer: Show Running Extensions");
    const row = page.locator(".monaco-list-row", { hasText: "Descent Diagrams" });
    await row.filter({ hasText: "web worker" }).first().waitFor({ timeout: patience });
  });
});
