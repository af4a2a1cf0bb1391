import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { ResultsPageState, RunPoint, RunRecord, RunSummary } from "../../src/runs/index.js";
import { takesPictures } from "../pictures.js";
import { untilDrawn } from "./in-page.mjs";
import { lookedAt, wrongPlaces } from "./layout.js";
import { fullHeight } from "./layout-in-page.mjs";
import { describeResults, type OpenResults, recordedRun, summaryOf } from "./results-harness.js";
import { clusterState, extremeRun, headerOf, longName, runningRecord } from "./results-runs.js";

type Change = (record: RunRecord) => RunRecord;

const ofPoints =
  (change: (point: RunPoint, place: number) => Partial<RunPoint>): Change =>
  (record) => ({
    ...record,
    points: record.points.map((point, place) => ({ ...point, ...change(point, place) })),
  });
const longReason = `order 3 does not carry what was measured at this eta: 60 % of it is left over; lower eta to 1e-30, or see whether ${longName} is right`;
const stopped =
  (state: RunRecord["state"], message?: string): Change =>
  (record) => ({
    ...record,
    state,
    points: record.points.slice(0, 1),
    ...(message === undefined ? {} : { message }),
  });

/** Every way in which a run can stand. */
const standings: Readonly<Record<string, Change>> = {
  agrees: ofPoints(() => ({ verdict: "agrees" })),
  disagrees: ofPoints((_, place) => ({
    verdict: place === 0 ? "agrees" : "disagrees",
    reason: longReason,
    ...(place === 2 ? { wrongOrder: 2 } : {}),
  })),
  inconclusive: ofPoints((_, place) => ({
    verdict: "inconclusive",
    reason: longReason,
    ...(place === 0
      ? { trialsToDecide: 1e15 }
      : place === 1
        ? { etaToDecide: 1e-30 }
        : { orderToDecide: 12 }),
    needsPrecision: true as const,
  })),
  diverged: ofPoints(({ trials }) => ({
    ...{
      measured: null,
      standardError: null,
      diverged: trials,
      verdict: "inconclusive",
      reason: "trials diverged",
    },
    remainder: null,
    plain: { measured: null, standardError: null },
  })),
  unpredicted: (record) => ({
    ...ofPoints(() => ({
      verdict: null,
      reason: "",
      predicted: null,
      truncation: null,
      orders: null,
      remainder: null,
    }))(record),
    ...{ prediction: "", curves: [], terms: [] },
  }),
  failed: stopped("failed", `there is no memory for ${longName}; make the batches smaller`),
  interrupted: stopped("interrupted"),
  cancelled: stopped("cancelled"),
  running: (record) => runningRecord(record, 1),
  estimating: (record) => ({
    ...runningRecord(record, 0),
    ...{ points: [], partial: [], curves: [], terms: [] },
    estimating: { samples: 12_345, totalSamples: 1e9, rows: 4096, share: 0.3, secondsLeft: 1e6 },
  }),
  cluster: (record) => {
    const { progress: _, ...rest } = runningRecord(record, 2);
    const folder = `/shared/${longName}/${longName}`;
    const tasks = clusterState.tasks.map((task) => ({ ...task, line: `${task.line}: ${longName}` }));
    const told = ["submitted 16 tasks as array 1234", `task 1234_3 ended with exit code 3: ${folder}`];
    return { ...rest, partial: [], cluster: { ...clusterState, name: longName, folder, tasks, told } };
  },
  fallen: (record) => ({
    ...record,
    engine: {
      ...{ device: longName, fallback: true },
      why: `the GPU was lost: ${longName}\nit said that\n${longReason}`,
    },
    notes: [`descent on ${longName} diverges at eta = 1e77`, "numbers overflow"],
    metric: "h: 1e-30",
    measure: "total",
  }),
};

/** A run of many learning rates, at none of which the prediction can be judged; at its ends the mean is far off. */
function crowded(record: RunRecord, rates: number): RunRecord {
  const etas = Array.from({ length: rates }, (_, place) => 0.025 + (0.075 * place) / (rates - 1));
  const isFar = (place: number) => place === 0 || place === rates - 1;
  return {
    ...record,
    etas,
    points: etas.map((eta, place) => ({
      ...record.points[0]!,
      eta,
      measured: isFar(place) ? (place - 1) * 1.234e77 : 0.5 + 0.9 * eta ** 2,
      standardError: 1e-5,
      diverged: isFar(place) ? 1 : 0,
      ...{ verdict: "inconclusive", reason: longReason },
    })),
    terms: [],
  };
}

let base: RunRecord;
let evaluation: RunRecord;
const recordOf = (name: string): RunRecord => ({ ...standings[name]!(base), id: name });

beforeAll(async () => {
  base = { ...extremeRun(await recordedRun("gauss")), started: 1e12 };
  evaluation = { ...extremeRun(await recordedRun("evaluation")), id: "evaluation" };
});

/** All runs, as the list has them: some changed since, some to be resumed. */
const listed = (): RunSummary[] =>
  Object.keys(standings).map((name, place) => {
    const run = recordOf(name);
    const title = place % 3 === 0 ? "short" : `${longName}${place}`;
    return summaryOf(run, { title, changed: place % 2 === 0, resumable: run.state === "interrupted" });
  });

/** Looks at a page as it is, and in pictures at all that it scrolls to. */
async function look({ page }: OpenResults, name: string, width: number): Promise<string[]> {
  await page.evaluate(untilDrawn);
  if (takesPictures) {
    const height = Math.min(6000, Math.max(600, 40 + (await page.evaluate(fullHeight, "main"))));
    await page.setViewportSize({ width, height });
    await page.evaluate(untilDrawn);
  }
  return wrongPlaces(page, `results-${name}-${width}`);
}

