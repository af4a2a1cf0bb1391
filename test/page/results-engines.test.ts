import { expect, test } from "vitest";
import type { RunPoint, RunRecord } from "../../src/runs/index.js";
import { takePicture } from "../pictures.js";
import { describeResults, poll, recordedRun, summaryOf } from "./results-harness.js";
import { plotOf } from "./results-in-page.mjs";
import { headerOf, runningRecord } from "./results-runs.js";
import { inThemes } from "./themes.js";

const values = "Values against the learning rate";
const H100 = { device: "NVIDIA H100 (Vulkan)", why: "it is 240 times as fast as the processor" };

/** A run as a GPU would have measured it: what its points may be off, the last of them decided by that. */
async function coarseRun(floor = 2e-4): Promise<RunRecord> {
  const record = await recordedRun("several");
  const points = record.points.map((point, index): RunPoint => {
    const coarse = { ...point, backend: "webgpu", roundingFloor: floor };
    return index === record.points.length - 1
      ? { ...coarse, verdict: "inconclusive", needsPrecision: true }
      : coarse;
  });
  return { ...record, backend: "webgpu", engine: H100, points };
}

describeResults("what simulates", (open) => {
  test("is told with its reason as soon as it is known, and when another one goes on", async () => {
    const record = await recordedRun("gauss");
    const { id } = record;
    const one = await open();
    const { page } = one;
    const tell = (event: Parameters<typeof one.send>[0] & { type: "event" }) => one.send(event);
    const header = { ...headerOf(record), backend: "auto" };
    await tell({ type: "event", id, event: { type: "started", header } });
    await one.send({ type: "show", id });
    const backend = page.locator(".run-head dl > div", { hasText: "backend" }).locator("dd");
    await poll(() => backend.textContent()).toBe("auto");
    await tell({ type: "event", id, event: { type: "engine", backend: "webgpu", ...H100 } });
    await poll(() => backend.textContent()).toBe(
      "webgpu — NVIDIA H100 (Vulkan), since it is 240 times as fast as the processor",
    );
    const { partial, progress } = runningRecord(record, 0);
    await tell({ type: "event", id, event: { type: "progress", progress: progress!, partial } });
    const lost = {
      device: "WebAssembly on 8 threads",
      why: "the GPU is lost: reset",
      fallback: true,
    } as const;
    await tell({ type: "event", id, event: { type: "engine", backend: "cpu", ...lost } });
    await poll(() => backend.textContent()).toBe("webgpu+cpu — WebAssembly on 8 threads");
    await page
      .getByText("The processor went on (WebAssembly on 8 threads), since the GPU is lost: reset.")
      .waitFor();
    await one.send({ type: "runs", runs: [summaryOf(record, { backend: "webgpu+cpu" })] });
    await page.locator(".history-place", { hasText: /, webgpu\+cpu$/ }).waitFor();
  });

  test("has one sentence for a reason of many lines, and the lines when they are asked for", async () => {
    const why = "there is no compiler to use: none was found; there is no GPU to use: the driver\nsays no";
    const record = await recordedRun("gauss");
    const { page } = await open({
      records: [{ ...record, backend: "cpu", engine: { device: "8 threads", why } }],
    });
    const backend = page.locator(".run-head dl > div", { hasText: "backend" }).locator("dd");
    await poll(() => backend.textContent()).toBe(
      "cpu — 8 threads, since there is no compiler to use: none was found",
    );
    const lines = page.locator(".engine-details li");
    expect(await lines.first().isVisible()).toBe(false);
    await page.getByText("What was run, and how").click();
    await page.getByText("All that was said of the engines").click();
    expect(await lines.allTextContents()).toEqual([
      "There is no compiler to use: none was found.",
      "There is no GPU to use: the driver.",
      "Says no.",
    ]);
    expect(await lines.first().isVisible()).toBe(true);
  });

  test("says what is known of a prediction", async () => {
    const record = await recordedRun("evaluation");
    const said = { ...record, notes: ["At eta = 3 descent diverges", "At eta = 3 pair overflows"] };
    const { page } = await open({ records: [said] });
    await page.getByText("At eta = 3 descent diverges. At eta = 3 pair overflows.").waitFor();
  });

  test("in single precision is drawn and written with what it may be off", async () => {
    const record = await coarseRun();
    const other = { ...record, id: "exact", points: (await recordedRun("several")).points };
    const one = await open({ records: [record, other] });
    const { page } = one;
    await page.locator(".diag-plot").first().waitFor();
    const { marks, texts } = await page.evaluate(plotOf, values);
    const [floors, intervals] = ["floor", "interval"].map((name) =>
      marks.filter((mark) => mark.name === name),
    );
    expect(floors!.length).toBe(intervals!.length);
    floors!.forEach(({ top, bottom }, index) => {
      expect(top).toBeLessThanOrEqual(intervals![index]!.top);
      expect(bottom).toBeGreaterThanOrEqual(intervals![index]!.bottom);
    });
    expect(texts).toContain("what single precision may be off");
    expect(marks.find(({ words }) => words !== "")!.words).toMatch(/single precision may be off by 0\.0002/);
    await page.getByText("Pale bars go beyond them").waitFor();
    const residuals = await page.evaluate(plotOf, "Residuals");
    expect(residuals.texts).toContain("rounding floor");
    expect(residuals.marks.filter(({ name }) => name === "rounding").length).toBe(record.etas.length);

    const headings = page.locator(".numbers .table-holder").first().locator("thead th:visible");
    expect(await headings.allTextContents()).toContain("rounding floor");
    expect(await headings.allTextContents()).not.toContain("engine");
    const last = page.locator(".numbers tbody tr").nth(record.points.length - 1);
    expect(await last.innerText()).toMatch(/inconclusive: single precision decides here/);
    expect(await last.locator("td:visible").allTextContents()).toContain("0.0002");
    await page.getByRole("button", { name: "Copy as LaTeX table" }).click();
    await poll(async () => (await one.said("copy"))[0]?.text).toContain("& rounding &");

    // The same numbers without floors have no column, no bars and no words of it.
    await page.locator(".history-run[data-id=exact]").click();
    await poll(() => headings.allTextContents()).not.toContain("rounding floor");
    await poll(async () =>
      (await page.evaluate(plotOf, values)).marks.some(({ name }) => name === "floor"),
    ).toBe(false);
    expect(await page.getByText("Pale bars go beyond them").isVisible()).toBe(false);
  });

  test("and cannot tell is run again in double precision", async () => {
    const record = await coarseRun();
    const one = await open({ records: [record] });
    await one.page
      .getByText(`Single precision decides here at 1 of ${record.points.length} points`)
      .waitFor();
    await one.page.getByRole("button", { name: "Run in double precision" }).click();
    await poll(() => one.said("rerun")).toEqual([{ type: "rerun", id: record.id, precise: true }]);
  });

  test("is seen, also when nothing is known of its rounding", async () => {
    const record = await coarseRun(Number.MAX_VALUE);
    const mixed = {
      ...record,
      backend: "webgpu+cpu",
      engine: { device: "8 threads", why: "the tab with the GPU was closed", fallback: true } as const,
      points: record.points.map((point, index): RunPoint => {
        if (index % 2 === 0) {
          return { ...point, roundingFloor: 4e-4 };
        }
        return index === 1 ? point : { ...point, backend: "cpu" };
      }),
    };
    const { page } = await open({ records: [mixed] });
    await page.locator(".diag-plot").first().waitFor();
    await inThemes(page, async (theme) => {
      await poll(async () => (await page.evaluate(plotOf, "Residuals")).marks.length).toBeGreaterThan(0);
      const headings = page.locator(".numbers thead th:visible");
      await poll(() => headings.allTextContents()).toContain("engine");
      await takePicture(page, "page", `results-engine-${theme}`);
    });
  });
});
