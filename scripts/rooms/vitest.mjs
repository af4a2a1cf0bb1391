// Runs tests at length, within a budget.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Files of tests that all tests together leave to rooms, by what they run in: `windows`, `processes`. */
export function atLength() {
  return JSON.parse(readFileSync(join(root, "test", "at-length.json"), "utf8"));
}

/**
 * Runs tests with variables beside this process's own. What they find sets this process's exit status; so does it when they
 * take longer than they may, and are ended.
 * @param seconds how long they may take.
 */
export async function runTests(words, variables, seconds) {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", ...words], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...variables },
    detached: true,
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    process.kill(-child.pid, "SIGKILL");
  }, seconds * 1000);
  const end = (signal) => process.kill(-child.pid, signal);
  process.on("SIGINT", end).on("SIGTERM", end);
  const status = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
  clearTimeout(timer);
  process.off("SIGINT", end).off("SIGTERM", end);
  if (isLate) {
    console.error(
      `ended after ${seconds} s, which is all that it may take; ask for less of it, or give it more by --seconds`,
    );
  }
  // What failed has been printed.
  process.exitCode = status ?? 1;
}
