// A vitest reporter whose only output is the last line of the run: `N passed, N failed, N skipped`.

import { writeSync } from "node:fs";

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
    // Printed at exit, so that no other reporter's output can follow it.
    process.once("exit", () => {
      writeSync(1, `\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    });
  }
}
