import { beforeEach, describe, expect, test, vi } from "vitest";
import type { RunOptions } from "../../../src/extension/runs/index.js";
import { RunRefused } from "../../../src/extension/runs/index.js";
import { VerifyTests } from "../../../src/extension/tests/index.js";
import type { VerifySource } from "../../../src/extension/tests/test-tree.js";
import type { RunOrder } from "../../../src/runner/index.js";
import {
  type RunEvent,
  type RunPoint,
  type RunRecord,
  startedRecord,
  withEvent,
} from "../../../src/runs/index.js";
import type { FileVerifies } from "../../../src/server/verifies/protocol.js";
import type { FakeItem } from "./fake-tests.js";
import * as fake from "./fake-vscode.js";
import { header, point } from "./run-samples.js";

vi.mock("vscode", () => import("./fake-vscode.js"));

const a = "file:///w/a.diag";
const b = "file:///w/b.diag";
const range = (line: number) => ({ start: { line, character: 0 }, end: { line, character: 3 } });
const block = (name: string, etas: readonly number[], error?: string) => ({
  name,
  range: range(0),
  nameRange: range(1),
  etas: etas.map((value, index) => ({ value, text: String(value), range: range(10 + index) })),
  ...(error === undefined ? {} : { error }),
});

/** A language server, and what it says. */
class Server {
  state: "ready" | "starting" | "stopped" = "ready";
  files: FileVerifies[] = [
    { uri: a, verifies: [block("v", [0.1, 0.2]), block("bad", [], "it lacks a landscape")], sources: [] },
    { uri: b, verifies: [block("w", [0.3])], sources: [a, "file:///w/p.csv"] },
  ];
  readonly states = new fake.EventEmitter<string>();
  readonly changes = new fake.EventEmitter<string>();
  readonly onDidChangeState = this.states.event;
  readonly onDidChangeVerifies = this.changes.event;
  asked: object[] = [];

  async ask(_method: string, parameters: { uri?: string }): Promise<readonly FileVerifies[]> {
    this.asked.push(parameters);
    if (this.state !== "ready") {
      throw new Error("the language server is stopped");
    }
    return this.files.filter(({ uri }) => parameters.uri === undefined || uri === parameters.uri);
  }
}

/** Runs that go as they are told, by their verify's name. */
class Runs {
  readonly orders: RunOrder[] = [];
  play: (order: RunOrder, tell: (event: RunEvent) => void, options: RunOptions) => Promise<void> = async (
    order,
    tell,
  ) => {
    for (const eta of etasOf(order)) {
      tell({ type: "point", point: point({ eta }) });
    }
  };

  async start(order: RunOrder, options: RunOptions = {}): Promise<RunRecord> {
    this.orders.push(order);
    let record = startedRecord(header({ etas: etasOf(order) }));
    const tell = (event: RunEvent) => {
      record = withEvent(record, event);
      options.onEvent?.(event, record);
    };
    tell({ type: "started", header: header({ etas: etasOf(order) }) });
    await this.play(order, tell, options);
    if (record.state === "running") {
      tell({ type: "ended", state: "done", finished: 1 });
    }
    return record;
  }
}

const etasOf = ({ target }: RunOrder): readonly number[] =>
  target.kind === "verify" ? (target.etas ?? { v: [0.1, 0.2], w: [0.3] }[target.name] ?? []) : [];

/** What is known of the GPU. */
class Gpu {
  readonly changes = new fake.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  gpu: { device: string; software: boolean } | undefined;
  looks = 0;

  async look(): Promise<void> {
    this.looks++;
  }
  find(device: string | undefined): void {
    this.gpu = device === undefined ? undefined : { device, software: false };
    this.changes.fire();
  }
}

let gpu: Gpu;
let isOffered: boolean;
let server: Server;
let runs: Runs;
let tests: VerifyTests;

