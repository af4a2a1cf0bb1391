import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RunHistory, RunnerMeans, RunRefused } from "../../../src/extension/runs/index.js";
import { RunnerRuns } from "../../../src/extension/runs/index.js";
import { RunnerGone } from "../../../src/extension/runs/runner-process.js";
import type { ClusterSettings, RunOrder } from "../../../src/runner/index.js";
import { type RunnerRequests, runnerEvent } from "../../../src/runner/index.js";
import { type RunEvent, type RunRecord, withoutUnkept } from "../../../src/runs/index.js";
import * as fake from "./fake-vscode.js";
import { header, point } from "./run-samples.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

// What waits for what, with processes that answer when the test says so.

type Name = keyof RunnerRequests;

interface Question {
  readonly name: Name;
  readonly parameters: { readonly id?: string };
  answer(value?: unknown): void;
  refuse(reason: string): void;
  /** Its process ends. */
  end(): void;
}

/** A process of the runner. */
class Process {
  readonly questions: Question[] = [];
  killed = 0;
  readonly processId = 1;
  private readonly heard: ((event: unknown) => void)[] = [];

  constructor(serve: RunnerMeans["serve"]) {
    const connection = {
      onNotification: (method: string, listener: (event: unknown) => void) => {
        if (method === runnerEvent) {
          this.heard.push(listener);
        }
      },
    };
    serve(connection as never, {} as never);
  }

  ask(name: Name, parameters: Question["parameters"]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.questions.push({
        ...{ name, parameters },
        answer: (value) => resolve(value ?? null),
        refuse: (reason) => reject(new Error(reason)),
        end: () => reject(new RunnerGone("the engine's process ended")),
      });
    });
  }

  kill(): void {
    this.killed++;
    for (const { refuse } of this.questions) {
      refuse("killed");
    }
  }

  dispose(): void {}

  /** Tells that its run has started, or ended. */
  tell(type: "started" | "ended"): void {
    const { id } = this.questions.at(-1)!.parameters;
    this.tellOf(
      id!,
      type === "started" ? { type, header: header({ id: id! }) } : { type, state: "done", finished: 1 },
    );
  }

  tellOf(id: string, event: RunEvent): void {
    this.say({ id, event });
  }

  /** Tells anything. */
  say(told: unknown): void {
    for (const hear of this.heard) {
      hear(told);
    }
  }

  finish(): void {
    this.tell("started");
    this.tell("ended");
    this.questions.at(-1)!.answer();
  }
}

let cluster: ClusterSettings | string;
let kept: Map<string, { record: RunRecord; order: RunOrder }>;
let processes: Process[];
let runs: RunnerRuns;
let openWindow: () => RunnerRuns;
let logged: string[];

beforeEach(() => {
  vi.useFakeTimers();
  processes = [];
  logged = [];
  const means: RunnerMeans = {
    process: () => ({ module: "", memory: 1 }),
    engines: () => ({}),
    backend: () => "cpu",
    cluster: () => cluster,
    serve: () => ({ dispose: () => undefined }),
  };
  cluster = { directory: "/shared", node: "/usr/bin/node", options: { processors: 1 } };
  kept = new Map();
  const history = {
    put: async (record: RunRecord, order: RunOrder) => void kept.set(record.id, { record, order }),
    list: async () => [...kept.values()].map(({ record }) => record),
    get: async (id: string) => kept.get(id)?.record,
    order: async (id: string) => kept.get(id)?.order,
  } as unknown as RunHistory;
  const start = (_: unknown, serve: RunnerMeans["serve"]) => {
    const process = new Process(serve);
    processes.push(process);
    return process as never;
  };
  openWindow = () =>
    new RunnerRuns(
      means,
      { info: (line: string) => logged.push(line) } as never,
      history,
      "",
      start as never,
    );
  runs = openWindow();
});

afterEach(() => {
  vi.useRealTimers();
});

const source = { uri: "file:///w/a.diag", path: "/w/a.diag", text: "" };
const order = (kind: RunOrder["kind"]): RunOrder => ({ kind, source, target: { kind: "verify", name: "v" } });
const turn = () => vi.advanceTimersByTimeAsync(0);
const asked = () => processes.map(({ questions }) => questions.map(({ name }) => name));
const counting = { edges: 2, irreducible: true, pathCondition: true };

