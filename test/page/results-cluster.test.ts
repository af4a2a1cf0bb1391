import { expect, test } from "vitest";
import { focusedOf } from "./in-page.mjs";
import { describeResults, poll, recordedRun } from "./results-harness.js";
import { headerOf, clusterState as state } from "./results-runs.js";

describeResults("a run on a cluster", (open) => {
  test("shows how far it has come, its tasks with their logs, and what happened", async () => {
    const record = await recordedRun("several");
    const { id, curves, terms } = record;
    const one = await open();
    const { page } = one;
    const tell = (event: object) => one.send({ type: "event", id, event: event as never });
    await tell({ type: "started", header: headerOf(record) });
    await one.send({ type: "show", id });
    await page.getByRole("heading", { name: record.title }).waitFor();
    const section = page.getByRole("region", { name: "On the cluster" });
    expect(await section.isVisible()).toBe(false);
    await tell({ type: "predicted", curves, terms });
    await tell({ type: "engine", backend: "cpu", device: "Slurm", why: "it was sent there" });
    const { progress: _, ...sent } = state;
    await tell({ type: "cluster", cluster: { ...sent, tasks: [], more: 0 } });
    await page.getByText("sent to the cluster").waitFor();
    await tell({ type: "cluster", cluster: state });
    await tell({ type: "told", line: "submitted 4 tasks as array 1234" });
    await page.getByText("45 % of 2,000,000 trials · 9 of 20 shards · 3 tasks run · 1 task waits").waitFor();
    const bar = page.getByRole("progressbar", { name: "Progress of the run" });
    expect(await bar.getAttribute("aria-valuenow")).toBe("45");
    await section.getByText("Task 1234_3 ended with exit code 3").waitFor();
    await section.getByText("submitted 4 tasks as array 1234").waitFor();
    await section.getByText("and 2 more").waitFor();
    const log = section.getByRole("button", { name: "Open log of task 1234_3" });
    await log.focus();
    const focused = await page.evaluate(focusedOf);
    const [first, second] = state.tasks;
    await tell({ type: "cluster", cluster: { ...state, tasks: [{ ...first!, line: "was lost" }, second] } });
    await section.getByText("Task 1234_3 was lost").waitFor();
    expect(await page.evaluate(focusedOf)).toBe(focused);
    await log.click();
    await section.getByRole("button", { name: "Open folder" }).click();
    await poll(() => one.said("openFolder")).toEqual([{ type: "openFolder", id }]);
    expect(await one.said("openLog")).toEqual([{ type: "openLog", id, array: 1234, index: 3 }]);
    for (const point of record.points) {
      await tell({ type: "point", point });
    }
    await tell({ type: "ended", state: "done", finished: record.finished! });
    await poll(() => bar.isHidden()).toBe(true);
    expect(await section.isVisible()).toBe(true);
    expect(one.complaints).toEqual([]);
  });
});
