import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VerifyRun } from "../../src/verify/index.js";
import { diag, withFolder } from "./diag.js";

/** What must have the same bits, whatever happened on the way. */
const bits = (output: string) =>
  (JSON.parse(output) as { runs: VerifyRun[] }).runs.map(({ stepsPerSecond: _, ...rest }) => rest);

const words = (seed: number) => [
  ...["verify", "examples/gauss.diag", "gauss_excess"],
  ...["--trials", "40000000", "--seed", String(seed), "--json"],
];

describe("diag verify --resume", () => {
  test("goes on after the process was killed, to the bits of the uninterrupted run", async () => {
    await withFolder({}, async (state) => {
      const kept = join(state, "diag", "checkpoints");
      const killed = await diag(words(4), { state, killOnce: kept });
      expect(killed.status).toBeNull();
      expect(await readdir(kept)).toContainEqual(expect.stringMatching(/\.json$/));
      const resumed = await diag([...words(4), "--resume"], { state });
      expect(resumed.errors).toMatch(/gauss_excess eta = 0\.0\d+: going on after \d+ trials/);
      // What the killed process was writing meanwhile may be there still.
      expect((await readdir(kept)).filter((name) => !name.endsWith(".new"))).toEqual([]);
      const whole = await diag(words(4), { state });
      expect(resumed.status).toBe(whole.status);
      expect(bits(resumed.output)).toEqual(bits(whole.output));
      expect(bits(whole.output)).toHaveLength(3);
    });
  }, 120_000);

  test("begins anew without --resume, with another seed, and when nothing is left", async () => {
    await withFolder({}, async (state) => {
      const small = ["verify", "examples/gauss.diag", "gauss_excess", "--trials", "1000", "--resume"];
      const none = await diag(small, { state });
      expect(none.errors).not.toContain("going on");
      const kept = join(state, "diag", "checkpoints");
      await diag(words(5), { state, killOnce: kept });
      // A run that wants fewer trials than were done cannot use them; one of another seed has none.
      for (const other of [
        [...small, "--seed", "5"],
        [...small, "--seed", "6"],
        small.filter((word) => word !== "--resume"),
      ]) {
        const outcome = await diag(other, { state });
        expect(outcome.errors).not.toContain("going on");
        expect(outcome.output).toContain("1000");
      }
    });
  }, 60_000);
});
