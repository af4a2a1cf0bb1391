import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { complaintsOf } from "./access.js";
import { themeNames } from "./harness.js";
import { untilDrawn } from "./in-page.mjs";
import { describeResults, recordedRun, summaryOf } from "./results-harness.js";
import { scrollMain } from "./results-in-page.mjs";
import { runningRecord, withOrders } from "./results-runs.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

// With DIAG_SCREENSHOTS=1 the pictures of the documentation are renewed; else a test run keeps its own.
const pictures = join(root, ...(process.env.DIAG_SCREENSHOTS ? ["docs", "images"] : ["out", "page"]));

describe.each(themeNames)("%s", (theme) => {
  beforeAll(() => mkdir(pictures, { recursive: true }));

  describeResults("looks and can be used", (open) => {
    const picture = (name: string): string => join(pictures, `results-${name}-${theme}.png`);

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
      const one = await open({ records, runs, theme, size: { width: 1100, height: 900 } });
      await one.page.locator(".diag-plot").first().waitFor();
      await one.page.evaluate(untilDrawn);
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await one.page.screenshot({ path: picture("values") });
      await one.page.evaluate(scrollMain, 700);
      await one.page.screenshot({ path: picture("more") });
      await one.page.evaluate(scrollMain, 5000);
      await one.page.screenshot({ path: picture("numbers") });
    });

    test("orders, with what would decide a run", async () => {
      const record = withOrders(await recordedRun("gauss"), {
        verdict: "inconclusive",
        reason:
          "order 3 does not carry what was measured at this eta: 60 % of it is left over; lower eta to 0.02",
        etaToDecide: 0.02,
        orderToDecide: 4,
      });
      const one = await open({ records: [record], theme, size: { width: 1000, height: 900 } });
      const orders = one.page.locator('section[aria-label="Each order by itself"]');
      await orders.locator(".diag-plot").waitFor();
      await one.page.evaluate(untilDrawn);
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await one.page.screenshot({ path: picture("reason") });
      await orders.scrollIntoViewIfNeeded();
      await one.page.screenshot({ path: picture("orders") });
    });

    test("two runs beside each other, and the forms", async () => {
      const records = [await recordedRun("gauss"), await recordedRun("other-seed")];
      const one = await open({
        records,
        theme,
        state: { id: "gauss-1", compare: "gauss-2" },
        size: { width: 1000, height: 760 },
      });
      await one.page.locator(".diag-plot").first().waitFor();
      await one.page.evaluate(untilDrawn);
      await one.page.screenshot({ path: picture("compare") });
      await one.page.getByRole("button", { name: "Clear all…" }).click();
      await one.page.getByRole("button", { name: "Export" }).click();
      await one.page.getByRole("dialog", { name: "Export the run" }).waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await one.page.screenshot({ path: picture("export") });
    });

    test("an evaluation", async () => {
      const one = await open({ records: [await recordedRun("evaluation")], theme });
      await one.page.locator(".diag-plot").first().waitFor();
      await one.page.getByText("The contributions as a table").click();
      await one.page.evaluate(untilDrawn);
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await one.page.evaluate(scrollMain, 450);
      await one.page.screenshot({ path: picture("evaluation") });
    });

    test("a run under way, in a narrow window", async () => {
      const record = runningRecord(await recordedRun("several"), 2);
      const one = await open({ records: [record], theme, size: { width: 560, height: 900 } });
      await one.page.locator(".diag-plot").first().waitFor();
      await one.page.evaluate(untilDrawn);
      expect(await complaintsOf(one.page, theme)).toEqual([]);
      await one.page.screenshot({ path: picture("running") });
    });

    test("no run at all", async () => {
      const one = await open({ theme, size: { width: 700, height: 300 } });
      await one.page.getByText("No runs yet").waitFor();
      expect(await complaintsOf(one.page, theme)).toEqual([]);
    });
  });
});
