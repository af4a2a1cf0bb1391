import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RunHistory, RunnerMeans, RunRefused } from "../../../src/extension/runs/index.js";
import { RunnerRuns } from "../../../src/extension/runs/index.js";
import type { ClusterSettings, RunOrder } from "../../../src/runner/index.js";
import { type RunnerRequests, runnerEvent } from "../../../src/runner/index.js";
import type { RunRecord } from "../../../src/runs/index.js";
import * as fake from "./fake-vscode.js";
import { header } from "./run-samples.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

// What waits for what, with processes that answer when the test says so.

type Name = keyof RunnerRequests;

interface Question {
  readonly name: Name;
  readonly parameters: { readonly id?: string };
  answer(value?: unknown): void;
  refuse(reason: string): void;
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
    const event =
      type === "started" ? { type, header: header({ id: id! }) } : { type, state: "done", finished: 1 };
    for (const hear of this.heard) {
      hear({ id, event });
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

beforeEach(() => {
  vi.useFakeTimers();
  processes = [];
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
  runs = new RunnerRuns(means, { info: () => undefined } as never, history, "", start as never);
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