const item = (id: string): FakeItem => {
  const [uri, name, eta] = id.split("#");
  const ids = [uri!, `${uri}#${name}`, `${uri}#${name}#${eta}`].slice(0, id.split("#").length);
  let items = fake.controller.items;
  let found: FakeItem | undefined;
  for (const one of ids) {
    found = items.get(one);
    if (found === undefined) {
      throw new Error(`there is no ${one}`);
    }
    items = found.children;
  }
  return found!;
};
const request = (include?: string[], exclude?: string[], continuous = false) =>
  new fake.TestRunRequest(include?.map(item), exclude?.map(item), undefined, continuous);
const runNow = async (include?: string[], exclude?: string[]) => {
  await fake.controller.handler!(request(include, exclude), new fake.CancellationTokenSource().token);
  return fake.controller.runs.at(-1)!;
};
const contexts = () =>
  fake.asked.filter(([, key]) => key === "diag.inconclusiveTests").map(([, , ids]) => ids);

beforeEach(async () => {
  fake.asked.splice(0);
  fake.workspace.isTrusted = true;
  fake.workspace.textDocuments = [];
  server = new Server();
  runs = new Runs();
  gpu = new Gpu();
  isOffered = false;
  tests = new VerifyTests(server as unknown as VerifySource, runs, gpu, () => isOffered);
  await fake.controller.resolveHandler!();
  return () => tests.dispose();
});

describe("the tree", () => {
  const shape = () =>
    tests
      .list()
      .map(({ label, children }) => [label, ...children.flatMap((one) => [one.label, one.children.length])]);

  test("has files, blocks and learning rates, and errors of blocks", () => {
    expect(shape()).toEqual([
      ["a.diag", "v", 2, "bad", 0],
      ["b.diag", "w", 1],
    ]);
    expect(tests.list()[0]!.children[1]!.error).toBe("it lacks a landscape");
  });

  test("has folders beside files of one name, that of the workspace by its name", async () => {
    const uris = [a, "file:///w/paper/a.diag"];
    server.files = uris.map((uri) => ({ uri, verifies: [block("v", [0.1])], sources: [] }));
    await fake.controller.refreshHandler!();
    expect(tests.list().map(({ description }) => description)).toEqual(["w", "paper"]);
  });

  test("follows what the server tells, one file at a time, and keeps items", async () => {
    const kept = item(`${a}#v#0.2`);
    server.asked = [];
    server.files = [{ uri: a, verifies: [block("v", [0.2, 0.4])], sources: [] }];
    server.changes.fire(a);
    server.changes.fire(a);
    server.changes.fire(b);
    await expect.poll(shape).toEqual([["a.diag", "v", 2]]);
    expect(server.asked).toEqual([{ uri: a }, { uri: b }]);
    expect(item(`${a}#v#0.2`)).toBe(kept);
  });

  test("tells files of one name apart by folders of the workspace", async () => {
    server.files = ["a.diag", "x/a.diag", "x/y/a.diag", "b.diag"].map((path) => ({
      uri: `file:///w/${path}`,
      verifies: [block("v", [0.1])],
      sources: [],
    }));
    await tests.list();
    await fake.controller.refreshHandler!();
    const descriptions = server.files.map(({ uri }) => item(uri).description);
    expect(descriptions).toEqual(["w", "x", "x/y", undefined]);
  });

  test("is asked for anew when the server is ready again, and on request", async () => {
    server.state = "stopped";
    server.files = [];
    await fake.controller.refreshHandler!();
    expect(fake.asked).toEqual([
      ["error", expect.stringMatching(/cannot be refreshed: the language server is stopped/)],
    ]);
    expect(shape()).toHaveLength(2);
    server.state = "ready";
    server.states.fire("ready");
    await expect.poll(shape).toEqual([]);
  });

  test("is as the disk is when a user asks for it or runs all of it", async () => {
    for (const [ask, wanted] of [
      [() => fake.controller.refreshHandler!(), [{ anew: true }]],
      [() => runNow(), [{ anew: true }]],
      [() => runNow([b]), []],
    ] as const) {
      server.asked = [];
      await ask();
      expect(server.asked).toEqual(wanted);
    }
  });

  test("leaves out what is in no folder and not open", async () => {
    const outside = "file:///elsewhere/c.diag";
    for (const uri of [outside, "git:/w/a.diag"]) {
      server.files.push({ uri, verifies: [block("c", [1])], sources: [] });
    }
    fake.workspace.textDocuments = [
      { uri: fake.Uri.parse(outside) },
      { uri: fake.Uri.parse("git:/w/a.diag") },
    ];
    await fake.controller.refreshHandler!();
    expect(shape().map(([label]) => label)).toEqual(["a.diag", "b.diag", "c.diag"]);
    fake.workspace.textDocuments = [];
    fake.closed.fire({ uri: fake.Uri.parse(outside) });
    await expect.poll(() => shape().map(([label]) => label)).toEqual(["a.diag", "b.diag"]);
  });
});

