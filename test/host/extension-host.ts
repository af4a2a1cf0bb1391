import { describe, expect, inject, test } from "vitest";
import { shared } from "../shared.js";
import { type WindowName, windows } from "./suite/index.js";
import { runSuite, suiteLimit, Workbench } from "./workbench.js";

/**
 * Tests of one window. They are in suite/, and run inside the extension host of a real workbench, on the packaged extension.
 * Here they are started, and each is reported under its name.
 */
export function describeWindow(name: WindowName): void {
  describe.skipIf(inject("workbenchLacks") !== "")(`in the extension host, ${name}`, () => {
    const outcomes = shared(async () => {
      const workbench = await Workbench.create(inject("installation"));
      try {
        return await runSuite(workbench, name);
      } finally {
        await workbench.remove();
      }
    });

    // The first waits for all of them.
    for (const one of Object.keys(windows[name])) {
      test(one, { timeout: suiteLimit + 120_000 }, async () => {
        const outcome = (await outcomes()).get(one);
        for (const line of outcome?.notes ?? []) {
          console.log(line);
        }
        expect(outcome, "the test was not reached").toBeDefined();
        expect(outcome?.error).toBeUndefined();
      });
    }
  });
}
