import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readSubmissions } from "../../../src/cluster-runs/index.js";
import { times } from "../../times.js";
import { type Follower, follow, unexplained } from "./followers.js";
import { type MadeUpPoint, RunsDirectory, wrongSums } from "./made-up-run.js";
import { type FaultsAllowed, faultySettings } from "./seeded-faults.js";
import { quiet, StandIn, type StandInSettings } from "./stand-in.js";
import { randomOf, VirtualTime } from "./virtual-time.js";
import { watchFiles } from "./watched-files.js";

const points: readonly MadeUpPoint[] = [
  { trials: 100, shards: 3 },
  { trials: 7, shards: 2 },
];

/** No run of these takes as long, in seconds. */
const forEver = 100_000;

describe("who follows a run", () => {
  let directory: RunsDirectory;
  let unwatch: () => void;
  beforeAll(() => {
    directory = new RunsDirectory();
    unwatch = watchFiles();
  });
  afterAll(() => {
    unwatch();
    directory.remove();
  });

  async function begun(settings: Partial<StandInSettings> = {}, seed = 1, of = points, shardsOfTask = 1) {
    const time = new VirtualTime(randomOf(seed));
    const run = await directory.run(of, shardsOfTask);
    const scheduler = new StandIn(time, run.folder, { ...quiet, ...settings });
    return { time, run, scheduler };
  }

  function expectDone({ gathered, end }: Follower, why = ""): void {
    expect(end?.state, why).toBe("done");
    expect(wrongSums(gathered), why).toEqual([]);
  }

  /** Nothing was submitted twice, or done by two tasks at once. */
  function expectOnce(scheduler: StandIn, why = ""): void {
    expect(Math.max(0, ...scheduler.taken.values()), why).toBeLessThanOrEqual(1);
    expect(scheduler.doubled, why).toEqual([]);
  }

  test("submits it once, and has the sums of all its trials", async () => {
    const { time, run, scheduler } = await begun({ maxArraySize: 2 }, 1, points, 2);
    const follower = follow(run, scheduler, time);
    await time.pass(forEver);
    expectDone(await follower);
    expect((await follower).notes).toEqual([]);
    const submissions = await readSubmissions(run.folder);
    expect(submissions.map(({ intent }) => intent.tasks)).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [[4]],
    ]);
    expect([...scheduler.taken.values()]).toEqual([1, 1]);
  });

  test("may be killed before any step, and another goes on", async () => {
    const settings = { maxArraySize: 3, secondsToStart: 0.2 };
    const whole = await begun(settings);
    const undisturbed = follow(whole.run, whole.scheduler, whole.time);
    await whole.time.pass(forEver);
    const { steps } = await undisturbed;
    // Later looks are all alike.
    const submitted = steps.lastIndexOf("submit") + 40;
    const kills = steps.flatMap((_, step) => (step < submitted || step % 29 === 0 ? [step] : []));
    expect(kills.length).toBeGreaterThan(50);
    for (const killBefore of kills) {
      const { time, run, scheduler } = await begun(settings);
      const killed = follow(run, scheduler, time, { killBefore });
      await time.pass(forEver);
      expect((await killed).end).toBeUndefined();
      const next = follow(run, scheduler, time);
      await time.pass(forEver);
      expectDone(await next, `killed before step ${killBefore}`);
      expectOnce(scheduler, `killed before step ${killBefore}`);
    }
  });

  test("that sleeps before any step takes back what others have given up meanwhile", async () => {
    const whole = await begun();
    const undisturbed = follow(whole.run, whole.scheduler, whole.time);
    await whole.time.pass(forEver);
    const { steps } = await undisturbed;
    for (let sleepBefore = 0; sleepBefore <= steps.indexOf("submit") + 8; sleepBefore++) {
      const { time, run, scheduler } = await begun({ nodes: 1 });
      const sleeper = follow(run, scheduler, time, { sleepBefore, sleepFor: 400 });
      const other = follow(run, scheduler, time);
      await time.pass(forEver);
      expectDone(await sleeper, `slept before step ${sleepBefore}`);
      expectDone(await other, `slept before step ${sleepBefore}`);
      expect(Math.max(0, ...scheduler.taken.values())).toBe(1);
      // It slept between its intent and the submission, and what came of this is not wanted any longer.
      const isLate =
        sleepBefore > steps.indexOf("link /submissions/1.json") && sleepBefore <= steps.indexOf("submit");
      expect(scheduler.messages.some(({ kind }) => kind === "cancel")).toBe(isLate);
    }
  });

  test("may have a clock that jumps at any moment, by years either way", async () => {
    const random = randomOf(7);
    const year = 365 * 24 * 3600_000;
    const real = Date.now;
    const jumping = vi.spyOn(Date, "now").mockImplementation(() => real() + (random() - 0.5) * 20 * year);
    try {
      const whole = await begun();
      const undisturbed = follow(whole.run, whole.scheduler, whole.time);
      await whole.time.pass(forEver);
      const { steps, notes } = await undisturbed;
      expectDone(await undisturbed);
      expect(notes).toEqual([]);
      for (let sleepBefore = 0; sleepBefore <= steps.indexOf("submit") + 2; sleepBefore++) {
        // It is about to submit while another looks how old its intent is.
        const { time, run, scheduler } = await begun({ nodes: 1 }, 1 + sleepBefore);
        const sleeper = follow(run, scheduler, time, { sleepBefore, sleepFor: 20 });
        const other = follow(run, scheduler, time);
        await time.pass(forEver);
        expectDone(await sleeper, `slept before step ${sleepBefore}`);
        expectDone(await other, `slept before step ${sleepBefore}`);
        expectOnce(scheduler, `slept before step ${sleepBefore}`);
        // Nobody gave up what was not old.
        expect(scheduler.messages.filter(({ kind }) => kind === "cancel")).toEqual([]);
      }
    } finally {
      jumping.mockRestore();
    }
  });

  test("takes back what it submits after the run was cancelled", async () => {
    const { time, run, scheduler } = await begun({
      latencies: { ...quiet.latencies, submit: () => 20 },
    });
    const follower = follow(run, scheduler, time);
    time.at(10, () => run.folder.markCancelled());
    await time.pass(forEver);
    expect((await follower).end?.state).toBe("cancelled");
    expect([...scheduler.taken.values()]).toEqual([1]);
    expect(scheduler.living).toBe(0);
    expect((await follower).gathered.done.size).toBe(0);
  });

  test("goes on when a part of it was refused while another part lived", async () => {
    const begunRun = await begun({
      maxArraySize: 2,
      fateOfSubmission: () => ({
        kind: begunRun.scheduler.living > 0 ? "refused" : "taken",
        why: "Unspecified error",
      }),
    });
    const { time, run, scheduler } = begunRun;
    const follower = follow(run, scheduler, time);
    await time.pass(forEver);
    expectDone(await follower);
    expectOnce(scheduler);
    expect((await follower).notes[0]).toBe(
      "the cluster refused an array of 2 tasks: sbatch: Unspecified error",
    );
    expect([...scheduler.taken.keys()]).toHaveLength(3);
  });

  test("says why, when all of it is refused", async () => {
    const { time, run, scheduler } = await begun({
      fateOfSubmission: () => ({ kind: "refused", why: "Invalid account" }),
    });
    const follower = follow(run, scheduler, time);
    await time.pass(forEver);
    const { end } = await follower;
    expect(end?.state).toBe("over");
    expect([...end!.givenUp]).toEqual([0, 1, 2, 3, 4].map((shard) => [shard, "sbatch: Invalid account"]));
    expect(scheduler.messages.filter(({ kind }) => kind === "submit")).toHaveLength(1);
  });

  test("sends smaller arrays where a user may have few tasks at once", async () => {
    const { time, run, scheduler } = await begun({ mostTasks: 2 });
    const follower = follow(run, scheduler, time);
    await time.pass(forEver);
    expectDone(await follower);
    expectOnce(scheduler);
    const { time: never, run: none, scheduler: closed } = await begun({ mostTasks: 0 });
    const refused = follow(none, closed, never);
    await never.pass(forEver);
    expect((await refused).end?.state).toBe("over");
    expect(unexplained(await refused)).toEqual([]);
  });

  test("submits nothing while the cluster does not answer, and then goes on", async () => {
    const silence = { from: 0.18, to: 3000 };
    const { time, run, scheduler } = await begun({
      maxArraySize: 3,
      answers: (now) => now < silence.from || now >= silence.to,
    });
    // It dies between its two arrays.
    const killed = follow(run, scheduler, time, {
      killBefore: (step, steps) => step === "submit" && steps.includes("submit"),
    });
    await time.pass(forEver);
    await killed;
    const follower = follow(run, scheduler, time);
    await time.pass(forEver);
    expectDone(await follower);
    expectOnce(scheduler);
    const submitted = scheduler.messages.filter(({ kind }) => kind === "submit");
    expect(submitted.every(({ at }) => at < silence.from || at >= silence.to)).toBe(true);
    // About one question in two minutes.
    const asked = scheduler.messages.filter(({ at }) => at > 600 && at < silence.to);
    expect(asked.length).toBeLessThanOrEqual(21);
    expect((await follower).notes.filter((line) => line.startsWith("the cluster"))).toEqual([
      expect.stringMatching(/^the cluster cannot be asked: .*; it is asked again until it answers$/),
      "the cluster answers again",
    ]);
  });

  test("gives up what fails by itself three times, and has the rest as partial", async () => {
    const { time, run, scheduler } = await begun({
      fateOf: ({ shards }) =>
        shards[0] === 1 ? { kind: "ends", how: "failed", part: 0.5, isKept: false } : { kind: "well" },
    });
    const follower = follow(run, scheduler, time);
    await time.pass(forEver);
    const { end, gathered, notes } = await follower;
    expect(end?.state).toBe("over");
    expect([...end!.givenUp]).toEqual([[1, "ended with exit code 1; it was tried 3 times"]]);
    expect([...end!.ended.keys()]).toEqual([1]);
    expect(notes).toHaveLength(3);
    expect(gathered.resultOf(0)).toMatchObject({ cancelled: true, scattered: true, trials: 67 });
    expect(gathered.resultOf(1)).not.toHaveProperty("cancelled");
    // Whoever waits anew has seen to the cause.
    const next = follow(run, new StandIn(time, run.folder, quiet), time);
    await time.pass(forEver);
    expectDone(await next);
  });

  test("lets a task go on that is too long for its time, as long as it comes further", async () => {
    const { time, run, scheduler } = await begun({
      fateOf: ({ shards }) =>
        shards[0] === 0 ? { kind: "ends", how: "timed out", part: 0.3, isKept: true } : { kind: "well" },
    });
    const follower = follow(run, scheduler, time);
    await time.pass(forEver);
    const { end, notes } = await follower;
    // Of 34 trials the first task does 10, and each later one some of the rest, till less than one is done at a time.
    expect(end?.state).toBe("over");
    expect(end?.givenUp.get(0)).toBe("took longer than its time limit; it was tried 3 times");
    expect(notes.length).toBeGreaterThan(6);
  });

  test("reports what is held and what somebody cancelled, and waits for neither", async () => {
    const { time, run, scheduler } = await begun({
      fateOfSubmission: () => ({ kind: "taken", isHeld: true }),
      fateOf: ({ shards }) =>
        shards[0] === 3 ? { kind: "ends", how: "cancelled", part: 0.5, isKept: false } : { kind: "well" },
    });
    const follower = follow(run, scheduler, time);
    await time.pass(forEver);
    const { end } = await follower;
    expect(end?.state).toBe("over");
    expect(end?.stuck).toMatchObject([{ name: "100_0", shards: [0] }]);
    expect([...end!.givenUp]).toEqual([[3, "was cancelled"]]);
  });

  describe("counts each shard once, and loses none, whatever happens to its tasks", () => {
    const cluster = { cluster: 6, submissions: 2, people: 0, silences: 2 };
    const kinds: readonly { name: string; allowed: FaultsAllowed; isDone: boolean }[] = [
      { name: "by the cluster", allowed: { ...cluster, own: 2 }, isDone: true },
      { name: "by themselves", allowed: { ...cluster, own: 12 }, isDone: false },
      { name: "by people", allowed: { ...cluster, own: 2, people: 2 }, isDone: false },
    ];
    test.each(kinds)("$name", async ({ allowed, isDone }) => {
      const seeds = times(12);
      for (let seed = 0; seed < seeds; seed++) {
        const random = randomOf(1000 + seed);
        const up = (most: number) => Math.floor(random() * most);
        const time = new VirtualTime(random);
        const run = await directory.run(points, 1 + up(3));
        const scheduler = new StandIn(time, run.folder, faultySettings(seed, allowed));
        for (let killed = up(3); killed > 0; killed--) {
          const killBefore = up(15) * up(15);
          const both = [
            follow(run, scheduler, time, { killBefore }),
            follow(run, scheduler, time, { killBefore: up(40) }),
          ];
          await time.pass(forEver);
          await Promise.all(both);
        }
        const others = Array.from({ length: 1 + up(3) }, () => follow(run, scheduler, time));
        await time.pass(10 * forEver);
        for (const follower of await Promise.all(others)) {
          if (isDone || follower.end?.state === "done") {
            expectDone(follower, `seed ${seed}`);
          } else {
            expect(follower.end?.state, `seed ${seed}`).toBe("over");
            expect(unexplained(follower), `seed ${seed}`).toEqual([]);
          }
          // Its looks become rarer, so that their number is bounded as its time is.
          expect(follower.steps.filter((step) => step === "look").length).toBeLessThan(5000);
        }
        expectOnce(scheduler, `seed ${seed}`);
      }
    });
  });
});