describe("a deleted file", () => {
  const labels = () =>
    tests
      .list()
      .map(({ label }) => label)
      .sort();

  test("vanishes, though the editor may keep its text for a while, and comes back", async () => {
    // To the server it is open still.
    fake.workspace.textDocuments = [{ uri: fake.Uri.parse(a) }];
    fake.deleted.fire(fake.Uri.parse(a));
    await expect.poll(labels).toEqual(["b.diag"]);
    fake.created.fire(fake.Uri.parse(a));
    await expect.poll(labels).toEqual(["a.diag", "b.diag"]);
  });

  test("stays while it has changes that are not saved", async () => {
    fake.workspace.textDocuments = [{ uri: fake.Uri.parse(a), isDirty: true }];
    fake.deleted.fire(fake.Uri.parse(a));
    await fake.controller.refreshHandler!();
    expect(labels()).toEqual(["a.diag", "b.diag"]);
    fake.workspace.textDocuments = [];
    server.files.shift();
    server.changes.fire(a);
    await expect.poll(labels).toEqual(["b.diag"]);
  });
});

describe("a run", () => {
  test("tells of each learning rate as it goes, and ends", async () => {
    const run = await runNow();
    expect(run.told).toEqual([
      "a.diag#v#0.1 enqueued",
      "a.diag#v#0.2 enqueued",
      "b.diag#w#0.3 enqueued",
      "a.diag#v#0.1 started",
      "a.diag#v#0.1 passed in 10",
      "a.diag#v#0.2 started",
      "a.diag#v#0.2 passed in 10",
      "a.diag#bad errored",
      "b.diag#w#0.3 started",
      "b.diag#w#0.3 passed in 10",
      "end",
    ]);
    expect(run.messages.map(({ message, location }) => [message, location?.range.start.line])).toEqual([
      ["it lacks a landscape", 1],
    ]);
    expect(runs.orders.map(({ target }) => target)).toEqual([
      { kind: "verify", name: "v" },
      { kind: "verify", name: "w" },
    ]);
    expect(runs.orders[0]!.source).toEqual({
      uri: a,
      path: "/w/a.diag",
      text: `the text of ${a}`,
      folders: ["file:///w"],
    });
    expect(tests.list()[0]!.children[0]!.children.map(({ outcome }) => outcome)).toEqual([
      "passed",
      "passed",
    ]);
  });

  test("is of what the request includes and does not exclude", async () => {
    await runNow([a], [`${a}#bad`, `${a}#v#0.1`]);
    expect(runs.orders.map(({ target }) => target)).toEqual([{ kind: "verify", name: "v", etas: [0.2] }]);
  });

  test("shows escape sequences of names and reasons, and passes none on to the terminal", async () => {
    const hidden = "\u001b[2Jred\u202e\u009b1m";
    server.files = [{ uri: a, verifies: [block("v", [0.1]), block("bad", [], hidden)], sources: [] }];
    await fake.controller.refreshHandler!();
    runs.play = async (_, tell) => {
      tell({ type: "point", point: point({ verdict: "disagrees", reason: hidden }) });
    };
    const run = await runNow();
    const seen = [...run.output.map(({ text }) => text), ...run.messages.map(({ message }) => message)];
    expect(seen.filter((text) => text.includes("\\x1b[2Jred\\u{202e}\\x9b1m"))).toHaveLength(3);
    for (const one of ["\u001b", "\u009b", "\u202e"]) {
      expect(seen.join("")).not.toContain(one);
    }
  });

  test("shows what disagrees as a difference at the learning rate", async () => {
    const reason = "measured and predicted differ by 0.05";
    runs.play = async (_, tell) => {
      tell({ type: "point", point: point({ verdict: "disagrees", reason, measured: 0.96, diverged: 3 }) });
      tell({ type: "point", point: point({ eta: 0.2 }) });
    };
    const run = await runNow([`${a}#v`]);
    expect(run.told).toContain("a.diag#v#0.1 failed in 10");
    expect(run.told).toContain("a.diag#v#0.2 passed in 10");
    const [message] = run.messages;
    expect(message!.message.split("\n").slice(0, 3)).toEqual([
      // 0.05 / 0.0006
      "test_loss at eta = 0.1 is predicted to be 0.91000 and measured to be 0.96000(60), 83.3 standard errors apart.",
      "Measured and predicted differ by 0.05.",
      "cpu simulated 20,000 trials with seed 1, of which 3 diverged.",
    ]);
    expect(message!.expectedOutput).toBe("0.910000 ± 0.001900 (3s + τ)");
    expect(message!.actualOutput).toBe("0.960000 ± 0.000600 (s)\n3 of 20,000 trials diverged");
    expect(message!.location!.range.start.line).toBe(10);
    expect(run.output.map(({ text }) => text).join("")).toMatch(/\r\n$/);
  });

  test("that is refused is an error at the name; others still run", async () => {
    runs.play = async ({ target }) => {
      if (target.kind === "verify" && target.name === "v") {
        throw new RunRefused("line 3: no");
      }
    };
    const run = await runNow(undefined, [`${a}#bad`]);
    expect(run.told).toContain("a.diag#v errored");
    expect(run.messages[0]).toMatchObject({ message: "line 3: no", location: { range: { startLine: 1 } } });
    // Of w no number came either.
    expect(run.messages[1]).toMatchObject({ message: "the run ended without a result for it" });
    expect(run.told.at(-1)).toBe("end");
  });

  test.each(["failed", "interrupted"] as const)(
    "that %s is an error where there is no result",
    async (state) => {
      runs.play = async (_, tell) => {
        tell({ type: "point", point: point() });
        tell({ type: "ended", state, message: "the engine is gone", finished: 1 });
      };
      const run = await runNow([`${a}#v`]);
      expect(run.told.slice(-4)).toEqual([
        "a.diag#v#0.1 passed in 10",
        "a.diag#v#0.2 started",
        "a.diag#v#0.2 errored",
        "end",
      ]);
      expect(run.messages[0]).toMatchObject({
        message: "the engine is gone",
        location: { range: { startLine: 11 } },
      });
    },
  );

  test("that is cancelled leaves the rest as it was, and ends when the engine has stopped", async () => {
    let stopped: (() => void) | undefined;
    runs.play = async (_, tell, { token }) => {
      tell({ type: "point", point: point() });
      await new Promise<void>((resolve) => token!.onCancellationRequested(() => (stopped = resolve)));
      tell({ type: "point", point: point({ eta: 0.2, cancelled: true, trials: 5 }) });
      tell({ type: "ended", state: "cancelled", finished: 1 });
    };
    const done = runNow();
    await expect.poll(() => fake.controller.runs[0]?.told.length).toBe(6);
    const [run] = fake.controller.runs;
    run!.source.cancel();
    await expect.poll(() => stopped).toBeDefined();
    expect(run!.ended).toBe(false);
    stopped!();
    await done;
    expect(run!.told.slice(3)).toEqual([
      "a.diag#v#0.1 started",
      "a.diag#v#0.1 passed in 10",
      "a.diag#v#0.2 started",
      "end",
    ]);
    expect(runs.orders).toHaveLength(1);
    expect(run!.output.some(({ text, item: id }) => id === `${a}#v#0.2` && /stopped early/.test(text))).toBe(
      true,
    );
  });

  test("in Restricted Mode is none: tests are skipped, and the way out is shown once", async () => {
    fake.workspace.isTrusted = false;
    const run = await runNow();
    expect(runs.orders).toEqual([]);
    expect(run.told).toEqual([
      "a.diag#v#0.1 skipped",
      "a.diag#v#0.2 skipped",
      "a.diag#bad skipped",
      "b.diag#w#0.3 skipped",
      "end",
    ]);
    expect(run.output[0]!.text).toBe(
      "In Restricted Mode, Diag does not simulate: trust this workspace first\r\n",
    );
    expect(fake.asked.filter(([word]) => word === "warning")).toHaveLength(1);
    expect(fake.asked.find(([word]) => word === "warning")).toContain("Manage Trust");
  });
});

