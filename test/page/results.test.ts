import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../src/runs/index.js";
import { describeResults, type OpenResults, poll, recordedRun, summaryOf } from "./results-harness.js";
import { plotOf, type SeenPlot, type SeenTick } from "./results-in-page.mjs";
import { longName } from "./results-runs.js";

const values = "Values against the learning rate";
const contributions = "Contributions of the diagrams";
const residuals = "Residuals";

async function plot(one: OpenResults, title: string): Promise<SeenPlot> {
  await one.page.locator(`section[aria-label="${title}"] .diag-plot`).waitFor();
  return one.page.evaluate(plotOf, title);
}

function named({ marks }: SeenPlot, name: string) {
  return marks.filter((mark) => mark.name === name);
}

/** What a tick says as a number: `0.05`, `2·10⁻⁵`, `10⁻⁵`. */
function tickValue({ text }: SeenTick): number {
  const plain = text
    .replace("−", "-")
    .replace("·10", "e")
    .replace(/^10(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])/, "1e")
    .replace("⁻", "-")
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) => String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)));
  return Number(plain);
}

/** Where a value belongs, by two ticks of its axis. */
function placeBy(
  ticks: readonly SeenTick[],
  side: "x" | "y",
  scale: (value: number) => number = (value) => value,
) {
  const [first, last] = [ticks[0]!, ticks.at(-1)!];
  const [low, high] = [scale(tickValue(first)), scale(tickValue(last))];
  return (value: number): number =>
    first[side] + ((scale(value) - low) / (high - low)) * (last[side] - first[side]);
}

