import { expect, test } from "vitest";
import { type RunEvent, type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";
import { untilDrawn } from "./in-page.mjs";
import { describeResults, type OpenResults, poll, recordedRun, summaryOf } from "./results-harness.js";
import { headerOf, runningRecord, withOrders } from "./results-runs.js";

/** What a run tells from its beginning to one of its ends. */
async function eventsOf(kind: string): Promise<{ readonly record: RunRecord; readonly events: RunEvent[] }> {
  const record = withOrders(await recordedRun(kind === "evaluated" ? "evaluation" : "gauss"));
  const { curves, terms, points } = record;
  const { progress, partial } = runningRecord(record, 1);
  const finished = record.started + 2000;
  const predicted: RunEvent = { type: "predicted", curves, terms };
  const told: RunEvent = { type: "progress", progress: progress!, partial };
  const all = points.map((point): RunEvent => ({ type: "point", point }));
  const lost = points.map((point): RunEvent => {
    const trials = { measured: null, standardError: null, diverged: point.trials };
    return {
      type: "point",
      point: { ...point, ...trials, verdict: "inconclusive", reason: "trials diverged" },
    };
  });
  const ends = (state: "done" | "cancelled" | "failed", message?: string): RunEvent => ({
    ...{ type: "ended", state, finished },
    ...(message === undefined ? {} : { message }),
  });
  const kinds: Readonly<Record<string, RunEvent[]>> = {
    done: [predicted, ...all, ends("done")],
    evaluated: [predicted, ends("done")],
    "under way": [predicted, all[0]!, told],
    "cancelled with trials that are kept": [
      predicted,
      told,
      { type: "kept", kept: partial },
      ends("cancelled"),
    ],
    "cancelled with trials that are not kept": [predicted, told, ends("cancelled")],
    "cancelled after a point": [predicted, all[0]!, ends("cancelled")],
    "failed at once": [ends("failed", "there is no memory")],
    "failed after a point": [predicted, all[0]!, ends("failed", "there is no memory")],
    diverged: [predicted, ...lost, ends("done")],
    "done without points": [predicted, ends("done")],
  };
  return { record, events: kinds[kind]! };
}

async function saidBy({ page }: OpenResults): Promise<string> {
  await page.locator("h1").last().waitFor();
  await page.evaluate(untilDrawn);
  return page.locator("main").innerText();
}

describeResults("after a reload", (open) => {
  test.each([
    "done",
    "evaluated",
    "under way",
    "cancelled with trials that are kept",
    "cancelled with trials that are not kept",
    "cancelled after a point",
    "failed at once",
    "failed after a point",
    "diverged",
    "done without points",
  ])("the page says the same of a run that is %s", async (kind) => {
    const { record, events } = await eventsOf(kind);
    const header = headerOf(record);
    const live = await open();
    await live.send({ type: "event", id: record.id, event: { type: "started", header } });
    await live.send({ type: "show", id: record.id });
    for (const event of events) {
      await live.send({ type: "event", id: record.id, event });
    }
    const kept = JSON.parse(JSON.stringify(events.reduce(withEvent, startedRecord(header)))) as RunRecord;
    const again = await open({ records: [kept], state: { id: record.id } });
    await live.send({ type: "runs", runs: [summaryOf(kept)] });
    const words = await saidBy(again);
    await poll(() => saidBy(live)).toBe(words);
    const isMeasured = kept.points.length + kept.partial.length > 0;
    expect(/nothing (?:was|is) measured/i.test(words)).toBe(!isMeasured && kind !== "evaluated");
  });
});
