import { expect, test } from "vitest";
import { focusedOf } from "./in-page.mjs";
import { describeResults, poll, recordedRun, summaryOf } from "./results-harness.js";
import { tag, tagged } from "./results-in-page.mjs";

describeResults("the list of runs", (open) => {
  test("says how each stands, and loads the one chosen", async () => {
    const [gauss, several] = [await recordedRun("gauss"), await recordedRun("several")];
    const stopped = summaryOf(several, { state: "interrupted", resumable: true, changed: true });
    const one = await open({ records: [gauss], runs: [summaryOf(gauss), stopped] });
    const items = one.page.getByRole("navigation", { name: "Runs" }).getByRole("listitem");
    await poll(() => items.count()).toBe(2);
    expect(await items.nth(0).innerText()).toContain("agrees");
    const text = await items.nth(1).innerText();
    for (const words of ["gauss_gap", "interrupted", "gap.diag", "file changed since", "can be resumed"]) {
      expect(text).toContain(words);
    }
    expect(await items.nth(1).locator("svg.standing.interrupted").count()).toBe(1);
    await items
      .nth(1)
      .getByRole("button", { name: /gauss_gap/ })
      .click();
    await poll(() => one.said("load")).toEqual([{ type: "load", id: "several-1" }]);
    await one.send({ type: "missing", id: "several-1", message: "its file is gone" });
    await one.page.getByText("its file is gone").waitFor();
    await items
      .nth(0)
      .getByRole("button", { name: /gauss_excess/ })
      .click();
    await one.page.getByRole("heading", { name: "gauss_excess" }).waitFor();
    expect((await one.said("shows")).map(({ id }) => id)).toEqual(["gauss-1", "several-1", "gauss-1"]);
  });

  test("deletes one, and all only after a question", async () => {
    const records = [await recordedRun("gauss"), await recordedRun("several")];
    const one = await open({ records });
    const { page } = one;
    await page.getByRole("button", { name: "Delete the run" }).nth(1).click();
    await poll(() => one.said("delete")).toEqual([{ type: "delete", id: "several-1" }]);
    await one.send({ type: "runs", runs: [summaryOf(records[0]!)] });
    await poll(() => page.getByRole("listitem").count()).toBe(1);
    await page.getByRole("button", { name: "Clear all…" }).click();
    await page.getByRole("button", { name: "Keep" }).click();
    expect(await one.said("clear")).toEqual([]);
    await page.getByRole("button", { name: "Clear all…" }).click();
    await page.getByRole("button", { name: "Delete all" }).click();
    await poll(() => one.said("clear")).toEqual([{ type: "clear" }]);
    await one.send({ type: "runs", runs: [] });
    await page.getByRole("heading", { name: "No runs yet" }).waitFor();
    await page.getByText("press Verify above a verify block").waitFor();
  });

  test("goes by arrow keys and Delete, and keeps the keyboard's place", async () => {
    const records = [
      await recordedRun("gauss"),
      await recordedRun("several"),
      await recordedRun("evaluation"),
    ];
    const one = await open({ records });
    await one.page.locator(".history-run").first().focus();
    await one.page.keyboard.press("ArrowDown");
    expect(await one.page.evaluate(focusedOf)).toContain("gauss_gap");
    await one.page.evaluate(tag, ".history-run");
    await one.send({ type: "runs", runs: records.map((record) => summaryOf(record, { changed: true })) });
    await poll(() => one.page.getByText("file changed since").count()).toBe(3);
    expect(await one.page.evaluate(tagged, ".history-run")).toEqual({ kept: 3, fresh: 0 });
    expect(await one.page.evaluate(focusedOf)).toContain("gauss_gap");
    await one.page.keyboard.press("Enter");
    await one.page.getByRole("heading", { name: "gauss_gap" }).waitFor();
    await one.page.keyboard.press("Delete");
    await poll(() => one.said("delete")).toEqual([{ type: "delete", id: "several-1" }]);
  });
});
