import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import { sourceOf } from "../../../src/extension/runs/runs.js";
import { gpuTabs, text, withSetting } from "./engines.js";
import { api } from "./runs.js";
import { ask, notes, openFile, type Tests, until } from "./testing.js";

/** In a browser whose GPU is a program. */
export const gpuTab: Tests = {
  "a GPU of the window simulates in a tab, beside the results, and the tab goes with the run": async () => {
    const { runs, tests } = await api();
    deepEqual(tests.profiles, ["CPU"]);
    const document = await openFile("gpu.diag", text);
    await ask("diag.openResults");
    const began = performance.now();
    let tabs = 0;
    const run = await runs.start(
      {
        kind: "verification",
        source: sourceOf(document),
        target: { kind: "verify", name: "once" },
        backend: "webgpu",
      },
      {
        onEvent: () => {
          tabs = Math.max(tabs, gpuTabs().length);
        },
      },
    );
    notes.push(`a GPU in a tab verified after ${(performance.now() - began).toFixed(0)} ms`);
    equal(`${run.state} ${run.backend} ${run.message ?? ""}`, "done webgpu ");
    match(run.engine!.device, /swiftshader \(in a page\)/);
    const [point] = run.points;
    equal(point!.verdict, "agrees");
    ok(point!.roundingFloor! > 0 && point!.roundingFloor! < 1e-5);
    equal(tabs, 1);
    const results = await until("the results in front", () =>
      vscode.window.tabGroups.all
        .map(({ activeTab }) => activeTab)
        .find((tab) => tab?.input instanceof vscode.TabInputWebview && tab.label === "Diag Results"),
    );
    ok(results);
    await until("the end of the tab", () => gpuTabs().length === 0);
    // It is a program: its profile is there for those who want to try it.
    deepEqual(tests.profiles, ["CPU"]);
    await withSetting("engine.acceptSoftwareGpu", true, () =>
      until("the profile", () => tests.profiles.join() === "CPU,GPU"),
    );
    await until("its end", () => tests.profiles.join() === "CPU");
  },
};
