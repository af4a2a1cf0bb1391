import { expect, test } from "vitest";
import type { RunPoint } from "../../src/runs/index.js";
import { describeResults, poll, recordedRun } from "./results-harness.js";
import { withOrders } from "./results-runs.js";

const orderedRun = async (change: Partial<RunPoint> = {}) => withOrders(await recordedRun("gauss"), change);

describeResults("orders that were measured", (open) => {
  const section = "Each order by itself";

  test("are a plot and a table beside their predictions, with what they leave over", async () => {
    const record = await orderedRun();
    const { page } = await open({ records: [record] });
    const orders = page.locator(`section[aria-label="${section}"]`);
    await orders.waitFor();
    const last = record.points.at(-1)!;
    await poll(() => orders.locator(".sentence").textContent()).toBe(
      `test_loss at η = ${last.eta}: agrees, since ${last.reason}.`,
    );
    const cells = async () =>
      (await orders.locator("tbody tr").allTextContents()).map((row) => row.replace(/\s+/g, " "));
    await poll(async () => (await cells()).length).toBe(5);
    expect((await cells())[3]).toContain("not measured");
    expect((await cells())[4]).toContain("left over");
    // Orders 0 to 2 are there in both ways; order 3 is zero and was not measured.
    await poll(() => orders.locator("[class~=predicted] line").count()).toBe(3);
    await poll(() => orders.locator("[class~=measured] path, [class~=measured] circle").count()).toBe(4);
    await page.locator(".run-head .reason", { hasText: last.reason }).waitFor();
    await page.getByText("0.5123(21)").first().waitFor();
    const residuals = page.locator('section[aria-label="Residuals"]');
    await residuals.getByText("to the power 4.00").waitFor();
    await residuals.getByText("|measured − its orders| (logarithmic)").waitFor();
  });

  test("that rounding leaves of zero squeeze no others, and have their number in the table", async () => {
    const orders = [
      { order: 0, predicted: 0.5, measured: 0.5, standardError: 0 },
      { order: 1, predicted: -7e-34, measured: -1.1768947e-19, standardError: 8.3e-20 },
      { order: 2, predicted: 0.002, measured: 0.00201, standardError: 2e-5 },
    ];
    const { page } = await open({ records: [await orderedRun({ orders })] });
    const shown = page.locator(`section[aria-label="${section}"]`);
    await shown.getByText("−1.18(83)·10⁻¹⁹").waitFor();
    await shown.getByText("0.002010(20)").waitFor();
    await poll(() => shown.locator("[class~=predicted] line").count()).toBe(2);
    const ticks = await shown.locator("svg [aria-label~=y-axis] text").allTextContents();
    expect(ticks.filter((text) => /10⁻[1-9][0-9]|e-/.test(text))).toEqual([]);
  });

  test("whose predictions are estimated stand with their errors, and so does the curve", async () => {
    const orders = [
      { order: 0, predicted: 0.5, measured: 0.5, standardError: 0 },
      { order: 1, predicted: -0.02, predictedError: 0.0005, measured: -0.0204, standardError: 0.0004 },
    ];
    const record = await orderedRun({ orders, predictedError: 0.0005, predicted: 0.48 });
    const curves = record.curves.map(({ truncation, ...curve }) => ({
      ...curve,
      truncation: truncation.map(() => null),
      interval: truncation.map(() => 0.001),
    }));
    const terms = record.terms.map((point) => ({
      ...point,
      terms: point.terms.map((term) => ({ ...term, standardError: 0.00025, value: 0.0125 })),
    }));
    const { page } = await open({ records: [{ ...record, curves, terms }] });
    const shown = page.locator(`section[aria-label="${section}"]`);
    await shown.getByText("−0.02000(50)").waitFor();
    await poll(() => shown.locator("[class~=error][class~=predicted] rect").count()).toBe(1);
    await page.getByText("0.48000(50)").first().waitFor();
    await page.getByText("with its 95 % interval").first().waitFor();
    await poll(() => page.locator("[class~=interval-of-estimate] path").count()).toBe(1);
    await poll(() => page.locator("[class~=band] path").count()).toBe(0);
    await page.locator("details.terms summary").first().click();
    await page.getByText("0.01250(25)").first().waitFor();
  });

  test("that are all there is leave no slope to tell", async () => {
    const record = await orderedRun();
    const points = record.points.map((point) => ({
      ...point,
      remainder: { measured: 1.34e-18 * point.eta, standardError: 2.4e-21 },
    }));
    const { page } = await open({ records: [{ ...record, points }] });
    await page.getByText("Nothing is left over but rounding: the orders are all there is.").first().waitFor();
  });

  test("of another learning rate are chosen", async () => {
    const record = await orderedRun();
    const one = await open({ records: [record] });
    await one.page.getByRole("combobox", { name: "η of the orders" }).click();
    await one.page.getByRole("option", { name: "0.025", exact: true }).click();
    const orders = one.page.locator(`section[aria-label="${section}"]`);
    await poll(() => orders.locator(".sentence").textContent()).toContain("at η = 0.025: agrees");
    await poll(() => one.state()).toMatchObject({ eta: 0.025 });
  });

  test("that leave too much over say so beside the verdict, with what to do", async () => {
    const reason =
      "order 3 does not carry what was measured at this eta: 60 % of it is left over; lower eta to 0.02";
    const change = { verdict: "inconclusive", reason, etaToDecide: 0.02, orderToDecide: 4 } as const;
    const record = await orderedRun(change);
    const one = await open({ records: [record] });
    await one.page.locator(".run-head .reason", { hasText: reason }).waitFor();
    await one.page.getByRole("button", { name: "Lower eta to 0.02" }).click();
    await one.page.getByRole("button", { name: "Predict order 4" }).click();
    const { id } = record;
    const from = record.points.at(-1)!.eta;
    await poll(() => one.said("amend")).toEqual([
      { type: "amend", id, amendment: { kind: "eta", from, to: 0.02 } },
      { type: "amend", id, amendment: { kind: "order", order: 4 } },
    ]);
  });

  test("are in no section where they were not measured", async () => {
    const { page } = await open({ records: [await recordedRun("gauss")] });
    await page.locator('section[aria-label="Residuals"]').waitFor();
    expect(await page.locator(`section[aria-label="${section}"]`).isVisible()).toBe(false);
  });
});