async function show(one: OpenResults, record: RunRecord): Promise<void> {
  await one.send({ type: "record", record });
  await one.send({ type: "show", id: record.id });
  await one.page
    .locator(`.history-run[aria-current=true][data-id="${record.id}"]`)
    .waitFor({ state: "attached" });
}

async function unfold(page: Page): Promise<void> {
  for (const words of [
    "What was run, and how",
    "All that was said of the engines",
    "The contributions as a table",
  ]) {
    const summary = page.locator("summary", { hasText: words });
    if (await summary.isVisible()) {
      await summary.click();
    }
  }
}

describeResults("the results, whatever names and numbers are", (open) => {
  test.each(lookedAt)("have every word of every standing in its place at %i px", async (width) => {
    const runs = listed();
    const one = await open({ records: [recordOf("agrees")], runs, size: { width, height: 900 } });
    await one.page.locator(".diag-plot").first().waitFor();
    const faults: string[] = [];
    for (const name of Object.keys(standings)) {
      await show(one, recordOf(name));
      faults.push(...(await look(one, name, width)));
    }
    await unfold(one.page);
    faults.push(...(await look(one, "unfolded", width)));
    expect(faults).toEqual([]);
  });

  test.each(lookedAt)("of an evaluation, two runs, the list and the forms too, at %i px", async (width) => {
    const records = [evaluation, recordOf("agrees"), { ...recordOf("disagrees"), seed: 2 }];
    const runs = [...records.slice(0, 1).map((run) => summaryOf(run)), ...listed()];
    const one = await open({ records, runs, size: { width, height: 900 } });
    const { page } = one;
    const faults: string[] = [];
    await show(one, evaluation);
    await unfold(page);
    faults.push(...(await look(one, "evaluation", width)));
    const state = { id: "agrees", compare: "disagrees" } satisfies ResultsPageState;
    const two = await open({ records, runs, state, size: { width, height: 900 } });
    await two.page.locator(".diag-plot").first().waitFor();
    faults.push(...(await look(two, "compared", width)));
    await two.page.setViewportSize({ width, height: 900 });
    await two.page.getByRole("combobox", { name: /^Compare with/ }).click();
    await two.page.locator("vscode-dropdown[open] vscode-option").first().waitFor();
    faults.push(...(await wrongPlaces(two.page, `results-others-${width}`)));
    await two.page.keyboard.press("Escape");
    await two.page.getByRole("button", { name: "Export" }).click();
    await two.page.getByRole("dialog", { name: "Export the run" }).waitFor();
    await two.page.evaluate(untilDrawn);
    faults.push(...(await wrongPlaces(two.page, `results-export-${width}`)));
    await two.page.keyboard.press("Escape");
    await two.send({
      type: "notice",
      message: `${longName}.csv could not be saved: the disk is full`,
      failed: true,
    });
    await two.page.locator(".toast:not([hidden])").waitFor();
    const toggle = two.page.locator(".history-toggle");
    if (await toggle.isVisible()) {
      await toggle.click();
    }
    await two.page.getByRole("button", { name: "Clear all…" }).click();
    await two.page.evaluate(untilDrawn);
    faults.push(...(await wrongPlaces(two.page, `results-list-${width}`)));
    await two.page.getByRole("button", { name: "Keep" }).click();
    await two.page.locator(".history-filters input").first().fill("nothing is called so");
    await two.page.getByText("No run matches the filter.").waitFor();
    faults.push(...(await wrongPlaces(two.page, `results-filtered-${width}`)));
    expect(faults).toEqual([]);
  });

  test.each(lookedAt)("of few learning rates and many, alone and compared, at %i px", async (width) => {
    const gauss = await recordedRun("gauss");
    const faults: string[] = [];
    for (const rates of [6, 40]) {
      const records = ["one", "two"].map((id) => ({ ...crowded(gauss, rates), id }));
      for (const compare of [undefined, "two"]) {
        const state = { id: "one", ...(compare && { compare }) } satisfies ResultsPageState;
        const one = await open({ records, state, size: { width, height: 900 } });
        await one.page.locator(".diag-plot").first().waitFor();
        await one.page.evaluate(untilDrawn);
        faults.push(...(await look(one, `${rates}-rates${compare ? "-compared" : ""}`, width)));
      }
    }
    expect(faults).toEqual([]);
  });

  test.each(lookedAt)("without a run, or with one that is gone, at %i px", async (width) => {
    const none = await open({ size: { width, height: 400 } });
    await none.page.getByText("No runs yet").waitFor();
    const faults = await wrongPlaces(none.page, `results-none-${width}`);
    const gone = await open({ runs: [summaryOf(base)], size: { width, height: 400 } });
    await gone.send({ type: "missing", id: base.id, message: `${longName}.json is gone; run it again` });
    await gone.page.getByText("is gone").waitFor();
    faults.push(...(await wrongPlaces(gone.page, `results-gone-${width}`)));
    const begun = await open({ size: { width, height: 400 } });
    await begun.send({ type: "event", id: base.id, event: { type: "started", header: headerOf(base) } });
    await begun.send({ type: "show", id: base.id });
    await begun.page.getByRole("heading", { name: base.title }).waitFor();
    faults.push(...(await look(begun, "begun", width)));
    expect(faults).toEqual([]);
  });
});
