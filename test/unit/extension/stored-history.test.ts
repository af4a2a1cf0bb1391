import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readKeptRun, writeKeptRun } from "../../../src/extension/runs/kept-run.js";
import { StoredHistory } from "../../../src/extension/runs/stored-history.js";
import type { RunOrder } from "../../../src/runner/index.js";
import { type RunRecord, startedRecord } from "../../../src/runs/index.js";
import { times } from "../../times.js";
import { header, point } from "./run-samples.js";

const order: RunOrder = {
  kind: "verification",
  source: {
    uri: "file:///w/a.diag",
    path: "/w/a.diag",
    text: "secret words of a file",
    open: [{ uri: "file:///w/c.diag", text: "secret words of another" }],
  },
  target: { kind: "diagrams", names: ["skew"], verify: "once" },
  trials: 7,
};

function record(id: string, more: Partial<RunRecord> = {}): RunRecord {
  const started = startedRecord(header({ id, started: Number(id) }));
  const terms = [
    {
      eta: 0.1,
      observable: "test_loss",
      terms: [{ diagram: "(0)()", edges: 0, automorphisms: 1, embeddings: 1, value: null }],
    },
  ];
  const curves = [{ observable: "test_loss", etas: [0.1], orders: [[1]], truncation: [null] }];
  return { ...started, state: "done", finished: 5, points: [point()], terms, curves, ...more };
}

