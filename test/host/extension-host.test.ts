import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Outcome, tests } from "./suite/index.js";
import { runSuite, Workbench } from "./workbench.js";

// The tests themselves are in suite/, and run inside the extension host of a real workbench, on the
// packaged extension. Here they are started, and each is reported under its name.
describe.skipIf(inject("workbenchLacks") !== "")("in the extension host", () => {
  let workbench: Workbench | undefined;
  let outcomes: ReadonlyMap<string, Outcome> = new Map();

  beforeAll(async () => {
    workbench = await Workbench.create();
    outcomes = await runSuite(workbench);
  }, 300_000);

  afterAll(() => workbench?.remove(), 60_000);

  for (const name of Object.keys(tests))
    test(name, () => {
      const outcome = outcomes.get(name);
      for (const line of outcome?.notes ?? []) console.log(line);
      expect(outcome, "the test was not reached").toBeDefined();
      expect(outcome?.error).toBeUndefined();
    });
});
