import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { couldNotAsk, meaningOf, type QueuedJob, type QueueSeen } from "../../../src/cluster/index.js";
import { type Ending, memoryOf, type NextSteps, nextSteps } from "../../../src/cluster-runs/index.js";
import type { SubmissionSeen } from "../../../src/cluster-runs/submissions.js";

const silent = couldNotAsk("squeue", "no answer");

/** A queue of the array 7, whose token is `run-1`, with what it says of some tasks. */
function queueOf(tasks: Readonly<Record<number, Partial<QueuedJob> | undefined>>): QueueSeen {
  const job = {
    ...{ array: 7, job: 7, name: "run-1", user: "alice", partition: "main", states: [], reason: "" },
    ...{ description: "", restarts: 0, exit: undefined, nodes: "node1" },
  };
  return {
    kind: "seen",
    task: (array, index) =>
      array === 7 && tasks[index] !== undefined
        ? { kind: "seen", meaning: meaningOf({ ...job, ...tasks[index] }), nodes: "node1" }
        : { kind: "not there" },
    arrayOf: (token) => (token === "run-1" && Object.keys(tasks).length > 0 ? 7 : undefined),
  };
}

const submission = (own: Partial<SubmissionSeen> = {}): SubmissionSeen => ({
  ...{ number: 1, intent: { token: "run-1", tasks: [[0, 1], [2]], before: [0, 0] }, age: 10 },
  ...{ outcome: { array: 7 }, endings: new Map<number, Ending>() },
  ...own,
});

/** Looks at a run of three shards several times, as one process. */
function looks(
  ...times: readonly {
    readonly queue: QueueSeen;
    readonly done?: readonly number[];
    readonly trials?: Readonly<Record<number, number>>;
    readonly submissions?: readonly SubmissionSeen[];
  }[]
): NextSteps {
  let memory = memoryOf([]);
  let steps: NextSteps | undefined;
  for (const { queue, done = [], trials = {}, submissions = [submission()] } of times) {
    const seen = { shards: 3, done: new Set(done), trialsOf: (shard: number) => trials[shard] ?? 0 };
    steps = nextSteps({ ...seen, submissions, queue }, memory);
    memory = steps.memory;
  }
  return steps!;
}

const running = { states: ["RUNNING"] };

