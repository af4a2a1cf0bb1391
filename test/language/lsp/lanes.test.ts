import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Job, type LaneLimits, Lanes, type Outcome } from "../../../src/work/index.js";
import { FakeWorker, FakeWorkers } from "./fake-worker.js";

// Time is the test's, and workers do what they are told.

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const limits: Omit<LaneLimits, "start"> = {
  ahead: 1,
  short: 100,
  unwanted: 50,
  longest: 1000,
  longestStart: 5000,
  idle: 10_000,
  mostLong: 1,
};

class NamedJob implements Job {
  wanted = true;
  urgent = false;
  readonly outcomes: Outcome[] = [];
  constructor(readonly name: string) {}
  message = () => this.name;
  isWanted = () => this.wanted;
  isUrgent = () => this.urgent;
  end = (outcome: Outcome) => void this.outcomes.push(outcome);
  get ended(): string | undefined {
    return this.outcomes[0]?.kind;
  }
}

function set(change: Partial<LaneLimits> = {}) {
  const workers = new FakeWorkers();
  const lanes = new Lanes({ ...limits, ...change, start: workers.start });
  const add = (...names: string[]) => {
    const jobs = names.map((name) => new NamedJob(name));
    lanes.add(jobs, "behind");
    return jobs;
  };
  return { workers, lanes, add };
}

const pass = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);