describe("inconclusive tests", () => {
  const hidden = (eta: number, trialsToDecide?: number): RunEvent => ({
    type: "point",
    point: point({
      eta,
      verdict: "inconclusive",
      reason: "3s hides it",
      ...(trialsToDecide === undefined ? {} : { trialsToDecide }),
    } as Partial<RunPoint>),
  });

  beforeEach(async () => {
    runs.play = async ({ target }, tell) => {
      if (target.kind !== "verify") {
        return;
      }
      if (target.name === "w") {
        return tell(hidden(0.3, 1_000_000));
      }
      tell(hidden(0.1, 300_000));
      tell(hidden(0.2));
    };
    await runNow(undefined, [`${a}#bad`]);
  });

  test("are skipped, say so beside them, and are known to menus", () => {
    expect(fake.controller.runs[0]!.told).toContain("a.diag#v#0.1 skipped");
    expect(item(`${a}#v#0.1`).description).toBe("inconclusive: about 300,000 trials would decide");
    expect(item(`${a}#v#0.2`).description).toBe("inconclusive: 3s hides it");
    expect(contexts().at(-1)).toEqual([`${a}#v#0.1`, `${a}#v`, a, `${b}#w#0.3`, `${b}#w`, b]);
  });

  test("are run again with enough trials, and no others", async () => {
    runs.play = async (order, tell) => {
      for (const eta of etasOf(order)) {
        tell({ type: "point", point: point({ eta }) });
      }
    };
    await tests.commands["diag.runWithEnoughTrials"]!();
    expect(runs.orders.slice(2).map(({ target, trials }) => [target, trials])).toEqual([
      [{ kind: "verify", name: "v", etas: [0.1] }, 360_000],
      [{ kind: "verify", name: "w" }, 1_200_000],
    ]);
    expect(fake.controller.runs[1]!.name).toBe("With Enough Trials");
    expect(item(`${a}#v#0.1`).description).toBe("");
    expect(contexts().at(-1)).toEqual([]);
    await tests.commands["diag.runWithEnoughTrials"]!();
    expect(fake.asked.at(-1)![0]).toBe("information");
    expect(fake.controller.runs).toHaveLength(2);
  });

  test.each([
    ["a learning rate", `${b}#w#0.3`, ["w"]],
    ["a block", `${a}#v`, ["v"]],
    ["a file", b, ["w"]],
    ["one that no number of trials decides", `${a}#v#0.2`, []],
  ])("are run again below %s", async (_, id, names) => {
    await tests.commands["diag.runWithEnoughTrials"]!(item(id));
    expect(runs.orders.slice(2).map(({ target }) => target.kind === "verify" && target.name)).toEqual(names);
  });

  test("are forgotten with their files", async () => {
    server.files = server.files.filter(({ uri }) => uri === a);
    server.changes.fire(b);
    await expect.poll(() => contexts().at(-1)).toEqual([`${a}#v#0.1`, `${a}#v`, a]);
  });
});

