import { expect, test } from "vitest";
import type { RunPoint, RunRecord } from "../../src/runs/index.js";
import { describeResults, poll, recordedRun } from "./results-harness.js";

/** A run as it is when each order is measured by itself, the largest learning rate too large for it. */
async function orderedRun(change: Partial<RunPoint> = {}): Promise<RunRecord> {
  const record = await recordedRun("gauss");
  const points = record.points.map((point, index): RunPoint => {
    const { eta } = point;
    const known = {
      ...point,
      orders: [
        { order: 0, predicted: 0.5, measured: 0.5, standardError: 0 },
        { order: 1, predicted: -0.1 * eta, measured: -0.1003 * eta, standardError: 3e-4 * eta },
        { order: 2, predicted: 0.2 * eta ** 2, measured: 0.201 * eta ** 2, standardError: 2e-3 * eta ** 2 },
        { order: 3, predicted: 0, measured: null, standardError: null },
      ],
      remainder: { measured: 3 * eta ** 4, standardError: 1e-3 * eta ** 4 },
      plain: { measured: 0.51234, standardError: 0.0021 },
      reason: `orders 0 to 3 agree; ${index} % of what was measured beyond order 0 is left over`,
    };
    return index === record.points.length - 1 ? { ...known, ...change } : known;
  });
  return { ...record, points };
}

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
