/** Disks that are full or may only be read, as the system tells of them: one line, runs that go on, and nothing lost of what was there. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { StoredHistory } from "../../src/extension/runs/stored-history.js";
import type { RunOrder } from "../../src/runner/index.js";
import { type Run, type RunRecord, startedRecord } from "../../src/runs/index.js";
import {
  evaluatorFor,
  folderStore,
  runVerification,
  type VerifySpecification,
} from "../../src/verify/index.js";
import { gauss, sgd } from "../engine/simulate-landscapes.js";
import { header, point } from "../unit/extension/run-samples.js";

/** What the disk does: nothing is opened for writing or made there, or what is opened takes only the first bytes of a text. */
const disk = vi.hoisted(() => ({ fault: undefined as { code: string; isPartial: boolean } | undefined }));

vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  const failing = (code: string) => Object.assign(new Error(`${code}: told by the disk`), { code });
  const unlessReadOnly = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (disk.fault && !disk.fault.isPartial) {
      throw failing(disk.fault.code);
    }
    return await work();
  };
  const open = async (path: string, flags?: string | number, mode?: number): Promise<FileHandle> => {
    if (typeof flags !== "string" || !/[wa]/.test(flags)) {
      return await real.open(path, flags, mode);
    }
    const file = await unlessReadOnly(() => real.open(path, flags, mode));
    const write = file.writeFile.bind(file);
    file.writeFile = async (data: unknown) => {
      const { fault } = disk;
      await write(fault ? String(data).slice(0, 10) : (data as string));
      if (fault) {
        throw failing(fault.code);
      }
    };
    return file;
  };
  const mkdir = (...given: Parameters<typeof real.mkdir>) => unlessReadOnly(() => real.mkdir(...given));
  return { ...real, open, mkdir };
});

const faults = [
  ["is full", "ENOSPC", true, "the disk is full; make room and try again"],
  [
    "has no more room for the user",
    "EDQUOT",
    true,
    "the disk has no more room for this user; make room and try again",
  ],
  ["may only be read", "EROFS", false, "nothing can be written on that disk; use another"],
  ["may not be written", "EACCES", false, "there is no permission to write there; permit it"],
  ["is broken", "EIO", true, "EIO"],
] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "diag-storage-"));
});
afterEach(() => {
  disk.fault = undefined;
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const specification: VerifySpecification = {
  ...{ name: "kept", landscape: gauss, spacetime: sgd(4), etas: [0.1, 0.2, 0.3], sum: "exact", seed: 2 },
  observables: [{ name: "test_loss", weights: [] }],
  prediction: { kind: "order", order: 1 },
};
const evaluator = evaluatorFor(specification);
const bits = (runs: readonly Run[]) => runs.map(({ stepsPerSecond: _, ...rest }) => rest);

async function verify(checkpoints: string | undefined, resume = false, before: () => void = () => undefined) {
  const told: string[] = [];
  const engine = openCpuEngine(0);
  const open = async (): Promise<Engine> =>
    new Proxy(engine, {
      get(one, name) {
        if (name === "simulate") {
          before();
        }
        const value: unknown = Reflect.get(one, name);
        return typeof value === "function" ? value.bind(one) : value;
      },
    });
  const runs = await runVerification(specification, {
    ...{ evaluator, backend: "cpu", trials: 400, resume, engines: { open } },
    ...(checkpoints !== undefined && { checkpoints: folderStore(checkpoints) }),
    onFault: (line) => told.push(line),
  });
  return { runs: bits(runs), told };
}

describe.each(faults)("a disk that %s", (_, code, isPartial, cause) => {
  /** Time in which every piece is kept. */
  const keepAll = () => {
    const real = performance.now.bind(performance);
    let passed = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      passed += 20_000;
      return real() + passed;
    });
  };

  test("lets a run go on to the same bits, with one line, and leaves nothing half written", async () => {
    const whole = await verify(undefined);
    keepAll();
    disk.fault = { code, isPartial };
    const { runs, told } = await verify(join(folder, "checkpoints"));
    expect(runs).toEqual(whole.runs);
    expect(told).toEqual([`how far the run has come cannot be kept: ${cause}`]);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes("."))).toEqual([]);
  });

  test("that becomes so while a run goes on takes nothing of what was kept", async () => {
    const whole = await verify(undefined);
    keepAll();
    let asked = 0;
    const stop = () => {
      if (++asked === 6) {
        throw new Error("killed");
      }
    };
    const place = join(folder, "checkpoints");
    await expect(verify(place, false, stop)).rejects.toThrow("killed");
    const kept = readdirSync(place);
    expect(kept.length).toBeGreaterThan(0);
    disk.fault = { code, isPartial };
    await expect(verify(place, true, () => void (asked++ > 8 && stopNow()))).rejects.toThrow("killed");
    expect(readdirSync(place)).toEqual(expect.arrayContaining(kept));
    disk.fault = undefined;
    expect((await verify(place, true)).runs).toEqual(whole.runs);
  });

  test("keeps the history that there was, and what cannot be kept is one line for each run", async () => {
    const notes: string[] = [];
    const open = () => new StoredHistory(join(folder, "runs"), (line) => notes.push(line));
    const history = open();
    await history.put(record("1", { seed: 1 }), order);
    const text = readFileSync(join(folder, "runs", "1.json"), "utf8");
    disk.fault = { code, isPartial };
    for (const seed of [2, 3, 4]) {
      await history.put(record("1", { seed }), order);
      await history.put(record("2", { seed }), order);
    }
    expect((await history.list()).map(({ id, seed }) => [id, seed])).toEqual([
      ["2", 4],
      ["1", 4],
    ]);
    expect(notes).toEqual(
      ["1", "2"].map(
        (id) =>
          `the run once could not be kept: ${join(folder, "runs", id)}.json cannot be written: ${cause}`,
      ),
    );
    expect(readdirSync(join(folder, "runs"))).toEqual(["1.json"]);
    expect(readFileSync(join(folder, "runs", "1.json"), "utf8")).toBe(text);
    disk.fault = undefined;
    await history.put(record("2", { seed: 5 }), order);
    expect((await open().list()).map(({ id, seed }) => [id, seed])).toEqual([
      ["2", 5],
      ["1", 1],
    ]);
  });
});

function stopNow(): never {
  throw new Error("killed");
}

const order: RunOrder = {
  kind: "verification",
  source: { uri: "file:///w/a.diag", path: "/w/a.diag" },
  target: { kind: "verify", name: "once" },
};

function record(id: string, more: Partial<RunRecord>): RunRecord {
  const started = startedRecord(header({ id, started: Number(id) }));
  return { ...started, state: "done", finished: 5, points: [point()], ...more };
}