describe("the GPU", () => {
  const runOnGpu = async (include: string[]) => {
    const { handler } = fake.controller.profiles.get("GPU")!;
    await handler(request(include), new fake.CancellationTokenSource().token);
  };

  test("has a profile as long as it is there, and the other is the processor's", async () => {
    expect(tests.profiles).toEqual(["CPU"]);
    gpu.find("NVIDIA H100");
    gpu.find("NVIDIA H100");
    expect(tests.profiles).toEqual(["CPU", "GPU"]);
    await runNow([b]);
    await runOnGpu([b]);
    expect(runs.orders.map(({ backend }) => backend)).toEqual(["cpu", "webgpu"]);
    gpu.find(undefined);
    expect(tests.profiles).toEqual(["CPU"]);
    expect([...fake.controller.profiles.keys()]).toEqual(["CPU"]);
  });

  test("is looked for when somebody looks at tests, there are some, and the workspace is trusted", async () => {
    const other = new Gpu();
    fake.workspace.isTrusted = false;
    const files = server.files;
    server.files = [];
    const fresh = new VerifyTests(server as unknown as VerifySource, runs, other, () => false);
    await fake.controller.resolveHandler!();
    server.files = files;
    await fake.controller.refreshHandler!();
    expect(other.looks).toBe(0);
    fake.workspace.isTrusted = true;
    fake.trusted.fire();
    expect(other.looks).toBe(1);
    fresh.dispose();
  });

  test("is not looked for as long as nobody looks at tests", async () => {
    const other = new Gpu();
    const fresh = new VerifyTests(server as unknown as VerifySource, runs, other, () => false);
    await fake.controller.refreshHandler!();
    expect(fresh.list()).toHaveLength(2);
    expect(other.looks).toBe(0);
    fresh.dispose();
  });

  test("leaves tests that single precision decides to the processor, and more trials to itself", async () => {
    gpu.find("NVIDIA H100");
    runs.play = async ({ target }, tell) => {
      const inconclusive = { verdict: "inconclusive", reason: "rounding", roundingFloor: 1e-6 } as const;
      if (target.kind === "verify" && target.name === "w") {
        return tell({ type: "point", point: point({ ...inconclusive, eta: 0.3, trialsToDecide: 100_000 }) });
      }
      tell({ type: "point", point: point({ ...inconclusive, needsPrecision: true }) });
      tell({
        type: "point",
        point: point({ eta: 0.2, verdict: "disagrees", roundingFloor: 0.01, backend: "webgpu" }),
      });
    };
    await runOnGpu([`${a}#v`, b]);
    expect(item(`${a}#v#0.1`).description).toBe("inconclusive: single precision decides here");
    const [message] = fake.controller.runs[0]!.messages;
    expect(message!.message).toMatch(/^webgpu simulated [\d,]+ trials with seed 1\.$/m);
    expect(message!.expectedOutput).toBe("0.910000 ± 0.011900 (3s + τ + rounding)");
    const told = fake.asked.filter(([, key]) => key === "diag.impreciseTests");
    expect(told.at(-1)![2]).toEqual([`${a}#v#0.1`, `${a}#v`, a]);
    runs.orders.splice(0);
    await tests.commands["diag.runWithEnoughTrials"]!();
    expect(runs.orders.map(({ backend, trials }) => [backend, trials])).toEqual([["webgpu", 120_000]]);
    runs.orders.splice(0);
    runs.play = async (order, tell) => {
      for (const eta of etasOf(order)) {
        tell({ type: "point", point: point({ eta }) });
      }
    };
    await tests.commands["diag.runInDoublePrecision"]!();
    // With as many trials as single precision had.
    expect(runs.orders.map(({ backend, trials, target }) => [backend, trials, target])).toEqual([
      ["cpu", point().trials, { kind: "verify", name: "v", etas: [0.1] }],
    ]);
    expect(fake.controller.runs.at(-1)!.name).toBe("In Double Precision");
    await tests.commands["diag.runInDoublePrecision"]!();
    expect(fake.asked.at(-1)).toEqual([
      "information",
      "There is no inconclusive test that double precision would decide.",
    ]);
  });
});