describe("kept runs", () => {
  let folder: string;
  let notes: string[];
  const open = (most?: number) => new StoredHistory(join(folder, "runs"), (line) => notes.push(line), most);
  const idsOf = async (history: StoredHistory) => (await history.list()).map(({ id }) => id);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-history-"));
    notes = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("are there again after the window was closed, the newest first", async () => {
    const first = open();
    expect(await first.list()).toEqual([]);
    await first.put(record("1"), order);
    await first.put(record("3"), order);
    await first.put(record("2"), order);
    const second = open();
    expect(await idsOf(second)).toEqual(["3", "2", "1"]);
    expect(await second.get("2")).toEqual(record("2"));
    expect((await second.list())[0]).toEqual(record("3", { terms: [], curves: [] }));
    expect(notes).toEqual([]);
  });

  test("keep what was ordered, without the texts of files", async () => {
    await open().put(record("1"), order);
    const kept = (await open().order("1"))!;
    expect(kept.source).toEqual({ uri: "file:///w/a.diag", path: "/w/a.diag" });
    expect(kept.target).toEqual({ kind: "diagrams", names: ["skew"], verify: "once" });
    expect(kept.trials).toBe(7);
    const [file] = await readdir(join(folder, "runs"));
    expect(await readFile(join(folder, "runs", file!), "utf8")).not.toContain("secret");
  });

  test("are as they were written last, however fast that came", async () => {
    const history = open();
    const states = ["running", "running", "running", "cancelled"] as const;
    await Promise.all(states.map((state, index) => history.put(record("1", { state, seed: index }), order)));
    expect(await open().get("1")).toMatchObject({ state: "cancelled", seed: 3 });
    expect(await readdir(join(folder, "runs"))).toEqual(["1.json"]);
  });

  test("that were under way when the window went are interrupted", async () => {
    const history = open();
    const progress = { eta: 0.1, trials: 1, totalTrials: 2, stepsPerSecond: 3, secondsLeft: null };
    await history.put(record("1", { state: "running", progress }), order);
    expect((await history.get("1"))!.state).toBe("running");
    const [found] = await open().list();
    expect(found).toMatchObject({ state: "interrupted", message: expect.stringContaining("closed") });
    expect(found).not.toHaveProperty("progress");
    expect((await open().get("1"))!.state).toBe("interrupted");
  });

  test("on a cluster go on without their window", async () => {
    const cluster = { name: "a-1", folder: "/shared/a-1", tasks: [], more: 0, told: ["submitted 1 task"] };
    await open().put(record("1", { state: "running", cluster }), { ...order, executor: "slurm" });
    const history = open();
    expect(await history.list()).toMatchObject([{ state: "running", cluster }]);
    expect(await history.order("1")).toMatchObject({ executor: "slurm" });
    expect((await history.get("1"))!.message).toBeUndefined();
  });

  test("go when there are too many, the oldest first", async () => {
    const history = open(3);
    for (const id of ["1", "2", "3", "4", "5"]) {
      await history.put(record(id), order);
    }
    expect(await idsOf(history)).toEqual(["5", "4", "3"]);
    expect((await readdir(join(folder, "runs"))).sort()).toEqual(["3.json", "4.json", "5.json"]);
    expect(await idsOf(open(2))).toEqual(["5", "4"]);
    expect(await readdir(join(folder, "runs"))).toHaveLength(2);
  });

  test("that are damaged are left out, with a line in the log", async () => {
    await open().put(record("1"), order);
    const write = (name: string, text: string) => writeFile(join(folder, "runs", name), text);
    await write("2.json", writeKeptRun({ record: record("2"), order }).slice(0, 100));
    await write("3.json", writeKeptRun({ record: record("4"), order }));
    await write("notes.txt", "no run");
    await write("..json", "no run");
    const history = open();
    expect(await idsOf(history)).toEqual(["1"]);
    expect(notes).toHaveLength(2);
    expect(await history.get("2")).toBeUndefined();
    expect(await history.get("../../etc/passwd")).toBeUndefined();
  });

  test("do not come back when they were deleted while they ran", async () => {
    const history = open();
    await history.put(record("1", { state: "running" }), order);
    await history.delete("1");
    await history.put(record("1"), order);
    expect(await history.list()).toEqual([]);
    expect(await open().list()).toEqual([]);
  });

  test("are all deleted but those under way", async () => {
    const history = open();
    await history.put(record("1"), order);
    await history.put(record("2", { state: "running" }), order);
    await history.clear();
    expect(await idsOf(history)).toEqual(["2"]);
    await history.put(record("2"), order);
    expect(await idsOf(open())).toEqual(["2"]);
  });

  test("tell of each change until nobody listens", async () => {
    const history = open();
    let heard = 0;
    const registration = history.onDidChange(() => heard++);
    await history.put(record("1"), order);
    await history.delete("1");
    await history.delete("1");
    await history.clear();
    expect(heard).toBe(3);
    registration.dispose();
    await history.put(record("2"), order);
    expect(heard).toBe(3);
  });

  test("of windows that keep theirs in one folder at once are all there, whatever comes first", async () => {
    const act = fc.record({
      window: fc.integer({ min: 0, max: 2 }),
      run: fc.integer({ min: 0, max: 3 }),
      does: fc.constantFrom("put", "put", "put", "delete", "list"),
      isAwaited: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 25 }), async (acts) => {
        await rm(join(folder, "runs"), { recursive: true, force: true });
        const windows = [open(), open(), open()];
        const expected = new Map<string, number>();
        const deleted = new Set<string>();
        const doing: Promise<unknown>[] = [];
        for (const [seed, { window, run, does, isAwaited }] of acts.entries()) {
          // A window's runs have names that no other window gives; one that was deleted does not come back.
          const id = `${1 + window}${run}`;
          const history = windows[window]!;
          if (does === "put") {
            if (!deleted.has(id)) {
              expected.set(id, seed);
            }
            doing.push(history.put(record(id, { seed }), order));
          } else if (does === "delete") {
            expected.delete(id);
            deleted.add(id);
            doing.push(history.delete(id));
          } else {
            doing.push(history.list());
          }
          if (isAwaited) {
            await Promise.all(doing);
          }
        }
        await Promise.all(doing);
        const found = (await open().list()).map(({ id, seed }) => [id, seed] as const);
        expect(new Map(found)).toEqual(expected);
        expect(await readdir(join(folder, "runs")).catch(() => [])).toHaveLength(expected.size);
        expect(notes).toEqual([]);
      }),
      { numRuns: times(25) },
    );
  });

  test("whose file cannot be written are listed all the same", async () => {
    await writeFile(join(folder, "runs"), "this is no folder");
    const history = open();
    await history.put(record("1"), order);
    expect(await idsOf(history)).toEqual(["1"]);
    expect(notes.join()).toContain("could not be kept");
  });
});