describeResults("plots", (open) => {
  test("show each measurement where its numbers are, and one curve an order", async () => {
    const record = await recordedRun("gauss");
    const one = await open({ records: [record] });
    const seen = await plot(one, values);
    expect(seen.label).toBe("test_loss: the prediction holds at all 3 learning rates.");
    expect(named(seen, "order").length).toBe(2);
    expect(named(seen, "order last").length).toBe(1);
    expect(named(seen, "band").length).toBe(1);
    expect(seen.texts).toEqual(expect.arrayContaining(["order 1", "order 2", "order 3", "measured, agrees"]));
    // The order-0 value of 0.5 would dwarf the effect.
    expect(seen.yLabel).toBe("test_loss − order 0 (0.5)");
    expect(seen.x.map(tickValue)).toEqual(record.etas);
    const points = named(seen, "measured agrees");
    const intervals = named(seen, "interval");
    expect(points.length).toBe(3);
    expect(intervals.length).toBe(3);
    const [x, y] = [placeBy(seen.x, "x"), placeBy(seen.y, "y")];
    record.points.forEach(({ eta, measured, standardError }, index) => {
      expect(Math.abs(points[index]!.x - x(eta))).toBeLessThan(1.5);
      expect(Math.abs(points[index]!.y - y(measured! - 0.5))).toBeLessThan(1.5);
      const half = 1.96 * standardError!;
      expect(Math.abs(intervals[index]!.top - y(measured! - 0.5 + half))).toBeLessThan(1.5);
      expect(Math.abs(intervals[index]!.bottom - y(measured! - 0.5 - half))).toBeLessThan(1.5);
    });
  });

  test("have a logarithmic axis for learning rates that are far apart, until it is switched off", async () => {
    const record = await recordedRun("several");
    const one = await open({ records: [record] });
    const before = await plot(one, values);
    expect(before.xLabel).toContain("logarithmic");
    const points = named(before, "measured agrees");
    const x = placeBy(before.x, "x", Math.log);
    record.etas.slice(0, 4).forEach((eta, index) => {
      expect(Math.abs(points[index]!.x - x(eta))).toBeLessThan(1.5);
    });
    await one.page.getByRole("checkbox", { name: "Logarithmic η" }).click();
    await poll(async () => (await plot(one, values)).xLabel).toBe("learning rate η");
    const after = await plot(one, values);
    const linear = placeBy(after.x, "x");
    named(after, "measured agrees").forEach((point, index) => {
      expect(Math.abs(point.x - linear(record.etas[index]!))).toBeLessThan(1.5);
    });
    await poll(() => one.state()).toMatchObject({ logarithmic: false });
  });

  test("tell verdicts by shape and word", async () => {
    const one = await open({ records: [await recordedRun("several")] });
    const seen = await plot(one, values);
    expect(named(seen, "measured disagrees").length).toBe(1);
    expect(named(seen, "measured agrees").length).toBe(4);
    expect(seen.texts).toEqual(expect.arrayContaining(["disagrees", "measured, disagrees"]));
    const signs = one.page.locator(`section[aria-label="${values}"] g.measured`);
    expect(await signs.locator("circle").count()).toBe(4);
    expect(await signs.locator("path").count()).toBe(1);
    await one.page.getByRole("combobox", { name: "Observable" }).click();
    await one.page.getByRole("option", { name: "displacement(h)" }).click();
    await poll(async () => (await plot(one, values)).label).toBe(
      "displacement(h): the prediction does not hold at 1 of 5 learning rates; 4 are undecided.",
    );
    const other = await plot(one, values);
    expect(named(other, "measured inconclusive").length).toBe(4);
    expect(other.yLabel).toBe("displacement(h)");
  });

  test("compare two runs, each with its own signs", async () => {
    const [first, second] = [await recordedRun("gauss"), await recordedRun("other-seed")];
    const one = await open({ records: [first], runs: [summaryOf(first), summaryOf(second)] });
    await plot(one, values);
    await one.page.getByRole("combobox", { name: "Compare with…" }).click();
    await one.page.getByRole("option").nth(1).click();
    await poll(() => one.said("load")).toEqual([{ type: "load", id: "gauss-2" }]);
    await one.send({ type: "record", record: second });
    await poll(async () => (await plot(one, values)).label).toContain(
      "In the run compared with, gauss_excess of seed 2: the prediction holds at all 3 learning rates.",
    );
    const seen = await plot(one, values);
    const points = named(seen, "measured agrees");
    expect(points.length).toBe(6);
    expect(named(seen, "order other").length).toBe(1);
    const y = placeBy(seen.y, "y");
    const heights = points.map((point) => Math.round(point.y)).sort((a, b) => a - b);
    const wanted = [...first.points, ...second.points]
      .map(({ measured }) => Math.round(y(measured! - 0.5)))
      .sort((a, b) => a - b);
    heights.forEach((height, index) => {
      expect(Math.abs(height - wanted[index]!)).toBeLessThan(3);
    });
    expect(await one.page.getByRole("table").count()).toBe(2);
    await one.page.getByRole("combobox", { name: "Compare with…" }).click();
    await one.page.getByRole("option", { name: "no other run" }).click();
    await poll(async () => named(await plot(one, values), "measured agrees").length).toBe(3);
  });

  test("are offered by names that differ, however long these are and however soon one was begun after the other", async () => {
    const record = await recordedRun("gauss");
    const started = new Date(2025, 2, 14, 9, 30, 7).getTime();
    const runs = [7, 8, 3600].map((second, index) =>
      summaryOf(record, { id: `other-${index}`, title: longName, started: started + (second - 7) * 1000 }),
    );
    const one = await open({ records: [record], runs: [summaryOf(record), ...runs] });
    await one.page.getByRole("combobox", { name: "Compare with…" }).click();
    const names = (await one.page.getByRole("option").allTextContents()).slice(1);
    expect(names.map((name) => name.replace(/\s/g, " "))).toEqual([
      `${longName}, Mar 14, 2025, 9:30:07 AM`,
      `${longName}, Mar 14, 2025, 9:30:08 AM`,
      `${longName}, Mar 14, 2025, 10:30 AM`,
    ]);
  });

  test("draw residuals with their noise and slope", async () => {
    const record = await recordedRun("several");
    const one = await open({ records: [record] });
    const seen = await plot(one, residuals);
    expect(named(seen, "residual above").length).toBe(3);
    expect(named(seen, "residual below").length).toBe(2);
    expect(named(seen, "noise").length).toBe(5);
    expect(seen.texts).toEqual(expect.arrayContaining(["expected slope 3"]));
    expect(seen.label).toContain("3 is expected for small η");
    const [x, y] = [placeBy(seen.x, "x", Math.log), placeBy(seen.y, "y", Math.log)];
    const last = named(seen, "residual above").at(-1)!;
    const { eta, measured, predicted } = record.points
      .filter(({ observable }) => observable === "test_loss")
      .at(-1)!;
    expect(Math.abs(last.x - x(eta))).toBeLessThan(1.5);
    expect(Math.abs(last.y - y(Math.abs(measured! - predicted!)))).toBeLessThan(1.5);
  });

  test("say when the noise hides the slope, and show no residuals of one learning rate", async () => {
    const record = await recordedRun("gauss");
    const noisy = record.points.map((point) => ({ ...point, standardError: 0.01 }));
    const single: RunRecord = { ...record, id: "single", etas: [0.1], points: record.points.slice(2) };
    const one = await open({ records: [{ ...record, points: noisy }, single] });
    expect((await plot(one, residuals)).label).toContain(
      "No slope can be told: 3 of 3 residuals are within twice their standard error",
    );
    await one.send({ type: "show", id: "single" });
    await one.page.locator(`section[aria-label="${residuals}"]`).waitFor({ state: "hidden" });
  });
});

