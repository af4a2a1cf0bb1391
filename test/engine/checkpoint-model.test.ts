/** What is kept, whatever happens in whatever order: against a model that knows only the longest of each kind. */
import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { Checkpoint, type CheckpointStore } from "../../src/verify/checkpoint.js";
import { folderStore } from "../../src/verify/index.js";
import { fewTimes } from "../times.js";
import { imaginedTrials, keptTrials } from "./kept-samples.js";
import { memoryStore } from "./memory-store.js";

const etas = [0.1, 0.2];
const engines = ["cpu", "webgpu a"];

/** A run of which some trials are done: it keeps them piece by piece, and then is stopped or ends. */
interface ImaginedRun {
  readonly eta: number;
  readonly engine: string;
  /** Trials after each piece. */
  readonly pieces: readonly number[];
  readonly end: "stopped" | "killed" | "done";
}

const imaginedRun: fc.Arbitrary<ImaginedRun> = fc.record({
  eta: fc.constantFrom(...etas),
  engine: fc.constantFrom(...engines),
  pieces: fc
    .uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 4 })
    .map((trials) => trials.sort((one, other) => one - other)),
  end: fc.constantFrom("stopped", "killed", "done"),
});

/** What the model knows of a kind of trials: of those written the most, with what their run wanted; and of those done the most. */
class Model {
  readonly written: { key: string; trials: number; wanted: number }[] = [];
  readonly done: { key: string; trials: number }[] = [];

  /** The least that must be kept: what was written for a run that wanted more than any that is done. */
  least(key: string): number {
    const longest = Math.max(0, ...this.done.filter((one) => one.key === key).map(({ trials }) => trials));
    const waitedFor = this.written.filter((one) => one.key === key && one.wanted > longest);
    return Math.max(0, ...waitedFor.map(({ trials }) => trials));
  }

  most(key: string): number {
    return Math.max(0, ...this.written.filter((one) => one.key === key).map(({ trials }) => trials));
  }
}

async function perform({ eta, engine, pieces, end }: ImaginedRun, store: CheckpointStore, model: Model) {
  const key = `${eta} ${engine}`;
  const wanted = end === "done" ? pieces.at(-1)! : pieces.at(-1)! + 500;
  const checkpoint = await Checkpoint.open(store, "kept");
  for (const trials of pieces) {
    checkpoint.take(eta, imaginedTrials(eta, engine, trials), wanted);
    // Killed before the last piece is written.
    if (end === "killed" && trials === pieces.at(-1)) {
      return;
    }
    // From here on it may be found, and once it is written it must be, unless it is finished.
    await checkpoint.write();
    model.written.push({ key, trials, wanted });
  }
  if (end !== "done") {
    return;
  }
  model.done.push({ key, trials: wanted });
  await checkpoint.finish();
}

async function compare(store: CheckpointStore, model: Model): Promise<void> {
  for (const eta of etas) {
    for (const engine of engines) {
      const kept = await keptTrials(store, eta, engine);
      const key = `${eta} ${engine}`;
      expect(kept).toBeGreaterThanOrEqual(model.least(key));
      expect(kept).toBeLessThanOrEqual(model.most(key));
    }
  }
}

