import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { meaningOf, readQueue, sighting } from "../../../src/cluster/index.js";
import { readRecorded, recordedCases, saysOf } from "./recorded/cases.js";

describe("answers of squeue that are kept", () => {
  test("all have a case, and all cases have one", () => {
    const files = readdirSync(new URL("recorded", import.meta.url)).filter((name) => name.endsWith(".json"));
    expect(files.map((name) => name.slice(0, -".json".length)).sort()).toEqual(
      Object.keys(recordedCases).sort(),
    );
  });

  test("name nobody and no machine", () => {
    for (const name of Object.keys(recordedCases)) {
      const { stdout, stderr } = readRecorded(name);
      expect(stdout).not.toMatch(/"(?:user|group)_name":"(?!alice)/);
      expect(stdout).not.toMatch(/"(?:user|group)_id":(?!1000\b)/);
      expect(`${stdout} ${stderr}`).not.toMatch(/\/(?:home|root|tmp|work)\//);
    }
  });

  for (const [name, { about, says, cut = [] }] of Object.entries(recordedCases)) {
    test(`say what they mean (${name}): ${about}`, () => {
      const queue = readQueue(readRecorded(name));
      if ("couldNotAsk" in says) {
        expect(queue).toEqual({
          kind: "could not ask",
          why: expect.stringContaining(String(says.couldNotAsk)),
        });
        expect(sighting(queue, 1, 0).kind).toBe("could not ask");
        return;
      }
      expect(saysOf(queue)).toEqual(says);
      if (queue.kind !== "seen") {
        throw new Error("the queue was seen");
      }
      expect(queue.unread).toBe(0);
      expect(queue.release).toMatch(name.startsWith("by-hand-2") ? name.slice(8, 13) : /^22\.05\.\d+$/);
      for (const [array, { tasks, alone, isCut }] of queue.arrays) {
        const jobs = [...tasks.values(), ...(alone === undefined ? [] : [alone])];
        const [first] = jobs;
        expect(isCut).toBe(cut.includes(first!.name));
        // What is not in the answer is not there, and what may be behind a cut is not known.
        expect(sighting(queue, array, 999).kind).toBe(isCut ? "could not ask" : "not there");
        for (const job of jobs) {
          expect(job.user).toBe("alice");
          expect(meaningOf(job).line).toMatch(/^[a-z][^\n]+[^.\n]$/);
        }
      }
      expect(sighting(queue, 1_000_000, 0)).toEqual({ kind: "not there" });
    });
  }
});
