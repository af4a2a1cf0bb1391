import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "../../../src/cli/command.js";
import { Stop, sameRequest } from "../../../src/cli/stop.js";
import { Keeping } from "../../../src/cli/verbs/keeping.js";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("requests to stop", () => {
  test("the first aborts, those within two seconds of it are the same, and later ones end at once", () => {
    expect(sameRequest).toBe(2000);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 8 }),
        (start, pauses) => {
          let now = start;
          let ended = 0;
          const stop = new Stop(() => now);
          stop.endAtOnce = () => ended++;
          expect(stop.signal.aborted).toBe(false);
          stop.request();
          expect([stop.signal.aborted, ended]).toEqual([true, 0]);
          let since = 0;
          let expected = 0;
          for (const pause of pauses) {
            since += pause;
            now = start + since;
            // The clock's own rounding is not what is tested.
            if (Math.abs(now - start - 2000) < 1e-3) continue;
            stop.request();
            if (since > 2000) expected++;
            expect(ended).toBe(expected);
          }
        },
      ),
    );
  });
});

describe("a command that is ended at once", () => {
  const heard = (words: readonly string[]) => {
    const printed: string[] = [];
    const noted: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => noted.push(String(text)) > 0);
    const exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as never);
    let now = 0;
    const stop = new Stop(() => now);
    const running = runCommand(words, stop);
    stop.request();
    now = 5000;
    stop.request();
    // Nothing of the work itself can have happened yet.
    return { printed: [...printed], noted: [...noted], status: exit.mock.calls[0]?.[0], running };
  };

  test("prints one object with the error for --json, a line for people, and ends with 3", async () => {
    const { printed, noted, status, running } = heard(["check", "examples/gauss.diag", "--json"]);
    expect(Object.keys(JSON.parse(printed.join("")))).toEqual(["error"]);
    expect(noted.join("")).toMatch(/^diag: ended at once[^\n]*\n$/);
    expect(status).toBe(3);
    await running;
  });

  test("prints nothing that could be taken for a result without --json", async () => {
    const { printed, status, running } = heard(["check", "examples/gauss.diag"]);
    expect([printed, status]).toEqual([[], 3]);
    await running;
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
