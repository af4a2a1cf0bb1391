import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Outcome, type WindowName, windows } from "./suite/index.js";
import { runSuite, Workbench } from "./workbench.js";

// The tests themselves are in suite/, and run inside the extension host of a real workbench, on the
// packaged extension. Here they are started, and each is reported under its name.
describe.skipIf(inject("workbenchLacks") !== "")("in the extension host", () => {
  let workbench: Workbench | undefined;

  beforeAll(async () => {
    workbench = await Workbench.create(inject("installation"));
  }, 120_000);

  afterAll(() => workbench?.remove(), 60_000);

  // The examples as they come go before what writes files beside them.
  for (const window of ["idle", "paper", "main"] satisfies WindowName[]) {
    describe(window, () => {
      let outcomes: ReadonlyMap<string, Outcome> = new Map();

      beforeAll(async () => {
        outcomes = await runSuite(workbench!, window);
      }, 400_000);

      for (const name of Object.keys(windows[window])) {
        test(name, () => {
          const outcome = outcomes.get(name);
          for (const line of outcome?.notes ?? []) {
            console.log(line);
          }
          expect(outcome, "the test was not reached").toBeDefined();
          expect(outcome?.error).toBeUndefined();
        });
      }
    });
  }
});
