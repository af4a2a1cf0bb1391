// Runs the tests of test/host/suite in a VS Code that @vscode/test-electron downloads, or in the one that
// the environment variable VSCODE names. Needs a network and a display (on Linux: xvfb-run).
// Usage: npm run test:electron

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function findProgram() {
  if (process.env.VSCODE) {
    return process.env.VSCODE;
  }
  try {
    return await downloadAndUnzipVSCode({ cachePath: join(root, ".cache", "vscode") });
  } catch (error) {
    const reason = String(error.message ?? error).split("\n")[0];
    throw new Error(
      `VS Code could not be downloaded (${reason}); npx vitest run --project host runs the same tests without it`,
    );
  }
}

const folder = mkdtempSync(join(tmpdir(), "diag-electron-"));
try {
  const program = await findProgram();
  const suite = join(folder, "suite", "index.cjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/host/suite/index.ts"],
    outfile: suite,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    sourcemap: "inline",
    logLevel: "error",
  });
  const workspace = join(folder, "workspace");
  cpSync(join(root, "examples"), workspace, { recursive: true });
  const results = join(folder, "results.jsonl");
  writeFileSync(results, "");
  const failure = await runTests({
    vscodeExecutablePath: program,
    extensionDevelopmentPath: root,
    extensionTestsPath: suite,
    extensionTestsEnv: { DIAG_HOST_RESULTS: results },
    launchArgs: [
      workspace,
      "--disable-extensions",
      "--disable-workspace-trust",
      "--skip-welcome",
      "--skip-release-notes",
      `--user-data-dir=${join(folder, "user")}`,
    ],
  }).then(
    () => undefined,
    (error) => error,
  );
  const outcomes = readFileSync(results, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  for (const { name, error, milliseconds, notes = [] } of outcomes) {
    console.log(`${error === undefined ? "✓" : "✗"} ${name} (${milliseconds} ms)`);
    for (const line of [...notes, ...(error === undefined ? [] : [error])]) {
      console.log(`    ${line}`);
    }
  }
  const failed = outcomes.filter(({ error }) => error !== undefined).length;
  console.log(`\n${outcomes.length - failed} passed, ${failed} failed, 0 skipped`);
  if (outcomes.length === 0 && failure) {
    throw failure;
  }
  if (failed > 0 || failure) {
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`test:electron: ${String(error.message ?? error).split("\n")[0]}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