describe("a cluster", () => {
  const state = { name: "a-1", folder: "/shared/a-1", tasks: [], more: 0 };
  const progress = { trials: 10, totalTrials: 20, shards: 1, totalShards: 2, waiting: 0, running: 1 };
  const runThere = async (include: string[]) => {
    const { handler } = fake.controller.profiles.get("Cluster")!;
    await handler(request(include), new fake.CancellationTokenSource().token);
    return fake.controller.runs.at(-1)!;
  };
  const offer = (is: boolean) => {
    isOffered = is;
    fake.configured.fire();
  };

  test("has a profile as long as it is chosen, which does not run by itself", () => {
    expect(tests.profiles).toEqual(["CPU"]);
    offer(true);
    gpu.find("NVIDIA H100");
    expect(tests.profiles).toEqual(["CPU", "GPU", "Cluster"]);
    const profile = fake.controller.profiles.get("Cluster") as unknown as { rest: unknown[] };
    expect(profile.rest).toEqual([false, undefined, false]);
    isOffered = false;
    fake.trusted.fire();
    expect(tests.profiles).toEqual(["CPU", "GPU"]);
  });

  test("has all blocks at the same time, and their learning rates in any order", async () => {
    offer(true);
    let release: (() => void) | undefined;
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    runs.play = async (order, tell) => {
      if (runs.orders.length === 2) {
        release?.();
      }
      await all;
      tell({ type: "cluster", cluster: state });
      tell({ type: "cluster", cluster: { ...state, progress } });
      tell({ type: "cluster", cluster: { ...state, progress } });
      tell({ type: "told", line: "task 1_0 is held" });
      for (const eta of [...etasOf(order)].reverse()) {
        tell({ type: "point", point: point({ eta }) });
      }
    };
    const run = await runThere([`${a}#v`, b]);
    expect(runs.orders.map(({ executor, backend }) => [executor, backend])).toEqual([
      ["slurm", "auto"],
      ["slurm", "auto"],
    ]);
    const ofA = run.told.filter((line) => line.startsWith("a.diag#v#"));
    expect(ofA.map((line) => line.replace("a.diag#v#", ""))).toEqual([
      ...["0.1 enqueued", "0.2 enqueued", "0.1 started", "0.2 started"],
      ...["0.2 passed in 10", "0.1 passed in 10"],
    ]);
    const words = run.output.filter(({ item: of }) => of === undefined).map(({ text }) => text.trim());
    expect(words.filter((line) => line.startsWith("50 %"))).toEqual([
      "50 % of 20 trials, 1 of 2 shards, 1 task runs",
      "50 % of 20 trials, 1 of 2 shards, 1 task runs",
    ]);
    expect(words).toContain("run a-1 is in /shared/a-1");
    expect(words).toContain("task 1_0 is held");
  });

  test("that was found again tells the tests of its block how it ended", async () => {
    const progress = { trials: 20, totalTrials: 20, shards: 2, totalShards: 2, waiting: 0, running: 0 };
    const record: RunRecord = {
      ...startedRecord(header({ title: "v", uri: a, etas: [0.2, 0.5] })),
      ...{ state: "done", cluster: { ...state, progress, told: ["submitted 2 tasks"] } },
      points: [point({ eta: 0.2 }), point({ eta: 0.5 })],
    };
    await tests.report(record);
    const run = fake.controller.runs.at(-1)!;
    expect(run.told).toEqual(["a.diag#v#0.2 started", "a.diag#v#0.2 passed in 10", "end"]);
    expect(run.output[0]!.text.trim()).toBe("submitted 2 tasks");
    await tests.report({ ...record, title: "gone" });
    expect(fake.controller.runs).toHaveLength(1);
  });

  test("that cannot finish is an error with the addresses of logs where there is no result", async () => {
    offer(true);
    const task = { array: 12, index: 3, line: "ended with exit code 3", ended: true };
    runs.play = async (_, tell) => {
      tell({ type: "cluster", cluster: { ...state, tasks: [task, { ...task, index: 4, ended: false }] } });
      tell({ type: "point", point: point({ eta: 0.1, cancelled: true }) });
      tell({ type: "ended", state: "failed", finished: 1, message: "1 shard is missing" });
    };
    const run = await runThere([b]);
    expect(run.messages.map(({ message }) => message)).toEqual([
      "1 shard is missing\ntask 12_3 ended with exit code 3: file:///shared/a-1/logs/12_3.log",
    ]);
  });
});

