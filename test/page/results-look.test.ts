import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { takePicture, takesPictures } from "../pictures.js";
import { complaintsOf } from "./access.js";
import { untilDrawn } from "./in-page.mjs";
import { describeResults, recordedRun, summaryOf } from "./results-harness.js";
import { overflowing, scrollMain } from "./results-in-page.mjs";
import { clusterState, extremeRun, runningRecord, withOrders } from "./results-runs.js";
import { inThemes } from "./themes.js";

/** Has a page in each theme nothing to complain of; its pictures show it scrolled so far. */
async function looksWell(page: Page, scrolled: Readonly<Record<string, number>> = {}): Promise<void> {
  await inThemes(page, async (theme) => {
    expect(await complaintsOf(page, theme), theme).toEqual([]);
    for (const [name, far] of takesPictures ? Object.entries(scrolled) : []) {
      await page.evaluate(scrollMain, far);
      await takePicture(page, "page", `results-${name}-${theme}`);
    }
  });
}

describeResults("looks and can be used in all themes", (open) => {
  test("a verification", async () => {
    const records = [
      await recordedRun("several"),
      await recordedRun("gauss"),
      await recordedRun("evaluation"),
    ];
    const runs = [
      ...records.map((record) => summaryOf(record)),
      summaryOf(records[0]!, {
        id: "stopped",
        title: "gauss_long",
        state: "interrupted",
        resumable: true,
        changed: true,
      }),
    ];
    const { page } = await open({ records, runs, size: { width: 1100, height: 900 } });
    await page.locator(".diag-plot").first().waitFor();
    await page.evaluate(untilDrawn);
    await looksWell(page, { values: 0, more: 700, numbers: 5000 });
  });

  test("a run on a cluster", async () => {
    const { progress: _, ...record } = runningRecord(await recordedRun("several"), 2);
    const told = ["submitted 16 tasks as array 1234", "task 1234_3 ended with exit code 3"];
    const there = { ...record, partial: [], cluster: { ...clusterState, told } };
    const { page } = await open({ records: [there], size: { width: 1100, height: 900 } });
    await page.locator(".diag-plot").first().waitFor();
    await page.evaluate(untilDrawn);
    await looksWell(page, { cluster: 0 });
  });

  test("orders, with what would decide a run", async () => {
    const record = withOrders(await recordedRun("gauss"), {
      verdict: "inconclusive",
      reason:
        "order 3 does not carry what was measured at this eta: 60 % of it is left over; lower eta to 0.02",
      etaToDecide: 0.02,
      orderToDecide: 4,
    });
    const { page } = await open({ records: [record], size: { width: 1000, height: 900 } });
    await page.locator('section[aria-label="Each order by itself"] .diag-plot').waitFor();
    await page.evaluate(untilDrawn);
    await looksWell(page, { reason: 0, orders: 900 });
  });

  test("two runs beside each other, and the forms", async () => {
    const records = [await recordedRun("gauss"), await recordedRun("other-seed")];
    const { page } = await open({
      records,
      state: { id: "gauss-1", compare: "gauss-2" },
      size: { width: 1000, height: 760 },
    });
    await page.locator(".diag-plot").first().waitFor();
    await page.evaluate(untilDrawn);
    await takePicture(page, "page", "results-compare-dark");
    await page.getByRole("button", { name: "Clear all…" }).click();
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("dialog", { name: "Export the run" }).waitFor();
    await looksWell(page, { export: 0 });
  });

  test("an evaluation", async () => {
    const { page } = await open({ records: [await recordedRun("evaluation")] });
    await page.locator(".diag-plot").first().waitFor();
    await page.getByText("The contributions as a table").click();
    await page.evaluate(untilDrawn);
    await looksWell(page, { evaluation: 450 });
  });

  test("a run under way, in a narrow window", async () => {
    const record = runningRecord(await recordedRun("several"), 2);
    const { page } = await open({ records: [record], size: { width: 560, height: 900 } });
    await page.locator(".diag-plot").first().waitFor();
    await page.evaluate(untilDrawn);
    await looksWell(page, { running: 0 });
  });

  test("no run at all", async () => {
    const { page } = await open({ size: { width: 700, height: 300 } });
    await page.getByText("No runs yet").waitFor();
    await looksWell(page);
  });

  test.each([400, 690, 900, 1400])(
    "nothing is off the edge at %i px, whatever names and numbers are",
    async (width) => {
      const { page } = await open({
        records: [extremeRun(await recordedRun("gauss"))],
        size: { width, height: 900 },
      });
      await page.locator(".diag-plot").first().waitFor();
      await page.evaluate(untilDrawn);
      await page.getByText("What was run, and how").click();
      const places =
        "h1, h2, .answer, .reason, .next, .note, dd, .sentence, .hint, .plot, .tools, .numbers .table-holder, .numbers tbody td, .numbers tbody th";
      expect(await page.evaluate(overflowing, places)).toEqual([]);
      // What people look for first is seen without scrolling sideways.
      const seen = page.locator('.numbers [data-heading="measured"], .numbers [data-heading="reason"]');
      for (const cell of await seen.all()) {
        const box = (await cell.boundingBox())!;
        expect(box.x + box.width).toBeLessThanOrEqual(width);
      }
      await looksWell(page, { [`extreme-${width}`]: 0, [`extreme-${width}-numbers`]: 9000 });
    },
  );
});
