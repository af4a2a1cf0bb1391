import { expect, test } from "vitest";
import { noneOf, statisticsOf } from "../../../src/simulate/request.js";
import { readTrials, writeTrials } from "../../../src/verify/kept-trials.js";

test("trials whose expected loss could not be found are kept with their number and the reason", () => {
  const unfound = { trials: 3, first: 4, reason: "landscape l: the expectation does not exist" };
  const statistics = [statisticsOf("test_loss", { center: 0, count: 7, sum: 0n, squares: 0n })];
  const result = { trials: 10, diverged: 0, steps: 10, seconds: 1, backend: "wasm" as const, statistics };
  const kept = (own: typeof unfound) => ({
    ...{ eta: 0.1, wanted: 20, engines: ["cpu"], floors: new Map<string, never>() },
    result: { ...result, unfound: own },
  });
  const read = readTrials("identity", writeTrials("identity", [kept(unfound)]));
  expect(read).toMatchObject({ kind: "sound", trials: [{ result: { unfound } }] });
  for (const trials of [0, -3, 11, 0.5]) {
    expect(readTrials("identity", writeTrials("identity", [kept({ ...unfound, trials })])).kind).toBe(
      "damaged",
    );
  }
  expect(noneOf({ ...result, unfound })).not.toHaveProperty("unfound");
});
