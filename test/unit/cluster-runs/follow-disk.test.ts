/** Who follows a run on a disk that fails: full from any write on or for a while, or unreadable from any step on. It never waits for what nothing can change any more. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { readSubmissions } from "../../../src/cluster-runs/index.js";
import { atLength, times } from "../../times.js";
import { type Disturbance, type Follower, follow } from "./followers.js";
import { type MadeUpPoint, RunsDirectory, wrongSums } from "./made-up-run.js";
import { faultySettings } from "./seeded-faults.js";
import { quiet, StandIn, type StandInSettings } from "./stand-in.js";
import { randomOf, VirtualTime } from "./virtual-time.js";
import { watchFiles } from "./watched-files.js";

const points: readonly MadeUpPoint[] = [
  { trials: 100, shards: 3 },
  { trials: 7, shards: 2 },
];

/** All places of so many, or at least all up to the first looks at tasks and some of the later ones, which are much alike. */
const placesOf = (count: number): number[] =>
  Array.from({ length: count }, (_, place) => place).filter(
    (place) => atLength || place < 14 || place % Math.ceil(count / 4) === 3,
  );

/** Of two ways one for each place, in turn; both at length. */
const someOf = <Way>(ways: readonly Way[], place: number): readonly Way[] =>
  atLength ? ways : ways.slice(place % 2, (place % 2) + 1);

/** No run of these takes as long, in seconds. */
const forEver = 100_000;

const full = () => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
const broken = () => Object.assign(new Error("EIO: i/o error"), { code: "EIO" });

/** Whether a step puts something onto the disk. */
const isWrite = (operation: string, path: string) =>
  operation === "link" || operation === "rename" || (operation === "open" && path.endsWith(".new"));

