import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CommandAnswer, readQueue, sighting } from "../../../src/cluster/index.js";
import { times } from "../../times.js";

const said = (jobs: readonly unknown[], others: object = { errors: [] }): CommandAnswer => ({
  status: 0,
  stdout: JSON.stringify({ ...others, jobs }),
  stderr: "",
});
const task = (array: number, index: number, state: unknown, others: object = {}) => ({
  job_id: array * 100 + index,
  array_job_id: array,
  array_task_id: index,
  name: "diag",
  job_state: state,
  ...others,
});
const list = (array: number, tasks: string, others: object = {}) => ({
  job_id: array,
  array_job_id: array,
  array_task_id: null,
  array_task_string: tasks,
  name: "diag",
  job_state: "PENDING",
  ...others,
});

/** The states of what is seen of a task. */
function statesOf(answer: CommandAnswer, array: number, index?: number): readonly string[] | string {
  const seen = sighting(readQueue(answer), array, index);
  return seen.kind === "seen" ? seen.job.states : seen.kind;
}

describe("the queue", () => {
  test("knows tasks by the array's number and their index, whatever their own number is", () => {
    const answer = said([task(7, 2, "RUNNING", { job_id: 7 }), task(8, 2, "FAILED", { job_id: 702 })]);
    expect(statesOf(answer, 7, 2)).toEqual(["RUNNING"]);
    expect(statesOf(answer, 8, 2)).toEqual(["FAILED"]);
    expect(statesOf(answer, 702, 2)).toBe("not there");
    expect(statesOf(answer, 7)).toBe("not there");
  });

  test("knows a job that is no array by its own number", () => {
    const answer = said([{ job_id: 9, array_job_id: 0, array_task_id: null, job_state: "RUNNING" }]);
    expect(statesOf(answer, 9)).toEqual(["RUNNING"]);
    expect(statesOf(answer, 9, 0)).toBe("not there");
  });

  test("believes a task's own line before a list, in any order", () => {
    const lines = [list(3, "0-4"), task(3, 2, "RUNNING")];
    for (const answer of [said(lines), said(lines.toReversed())]) {
      expect(statesOf(answer, 3, 2)).toEqual(["RUNNING"]);
      expect(statesOf(answer, 3, 1)).toEqual(["PENDING"]);
    }
  });

  test("believes of two lines of a task the one that is alive", () => {
    const lines = [task(3, 2, "NODE_FAIL"), task(3, 2, "RUNNING", { job_id: 999 })];
    for (const answer of [said(lines), said(lines.toReversed())]) {
      expect(statesOf(answer, 3, 2)).toEqual(["RUNNING"]);
    }
  });

  test("is read of those that are asked for only, however large others are", () => {
    const jobs = Array.from({ length: 200 }, (_, index) => list(index + 10, "0-4000000", { name: "other" }));
    const queue = readQueue(said([...jobs, list(5, "0-2")]), (array, name) => array === 5 && name === "diag");
    expect(queue.kind === "seen" && [...queue.arrays.keys()]).toEqual([5]);
    expect(queue.kind === "seen" && queue.arrays.get(5)!.tasks.size).toBe(3);
  });

  test("denies nothing when a line cannot be read, and still sees what it sees", () => {
    for (const line of ["job", null, 7, {}, { job_id: -1 }, { job_id: "12" }, { job_id: { set: false } }]) {
      const answer = said([line, task(3, 2, "RUNNING")]);
      expect(statesOf(answer, 3, 2)).toEqual(["RUNNING"]);
      expect(statesOf(answer, 3, 1)).toBe("could not ask");
      expect(statesOf(answer, 4, 0)).toBe("could not ask");
    }
  });

  test("denies nothing of an array whose list cannot be read or was cut, and of others it does", () => {
    for (const tasks of ["", "0-3,...", "0-1,32...", "weird", null, "4-2"]) {
      const answer = said([list(3, tasks as string), list(4, "0-1")]);
      expect(statesOf(answer, 3, 9)).toBe("could not ask");
      expect(statesOf(answer, 4, 9)).toBe("not there");
    }
  });

  test("takes a state that it cannot read for one of life", () => {
    for (const state of [undefined, null, 7, {}, [], [7]]) {
      expect(statesOf(said([task(3, 2, state)]), 3, 2)).toEqual([]);
    }
  });

  test.each([
    [
      "its status",
      { status: 1, stdout: JSON.stringify({ jobs: [], errors: [] }), stderr: "slurm_load_jobs error: no\n" },
    ],
    ["no answer in time", { status: null, stdout: JSON.stringify({ jobs: [], errors: [] }), stderr: "" }],
    ["an error", said([task(1, 1, "RUNNING")], { errors: [{ error: "x" }] })],
    ["an error that is a text", said([], { errors: ["x"] })],
    ["an error that says nothing", said([], { errors: [{}] })],
    ["jobs that are no list", { status: 0, stdout: '{"jobs": {}, "errors": []}', stderr: "" }],
    ["no jobs", { status: 0, stdout: '{"errors": []}', stderr: "" }],
    ["errors that are no list", { status: 0, stdout: '{"jobs": [], "errors": "x"}', stderr: "" }],
    ["another value", { status: 0, stdout: "[]", stderr: "" }],
    ["no JSON", { status: 0, stdout: "JOBID PARTITION", stderr: "" }],
  ])("could not be asked: %s", (_, answer: CommandAnswer) => {
    const queue = readQueue(answer);
    expect(queue).toEqual({ kind: "could not ask", why: expect.stringMatching(/^squeue: [^\n]+$/) });
    expect(sighting(queue, 1, 1)).toEqual(queue);
  });

  test("says why as one line without what a terminal would act on", () => {
    const queue = readQueue({ status: 1, stdout: "", stderr: `first\n\u001b[31m${"x".repeat(1000)}\n` });
    expect(queue.kind === "could not ask" && queue.why).toMatch(/^squeue: \\x1b\[31mx+…$/);
    expect(queue.kind === "could not ask" && queue.why.length).toBeLessThan(320);
  });

  test("is never taken for empty, whatever is said", () => {
    const answer = fc.record({
      status: fc.constantFrom(0, 1, null),
      stdout: fc.oneof(
        fc.json(),
        fc.string(),
        fc.json().map((text) => `{"jobs": [${text}], "errors": []}`),
      ),
      stderr: fc.string(),
    });
    fc.assert(
      fc.property(answer, (one) => {
        const seen = sighting(readQueue(one), 1, 1);
        expect(["seen", "could not ask"]).toContain(seen.kind);
      }),
      { numRuns: times(200) },
    );
  });

  test("is read in any dialect of numbers, words and exit codes alike", () => {
    const number = fc.nat(100_000);
    const field = (value: number, form: number): unknown =>
      form === 0 ? value : { set: true, infinite: false, number: value };
    const exit = (code: number, form: number): unknown =>
      form === 2
        ? {
            status: ["ERROR"],
            return_code: field(code, 1),
            signal: { id: { set: false, number: 0 }, name: "" },
          }
        : field(code << 8, form);
    fc.assert(
      fc.property(
        fc.tuple(number, fc.nat(1000), fc.nat(255), fc.nat(9)),
        fc.nat(2),
        ([array, index, code, restarts], form) => {
          const line = {
            job_id: form === 0 ? array + 1 : array + 1,
            array_job_id: field(array + 1, form),
            array_task_id: field(index, form),
            array_task_string: form === 0 ? null : "",
            job_state: form === 2 ? ["FAILED"] : "FAILED",
            exit_code: exit(code, form),
            restart_cnt: restarts,
          };
          const seen = sighting(readQueue(said([line])), array + 1, index);
          expect(seen).toMatchObject({
            kind: "seen",
            job: { states: ["FAILED"], exit: { code, signal: 0 }, restarts, reason: "" },
          });
        },
      ),
      { numRuns: times(200) },
    );
  });

  test("says nothing of how a task ended where the answer does not", () => {
    for (const exit_code of [
      null,
      undefined,
      "x",
      { set: false, number: 0 },
      { return_code: { set: false }, signal: null },
    ]) {
      const seen = sighting(readQueue(said([task(1, 1, "FAILED", { exit_code })])), 1, 1);
      expect(seen.kind === "seen" && seen.job.exit).toBeUndefined();
    }
  });
});