describe("the file of a run", () => {
  const text = writeKeptRun({ record: record("1"), order });

  test("says the run", () => expect(readKeptRun(text)!.record).toEqual(record("1")));

  test.each([
    ["no JSON", (): unknown => "{"],
    ["another format", (value: Kept) => ({ ...value, format: 0 })],
    ["no order", ({ record }: Kept) => ({ format: 1, record })],
    ["an id that leads out of the folder", (value: Kept) => changed(value, { id: "../1" })],
    ["an unknown state", (value: Kept) => changed(value, { state: "asleep" })],
    ["a title that is no text", (value: Kept) => changed(value, { title: { toString: "x" } })],
    ["points without a verdict", (value: Kept) => changed(value, { points: [{ ...point(), verdict: "" }] })],
    ["terms that are none", (value: Kept) => changed(value, { terms: [null] })],
    [
      "an order of another kind",
      (value: Kept) => ({ ...value, order: { ...value.order, target: { kind: "__proto__" } } }),
    ],
  ])("with %s is not read", (_, change) => {
    const made = change(JSON.parse(text) as Kept);
    if (typeof made === "string") {
      return expect(readKeptRun(made)).toBeUndefined();
    }
    // As an earlier version wrote it, so that the digest alone does not tell.
    const { digest: _digest, ...bare } = made as Kept;
    expect(readKeptRun(JSON.stringify(bare))).toBeUndefined();
    return expect(readKeptRun(JSON.stringify(made))).toBeUndefined();
  });

  test("without a digest is one of an earlier version", () => {
    const { digest: _, ...bare } = JSON.parse(text) as Kept;
    expect(readKeptRun(JSON.stringify(bare))?.record).toEqual(record("1"));
  });

  test("is not read when anything of it was changed, and it is said that it was", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        let why = "";
        const read = readKeptRun(changed, (line) => {
          why = line;
        });
        if (changed === text) {
          expect(read?.record).toEqual(record("1"));
        }
        // A key that is no longer called digest leaves a file of an earlier version.
        else if (JSON.stringify(read?.record) !== JSON.stringify(record("1"))) {
          expect(read).toBeUndefined();
          expect(why).toMatch(/^it [a-z ,]+$/);
        }
      }),
      { numRuns: times(2000) },
    );
  });

  const contradictions: Readonly<Record<string, Partial<RunRecord>>> = {
    "a learning rate that is not positive": { etas: [0.1, 0] },
    "a point at a learning rate that was not asked for": { points: [point({ eta: 0.3 })] },
    "a point of what was not observed": { points: [point({ observable: "gen_gap" })] },
    "two points of one number": { points: [point(), point()] },
    "more trials than were asked for": { points: [point({ trials: 20_001 })] },
    "more that diverged than trials": { points: [point({ diverged: 20_001 })] },
    "a negative standard error": { points: [point({ standardError: -1 })] },
    "a mean of no trials": { points: [point({ diverged: 20_000, standardError: null })] },
    "a standard error of one trial": { points: [point({ diverged: 19_999 })] },
    "more without a test loss than trials": { points: [point({ unfound: 20_001 })] },
    "updates that are no multiple of its trials": { points: [point({ steps: 20_001 })] },
    "a negative truncation": { points: [point({ truncation: -1 })] },
    "a negative rounding floor": { points: [point({ roundingFloor: -1 })] },
    "partial numbers of more trials": { partial: [point({ trials: 20_001 })] },
    "kept numbers of what was not observed": { kept: [point({ observable: "" })] },
    "more progress than trials": {
      progress: { eta: 0.1, trials: 3, totalTrials: 2, stepsPerSecond: 1, secondsLeft: null },
    },
    "curves that lack points": {
      curves: [{ observable: "test_loss", etas: [0.1], orders: [[1, 2]], truncation: [null] }],
    },
    "criteria that lack points": {
      curves: [
        {
          ...{ observable: "test_loss", etas: [0.1], orders: [[1]], truncation: [null] },
          criteria: [{ name: "AIC", values: [] }],
        },
      ],
    },
    "curves that run backwards": {
      curves: [{ observable: "test_loss", etas: [0.2, 0.1], orders: [[1, 2]], truncation: [0, 0] }],
    },
    "an evaluation that measured": { kind: "evaluation" },
  };
  test.each(Object.keys(contradictions))("with %s is not read, though its digest is right", (name) => {
    const contrary = writeKeptRun({ record: { ...record("1"), ...contradictions[name] }, order });
    const why: string[] = [];
    expect(readKeptRun(contrary, (line) => why.push(line))).toBeUndefined();
    expect(why).toEqual([expect.stringMatching(/^(?!it lacks)[\w ,.]{10,80}$/)]);
  });
});

interface Kept {
  readonly digest?: string;
  readonly record: object;
  readonly order: object;
}

function changed(value: Kept, more: object): object {
  return { ...value, record: { ...value.record, ...more } };
}