describeResults("contributions", (open) => {
  test("are bars in the order of their sizes, of the learning rate chosen", async () => {
    const record = await recordedRun("gauss");
    const one = await open({ records: [record] });
    const terms = (eta: number) => record.terms.find((point) => point.eta === eta)!.terms;
    const value = (eta: number, name: string) => terms(eta).find((term) => term.name === name)!.value!;
    const seen = await plot(one, contributions);
    expect(seen.label).toContain("The order-0 term, 0.5, has no bar.");
    const [pair, skew] = named(seen, "bars");
    const x = placeBy(seen.x, "x");
    expect(Math.abs(pair!.right - x(value(0.1, "pair")))).toBeLessThan(1.5);
    expect(Math.abs(skew!.left - x(value(0.1, "skew")))).toBeLessThan(1.5);
    await one.page.getByRole("combobox", { name: "η" }).click();
    await one.page.getByRole("option", { name: "0.025" }).click();
    await poll(async () => (await plot(one, contributions)).label).toContain("at η = 0.025");
    const next = await plot(one, contributions);
    expect(Math.abs(named(next, "bars")[0]!.right - placeBy(next.x, "x")(value(0.025, "pair")))).toBeLessThan(
      1.5,
    );
  });

  test("lead to their diagrams, by pointer and by keyboard", async () => {
    const record = await recordedRun("gauss");
    const one = await open({ records: [record] });
    await plot(one, contributions);
    await one.page.getByRole("button", { name: /^pair,/ }).click();
    await one.page.keyboard.press("ArrowDown");
    await one.page.keyboard.press("Enter");
    await one.page.keyboard.press("Shift+Enter");
    const skew = { shortForm: "(012-3)(03-13-23)", name: "skew" };
    const id = "gauss-1";
    await poll(() => one.said("reveal")).toEqual([
      { type: "reveal", id, diagram: { shortForm: "(01-2)(02-12)", name: "pair" }, where: "text" },
      { type: "reveal", id, diagram: skew, where: "text" },
      { type: "reveal", id, diagram: skew, where: "preview" },
    ]);
    await one.page.getByText("The contributions as a table").click();
    await one.page.getByRole("row", { name: /skew/ }).getByRole("button", { name: "Preview" }).click();
    await poll(async () => (await one.said("reveal")).at(-1)).toEqual({
      type: "reveal",
      id,
      diagram: skew,
      where: "preview",
    });
  });

  test("are the largest 30 until all are asked for; rounding has no bars", async () => {
    const record = await recordedRun("evaluation");
    const [point] = record.terms;
    const many = Array.from({ length: 45 }, (_, index) => ({
      ...point!.terms[1]!,
      diagram: `(0-1)(01) ${index}`,
      value: (index % 2 === 0 ? 1 : -1) * (index + 1),
    }));
    const tiny = { ...point!.terms[1]!, diagram: "(tiny)", value: 1e-30 };
    const terms = [{ ...point!, terms: [point!.terms[0]!, tiny, ...many] }];
    const one = await open({ records: [{ ...record, terms }] });
    const bars = one.page.locator(".bar-press");
    await poll(() => bars.count()).toBe(30);
    expect(await bars.first().getAttribute("aria-label")).toContain("(0-1)(01) 44");
    await one.page.getByRole("button", { name: "Show all 45" }).click();
    await poll(() => bars.count()).toBe(45);
    await one.page.getByRole("button", { name: "Show the largest" }).click();
    await poll(() => bars.count()).toBe(30);
  });

  test("of an evaluation stand with its curves, without measurements", async () => {
    const one = await open({ records: [await recordedRun("evaluation")] });
    const seen = await plot(one, values);
    expect(named(seen, "order").length + named(seen, "order last").length).toBe(4);
    expect(seen.marks.filter(({ name }) => name.startsWith("measured")).length).toBe(0);
    expect(await one.page.getByRole("heading", { name: "All numbers" }).isVisible()).toBe(false);
    await one.page.getByText("The contributions as a table").click();
    await one.page.getByRole("table", { name: /^Contributions to test_loss at η = 0.1/ }).waitFor();
  });
});