describe("lanes", () => {
  test("do short jobs one after the other, in one worker", () => {
    const { workers, add } = set();
    const jobs = add("a", "b", "c");
    const [worker] = workers.all;
    worker!.ready();
    for (const name of ["a", "b", "c"]) {
      expect(worker!.messages.at(-1)).toBe(name);
      pass(90);
      worker!.say(name.toUpperCase());
    }
    expect(jobs.map(({ outcomes }) => outcomes)).toEqual([
      [{ kind: "report", report: "A" }],
      [{ kind: "report", report: "B" }],
      [{ kind: "report", report: "C" }],
    ]);
    expect(workers.all).toHaveLength(1);
  });

  test("let a long job go on in its worker, and do the others in a new one", () => {
    const { workers, add } = set();
    const [long, short] = add("long", "short");
    workers.all[0]!.ready();
    pass(100);
    expect(workers.all).toHaveLength(2);
    expect(workers.all[1]!.messages).toEqual(["short"]);
    workers.all[1]!.ready().say("done");
    expect(short!.ended).toBe("report");
    pass(800);
    workers.all[0]!.say("at last");
    expect(long!.outcomes).toEqual([{ kind: "report", report: "at last" }]);
    // Nothing of the long one is lost, and of two workers one is enough.
    expect(workers.all[0]!.messages).toEqual(["long"]);
    expect(workers.alive).toHaveLength(1);
  });

  test("do not do twice what was sent ahead behind a long job", () => {
    const { workers, add } = set({ ahead: 3 });
    const jobs = add("long", "b", "c", "d");
    const [first] = workers.all;
    first!.ready();
    expect(first!.messages).toEqual(["long", "b", "c"]);
    pass(100);
    const second = workers.all[1]!.ready();
    expect(second.messages).toEqual(["b", "c", "d"]);
    for (const name of ["b", "c", "d"]) {
      second.say(name);
    }
    first!.say("long");
    expect(jobs.map(({ outcomes }) => outcomes)).toEqual(
      ["long", "b", "c", "d"].map((report) => [{ kind: "report", report }]),
    );
    // It would go on with what others have done.
    expect(first!.isTerminated).toBe(true);
  });

  test("set a long job aside when there are as many as may be, and do it when one has ended", () => {
    const { workers, add } = set();
    const [one, other, short] = add("one", "other", "short");
    workers.all[0]!.ready();
    pass(100);
    workers.all[1]!.ready();
    pass(100);
    expect(workers.all[1]!.isTerminated).toBe(true);
    workers.all[2]!.ready().say("done");
    expect([one, other, short].map((job) => job!.ended)).toEqual([undefined, undefined, "report"]);
    expect(workers.alive).toHaveLength(2);
    workers.all[0]!.say("one");
    expect(one!.ended).toBe("report");
    expect(workers.all[0]!.messages).toEqual(["one", "other"]);
    pass(900);
    workers.all[0]!.say("other");
    expect(other!.ended).toBe("report");
  });

  test("leave a long job alone for which there is no room, as long as nothing waits", () => {
    const { workers, add } = set();
    add("one", "other");
    workers.all[0]!.ready();
    pass(100);
    workers.all[1]!.ready();
    pass(500);
    expect(workers.alive).toHaveLength(2);
    add("short");
    expect(workers.all[1]!.isTerminated).toBe(true);
    expect(workers.all[2]!.messages).toEqual(["short"]);
  });

  test("take what is urgent first", () => {
    const { workers, lanes, add } = set();
    add("a", "b");
    const urgent = new NamedJob("urgent");
    urgent.urgent = true;
    lanes.add([urgent], "behind");
    const [worker] = workers.all;
    worker!.ready().say("a");
    expect(worker!.messages).toEqual(["a", "urgent"]);
  });

  test("take what is added before others first, once", () => {
    const { workers, lanes, add } = set();
    const [, b, c] = add("a", "b", "c");
    lanes.add([c!, b!], "before");
    const [worker] = workers.all;
    worker!.ready();
    for (const name of ["a", "c", "b"]) {
      worker!.say(name);
    }
    expect(worker!.messages).toEqual(["a", "c", "b"]);
  });

  test("end long work at once when nobody waits for it any more", () => {
    const { workers, lanes, add } = set();
    const [long] = add("long");
    workers.all[0]!.ready();
    pass(400);
    long!.wanted = false;
    lanes.review();
    pass(0);
    expect(workers.all[0]!.isTerminated).toBe(true);
    expect(long!.ended).toBe("dropped");
  });

  test("let short work that nobody waits for end, which costs less than a new worker", () => {
    const { workers, lanes, add } = set();
    const [short, slow] = add("short", "slow");
    workers.all[0]!.ready();
    short!.wanted = false;
    lanes.review();
    pass(40);
    workers.all[0]!.say("done");
    expect(short!.ended).toBe("report");
    slow!.wanted = false;
    lanes.review();
    pass(49);
    expect(workers.alive).toHaveLength(1);
    pass(1);
    expect(slow!.ended).toBe("dropped");
    expect(workers.alive).toHaveLength(0);
  });

  test("drop what waits and is not wanted, and keep what is wanted again in time", () => {
    const { workers, lanes, add } = set();
    const [running, waiting] = add("running", "waiting");
    workers.all[0]!.ready();
    running!.wanted = false;
    waiting!.wanted = false;
    lanes.review();
    expect(waiting!.ended).toBe("dropped");
    pass(30);
    running!.wanted = true;
    lanes.review();
    pass(500);
    workers.all[0]!.say("done");
    expect(running!.ended).toBe("report");
  });

  test("end a job that takes too long, counted from its beginning", () => {
    const { workers, add } = set();
    const [job] = add("job");
    pass(3000);
    workers.all[0]!.ready();
    pass(999);
    expect(job!.ended).toBeUndefined();
    pass(1);
    expect(job!.outcomes).toEqual([{ kind: "late" }]);
    expect(workers.alive).toHaveLength(0);
  });

  test("go on with the others when a worker goes down", () => {
    const { workers, add } = set({ ahead: 2 });
    const [crash, other] = add("crash", "other");
    workers.all[0]!.ready().crash(Object.assign(new Error("no good\nat all"), { code: "ERR" }));
    expect(crash!.outcomes).toEqual([
      { kind: "lost", problem: "failed: no good", outOfMemory: false, wasReady: true },
    ]);
    workers.all[1]!.ready().say("done");
    expect(other!.ended).toBe("report");
  });

  test("do not wait for a worker that does not start", () => {
    const { workers, add } = set();
    const [job] = add("job");
    pass(3000);
    add("another");
    pass(2000);
    expect(job!.outcomes).toEqual([
      { kind: "lost", problem: "did not start within 5 s", outOfMemory: false, wasReady: false },
    ]);
    expect(workers.all[1]!.messages).toEqual(["another"]);
  });

  test("let idle workers go, and all when they are closed", async () => {
    const { workers, lanes, add } = set();
    add("a");
    workers.all[0]!.ready().say("done");
    pass(9999);
    expect(workers.alive).toHaveLength(1);
    pass(1);
    expect(workers.alive).toHaveLength(0);
    const jobs = add("b", "c");
    workers.all[1]!.ready();
    await lanes.close();
    expect(workers.alive).toHaveLength(0);
    expect(jobs.map(({ ended }) => ended)).toEqual(["dropped", "dropped"]);
  });
});

