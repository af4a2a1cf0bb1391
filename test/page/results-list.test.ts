import { expect, test } from "vitest";
import { focusedOf } from "./in-page.mjs";
import { describeResults, poll, recordedRun, summaryOf } from "./results-harness.js";
import { overflowing, tag, tagged } from "./results-in-page.mjs";

describeResults("the list of runs", (open) => {
  test("says how each stands, and loads the one chosen", async () => {
    const [gauss, several] = [await recordedRun("gauss"), await recordedRun("several")];
    const stopped = summaryOf(several, { state: "interrupted", resumable: true, changed: true });
    const one = await open({ records: [gauss], runs: [summaryOf(gauss), stopped] });
    const items = one.page.getByRole("navigation", { name: "Runs" }).getByRole("listitem");
    await poll(() => items.count()).toBe(2);
    expect(await items.nth(0).innerText()).toContain("agrees");
    const text = await items.nth(1).innerText();
    for (const words of ["gauss_gap", "interrupted", "changed since", "can be resumed"]) {
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
    await one.page.getByRole("heading", { level: 1, name: "gauss_excess" }).waitFor();
    expect((await one.said("shows")).map(({ id }) => id)).toEqual(["gauss-1", "several-1", "gauss-1"]);
  });

  test("a run that begins is shown to who looks at the latest, and to nobody else", async () => {
    const [gauss, several] = [await recordedRun("gauss"), await recordedRun("several")];
    const begun = ["one", "two"].map((id) =>
      summaryOf(gauss, { id, title: `begun ${id}`, state: "running" }),
    );
    const one = await open({ records: [gauss, several] });
    const shown = async () => (await one.said("shows")).at(-1)?.id;
    await poll(shown).toBe("gauss-1");
    const kept = [summaryOf(gauss), summaryOf(several)];
    await one.send({ type: "runs", runs: [begun[0]!, ...kept] });
    await poll(shown).toBe("one");
    await one.page.getByRole("button", { name: /gauss_gap/ }).click();
    await poll(shown).toBe("several-1");
    await one.send({ type: "runs", runs: [begun[1]!, begun[0]!, ...kept] });
    await poll(() => one.page.getByRole("button", { name: /begun two/ }).count()).toBe(1);
    expect(await shown()).toBe("several-1");
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
    await poll(() => one.page.getByText("changed since", { exact: true }).count()).toBe(3);
    expect(await one.page.evaluate(tagged, ".history-run")).toEqual({ kept: 3, fresh: 0 });
    expect(await one.page.evaluate(focusedOf)).toContain("gauss_gap");
    await one.page.keyboard.press("Enter");
    await one.page.getByRole("heading", { level: 1, name: "gauss_gap" }).waitFor();
    await one.page.keyboard.press("Delete");
    await poll(() => one.said("delete")).toEqual([{ type: "delete", id: "several-1" }]);
  });

  test("stands by blocks, each name in full, and is filtered by text and verdict over reloads", async () => {
    const long = "a_name_of_sixty_characters_that_goes_on_and_on_until_it_ends";
    const [gauss, several] = [await recordedRun("gauss"), await recordedRun("several")];
    const runs = [
      summaryOf(gauss),
      summaryOf(several),
      summaryOf(gauss, { id: "older", state: "cancelled", resumable: true }),
      summaryOf(gauss, { id: "long", title: long, state: "interrupted" }),
    ];
    const one = await open({ records: [gauss], runs });
    const { page } = one;
    const groups = page.locator(".history-group");
    await poll(() => groups.count()).toBe(3);
    expect(await page.locator(".history-group h3").allTextContents()).toEqual([
      "gauss_excessgauss.diag",
      "gauss_gapgap.diag",
      `${long}gauss.diag`,
    ]);
    expect(await groups.nth(0).getByRole("listitem").count()).toBe(2);
    expect(await groups.nth(2).getAttribute("title")).toContain(long);
    const isCut = await page.evaluate(overflowing, ".history-title, .history-file, .history-run");
    expect(isCut).toEqual([]);

    const field = page.getByRole("textbox", { name: "Filter runs" });
    await field.click();
    await page.keyboard.type("GAP");
    await poll(() => page.locator(".history-run").count()).toBe(1);
    await page.getByText("1 of 4 runs").waitFor();
    await poll(() => one.state()).toMatchObject({ filter: "GAP" });
    await page.keyboard.type(" nowhere");
    await page.getByText("No run matches the filter.").waitFor();
    await page.getByRole("button", { name: "Show all runs" }).click();
    await poll(() => page.locator(".history-run").count()).toBe(4);
    await page.getByRole("combobox", { name: "Show" }).click();
    await page.getByRole("option", { name: "cancelled" }).click();
    await poll(() => page.locator(".history-run").count()).toBe(1);
    await poll(() => one.state()).toMatchObject({ standing: "cancelled" });
    await field.click();
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(focusedOf)).toContain("cancelled");

    const again = await open({ records: [gauss], runs, state: { filter: "long_enough_for_none" } });
    await again.page.getByText("No run matches the filter.").waitFor();
  });

  test("is behind a button where there is no room for it, by pointer and by keyboard", async () => {
    const records = [await recordedRun("gauss"), await recordedRun("several")];
    const { page } = await open({ records, size: { width: 690, height: 700 } });
    const button = page.getByRole("button", { name: /gauss_excess: agrees.*\(2 runs\)/ });
    await button.waitFor();
    expect(await page.locator(".history-panel").isVisible()).toBe(false);
    await button.click();
    await poll(() => button.getAttribute("aria-expanded")).toBe("true");
    await page
      .getByRole("button", { name: /^gauss_gap/ })
      .last()
      .click();
    await page.getByRole("heading", { level: 1, name: "gauss_gap" }).waitFor();
    expect(await page.locator(".history-panel").isVisible()).toBe(false);
    await page.keyboard.press("Enter");
    await poll(() => page.locator(".history-panel").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    await poll(() => page.locator(".history-panel").isVisible()).toBe(false);
  });
});
