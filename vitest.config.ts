import { readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const cache = join(tmpdir(), `diag-test-cache-${process.getuid?.() ?? ""}`);

/** What tests leave of runs and checkpoints where they name no place, until they have ended. */
const state = join(tmpdir(), `diag-test-state-${process.pid}`);
const once = Symbol.for("diag tests take their state away");
// This file is read for each project anew.
if (!Reflect.has(process, once)) {
  Reflect.set(process, once, true);
  process.once("exit", () => rmSync(state, { recursive: true, force: true }));
}

/** Builds what tests start, where it is not built. */
const globalSetup = ["test/set-up.ts"];

/**
 * What all tests together have no time for: each file takes long, and has a room in `scripts/rooms`, which names it. Whoever
 * names one of them runs it.
 */
const atLength = Object.values<string[]>(
  JSON.parse(readFileSync(new URL("test/at-length.json", import.meta.url), "utf8")),
)
  .flat()
  .filter((file) => !process.argv.some((word) => word.includes("/") && file.includes(word)));

/** They replace modules that other tests of their room have loaded. */
const replacing = ["test/engine/controls-choice.test.ts", "test/unit/optimisers/stiff-flow.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    env: {
      // Programs that runs of some tests have compiled are not among those of whoever tests.
      XDG_CACHE_HOME: cache,
      // Nor is what they leave of runs among whoever tests' own.
      XDG_STATE_HOME: state,
      // Tests start some hundreds of processes and threads, which read the same large scripts.
      NODE_COMPILE_CACHE: join(cache, "scripts"),
    },
    hookTimeout: 120_000,
    setupFiles: ["test/seeded.ts"],
    // Each project has a server of its own, which would make the same modules ready anew.
    experimental: { fsModuleCache: true },
    // What a test waits for happens when it happens, on a busy machine too.
    expect: { poll: { timeout: 30_000 } },
    // One for each core, in one queue of all rooms, so that no core waits for the last file of a room. A window, its workbench
    // and its language server each wait for the others.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          isolate: false,
          include: ["test/unit/**/*.test.ts"],
          exclude: [...replacing, ...atLength],
        },
      },
      {
        extends: true,
        test: { name: "language", isolate: false, include: ["test/language/**/*.test.ts"], globalSetup },
      },
      {
        extends: true,
        test: {
          name: "differential",
          isolate: false,
          include: ["test/differential/**/*.test.ts"],
          globalSetup,
        },
      },
      { extends: true, test: { name: "corpus", isolate: false, include: ["test/corpus/**/*.test.ts"] } },
      // Their files replace modules that all others share: lists of records, mostly.
      {
        extends: true,
        test: { name: "records", include: ["test/records/**/*.test.ts", ...replacing], globalSetup },
      },
      {
        extends: true,
        test: {
          name: "engine",
          isolate: false,
          include: ["test/engine/**/*.test.ts"],
          exclude: [...replacing, ...atLength],
          globalSetup,
        },
      },
      {
        extends: true,
        test: {
          name: "command",
          isolate: false,
          include: ["test/command/**/*.test.ts"],
          exclude: atLength,
          globalSetup,
          // The command is called as it was built.
          server: { deps: { external: [/\/dist\//] } },
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          isolate: false,
          include: ["test/page/**/*.test.ts"],
          exclude: atLength,
          globalSetup: ["test/page/set-up.ts"],
        },
      },
      {
        extends: true,
        resolve: { alias: { vscode: fileURLToPath(new URL("test/host/vscode-absent.ts", import.meta.url)) } },
        test: {
          name: "host",
          include: ["test/host/**/*.test.ts"],
          exclude: atLength,
          globalSetup: ["test/host/set-up.ts"],
          // A window takes its time to load on a busy machine, and the first test of a file waits for it.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          retry: 1,
        },
      },
      // `npm test` leaves it out; `npm run test:cluster` is for it alone.
      {
        extends: true,
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          globalSetup: ["test/set-up.ts", "test/cluster/set-up.ts"],
          // They wait for a scheduler most of the time.
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