/** A worker that needs time to start, and for each message as many milliseconds as it says. */
class TimedWorker extends FakeWorker {
  private readonly queue: number[] = [];
  /** When it began what it is at. */
  private began: number | undefined;
  private isStarted = false;

  constructor(private readonly work: (milliseconds: number) => void) {
    super();
    setTimeout(() => {
      this.isStarted = true;
      this.ready();
      this.next();
    }, starting);
  }

  override postMessage(message: unknown): void {
    super.postMessage(message);
    this.queue.push(message as number);
    this.next();
  }

  override terminate(): Promise<number> {
    if (this.began !== undefined) {
      this.work(performance.now() - this.began);
    }
    this.began = undefined;
    return super.terminate();
  }

  private next(): void {
    if (this.began !== undefined || !this.isStarted || this.isTerminated || this.queue.length === 0) {
      return;
    }
    const duration = this.queue.shift()!;
    this.began = performance.now();
    setTimeout(() => {
      if (this.isTerminated) {
        return;
      }
      this.began = undefined;
      this.work(duration);
      this.say("done");
      this.next();
    }, duration);
  }
}

const starting = 30;

/** Numbers as from dice, the same each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8])("any work (%i)", (seed) => {
  test("is done once, short jobs soon, in few workers, and little of it is wasted", () => {
    const random = dice(seed);
    const mostLong = 1 + (seed % 2);
    const ahead = seed % 3 === 0 ? 3 : 1;
    let worked = 0;
    const workers: TimedWorker[] = [];
    const lanes = new Lanes({
      ...limits,
      ...{ mostLong, ahead },
      start: () => {
        const worker = new TimedWorker((milliseconds) => {
          worked += milliseconds;
        });
        workers.push(worker);
        expect(workers.filter(({ isTerminated }) => !isTerminated).length).toBeLessThanOrEqual(mostLong + 1);
        return worker as unknown as Worker;
      },
    });
    const jobs: { duration: number; asked: number; before: number; ended: number; kinds: string[] }[] = [];
    for (let count = 0; count < 60; count++) {
      const isLong = random() < 0.3;
      const duration = Math.ceil(isLong ? 150 + 700 * random() : 60 * random());
      const job = {
        ...{ duration, asked: performance.now(), ended: Number.POSITIVE_INFINITY, kinds: [] as string[] },
        before: jobs.filter(({ kinds }) => kinds.length === 0).length,
      };
      jobs.push(job);
      const asLong = {
        message: () => duration,
        isWanted: () => true,
        isUrgent: () => false,
        end: ({ kind }: Outcome) => {
          job.kinds.push(kind);
          job.ended = performance.now();
        },
      };
      lanes.add([asLong], "behind");
      pass(Math.ceil(120 * random()));
    }
    pass(100_000);
    for (const { kinds, duration, asked, before, ended } of jobs) {
      expect(kinds).toEqual(["report"]);
      // Each job before it holds it up for no longer than a short one may take, and a new worker's start.
      if (duration < limits.short) {
        expect(ended - asked).toBeLessThanOrEqual((before + 1) * (limits.short + starting) + ahead);
      }
    }
    const longJobs = jobs.filter(({ duration }) => duration >= limits.short).length;
    const needed = jobs.reduce((sum, { duration }) => sum + duration, 0);
    expect(worked).toBeGreaterThanOrEqual(needed);
    expect(worked).toBeLessThanOrEqual(needed + longJobs * (limits.short + ahead * 60));
  });
});