describe("what is asked of the runner", () => {
  test("waits for no simulation, unless it is one", async () => {
    const first = runs.start(order("verification"));
    const second = runs.start(order("verification"));
    await turn();
    const evaluation = runs.start(order("evaluation"));
    const description = runs.describe(source);
    const diagrams = runs.enumerate(counting);
    await turn();
    expect(asked()).toEqual([["run"], ["run"], ["describe"], ["enumerate"]]);
    expect(runs.waiting).toBe(1);
    processes[1]!.finish();
    expect((await evaluation).state).toBe("done");
    processes[2]!.questions[0]!.answer({ diagrams: [] });
    processes[3]!.questions[0]!.answer({ diagrams: ["(0-1)(01)"] });
    expect(await description).toEqual({ diagrams: [] });
    expect(await diagrams).toEqual(["(0-1)(01)"]);
    // The second simulation goes on where the first was, as soon as that has ended.
    expect(processes[0]!.questions).toHaveLength(1);
    processes[0]!.finish();
    await first;
    await turn();
    expect(asked()[0]).toEqual(["run", "run"]);
    processes[0]!.finish();
    expect((await second).state).toBe("done");
  });

  test("has a process for itself, of which there are few, and takes one that is free", async () => {
    const many = Array.from({ length: 5 }, () => runs.describe(source));
    await turn();
    // The first is for simulations.
    expect(asked()).toEqual([[], ["describe"], ["describe"], ["describe"]]);
    processes[2]!.questions[0]!.answer({ diagrams: [1] });
    expect(await many[1]).toEqual({ diagrams: [1] });
    await turn();
    expect(asked()).toEqual([[], ["describe"], ["describe", "describe"], ["describe"]]);
    const answerAll = () => {
      for (const { questions } of processes) {
        for (const { answer } of questions) {
          answer({});
        }
      }
    };
    answerAll();
    await turn();
    answerAll();
    await Promise.all(many);
    const next = runs.describe(source);
    await turn();
    expect(processes).toHaveLength(4);
    answerAll();
    await next;
  });

  test("takes nothing along when it is cancelled", async () => {
    const simulation = runs.start(order("verification"));
    const cancellation = new fake.CancellationTokenSource();
    const evaluation = runs.start(order("evaluation"), { token: cancellation.token as never });
    const other = runs.describe(source);
    await turn();
    processes[0]!.tell("started");
    processes[1]!.tell("started");
    cancellation.cancel();
    await vi.advanceTimersByTimeAsync(500);
    expect(processes.map(({ killed }) => killed)).toEqual([0, 1, 0]);
    expect((await evaluation).state).toBe("cancelled");
    processes[2]!.questions[0]!.answer({ diagrams: [] });
    await other;
    processes[0]!.finish();
    expect((await simulation).state).toBe("done");
  });

  test("leaves the queue when it is cancelled before its turn", async () => {
    const many = Array.from({ length: 3 }, () => runs.describe(source));
    const cancellation = new fake.CancellationTokenSource();
    const waiting = runs.enumerate(counting, cancellation.token as never);
    await turn();
    cancellation.cancel();
    await expect(waiting).rejects.toBeInstanceOf(fake.CancellationError);
    for (const process of processes.slice(1)) {
      process.questions[0]!.answer({});
    }
    await Promise.all(many);
    await turn();
    expect(asked().flat()).not.toContain("enumerate");
  });

  test("is refused in one line", async () => {
    const failed = runs.describe(source);
    await turn();
    processes[1]!.questions[0]!.refuse("Request runner/describe failed with message: it is too long");
    await expect(failed).rejects.toMatchObject({
      name: "RunRefused",
      message: "it is too long",
    } satisfies Partial<RunRefused>);
  });
});

