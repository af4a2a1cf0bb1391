import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      { extends: true, test: { name: "language", include: ["test/language/**/*.test.ts"] } },
      { extends: true, test: { name: "corpus", include: ["test/corpus/**/*.test.ts"] } },
      { extends: true, test: { name: "engine", include: ["test/engine/**/*.test.ts"] } },
      { extends: true, test: { name: "command", include: ["test/command/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "page",
          include: ["test/page/**/*.test.ts"],
          globalSetup: ["test/page/set-up.ts"],
          sequence: { groupOrder: 1 },
          fileParallelism: false,
        },
      },
      {
        extends: true,
        resolve: { alias: { vscode: fileURLToPath(new URL("test/host/vscode-absent.ts", import.meta.url)) } },
        test: {
          name: "host",
          include: ["test/host/**/*.test.ts"],
          globalSetup: ["test/host/set-up.ts"],
          // A window takes its time to load on a busy machine.
          testTimeout: 120_000,
          retry: 1,
          // A browser, a workbench and a language server want the machine for themselves.
          sequence: { groupOrder: 2 },
          fileParallelism: false,
        },
      },
    ],
  },
});
