import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    setupFiles: ["test/seeded.ts"],
    // What a test waits for happens when it happens, on a busy machine too.
    expect: { poll: { timeout: 30_000 } },
    // One for each core: half of the time tests wait for programs that they started.
    maxWorkers: availableParallelism(),
    projects: [
      { extends: true, test: { name: "unit", isolate: false, include: ["test/unit/**/*.test.ts"] } },
      { extends: true, test: { name: "language", isolate: false, include: ["test/language/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "differential", isolate: false, include: ["test/differential/**/*.test.ts"] },
      },
      { extends: true, test: { name: "corpus", isolate: false, include: ["test/corpus/**/*.test.ts"] } },
      // Their files put records into lists that all modules share.
      { extends: true, test: { name: "records", include: ["test/records/**/*.test.ts"] } },
      { extends: true, test: { name: "engine", include: ["test/engine/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "command",
          include: ["test/command/**/*.test.ts"],
          // The command is called as it was built.
          server: { deps: { external: [/\/dist\//] } },
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          include: ["test/page/**/*.test.ts"],
          globalSetup: ["test/page/set-up.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        resolve: { alias: { vscode: fileURLToPath(new URL("test/host/vscode-absent.ts", import.meta.url)) } },
        test: {
          name: "host",
          include: ["test/host/**/*.test.ts"],
          globalSetup: ["test/host/set-up.ts"],
          // A browser, a workbench and a language server each wait for the others most of the time.
          maxWorkers: 2,
          // A window takes its time to load on a busy machine, and the first test of a file waits for it.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          retry: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