describe("results", () => {
  const type = (uri: string, contentChanges: readonly unknown[] = [{}], languageId = "diag") =>
    fake.edited.fire({ document: { uri: fake.Uri.parse(uri), languageId }, contentChanges });
  const outdated = () => expect.poll(() => fake.controller.outdated);

  test("are outdated once their file, or one that it imports, is typed in, until they are run again", async () => {
    await runNow();
    expect(fake.controller.outdated).toEqual([]);
    // Nothing of the text, and nothing of the language.
    type(a, []);
    type(a, [{}], "markdown");
    type(b);
    type(b);
    await outdated().toEqual([b]);
    // What b imports is a.
    type(a);
    await outdated().toEqual([b, a]);
    await runNow();
    type(a);
    await outdated().toEqual([b, a, a, b]);
  });
});

describe("a continuous run", () => {
  const save = (uri: string, languageId = "diag") =>
    fake.saved.fire({ uri: fake.Uri.parse(uri), languageId });
  const names = () => runs.orders.map(({ target }) => (target.kind === "verify" ? target.name : ""));

  test("runs what is watched when its file or a part of it is saved, until it is stopped", async () => {
    const source = new fake.CancellationTokenSource();
    await fake.controller.handler!(request([`${a}#v#0.2`, b], undefined, true), source.token);
    expect(fake.controller.runs).toHaveLength(0);
    save(b);
    await expect.poll(names).toEqual(["w"]);
    save("file:///w/p.csv", "csv");
    await expect.poll(names).toEqual(["w", "w"]);
    save(a);
    await expect.poll(names).toEqual(["w", "w", "v", "w"]);
    expect(runs.orders[2]!.target).toMatchObject({ etas: [0.2] });
    expect(fake.controller.runs.every(({ request: { continuous } }) => continuous)).toBe(true);
    save("file:///w/other.diag");
    source.cancel();
    save(a);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(names()).toHaveLength(4);
  });

  test("takes the learning rates that the saved text has", async () => {
    const source = new fake.CancellationTokenSource();
    await fake.controller.handler!(request(undefined, [`${a}#bad`, b], true), source.token);
    server.files = [{ uri: a, verifies: [block("v", [0.1, 0.2]), block("new", [0.5])], sources: [] }];
    save(a);
    await expect.poll(names).toEqual(["v", "new"]);
    source.cancel();
  });

  test("runs once for all that is saved meanwhile, and is cancelled with its token", async () => {
    let go: () => void = () => undefined;
    runs.play = async (_, tell, { token }) => {
      await new Promise<void>((resolve) => {
        go = resolve;
        token!.onCancellationRequested(() => resolve());
      });
      if (token!.isCancellationRequested) {
        tell({ type: "ended", state: "cancelled", finished: 1 });
      }
    };
    const source = new fake.CancellationTokenSource();
    await fake.controller.handler!(request([b], undefined, true), source.token);
    save(b);
    await expect.poll(names).toEqual(["w"]);
    save(b);
    save(b);
    save(b);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(names()).toEqual(["w"]);
    go();
    await expect.poll(names).toEqual(["w", "w"]);
    source.cancel();
    await expect.poll(() => fake.controller.runs.every(({ ended }) => ended)).toBe(true);
    expect(names()).toEqual(["w", "w"]);
  });
});