describe("who follows a run on a disk that fails", () => {
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
  afterEach(() => {
    vi.restoreAllMocks();
  });

  async function begun(settings: Partial<StandInSettings> = {}, seed = 1) {
    const time = new VirtualTime(randomOf(seed));
    // What a full disk cannot be asked is asked of the machine.
    vi.spyOn(Date, "now").mockImplementation(() => 1000 * time.now());
    const run = await directory.run(points, 1);
    return { time, run, scheduler: new StandIn(time, run.folder, { ...quiet, ...settings }) };
  }

  type Begun = Awaited<ReturnType<typeof begun>>;

  async function followed({ time, run, scheduler }: Begun, disturbance: Disturbance = {}): Promise<Follower> {
    const follower = follow(run, scheduler, time, disturbance);
    // Throws where it is not over.
    await time.pass(time.now() + forEver);
    return follower;
  }

  /** It has ended in words, or with the run. */
  function expectEnded({ end, fault, steps, notes }: Follower, why: string): void {
    if (fault === undefined) {
      expect(end?.state, why).toMatch(/^(?:done|over)$/);
    } else {
      expect(fault.message, why).toMatch(/^.*(?:no space|disk is full|i\/o error|EIO|ENOSPC).*$/i);
      expect(fault.message, why).not.toMatch(/\n/);
    }
    expect(notes.every((line) => !line.includes("\n"))).toBe(true);
    expect(steps.filter((step) => step === "look").length, why).toBeLessThan(2000);
  }

  /** Somebody else goes on when the disk is well again. */
  async function expectGoesOn(run: Begun, why: string): Promise<void> {
    const next = await followed(run);
    expect(next.end?.state, why).toBe("done");
    expect(wrongSums(next.gathered), why).toEqual([]);
    expect(Math.max(...run.scheduler.taken.values()), why).toBe(1);
    expect(run.scheduler.doubled, why).toEqual([]);
  }

  /** Counts steps of a kind, and says which are to fail. */
  const failing = (
    which: (operation: string, path: string) => boolean,
    isFault: (number: number) => boolean,
    fault: () => Error,
  ) => {
    let count = 0;
    return {
      faultOf: (operation: string, path: string) =>
        which(operation, path) && isFault(count++) ? fault() : undefined,
      count: () => count,
    };
  };

  const never = () => false;

  /** Tasks that end in every way, so that each is written down. */
  const restless = (): Partial<StandInSettings> => ({
    ...faultySettings(5, { own: 3, cluster: 3, submissions: 1, people: 0, silences: 0 }),
    remembers: 60,
  });

  describe.each([
    { name: "quiet tasks that are never forgotten", settings: () => ({ remembers: undefined }) },
    { name: "quiet tasks", settings: () => ({ remembers: 20 }) },
    { name: "tasks that fail", settings: restless },
  ])("with $name", ({ settings }) => {
    test("full at any write, and from any write on", async () => {
      const counted = failing(isWrite, never, full);
      await followed(await begun(settings()), counted);
      expect(counted.count()).toBeGreaterThan(3);
      for (const place of placesOf(counted.count())) {
        const ways = [
          ["from then on", (number: number) => number >= place],
          ["once", (number: number) => number === place],
        ] as const;
        for (const [how, isFault] of someOf(ways, place)) {
          const why = `full ${how}, at write ${place}`;
          const run = await begun(settings());
          expectEnded(await followed(run, failing(isWrite, isFault, full)), why);
          await expectGoesOn(run, why);
        }
      }
    });

    test("unreadable from any step on, or for a while", async () => {
      const counted = failing(() => true, never, broken);
      await followed(await begun(settings()), counted);
      for (const place of placesOf(counted.count())) {
        const ways = [
          ["for good", Number.POSITIVE_INFINITY],
          ["for a while", 4],
        ] as const;
        for (const [how, lasts] of someOf(ways, place)) {
          const why = `broken ${how} from step ${place}`;
          const run = await begun(settings());
          const isFault = (number: number) => number >= place && number < place + lasts;
          expectEnded(
            await followed(
              run,
              failing(() => true, isFault, broken),
            ),
            why,
          );
          await expectGoesOn(run, why);
        }
      }
    });
  });

  test("goes on while tasks live, and ends with the run where the disk is well again by then", async () => {
    const run = await begun({ secondsOfTrial: () => 10 });
    let fails = false;
    run.time.at(30, () => {
      fails = true;
    });
    run.time.at(90, () => {
      fails = false;
    });
    const follower = await followed(run, { faultOf: () => (fails ? broken() : undefined) });
    expect(follower.end?.state).toBe("done");
    expect(follower.notes).toEqual([expect.stringMatching(/it is tried again while tasks of the run live$/)]);
    expect(wrongSums(follower.gathered)).toEqual([]);
  });

  test("gives up a submission of which nobody knows, though no clock but its own goes", async () => {
    const run = await begun({ fateOfSubmission: () => ({ kind: "lost" }) });
    // A machine's clock that is a year behind that of the disk.
    vi.spyOn(Date, "now").mockImplementation(() => -365 * 24 * 3600_000);
    const real = performance.now.bind(performance);
    const began = real();
    vi.spyOn(performance, "now").mockImplementation(() => began + 1000 * run.time.now());
    let isFull = false;
    const follower = await followed(run, {
      faultOf: (operation, path) => {
        isFull ||= operation === "link" && path.endsWith("/submissions/1.json");
        return isFull && operation !== "link" && isWrite(operation, path) ? full() : undefined;
      },
    });
    expectEnded(follower, "a submission that was lost");
    expect(await readSubmissions(run.run.folder)).toHaveLength(1);
  });

  test("any number of processes at any faults of tasks, disk and cluster together end, and lose nothing", async () => {
    for (let seed = 0; seed < times(10); seed++) {
      const random = randomOf(seed);
      const run = await begun(
        faultySettings(seed, { own: 2, cluster: 4, submissions: 2, people: 0, silences: 1 }),
        seed,
      );
      const ends = Array.from({ length: 1 + Math.floor(3 * random()) }, () => {
        const [rate, from, to] = [0.3 * random(), 300 * random(), 300 * random()];
        return follow(run.run, run.scheduler, run.time, {
          faultOf: (operation, path) => {
            const now = run.time.now();
            const isOff = (now > from && now < from + to) || random() < rate / 20;
            return isOff
              ? isWrite(operation, path)
                ? full()
                : random() < rate
                  ? broken()
                  : undefined
              : undefined;
          },
        });
      });
      await run.time.pass(10 * forEver);
      for (const end of await Promise.all(ends)) {
        expectEnded(end, `seed ${seed}`);
      }
      await expectGoesOn(run, `seed ${seed}`);
    }
  });
});