describe("a process", () => {
  test("that tells what is no event of a run is not believed, and the log says so once", async () => {
    const run = runs.start(order("verification"));
    await turn();
    const [process] = processes;
    const { id } = process!.questions[0]!.parameters;
    process!.tell("started");
    for (const event of [
      { type: "ended" },
      { type: "ended", state: "won", finished: 1 },
      { type: "x" },
      null,
    ]) {
      process!.say({ id, event });
    }
    for (const strange of [undefined, null, 1, "ended", [], {}, { id: 1 }]) {
      process!.say(strange);
    }
    expect(runs.running).toMatchObject([{ id, state: "running" }]);
    expect(logged).toEqual(["the engine's process told something that is no event of a run; it is left out"]);
    process!.tell("ended");
    process!.questions[0]!.answer();
    expect(await run).toMatchObject({ id, state: "done" });
  });

  test("that does not say how a run ended has interrupted it", async () => {
    const run = runs.start(order("verification"));
    await turn();
    processes[0]!.tell("started");
    processes[0]!.questions[0]!.answer();
    expect(await run).toMatchObject({
      state: "interrupted",
      message: "the engine did not say how it ended; what was known by then is kept",
    });
    expect(runs.running).toEqual([]);
  });
});

describe("a run whose window goes", () => {
  const measured = (trials: number) => ({
    ...{ eta: 0.1, observable: "test_loss", measured: 0.5, standardError: 0.01, diverged: 0, trials },
  });
  const told = (trials: number): RunEvent => ({
    ...{ type: "progress", partial: [measured(trials)] },
    progress: { eta: 0.1, trials, totalTrials: 1e6, stepsPerSecond: 1, secondsLeft: null },
  });
  const shownOf = (id: string) => withoutUnkept(kept.get(id)!.record).partial.map(({ trials }) => trials);

  const begun = async () => {
    void runs.start({ ...order("verification"), resume: true }).catch(() => undefined);
    await turn();
    const [process] = processes;
    process!.tell("started");
    const { id } = process!.questions[0]!.parameters;
    process!.tellOf(id!, { type: "predicted", curves: [], terms: [] });
    return { id: id!, tell: (event: RunEvent) => process!.tellOf(id!, event) };
  };

  test("at once after it went on shows the trials that it went on with", async () => {
    const { id, tell } = await begun();
    tell({ type: "kept", kept: [measured(900)] });
    tell(told(1000));
    await turn();
    expect(shownOf(id)).toEqual([900]);
  });

  test.each([400, 999, 1500, 3000, 4900])(
    "after %d ms shows what a checkpoint had a second before, and no more",
    async (end) => {
      const { id, tell } = await begun();
      let last = 0;
      const had: { readonly at: number; readonly trials: number }[] = [];
      for (let at = 0; at <= end; at += 100) {
        if (at % 300 === 0) {
          last = 10 * (at + 1);
          had.push({ at, trials: last });
          tell({ type: "kept", kept: [measured(last)] });
        }
        tell(told(last + 5));
        vi.advanceTimersByTime(100);
      }
      await turn();
      const shown = shownOf(id)[0]!;
      const before = had.filter(({ at }) => at <= Math.max(0, end - 1100)).at(-1)!;
      expect(shown).toBeGreaterThanOrEqual(before.trials);
      expect(had.map(({ trials }) => trials)).toContain(shown);
    },
  );

  test("shows the learning rates that were done by then", async () => {
    const { id, tell } = await begun();
    tell({ type: "point", point: point({ eta: 0.1 }) });
    await turn();
    expect(kept.get(id)!.record.points).toHaveLength(1);
  });
});

