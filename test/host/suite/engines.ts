import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import type { EngineFinding } from "../../../src/engines/index.js";
import { sourceOf } from "../../../src/extension/runs/runs.js";
import { asSentence } from "../../../src/printable/index.js";
import type { RunRecord } from "../../../src/runs/index.js";
import { api } from "./runs.js";
import { ask, notes, openFile, type Tests, until } from "./testing.js";

/** One verification, of a moment. */
export const text = `landscape bowl {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}
verify once {
  landscape bowl
  sgd(N = 1, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict order 2
  trials = 20000
}
`;

/** Where the tests do not see to it that there is no GPU, a window may have one. */
const mayHaveGpu = process.env.DIAG_HOST_GPU !== "none";

/** Verifies with the settings' engine. */
async function verify(): Promise<RunRecord> {
  const document = await openFile("engines.diag", text);
  const { runs } = await api();
  return runs.start({
    kind: "verification",
    source: sourceOf(document),
    target: { kind: "verify", name: "once" },
  });
}

/** Tabs that lend a GPU. */
export const gpuTabs = (): readonly vscode.Tab[] =>
  vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(lendsGpu);

function lendsGpu({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.includes("diag.gpu");
}

/** Does something while the workspace has a setting. */
export async function withSetting<Result>(
  name: string,
  value: unknown,
  work: () => Promise<Result>,
): Promise<Result> {
  const settings = vscode.workspace.getConfiguration("diag");
  await settings.update(name, value, vscode.ConfigurationTarget.Workspace);
  try {
    return await work();
  } finally {
    await settings.update(name, undefined, vscode.ConfigurationTarget.Workspace);
  }
}

export const engines: Tests = {
  "a run says what simulates and why, and keeps what was wished": async () => {
    const run = await verify();
    const { history } = await api();
    equal(`${run.state} ${run.backend} ${run.points[0]!.backend}`, "done cpu cpu");
    match(run.engine!.device, /^WebAssembly on \d+ thread/);
    equal(run.engine!.why, "the run is short");
    equal((await history.order(run.id))?.backend, "auto");
  },

  "a GPU that is wished for and not there is told of in one line, with what is missing": async () => {
    await withSetting("engine.backend", "webgpu", async () => {
      const began = performance.now();
      const run = await verify();
      const found = run.message ?? run.engine?.device;
      notes.push(`webgpu after ${(performance.now() - began).toFixed(0)} ms: ${found}`);
      if (mayHaveGpu && run.state === "done") {
        equal(run.backend, "webgpu");
        return;
      }
      equal(run.state, "failed");
      match(run.message!, /^no GPU can be used from a page: [^\n]+; a process: [^\n]+$/);
      await until("the end of the tab", () => gpuTabs().length === 0);
      // Where a page has none, none is opened again.
      const opened: string[] = [];
      const listening = vscode.window.tabGroups.onDidChangeTabs((change) => {
        opened.push(...change.opened.filter(lendsGpu).map(({ label }) => label));
      });
      equal((await verify()).message, run.message);
      listening.dispose();
      deepEqual(opened, []);
    });
  },

  "Show Simulation Engines shows what works here, in a text to read": async () => {
    const began = performance.now();
    const findings = await ask<readonly EngineFinding[]>("diag.showEngines");
    notes.push(`engines were shown after ${(performance.now() - began).toFixed(0)} ms`);
    const known = findings.filter(({ engine }) => /^(cpu|webgpu)/.test(engine));
    deepEqual(
      known.map(({ engine }) => engine),
      ["cpu", "webgpu", "webgpu in a page"],
    );
    equal(known[0]!.works, true);
    for (const { works } of known.slice(1)) {
      ok(mayHaveGpu || !works);
    }
    const { document } = vscode.window.activeTextEditor!;
    equal(document.uri.scheme, "diag-engines");
    match(document.getText(), /diag\.engine\.backend is auto: .*\n\ncpu: works: WebAssembly on \d+ thread/);
    for (const { engine, problem } of known) {
      ok(
        problem === undefined ||
          document.getText().includes(`\n${engine}: not available\n  ${asSentence(problem)}\n`),
      );
    }
    equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) ?? false, false);
    // No GPU, no profile.
    if (!mayHaveGpu) {
      deepEqual((await api()).tests.profiles, ["CPU"]);
    }
    await ask("workbench.action.closeActiveEditor");
  },
};
