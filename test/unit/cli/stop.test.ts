import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knownAtStart } from "../../../src/cli/stopped.js";
import { Keeping } from "../../../src/cli/verbs/keeping.js";
import { Stop, type StopSignal, sameRequest, statusOfSignal } from "../../../src/work/stop.js";

describe("requests to stop", () => {
  test("the first aborts, those within half a second of it are the same, and later ones end at once", () => {
    expect(sameRequest).toBe(500);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.constantFrom<StopSignal>("SIGINT", "SIGTERM"),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 }),
        (start, by, pauses) => {
          let now = start;
          let ended = 0;
          const stop = new Stop(() => now);
          stop.endAtOnce = () => ended++;
          expect([stop.signal.aborted, stop.by]).toEqual([false, undefined]);
          stop.request(by);
          expect([stop.signal.aborted, stop.by, ended]).toEqual([true, by, 0]);
          let since = 0;
          let expected = 0;
          for (const pause of pauses) {
            since += pause;
            now = start + since;
            // The clock's own rounding is not what is tested.
            if (Math.abs(now - start - 500) < 1e-3) {
              continue;
            }
            stop.request("SIGTERM");
            if (since > 500) {
              expected++;
            }
            expect(ended).toBe(expected);
          }
          expect(stop.by).toBe(by);
        },
      ),
    );
  });

  test("have the exit statuses of shells", () => {
    expect(statusOfSignal).toEqual({ SIGINT: 130, SIGTERM: 143 });
  });
});

describe("what a verb says that is stopped before it begins", () => {
  test("is that there is nothing yet, where half an answer is worth something", () => {
    expect(knownAtStart("verify")).toMatchObject({ json: { runs: [] }, status: 3 });
    expect(knownAtStart("verify")?.text).toBe(undefined);
    expect(knownAtStart("report")).toMatchObject({ json: { drawings: [], runs: [] }, status: 3 });
    expect(knownAtStart("doctor")).toMatchObject({ json: { stopped: true, engines: [] }, status: 3 });
    for (const verb of ["check", "evaluate", "constructor", undefined]) {
      expect(knownAtStart(verb)).toBe(undefined);
    }
  });
});

describe("what is told of blocks that were stopped", () => {
  test("is how many trials are kept of each, or that there are none", () => {
    const keeping = new Keeping();
    expect(keeping.wordsOfStop()).toBe("stopped; nothing was done yet that could be kept");
    keeping.keep("one", 0.1, 5);
    keeping.keep("one", 0.1, 1);
    expect(keeping.wordsOfStop()).toBe(
      "stopped; kept are 1 trial of one eta = 0.1, and --resume goes on from there",
    );
    keeping.keep("one", 0.2, 7);
    keeping.keep("two", 0.1, 9);
    expect(keeping.wordsOfStop()).toBe(
      "stopped; kept are 1 trial of one eta = 0.1, 7 trials of one eta = 0.2 and 9 trials of two eta = 0.1, " +
        "and --resume goes on from there",
    );
    // Of a longer run: one that asks for no more than before does not go on with it.
    keeping.keep("two", 0.1, 9, 8);
    expect(keeping.wordsOfStop()).toBe(
      "stopped; kept are 1 trial of one eta = 0.1 and 7 trials of one eta = 0.2, and --resume goes on from there; " +
        "kept are 9 trials of two eta = 0.1, more than the 8 asked for; --resume goes on from them with --trials 9 or more",
    );
    keeping.keep("two", 0.1, 9, 9);
    keeping.hasFailed = true;
    expect(keeping.wordsOfStop()).toMatch(/what was done after them could not be kept$/);
    const failed = new Keeping();
    failed.hasFailed = true;
    expect(failed.wordsOfStop()).toBe("stopped; what was done could not be kept");
  });
});