describe("a run on a cluster", () => {
  const sentOrder = { ...order("verification"), executor: "slurm" } as const;
  const state = { name: "a-1", folder: "/shared/a-1", tasks: [], more: 0 };

  /** A run that is watched: its id, the process that watches it, and what becomes of it. */
  const sent = async (token?: fake.CancellationTokenSource["token"]) => {
    const ended = runs.start(sentOrder, token === undefined ? {} : { token: token as never });
    await turn();
    const [preparing] = processes;
    const question = preparing!.questions.at(-1)!;
    const id = question.parameters.id!;
    preparing!.tell("started");
    preparing!.tellOf(id, { type: "cluster", cluster: state });
    question.answer({ folder: state.folder });
    await turn();
    return { id, ended, watching: processes.at(-1)!, question };
  };

  test("is prepared where simulations are, with the settings, and watched in a process of its own", async () => {
    const { id, ended, watching, question } = await sent();
    expect(question).toMatchObject({ name: "send", parameters: { cluster, backend: "auto" } });
    expect(watching.questions.map(({ name, parameters }) => [name, parameters])).toEqual([
      ["watch", { id, folder: state.folder }],
    ]);
    // Where it was before anything is submitted is kept.
    expect(kept.get(id)!.record).toMatchObject({ state: "running", cluster: { folder: state.folder } });
    // What is simulated here meanwhile does not wait.
    const local = runs.start(order("verification"));
    await turn();
    processes[0]!.finish();
    expect((await local).state).toBe("done");
    watching.tellOf(id, { type: "ended", state: "done", finished: 1 });
    watching.questions[0]!.answer();
    expect((await ended).state).toBe("done");
    expect(kept.get(id)!.record.state).toBe("done");
  });

  test("is refused in the line that says what is wrong with the settings", async () => {
    cluster = "diag.cluster.node takes a full path, not node";
    await expect(runs.start(sentOrder)).rejects.toMatchObject({ name: "RunRefused", message: cluster });
    expect(asked()).toEqual([[]]);
  });

  test("is watched anew when the process that watches has ended, ever later", async () => {
    const { ended, watching, id } = await sent();
    for (const [times, wait] of [2000, 4000, 8000].entries()) {
      watching.questions.at(-1)!.end();
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(watching.questions).toHaveLength(times + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(watching.questions).toHaveLength(times + 2);
    }
    watching.tellOf(id, { type: "ended", state: "done", finished: 1 });
    watching.questions.at(-1)!.answer();
    expect((await ended).state).toBe("done");
  });

  test("is cancelled on the cluster, and ends when it has ended there", async () => {
    const cancellation = new fake.CancellationTokenSource();
    const { ended, watching, id } = await sent(cancellation.token);
    cancellation.cancel();
    await turn();
    const [, cancelling] = watching.questions;
    expect(cancelling).toMatchObject({ name: "cancelWatched", parameters: { id, folder: state.folder } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(watching.killed).toBe(0);
    watching.tellOf(id, { type: "ended", state: "cancelled", finished: 1, message: "no task lives" });
    watching.questions[0]!.answer();
    cancelling!.answer({ line: "no task lives" });
    expect(await ended).toMatchObject({ state: "cancelled", message: "no task lives" });
  });

  test("goes on without its window, and is watched again by the next one", async () => {
    const { id } = await sent();
    const asking = processes.length;
    runs.dispose();
    await turn();
    expect(processes.flatMap(({ questions }) => questions.map(({ name }) => name))).not.toContain(
      "cancelWatched",
    );
    expect(kept.get(id)!.record.state).toBe("running");
    runs = openWindow();
    const ended: RunRecord[] = [];
    await runs.watchAgain((record) => void ended.push(record));
    await turn();
    await turn();
    const next = processes.slice(asking).find(({ questions }) => questions.length > 0)!;
    expect(next.questions[0]).toMatchObject({ name: "watch", parameters: { id, folder: state.folder } });
    expect(runs.running.map((one) => one.id)).toEqual([id]);
    next.tellOf(id, { type: "ended", state: "done", finished: 1 });
    next.questions[0]!.answer();
    await turn();
    expect(kept.get(id)!.record.state).toBe("done");
    expect(runs.running).toEqual([]);
    expect(ended).toMatchObject([{ id, state: "done" }]);
  });

  test("whose folder cannot be used is interrupted, and can be watched again", async () => {
    const { ended, watching, id } = await sent();
    watching.questions[0]!.refuse("Request runner/watch failed with message: /shared/a-1 is of another user");
    expect(await ended).toMatchObject({
      state: "interrupted",
      message: "it cannot be watched: /shared/a-1 is of another user; its tasks may go on",
    });
    const again = runs.watch(id);
    await turn();
    await turn();
    expect(runs.running).toMatchObject([{ id, state: "running" }]);
    watching.tellOf(id, { type: "ended", state: "done", finished: 2 });
    watching.questions.at(-1)!.answer();
    expect(await again).toMatchObject({ state: "done", finished: 2 });
  });

  test("is not watched in Restricted Mode", async () => {
    const { id } = await sent();
    runs.dispose();
    runs = openWindow();
    fake.workspace.isTrusted = false;
    try {
      await expect(runs.watch(id)).rejects.toMatchObject({ name: "RunRefused" });
    } finally {
      fake.workspace.isTrusted = true;
    }
  });
});
