import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Meaning,
  meaningOf,
  type QueuedJob,
  scriptExitLine,
  scriptExits,
  workerExitLine,
  workerExits,
} from "../../../src/cluster/index.js";
import { times } from "../../times.js";
import { shortMeaning } from "./recorded/cases.js";

const job = (states: string, others: Partial<QueuedJob> = {}): QueuedJob => ({
  array: 1,
  job: 1,
  name: "diag",
  user: "alice",
  partition: "main",
  states: states === "" ? [] : states.split(" "),
  reason: "",
  description: "",
  restarts: 0,
  exit: undefined,
  nodes: "",
  ...others,
});
const lineOf = (states: string, others: Partial<QueuedJob> = {}): string =>
  meaningOf(job(states, others)).line;

describe("what a state means", () => {
  // Those of the table of Slurm's states, with what is known of each.
  test.each([
    ["COMPLETED", {}, "ended, completed, nobody"],
    ["FAILED", { reason: "NonZeroExitCode", exit: { code: 3, signal: 0 } }, "ended, failed, task"],
    ["FAILED", { reason: "JobLaunchFailure", exit: { code: 0, signal: 9 } }, "ended, failed, task"],
    ["FAILED", { reason: "JobLaunchFailure", exit: { code: 0, signal: 53 } }, "ended, not launched, cluster"],
    ["FAILED", { exit: { code: workerExits.trials, signal: 0 } }, "ended, failed, task"],
    ["FAILED", { exit: { code: workerExits.arithmetic, signal: 0 } }, "ended, failed, cluster"],
    ["FAILED", {}, "ended, failed, task"],
    ["TIMEOUT", { exit: { code: 0, signal: 15 } }, "ended, timed out, task"],
    ["DEADLINE", {}, "ended, timed out, task"],
    ["OUT_OF_MEMORY", { exit: { code: 0, signal: 125 } }, "ended, out of memory, task"],
    ["CANCELLED", {}, "ended, cancelled, person"],
    ["NODE_FAIL", { exit: { code: 0, signal: 0 } }, "ended, lost its node, cluster"],
    ["BOOT_FAIL", {}, "ended, lost its node, cluster"],
    ["PREEMPTED", {}, "ended, preempted, cluster"],
    ["FAILED LAUNCH_FAILED", { exit: { code: 0, signal: 53 } }, "ended, not launched, cluster"],
    ["COMPLETED UPDATE_DB", {}, "ended, completed, nobody"],
    ["COMPLETING", {}, "ending"],
    ["FAILED COMPLETING", {}, "ending"],
    ["COMPLETED STAGE_OUT", {}, "ending"],
    ["PENDING", { reason: "Resources" }, "waiting"],
    ["PENDING", { reason: "BeginTime", restarts: 2 }, "waiting again"],
    ["PENDING REQUEUED", { reason: "BeginTime" }, "waiting again"],
    ["NODE_FAIL REQUEUED", {}, "waiting again"],
    ["PENDING", { reason: "JobHeldUser" }, "stuck, held"],
    ["PENDING", { reason: "JobHeldAdmin", restarts: 1 }, "stuck, held again"],
    ["PENDING", { reason: "JobHoldMaxRequeue", restarts: 5 }, "stuck, held again"],
    ["PENDING", { reason: "DependencyNeverSatisfied" }, "stuck, refused"],
    ["PENDING", { reason: "PartitionTimeLimit" }, "stuck, refused"],
    ["PENDING", { reason: "QOSMaxWallDurationPerJobLimit" }, "stuck, refused"],
    ["PENDING", { reason: "AssocMaxCpuPerJobLimit" }, "stuck, refused"],
    ["PENDING", { reason: "QOSMaxJobsPerUserLimit" }, "waiting"],
    ["PENDING", { reason: "AssocGrpCpuLimit" }, "waiting"],
    ["PENDING", { reason: "ReqNodeNotAvail, UnavailableNodes:node1" }, "waiting"],
    ["PENDING", { reason: "NobodyKnows" }, "waiting"],
    ["PENDING", { reason: "constructor" }, "waiting"],
    ["RUNNING", {}, "running"],
    ["SUSPENDED", {}, "running"],
    ["CONFIGURING", {}, "running"],
    ["RESIZING", {}, "running"],
    ["STOPPED", {}, "running"],
    ["SPECIAL_EXIT", {}, "stuck, held"],
    ["RESV_DEL_HOLD PENDING", {}, "stuck, held"],
    ["NOBODY_KNOWS", {}, "running"],
    ["COMPLETED NOBODY_KNOWS", {}, "running"],
    ["", {}, "running"],
  ] as const)("is known of %s %o: %s", (states, others, short) => {
    expect(shortMeaning(meaningOf(job(states, others)))).toBe(short);
  });

  test("is an end for no word but those of the list, alone or with others", () => {
    const ends = [
      "COMPLETED",
      "FAILED",
      "TIMEOUT",
      "CANCELLED",
      "OUT_OF_MEMORY",
      "NODE_FAIL",
      "PREEMPTED",
      "BOOT_FAIL",
      "DEADLINE",
    ];
    const word = fc.oneof(
      fc.constantFrom(...ends, "RUNNING", "COMPLETING", "REQUEUED"),
      fc.stringMatching(/^[A-Z_]{1,12}$/),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 3 }), fc.string(), (states, reason) => {
        const meaning: Meaning = meaningOf(job(states.join(" "), { reason }));
        const remarks = ["LAUNCH_FAILED", "UPDATE_DB", "RECONFIG_FAIL"];
        const words = states.filter((one) => !remarks.includes(one));
        expect(meaning.phase === "ended").toBe(words.length === 1 && ends.includes(words[0]!));
      }),
      { numRuns: times(200) },
    );
  });

  test("is said in one line in plain words, which names what to do where something can be done", () => {
    expect(lineOf("FAILED", { exit: { code: 3, signal: 0 } })).toBe("ended with exit code 3");
    expect(lineOf("FAILED", { exit: { code: workerExits.disk, signal: 0 } })).toBe(
      "could not write into the run's folder: its disk may be full",
    );
    expect(lineOf("FAILED", { exit: { code: 0, signal: 11 } })).toBe(
      "was ended by signal 11 (segmentation fault)",
    );
    expect(lineOf("FAILED", { exit: { code: 0, signal: 40 } })).toBe("was ended by signal 40");
    expect(lineOf("NODE_FAIL", { nodes: "node[3-4]" })).toBe("lost its node (node[3-4])");
    for (const reason of ["", "BeginTime"]) {
      expect(lineOf("PENDING", { reason, restarts: 1 })).toBe("was put back, and waits to be started again");
    }
    expect(lineOf("PENDING", { reason: "Priority", restarts: 1 })).toBe(
      "was put back, and waits for its turn",
    );
    expect(lineOf("PENDING", { reason: "PartitionTimeLimit" })).toContain("give it less by --time");
    expect(
      lineOf("PENDING", { reason: "JobHeldAdmin", restarts: 1, description: "launch failed requeued held" }),
    ).toBe(
      "was put back and is held by an administrator or by the cluster itself: launch failed requeued held; it does not start before it is released",
    );
    expect(lineOf("PENDING", { reason: "Odd\u001b[1m\nreason" })).toBe(
      "waits; the cluster says Odd\\x1b[1m\\nreason",
    );
    expect(lineOf("ODD\u001b[1m")).toBe("is in a state that this program does not know: ODD\\x1b[1m");
  });

  test("is said in one line whatever the cluster says", () => {
    const texts = fc.record({ reason: fc.string(), description: fc.string(), nodes: fc.string() });
    const state = fc.constantFrom("PENDING", "FAILED", "NODE_FAIL", "ODD", "RUNNING");
    fc.assert(
      fc.property(state, texts, (states, others) => {
        const line = lineOf(states, others);
        expect(line).not.toMatch(/\p{Cc}/u);
        expect(line.length).toBeGreaterThan(3);
      }),
      { numRuns: times(200) },
    );
  });
});

test("each end of a script or a worker has a code of its own, and words", () => {
  const { done, ...faults } = workerExits;
  expect(done).toBe(0);
  const codes: number[] = [...Object.values(faults), ...Object.values(scriptExits)];
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) {
    const lines = [scriptExitLine(code), workerExitLine(code)].filter((line) => line !== undefined);
    expect(lines).toHaveLength(1);
    expect(lineOf("FAILED", { exit: { code, signal: 0 } })).toBe(lines[0]);
    // Node ends with fewer, and shells with more or with 126 and 127, for reasons of their own.
    expect([126, 127]).not.toContain(code);
    expect(code).toBeGreaterThan(15);
  }
});