describe("strangers' text", () => {
  describeResults("is text", (open) => {
    test("wherever it is shown", async () => {
      const hostile = '<img src=x onerror="document.title=1">';
      const record = await recordedRun("gauss");
      const terms = record.terms.map((point) => ({
        ...point,
        observable: hostile,
        terms: point.terms.map((term) => ({ ...term, diagram: hostile, name: hostile })),
      }));
      const evil: RunRecord = {
        ...record,
        title: hostile,
        file: hostile,
        landscape: hostile,
        spacetime: hostile,
        message: hostile,
        observables: [hostile],
        points: record.points.map((point) => ({ ...point, observable: hostile, reason: hostile })),
        curves: record.curves.map((curves) => ({ ...curves, observable: hostile })),
        terms,
      };
      const one = await open({ records: [evil] });
      const seen = await plot(one, values);
      expect(seen.yLabel).toContain("<img");
      await plot(one, contributions);
      await one.page.getByText("The contributions as a table").click();
      await one.page.getByRole("button", { name: "Export" }).click();
      expect(await one.page.locator("img").count()).toBe(0);
      expect(await one.page.title()).toBe("Results");
      expect(await one.page.getByRole("heading", { level: 1 }).textContent()).toBe(hostile);
    });

    test("and what is not finite is said to be so", async () => {
      const record = await recordedRun("gauss");
      const points = record.points.map((point, index) =>
        index === 2 ? { ...point, measured: null, standardError: null, diverged: 7 } : point,
      );
      const one = await open({ records: [{ ...record, points }] });
      const seen = await plot(one, values);
      expect(seen.label).toContain(
        "At η = 0.1 there is no finite mean to draw. Trials diverged: 7 of 200,000 at η = 0.1.",
      );
      expect(named(seen, "measured agrees").length).toBe(2);
      const row = one.page.getByRole("table").first().getByRole("row").nth(3);
      expect((await row.innerText()).match(/not finite/g)?.length).toBe(2);
    });
  });
});
