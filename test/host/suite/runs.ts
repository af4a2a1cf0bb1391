import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import type { DiagApi } from "../../../src/extension/extension.js";
import { sourceOf } from "../../../src/extension/runs/runs.js";
import type { RunOrder } from "../../../src/runner/index.js";
import type { RunPoint, RunRecord } from "../../../src/runs/index.js";
import { extension } from "./activation.js";
import { ask, notes, openFile, type Tests, until } from "./testing.js";

/** What the extension hands out, once it is active. */
export async function api(): Promise<DiagApi> {
  return until("activation", () => extension().isActive && (extension().exports as DiagApi));
}

const text = `landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
verify long {
  landscape gauss
  sgd(N = 10, E = 1, B = 1)
  eta = 0.05, 0.1
  observe test_loss
  predict order 3
  trials = 900000000
  seed = 3
}
verify short {
  landscape gauss
  sgd(N = 10, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict order 3
  trials = 2000
}
`;

async function orderOf(name: string): Promise<RunOrder> {
  return orderIn("runs.diag", text, name);
}

async function orderIn(file: string, words: string, name: string): Promise<RunOrder> {
  const document = await openFile(file, words);
  const source = sourceOf(document);
  return { kind: "verification", source, target: { kind: "verify", name }, backend: "cpu" };
}

/** A point without what depends on the machine's speed. */
const bits = ({ stepsPerSecond: _, ...point }: RunPoint) => point;

/** Starts a run, and does something once it has come some way. */
async function runUntilWay(
  order: RunOrder,
  way: number,
  act: (record: RunRecord) => void,
): Promise<RunRecord> {
  const { runs } = await api();
  let acted = false;
  return runs.start(order, {
    onEvent: (_, record) => {
      if (acted || (record.progress?.trials ?? 0) < way) {
        return;
      }
      acted = true;
      act(record);
    },
  });
}

/**
 * The long run with so many trials, of many points each, at these learning rates; each in a file of its own, which is there as
 * it is written.
 */
const longOrder = (etas: string, trials: number): Promise<RunOrder> =>
  orderIn(
    `long-${etas.replace(/\W+/g, "-")}-${trials}.diag`,
    text
      .replace("N = 10, E = 1, B = 1", "N = 1000, E = 1, B = 100")
      .replace("0.05, 0.1", etas)
      .replace("900000000", String(trials)),
    "long",
  );

/** Has a run's process killed past its first learning rate, when some trials at the second are on disk and more are done. */
async function killPastFirst(order: RunOrder): Promise<{ record: RunRecord; killed: number }> {
  const { runs } = await api();
  let killed = 0;
  const record = await runs.start(order, {
    onEvent: (_, { progress, kept }) => {
      const isPast = killed === 0 && progress?.eta === 0.1 && kept?.[0]?.eta === 0.1;
      if (isPast && kept[0].trials < progress.trials) {
        killed = runs.processId!;
        process.kill(killed, "SIGKILL");
      }
    },
  });
  return { record, killed };
}

export const runs: Tests = {
  "a run that its engine's end interrupts keeps what is known; it goes on to the same bits": async () => {
    const { runs, history } = await api();
    // A fourth more at each learning rate than is done at first, a second's work of two cores, and then is on disk; a faster
    // machine needs more trials.
    let trials = 2 ** 19;
    let order = await longOrder("0.05, 0.1", trials);
    let { record: interrupted, killed } = await killPastFirst(order);
    while (killed === 0) {
      trials *= 2;
      order = await longOrder("0.05, 0.1", trials);
      ({ record: interrupted, killed } = await killPastFirst(order));
    }
    equal(interrupted.state, "interrupted");
    match(interrupted.message!, /ended by SIGKILL/);
    equal(interrupted.points.length, 1);
    // What it tells is what is kept, not what was done beyond.
    deepEqual(
      interrupted.partial.map((one) => [one.eta, one.trials > 0 && one.trials < trials]),
      [[0.1, true]],
    );
    const kept = await history.get(interrupted.id);
    deepEqual(kept?.points, interrupted.points);
    equal(kept?.state, "interrupted");

    // The next run works, in a new process.
    const next = await runs.start(await orderOf("short"));
    equal(next.state, "done");
    ok(runs.processId !== undefined && runs.processId !== killed);

    const resumed = await runs.start({ ...order, resume: true });
    equal(resumed.state, "done");
    equal(resumed.points.length, 2);
    // At the first learning rate it has what was done; at the second, what a run has that nothing interrupts.
    const whole = await runs.start(await longOrder("0.1", trials));
    deepEqual(resumed.points.map(bits), [...interrupted.points, ...whole.points].map(bits));
  },

  "cancelling stops a run within a second, and keeps what is known": async () => {
    const { runs } = await api();
    let cancelled = 0;
    const record = await runUntilWay(await orderOf("long"), 1000, ({ id }) => {
      cancelled = performance.now();
      runs.cancel(id);
    });
    notes.push(`a run ended ${(performance.now() - cancelled).toFixed(0)} ms after it was cancelled`);
    equal(record.state, "cancelled");
    equal(record.points[0]?.cancelled ?? true, true);
    equal(runs.running.length, 0);
  },

  "an engine that needs more memory than it may have says so, and the next run works": async () => {
    const { runs } = await api();
    const settings = vscode.workspace.getConfiguration("diag");
    await settings.update("engine.memory", 64, vscode.ConfigurationTarget.Workspace);
    try {
      const all = { edges: 8, irreducible: false, pathCondition: false };
      const failure = await runs.enumerate(all).then(
        () => "none",
        (error: Error) => error.message,
      );
      match(failure, /more than 64 MiB of memory; raise diag\.engine\.memory/);
    } finally {
      await settings.update("engine.memory", undefined, vscode.ConfigurationTarget.Workspace);
    }
    equal((await runs.start(await orderOf("short"))).state, "done");
    equal((await runs.enumerate({ edges: 3, irreducible: true, pathCondition: true })).length, 6);
  },

  "more trials than the settings allow are refused in one line": async () => {
    const { runs } = await api();
    const settings = vscode.workspace.getConfiguration("diag");
    await settings.update("engine.maximumTrials", 1000, vscode.ConfigurationTarget.Workspace);
    try {
      const failure = await runs.start(await orderOf("short")).then(
        () => "none",
        (error: Error) => error.message,
      );
      match(failure, /2,000 trials are more than diag\.engine\.maximumTrials allows \(1000\)/);
    } finally {
      await settings.update("engine.maximumTrials", undefined, vscode.ConfigurationTarget.Workspace);
    }
  },

  "runs are kept with all that is known of them, until they are deleted": async () => {
    const { runs, history } = await api();
    const record = await runs.start(await orderOf("short"));
    const kept = await history.get(record.id);
    deepEqual(kept, record);
    equal(kept!.curves[0]!.orders.length, 4);
    equal(kept!.trials, 2000);
    ok((await history.list()).some(({ id }) => id === record.id));
    await history.delete(record.id);
    equal(await history.get(record.id), undefined);
  },

  "the results panel opens on the run of a command": async () => {
    const document = await openFile("runs.diag", text);
    const record = await ask<RunRecord>("diag.verify", document.uri.toString(), "short");
    equal(record.state, "done");
    await ask("diag.openResults");
    await until("the panel", () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(
          ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("diag.results"),
        ),
    );
    await ask("workbench.action.closeEditorsInOtherGroups");
  },
};