describe("what is kept", () => {
  test("is the longest of what runs one after the other have left", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(imaginedRun, { minLength: 1, maxLength: 8 }), async (runs) => {
        const { store, all } = memoryStore();
        const model = new Model();
        for (const run of runs) {
          await perform(run, store, model);
          await compare(store, model);
          expect(all().length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: fewTimes(60, 150) },
    );
  });

  test("is the longest of what runs at the same time write, however their reads and writes interleave", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(imaginedRun, { minLength: 2, maxLength: 5 }),
        async (scheduler, runs) => {
          const { store } = memoryStore();
          const interleaved: CheckpointStore = {
            read: scheduler.scheduleFunction(store.read),
            add: scheduler.scheduleFunction(store.add),
            remove: scheduler.scheduleFunction(store.remove),
            setAside: store.setAside,
          };
          const model = new Model();
          await scheduler.waitFor(Promise.all(runs.map((run) => perform(run, interleaved, model))));
          await compare(store, model);
        },
      ),
      { numRuns: fewTimes(120, 300) },
    );
  });

  test("is in files that several processes write at once, some of which are killed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "diag-kept-"));
    try {
      const writer = join(folder, "writer.mjs");
      const here = fileURLToPath(new URL(".", import.meta.url));
      await build({
        entryPoints: [join(here, "checkpoint-writer.ts")],
        ...{ outfile: writer, bundle: true, platform: "node", format: "esm", logLevel: "error" },
        banner: {
          js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
        },
        external: ["wabt"],
      });
      const kept = join(folder, "kept");
      /** Runs a writer until its end, or until it has written so much. @returns what it said is kept. */
      const write = (engine: string, step: number, until = Number.POSITIVE_INFINITY) =>
        new Promise<number>((resolve, reject) => {
          const child = spawn(process.execPath, [writer, kept, engine, `${step}`, `${40 * step}`]);
          let said = "";
          let errors = "";
          const last = () => Number(said.trimEnd().split("\n").at(-1));
          child.stdout.on("data", (chunk) => {
            said += chunk;
            if (said.includes("unreadable")) {
              reject(new Error(said));
            }
            if (last() >= until) {
              child.kill("SIGKILL");
            }
          });
          child.stderr.on("data", (chunk) => {
            errors += chunk;
          });
          child.on("close", () => (errors === "" ? resolve(last()) : reject(new Error(errors))));
        });
      const [a, b, c, d] = await Promise.all([
        write("cpu", 7),
        write("cpu", 10, 200),
        write("webgpu a", 9),
        write("webgpu a", 11, 300),
      ]);
      const store = folderStore(kept);
      for (const eta of etas) {
        // What was killed may have written once more than it could say.
        expect(await keptTrials(store, eta, "cpu")).toBeGreaterThanOrEqual(Math.max(a!, b!));
        expect(await keptTrials(store, eta, "webgpu a")).toBeGreaterThanOrEqual(Math.max(c!, d!));
      }
      expect(Math.max(a!, b!)).toBeGreaterThanOrEqual(280);
      // The next to write leaves one file.
      const next = await Checkpoint.open(store, "kept");
      next.take(0.3, imaginedTrials(0.3, "cpu", 5), 10);
      await next.write();
      expect((await readdir(kept)).filter((name) => name.endsWith(".json"))).toHaveLength(1);
      expect(await keptTrials(store, 0.3, "cpu")).toBe(5);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test.skipIf(process.platform === "win32")(
    "is not what is no file, or too large for one; nothing waits for it",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "diag-kept-"));
      try {
        const store = folderStore(folder);
        const checkpoint = await Checkpoint.open(store, "kept");
        checkpoint.take(0.1, imaginedTrials(0.1, "cpu", 5), 10);
        await checkpoint.write();
        execFileSync("mkfifo", [join(folder, "kept.pipe.json")]);
        await mkdir(join(folder, "kept.folder.json"));
        await symlink("/dev/zero", join(folder, "kept.device.json"));
        await writeFile(join(folder, "kept.large.json"), "");
        await truncate(join(folder, "kept.large.json"), 2 ** 40);
        const lines: string[] = [];
        const next = await Checkpoint.open(store, "kept", (line) => lines.push(line));
        expect(next.at(0.1)[0]?.result.trials).toBe(5);
        expect(lines).toHaveLength(4);
        for (const line of lines) {
          expect(line).toMatch(/^a damaged checkpoint is not used; it is \S+\.damaged now$/);
        }
        // They hinder nobody, not even when it is time to throw them away.
        const names = await readdir(folder);
        for (const name of names.filter((one) => one.endsWith(".damaged"))) {
          if (!name.includes("device")) {
            await utimes(join(folder, name), 1, 1);
          }
        }
        next.take(0.2, imaginedTrials(0.2, "cpu", 5), 10);
        await next.write();
        expect(await keptTrials(folderStore(folder), 0.2, "cpu")).toBe(5);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );

  test("is not what was cut off, which is set aside and told of", async () => {
    const folder = await mkdtemp(join(tmpdir(), "diag-kept-"));
    try {
      const kept = join(folder, "not", "made", "yet");
      const store = folderStore(kept);
      expect(await keptTrials(store, 0.1, "cpu")).toBe(0);
      const checkpoint = await Checkpoint.open(store, "kept");
      checkpoint.take(0.1, imaginedTrials(0.1, "cpu", 5), 10);
      await checkpoint.write();
      expect(await keptTrials(store, 0.1, "cpu")).toBe(5);
      await mkdir(kept, { recursive: true });
      await writeFile(join(kept, "kept.cut.json"), '{"format":6,"ident');
      await writeFile(join(kept, "kept.newer.json"), '{"format":7,"all":"is different"}');
      const lines: string[] = [];
      const next = await Checkpoint.open(store, "kept", (line) => lines.push(line));
      expect(next.at(0.1)[0]?.result.trials).toBe(5);
      expect(lines.sort()).toEqual([
        expect.stringMatching(/^a damaged checkpoint is not used; it is .*kept\.cut\.damaged now$/),
        expect.stringMatching(/kept\.newer\.json is of another version of diag and is left alone$/),
      ]);
      next.take(0.2, imaginedTrials(0.2, "cpu", 5), 10);
      await next.write();
      expect(await readdir(kept)).toEqual(expect.arrayContaining(["kept.cut.damaged", "kept.newer.json"]));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
