import { fork } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import type { Description, RunnerEvent, RunParameters } from "../../src/runner/index.js";
import { runnerEvent, runnerMethods } from "../../src/runner/index.js";
import { type RunEvent, type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

// After one update from t = 1 with learning rate η the expected test loss is ((1 − η)² + η² + 1) / 2; order 1 adds
// −η to the 1 of order 0, order 2 η², and there is no more.
const bowl = `landscape bowl {
  weights t = 1
  data x ~ normal(0, 1)
  loss (t - x)^2 / 2
}
`;
const text = `${bowl}diagram pair = (01-2)(02-12)
diagram line = (0-1)(01)
diagram chain = (0-1-2)(01-12)
verify once {
  landscape bowl
  sgd(N = 1, E = 1, B = 1)
  eta = 0.1, 0.2
  observe test_loss, displacement
  predict order 1
  trials = 3000
}
`;
const source = { uri: "untitled:once", path: "/once.diag", text };
/** A text with a block that says where diagrams are evaluated. */
const placed = (change: Readonly<Record<string, string>> = {}, of = text) => {
  const says = {
    landscape: "landscape bowl",
    spacetime: "sgd(N = 1, E = 1, B = 1)",
    eta: "eta = 0.1",
    observe: "observe test_loss",
    ...change,
  };
  return { ...source, text: `${of}verify at {\n${Object.values(says).join("\n")}\npredict order 1\n}\n` };
};

describe("the engine's process", () => {
  let engine: ReturnType<typeof fork>;
  let connection: MessageConnection;
  const events: RunnerEvent[] = [];
  let onEvent: (event: RunnerEvent) => void = () => undefined;
  const hear = (event: RunnerEvent): void => {
    events.push(event);
    onEvent(event);
  };

  beforeAll(() => {
    engine = fork(join(root, "dist", "runner.js"), [], { execArgv: [] });
    connection = createMessageConnection(new IPCMessageReader(engine), new IPCMessageWriter(engine));
    connection.onNotification(runnerEvent, (event: RunnerEvent) => hear(event));
    connection.listen();
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => engine.once("exit", resolve));
    connection.dispose();
    engine.disconnect();
    await ended;
  });

  /** Runs, and folds what is told into a record. */
  async function run(parameters: Omit<RunParameters, "id" | "source">, of = source): Promise<RunRecord> {
    const id = `run-${events.length}`;
    await connection.sendRequest(runnerMethods.run, { id, source: of, ...parameters });
    const told = events.filter((one) => one.id === id).map(({ event }) => event);
    const [first] = told as [Extract<RunEvent, { type: "started" }>];
    return told.slice(1).reduce(withEvent, startedRecord(first.header));
  }

  const refusal = (parameters: Omit<RunParameters, "id" | "source">, of = source): Promise<string> =>
    run(parameters, of).then(
      () => "none",
      (error: Error) => error.message,
    );

  test("tells a verification from its start to its end", async () => {
    const record = await run({ kind: "verification", target: { kind: "verify", name: "once" } });
    expect(record.state).toBe("done");
    expect(record.observables).toEqual(["test_loss", "displacement(t)"]);
    expect(record.points.map(({ eta, observable }) => `${eta} ${observable}`)).toEqual([
      "0.1 test_loss",
      "0.1 displacement(t)",
      "0.2 test_loss",
      "0.2 displacement(t)",
    ]);
    expect(record.partial).toEqual([]);
    expect(record.progress).toBeUndefined();
    const [first] = record.points;
    expect(first!.predicted).toBeCloseTo(0.9, 12);
    // What is left over is measured: eta^2, exactly, of each trial but for the noise.
    expect(first!.truncation).toBeCloseTo(0.01, 3);
    expect(first!.measured).toBeCloseTo(0.91, 1);
    expect(record.trials).toBe(3000);
  });

  test("curves and terms are the closed forms", async () => {
    const { curves, terms } = await run({ kind: "evaluation", target: { kind: "verify", name: "once" } });
    const loss = curves.find(({ observable }) => observable === "test_loss")!;
    expect(loss.etas).toEqual([...loss.etas].sort((one, other) => one - other));
    expect(loss.etas.length).toBeGreaterThanOrEqual(9);
    expect([loss.etas[0], loss.etas.at(-1)]).toEqual([0.05, 0.25]);
    for (const eta of [0.1, 0.2]) {
      expect(loss.etas).toContain(eta);
    }
    loss.etas.forEach((eta, index) => {
      expect(loss.orders.map((order) => order[index])).toEqual([
        expect.closeTo(1, 12),
        expect.closeTo(1 - eta, 12),
      ]);
      expect(loss.truncation[index]).toBeCloseTo(eta * eta, 12);
    });
    const shift = curves.find(({ observable }) => observable === "displacement(t)")!;
    expect(shift.orders[1]!.at(-1)).toBeCloseTo(-0.25, 12);
    const at = terms.find((one) => one.eta === 0.2 && one.observable === "test_loss")!;
    expect(at.terms.map(({ diagram, value }) => [diagram, value])).toEqual([
      ["(0)()", 1],
      ["(0-1)(01)", expect.closeTo(-0.2, 12)],
    ]);
  });

  test("learning rates can be left out, trials and seed changed", async () => {
    const record = await run({
      kind: "verification",
      target: { kind: "verify", name: "once", etas: [0.2] },
      trials: 100,
      seed: 7,
    });
    expect(record.etas).toEqual([0.2]);
    expect(record.points.map(({ trials }) => trials)).toEqual([100, 100]);
    expect(record.seed).toBe(7);
  });

  test("what diverges or overflows is said once for each learning rate", async () => {
    const target = { kind: "diagrams", names: ["pair"], verify: "at" } as const;
    const { notes, terms } = await run(
      { kind: "evaluation", target },
      placed({ spacetime: "gd(N = 2, T = 4000)", eta: "eta = 0.1, 2.5" }),
    );
    expect(terms.map(({ terms: own }) => own[1]!.value)).toEqual([expect.closeTo(0.25, 9), null]);
    expect(notes).toEqual([
      "At eta = 2.5 descent diverges: eta*h = 2.5 is more than 2 along t, so each update multiplies what is off by " +
        "1 - eta*h = -1.5; eta below 2 would not",
      "At eta = 2.5 the prediction of test_loss is not finite, since pair overflows",
    ]);
  });

  test("diagrams are evaluated where a verify block is, whatever it predicts", async () => {
    const target = { kind: "diagrams", names: ["pair"], verify: "at" } as const;
    const record = await run({ kind: "evaluation", target }, placed());
    expect(`${record.title} ${record.prediction} ${record.order}`).toBe("pair pair 2");
    expect(record.terms[0]!.terms.map(({ name, value }) => [name, value])).toEqual([
      [undefined, 1],
      ["pair", expect.closeTo(0.005, 12)],
    ]);
  });

  test("of a reducible diagram there is a value, but no verification", async () => {
    const target = { kind: "diagrams", names: ["chain"], verify: "at" } as const;
    const record = await run({ kind: "evaluation", target }, placed());
    expect(record.terms[0]!.terms.map(({ name }) => name)).toEqual([undefined, "chain"]);
    expect(await refusal({ kind: "verification", target }, placed())).toMatch(/`chain` is reducible/);
  });

  test("a run that is cancelled ends with what is known", async () => {
    const cancellation = new CancellationTokenSource();
    const id = "cancelled";
    onEvent = ({ id: of, event }) => {
      if (of === id && event.type === "progress") {
        cancellation.cancel();
      }
    };
    const parameters = { id, kind: "verification", source, target: { kind: "verify", name: "once" } };
    await connection.sendRequest(runnerMethods.run, { ...parameters, trials: 1e9 }, cancellation.token);
    const last = events.filter((one) => one.id === id).at(-1)!.event;
    expect(last).toMatchObject({ type: "ended", state: "cancelled" });
  });

  test("a run that is cancelled tells the trials that it has kept, and goes on with these", async () => {
    const checkpoints = await mkdtemp(join(tmpdir(), "diag-kept-"));
    const cancellation = new CancellationTokenSource();
    const told = (id: string) => events.filter((one) => one.id === id).map(({ event }) => event);
    const parameters = {
      ...{ kind: "verification", source, checkpoints, backend: "cpu", trials: 1e9 },
      target: { kind: "verify", name: "once", etas: [0.1] },
    };
    onEvent = ({ id, event }) => {
      if (id === "stopped" && event.type === "progress") {
        cancellation.cancel();
      }
    };
    const stopped = { ...parameters, id: "stopped" };
    await connection.sendRequest(runnerMethods.run, stopped, cancellation.token);
    const trials = told("stopped").flatMap((event) => (event.type === "point" ? [event.point.trials] : []));
    expect(trials).toHaveLength(2);
    expect(trials[0]).toBeGreaterThan(0);
    const [file, ...others] = await readdir(checkpoints);
    expect(others).toEqual([]);
    const kept = JSON.parse(await readFile(join(checkpoints, file!), "utf8"));
    expect(kept.results.map((one: { trials: number }) => one.trials)).toEqual([trials[0]]);
    // Killed at once, it still has these: they were told of as kept.
    const again = new CancellationTokenSource();
    onEvent = ({ id, event }) => {
      if (id === "again" && event.type === "kept") {
        again.cancel();
      }
    };
    await connection.sendRequest(
      runnerMethods.run,
      { ...parameters, id: "again", resume: true },
      again.token,
    );
    const first = told("again").find((event) => event.type === "kept");
    expect(first?.kept.map((one) => one.trials)).toEqual([trials[0], trials[0]]);
    await rm(checkpoints, { recursive: true, force: true });
  });

  test("says in one line what it does not run", async () => {
    const verify = { kind: "verification" } as const;
    const chosen = (...names: string[]) =>
      ({ ...verify, target: { kind: "diagrams", names, verify: "at" } }) as const;
    expect(await refusal({ ...verify, target: { kind: "verify", name: "nobody" } })).toMatch(
      /has no verify nobody; it has once/,
    );
    expect(await refusal({ ...verify, target: { kind: "verify", name: "once", etas: [3] } })).toMatch(
      /no eta = 3/,
    );
    expect(await refusal(chosen("pair"), placed({ observe: "observe displacement" }))).toMatch(
      /root of `pair` has 2/,
    );
    expect(await refusal(chosen("pair", "pair"), placed())).toMatch(/`pair` stands twice/);
    const couple = `${text}diagram couple { a, b -> out part {a, b} }\n`;
    expect(await refusal(chosen("pair", "couple"), placed({}, couple))).toMatch(
      /`couple` is the same diagram as `pair`/,
    );
    const evaluated = { ...chosen("pair"), kind: "evaluation" } as const;
    expect(await refusal(evaluated, placed({ observe: "observe gen_gap" }))).toMatch(/cancel in gen_gap/);
    const loop = `${text}diagram loop { a -> b -> out part {a, b} }\n`;
    expect(await refusal(chosen("loop"), placed({}, loop))).toMatch(/diagram loop cannot be used: .*:17:/);
    expect(await refusal(chosen(), placed())).toMatch(/no diagram/);
    expect(await refusal(chosen("pair"))).toMatch(/has no verify at; it has once/);
    expect(await refusal(chosen("pair"), placed({ landscape: "landscape hill" }))).toMatch(
      /verify at cannot be used: .*:18:.*hill/,
    );
    expect(await refusal(chosen("pair"), placed({ spacetime: "sgd(N = 3, E = 1, B = 2)" }))).toMatch(
      /verify at cannot be used: .*:19:.*divide/,
    );
    expect(await refusal(chosen("pair"), placed({ eta: "eta = -1" }))).toMatch(
      /verify at cannot be used: .*:20:.*positive/,
    );
    expect(await refusal({ ...chosen("pair"), mostTrials: 10 }, placed())).toMatch(
      /maximumTrials allows \(10\)/,
    );
    expect(
      await refusal({ ...verify, target: { kind: "verify", name: "once" } }, { ...source, text: "diagram" }),
    ).toMatch(/once cannot be used: .*once\.diag:1/);
  });

  test("describes what a text declares, and its first error", async () => {
    const ask = (of: string) =>
      connection.sendRequest<Description>(runnerMethods.describe, { source: { ...source, text: of } });
    const { diagrams, landscapes, verifies, error } = await ask(text);
    expect(diagrams.map(({ name }) => name)).toEqual(["pair", "line", "chain"]);
    expect(landscapes).toEqual([{ name: "bowl", own: true, weights: ["t"] }]);
    expect(verifies[0]).toMatchObject({ name: "once", predict: "order 1", etas: [0.1, 0.2] });
    expect(error).toBeUndefined();
    expect((await ask(`${text}diagram broken = (0`)).error).toMatch(/^line 17, column \d+: /);
  });
});
