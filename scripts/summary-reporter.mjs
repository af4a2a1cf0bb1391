// A vitest reporter that ends the run with which files took longest, and a last line `N passed, N failed, N skipped`.

import { writeSync } from "node:fs";

const listed = 12;

export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that does not load has no tests to fail: it counts as one failure itself.
      if (module.errors().length > 0) {
        count.failed += 1;
      }
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") {
          count.passed += 1;
        } else if (state === "failed") {
          count.failed += 1;
        } else {
          count.skipped += 1;
        }
      }
    }
    const slowest = modules
      .map((module) => ({ file: module.relativeModuleId, seconds: secondsOf(module) }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, listed)
      .map(({ file, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${file}`);
    // Printed at exit, so that no other reporter's output can follow it.
    process.once("exit", () => {
      writeSync(1, `\nslowest files\n${slowest.join("\n")}\n`);
      writeSync(1, `\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    });
  }
}

/** From the loading of a file to the end of its last test. */
function secondsOf(module) {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
    module.diagnostic();
  return (environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration) / 1000;
}