describe("what to do next with a run", () => {
  test("nothing, when all its shards are there, whatever the queue says", () => {
    for (const queue of [silent, queueOf({}), queueOf({ 0: running, 1: running })]) {
      expect(looks({ queue, done: [0, 1, 2] })).toMatchObject({ state: "done", submit: [], endings: [] });
    }
  });

  test("to submit all of it, when nothing was", () => {
    expect(looks({ queue: queueOf({}), submissions: [] })).toMatchObject({
      ...{ state: "going on", submit: [0, 1, 2], waiting: 0, running: 0 },
    });
  });

  test("not to wait for tasks that have ended one after the other, where that cannot be written down", () => {
    const failed = { states: ["FAILED"], exit: { code: 3, signal: 0 } };
    const one = { queue: queueOf({ 0: running, 1: failed }) };
    const both = { queue: queueOf({ 0: failed, 1: failed }) };
    for (const more of [0, 1, 2, 3]) {
      const steps = looks(one, both, both, ...Array.from({ length: more }, () => both));
      expect([steps.waiting, steps.running, steps.endings.length]).toEqual([0, 0, 2]);
    }
  });

  const ended: readonly [string, Partial<QueuedJob>, Ending["by"], string][] = [
    ["completed", { states: ["COMPLETED"] }, "itself", "ended with exit code 0, and left no valid result"],
    ["failed", { states: ["FAILED"], exit: { code: 3, signal: 0 } }, "itself", "ended with exit code 3"],
    [
      "was killed",
      { states: ["FAILED"], exit: { code: 0, signal: 9 } },
      "itself",
      "was ended by signal 9 (killed, as for a lack of memory)",
    ],
    [
      "was never launched",
      { states: ["FAILED"], exit: { code: 0, signal: 53 } },
      "the cluster",
      "was never started (node1): its node cannot write its log, or cannot start it",
    ],
    ["lacked memory", { states: ["OUT_OF_MEMORY"] }, "itself", "took more memory than it may"],
    ["took too long", { states: ["TIMEOUT"] }, "itself", "took longer than its time limit"],
    ["was cancelled", { states: ["CANCELLED"] }, "a person", "was cancelled"],
    ["lost its node", { states: ["NODE_FAIL"] }, "the cluster", "lost its node (node1)"],
    ["made room", { states: ["PREEMPTED"] }, "the cluster", "had to make room for another job"],
    [
      "found no node that starts",
      { states: ["BOOT_FAIL"] },
      "the cluster",
      "was given a node that did not start (node1)",
    ],
    ["met its deadline", { states: ["DEADLINE"] }, "itself", "was ended at its deadline"],
  ];
  test.each(ended)("of a task that %s, only when it is seen a second time", (_, job, by, line) => {
    const queue = queueOf({ 0: job, 1: running });
    expect(looks({ queue })).toMatchObject({ endings: [], submit: [], lines: [] });
    const steps = looks({ queue }, { queue });
    expect(steps.endings).toEqual([{ submission: 1, index: 0, ending: { line, by, isFurther: false } }]);
    expect(steps.lines).toEqual([{ name: "7_0", array: 7, index: 0, shards: [0, 1], line }]);
    expect(steps.submit).toEqual(by === "a person" ? [] : [0, 1]);
    expect([...steps.givenUp]).toEqual(
      by === "a person"
        ? [
            [0, line],
            [1, line],
          ]
        : [],
    );
    expect(steps.state).toBe("going on");
    // Its results count, wherever they come from and whatever is said of it.
    expect(looks({ queue }, { queue, done: [0, 1] }).endings).toEqual([]);
    expect(looks({ queue }, { queue, done: [1] }).submit).toEqual(by === "a person" ? [] : [0]);
    expect(looks({ queue }, { queue, trials: { 0: 5 } }).endings[0]!.ending.isFurther).toBe(true);
  });

  test("of a task that is not there: its shards are submitted when that is seen twice", () => {
    const queue = queueOf({ 1: running });
    expect(looks({ queue }).submit).toEqual([]);
    const steps = looks({ queue }, { queue });
    expect(steps.submit).toEqual([0, 1]);
    expect(steps.endings[0]!.ending).toEqual({
      ...{ line: "is no longer in the queue, and left no valid result", by: "the cluster", isFurther: false },
    });
  });

  test("of a task that was seen to end and then is forgotten: what was seen of it counts", () => {
    const queue = queueOf({ 0: { states: ["TIMEOUT"] }, 1: running });
    const steps = looks({ queue }, { queue: silent }, { queue: queueOf({ 1: running }) });
    expect(steps.endings[0]!.ending.line).toBe("took longer than its time limit");
  });

  test("of a task that ended, and is seen to live again: nothing", () => {
    const queue = queueOf({ 0: { states: ["COMPLETED"] }, 1: running });
    const again = queueOf({ 0: { states: ["PENDING"], reason: "BeginTime", restarts: 1 }, 1: running });
    expect(looks({ queue }, { queue: again }, { queue })).toMatchObject({ endings: [], submit: [] });
  });

  const putBack: readonly [string, Partial<QueuedJob>, string | undefined][] = [
    [
      "starts again soon",
      { states: ["PENDING"], reason: "BeginTime" },
      "was put back, and waits to be started again",
    ],
    [
      "waits for nodes",
      { states: ["PENDING"], reason: "Resources" },
      "was put back, and waits for nodes, which are busy or out of service",
    ],
    ["ran again before a look fell into its waiting", running, "was put back, and runs again"],
    ["is suspended", { states: ["SUSPENDED"] }, "was put back, and runs again"],
    ["is ending", { states: ["COMPLETING"] }, undefined],
  ];
  test.each(putBack)("of a task that was put back and %s: that is told", (_, job, line) => {
    const told = (restarts: number) =>
      looks({ queue: queueOf({ 0: { ...job, restarts }, 1: running }) }).putBack;
    const task = { name: "7_0", array: 7, index: 0, shards: [0, 1] };
    expect(told(1)).toEqual(line === undefined ? [] : [{ ...task, line }]);
    expect(told(0)).toEqual([]);
  });

  const alive: readonly [string, Partial<QueuedJob>, "waiting" | "running"][] = [
    ["waits", { states: ["PENDING"], reason: "Priority" }, "waiting"],
    ["waits for nodes", { states: ["PENDING"], reason: "Resources" }, "waiting"],
    ["was put back", { states: ["PENDING"], reason: "BeginTime", restarts: 1 }, "waiting"],
    ["runs", running, "running"],
    ["is ending", { states: ["COMPLETING"] }, "running"],
    ["is suspended", { states: ["SUSPENDED"] }, "running"],
    ["waits for its node", { states: ["CONFIGURING"] }, "running"],
    ["is in a state that nobody knows", { states: ["DANCING"] }, "running"],
    ["is in no state", { states: [] }, "running"],
  ];
  test.each(alive)("of a task that %s: nothing, however often it is seen", (_, job, how) => {
    const queue = queueOf({ 0: job, 1: running });
    const steps = looks({ queue }, { queue }, { queue }, { queue });
    expect(steps).toMatchObject({ endings: [], submit: [], stuck: [], release: [], state: "going on" });
    expect(steps[how]).toBeGreaterThanOrEqual(1);
  });

  test("of a task that the cluster has put back and held: it is released three times, and then reported", () => {
    const held = queueOf({ 0: { states: ["PENDING"], reason: "JobHeldAdmin", restarts: 1 }, 1: running });
    expect(looks({ queue: held }).release).toEqual([]);
    const two = [{ queue: held }, { queue: held }];
    expect(looks(...two)).toMatchObject({ release: [{ name: "7_0" }], stuck: [], submit: [] });
    expect(looks(...two, ...two)).toMatchObject({ release: [{ name: "7_0" }] });
    expect(looks(...two, ...two, { queue: held })).toMatchObject({
      release: [],
      submit: [],
      stuck: [{ name: "7_0" }],
    });
    const alone = queueOf({ 0: { states: ["PENDING"], reason: "JobHeldAdmin", restarts: 1 } });
    const rest = { queue: alone, done: [2] };
    expect(looks(rest, rest, rest, rest, rest).state).toBe("over");
  });

  test.each([
    ["held by a user", { states: ["PENDING"], reason: "JobHeldUser" }],
    ["held by an administrator before it ran", { states: ["PENDING"], reason: "JobHeldAdmin" }],
    ["waiting for what never comes", { states: ["PENDING"], reason: "DependencyNeverSatisfied" }],
  ])(
    "of a task that is %s: it is reported, neither released nor waited for, when it is seen twice",
    (_, job) => {
      const queue = queueOf({ 0: job, 1: running });
      expect(looks({ queue })).toMatchObject({ stuck: [], waiting: 1 });
      expect(looks({ queue }, { queue })).toMatchObject({
        ...{ stuck: [{ name: "7_0", shards: [0, 1] }], release: [], submit: [], state: "going on" },
      });
      expect(looks({ queue, done: [2] }, { queue, done: [2] }).state).toBe("over");
      expect(looks({ queue }, { queue: silent }, { queue }).stuck).toHaveLength(1);
    },
  );

  test("of a task that could not be asked about: nothing, and it is not forgotten what was seen of it", () => {
    const steps = looks({ queue: silent }, { queue: silent }, { queue: silent });
    expect(steps).toMatchObject({ state: "going on", submit: [], endings: [], waiting: 2, running: 0 });
  });

  test("nothing is submitted while the cluster cannot be asked, and the run is not over by that", () => {
    expect(looks({ queue: silent, submissions: [] })).toMatchObject({ state: "going on", submit: [] });
    const one = submission({ intent: { token: "run-1", tasks: [[0, 1]], before: [0] } });
    expect(looks({ queue: silent, submissions: [one] })).toMatchObject({ state: "going on", submit: [] });
    expect(looks({ queue: queueOf({ 0: running }), submissions: [one] }).submit).toEqual([2]);
  });

  describe("of a submission of which nobody knows what became of it", () => {
    const { outcome: _, ...unknown } = submission();
    test("it is looked for by its token", () => {
      const steps = looks({ queue: queueOf({ 0: running, 1: running }), submissions: [unknown] });
      expect(steps).toMatchObject({
        outcomes: [{ submission: 1, outcome: { array: 7 } }],
        running: 2,
        submit: [],
      });
    });
    test("it is waited for as long as a submission may take", () => {
      const steps = looks({ queue: queueOf({}), submissions: [unknown] });
      expect(steps).toMatchObject({ outcomes: [], submit: [], state: "going on" });
    });
    test("nothing else is submitted meanwhile", () => {
      const some = { ...unknown, intent: { token: "run-1", tasks: [[0, 1]], before: [0] } };
      expect(looks({ queue: queueOf({}), submissions: [some] }).submit).toEqual([]);
      expect(looks({ queue: queueOf({ 0: running }), submissions: [some] }).submit).toEqual([2]);
    });
    test("it is given up when it is older than that, and not in the queue", () => {
      const old = { ...unknown, age: 151 };
      const steps = looks({ queue: queueOf({}), submissions: [old] });
      expect(steps.outcomes).toEqual([{ submission: 1, outcome: { abandoned: expect.any(String) } }]);
      expect(steps.submit).toEqual([0, 1, 2]);
      expect(looks({ queue: silent, submissions: [{ ...old, age: 1e9 }] })).toMatchObject({
        outcomes: [],
        submit: [],
      });
    });
  });

  test("of what was refused while nothing lived: it is given up, until the cluster has taken something later", () => {
    const refused = submission({ outcome: { refused: "no such partition" } });
    const memory = { ...memoryOf([]), refused: new Set([1]) };
    const seen = { shards: 3, done: new Set<number>(), trialsOf: () => 0, queue: queueOf({ 0: running }) };
    const steps = nextSteps({ ...seen, submissions: [refused] }, memory);
    expect(steps).toMatchObject({ state: "over", submit: [] });
    expect([...steps.givenUp.values()]).toEqual(Array(3).fill("no such partition"));
    const later = submission({ number: 2, intent: { token: "run-1", tasks: [[0, 1]], before: [0] } });
    expect(nextSteps({ ...seen, submissions: [refused, later] }, memory).submit).toEqual([2]);
    const gone = {
      ...later,
      endings: new Map([[0, { line: "x", by: "the cluster", isFurther: false } as const]]),
    };
    expect(nextSteps({ ...seen, submissions: [refused, gone] }, memory)).toMatchObject({
      ...{ state: "going on", submit: [0, 1, 2] },
    });
  });

  describe("of a shard that went wrong before", () => {
    const wrong = (count: number, by: Ending["by"], isFurther = false) =>
      Array.from({ length: count }, (_, at) =>
        submission({
          number: at + 1,
          endings: new Map<number, Ending>([
            [0, { line: "went wrong", by, isFurther }],
            [1, { line: "went well", by: "the cluster", isFurther: true }],
          ]),
        }),
      );
    test.each([
      ["itself", 2, 3],
      ["the cluster", 11, 12],
    ] as const)("by %s %i times, it is submitted again, and at the next given up", (by, few, many) => {
      expect(looks({ queue: queueOf({}), submissions: wrong(few, by) }).submit).toEqual([0, 1, 2]);
      const steps = looks({ queue: queueOf({}), submissions: wrong(many, by) });
      expect(steps).toMatchObject({ submit: [2], state: "going on" });
      expect([...steps.givenUp.keys()]).toEqual([0, 1]);
      expect(steps.givenUp.get(0)).toBe(`went wrong; it was tried ${many} times`);
      expect(looks({ queue: queueOf({}), submissions: wrong(many, by, true) }).submit).toEqual([0, 1, 2]);
    });
    test("a thousand times in all, it is given up though it came further each time", () => {
      const steps = looks({ queue: queueOf({}), submissions: wrong(1000, "itself", true) });
      expect(steps).toMatchObject({ state: "over", submit: [] });
    });
    test("and was waited for by somebody else then, it is submitted anew", () => {
      const submissions = wrong(3, "a person");
      const seen = { shards: 3, done: new Set<number>(), trialsOf: () => 0, submissions, queue: queueOf({}) };
      expect(nextSteps(seen, memoryOf(submissions)).submit).toEqual([0, 1, 2]);
    });
  });

  test("never submits what is done or lives, whatever is seen", () => {
    const job = fc.constantFrom<Partial<QueuedJob> | undefined>(
      undefined,
      running,
      ...ended.map(([, one]) => one),
      ...alive.map(([, one]) => one),
    );
    const look = fc.record({
      queue: fc.oneof(
        fc.constant(silent as QueueSeen),
        fc.tuple(job, job).map(([one, two]) => queueOf({ 0: one, 1: two })),
      ),
      done: fc.subarray([0, 1, 2]),
    });
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 4 }), (all) => {
        const steps = looks(...all);
        const { queue, done } = all.at(-1)!;
        for (const [index, shards] of [[0, 1], [2]].entries()) {
          const seen = queue.kind === "seen" ? queue.task(7, index) : queue;
          const lives =
            seen.kind === "could not ask" || (seen.kind === "seen" && seen.meaning.phase !== "ended");
          expect(steps.submit.filter((shard) => shards.includes(shard) && lives)).toEqual([]);
        }
        expect(steps.submit.filter((shard) => done.includes(shard))).toEqual([]);
        expect(steps.state === "done").toBe(done.length === 3);
      }),
    );
  });
});
