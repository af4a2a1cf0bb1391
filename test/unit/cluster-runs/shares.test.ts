import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mostShards, shardOf, shardsOf, sharesOf } from "../../../src/cluster-runs/index.js";
import { tasksOf } from "../../../src/cluster-runs/shares.js";

const point = (trials: number, secondsOfTrial: number) => ({ trials, secondsOfTrial });

describe("the cut of a run's trials", () => {
  test("has shards of a minute, five in a task where these are enough for a thousand nodes", () => {
    expect(sharesOf([point(6e6, 1), point(60, 0.5)], { processors: 1 })).toEqual({
      ...{ shards: [100_000, 1], shardsOfTask: 5 },
    });
    expect(sharesOf([point(1.5e5, 1)], { processors: 1 })).toEqual({ shards: [2500], shardsOfTask: 2 });
    expect(sharesOf([point(6000, 1)], { processors: 1 })).toEqual({ shards: [100], shardsOfTask: 1 });
    expect(sharesOf([point(6000, 1)], { processors: 4 })).toEqual({ shards: [25], shardsOfTask: 1 });
  });

  test("has five shards in a task where they take seconds", () => {
    expect(sharesOf(Array(20).fill(point(10, 0.1)), { processors: 1 })).toEqual({
      ...{ shards: Array(20).fill(1), shardsOfTask: 5 },
    });
  });

  test("has tasks of a quarter of their time limit at most", () => {
    expect(sharesOf([point(6e6, 1)], { processors: 1, limit: 600 })).toEqual({
      ...{ shards: [100_000], shardsOfTask: 2 },
    });
    expect(sharesOf([point(6000, 1)], { processors: 1, limit: 60 })).toEqual({
      ...{ shards: [400], shardsOfTask: 1 },
    });
  });

  test("has as many shards as are asked for, each a task of its own", () => {
    expect(sharesOf([point(100, 1), point(3, 1)], { processors: 1, shards: 7 })).toEqual({
      ...{ shards: [7, 3], shardsOfTask: 1 },
    });
  });

  test("has no more shards than a run may, and each of them trials, however much there is to do", () => {
    const points = fc.array(
      fc.record({
        trials: fc.integer({ min: 1, max: 1e12 }),
        secondsOfTrial: fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    const limit = fc.option(fc.integer({ min: 60, max: 1e6 }), { nil: undefined });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 256 }), limit, (all, processors, own) => {
        const { shards, shardsOfTask } = sharesOf(all, { processors, limit: own });
        expect(shards.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(mostShards);
        expect(shardsOfTask).toBeGreaterThanOrEqual(1);
        for (const [at, count] of shards.entries()) {
          expect(count).toBeGreaterThanOrEqual(1);
          expect(count).toBeLessThanOrEqual(all[at]!.trials);
        }
      }),
    );
  });

  test("has each trial in one shard, and each shard in one task", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: 1, max: 9 }),
        (sizes, shardsOfTask) => {
          const points = sizes.map(([trials, shards]) => ({
            ...{ verify: "a", eta: 1, arithmetic: "cpu", trials, shards: Math.min(shards, trials) },
          }));
          const all = Array.from({ length: shardsOf({ points }) }, (_, number) => number);
          for (const [at, { trials }] of points.entries()) {
            const own = all.map((number) => shardOf({ points }, number)).filter((one) => one.point === at);
            expect(
              own.flatMap((one) => Array.from({ length: one.trials }, (_, trial) => one.first + trial)),
            ).toEqual(Array.from({ length: trials }, (_, trial) => trial));
          }
          const tasks = tasksOf(all, shardsOfTask);
          expect(tasks.flat()).toEqual(all);
          expect(tasks.every(({ length }) => length >= 1 && length <= shardsOfTask)).toBe(true);
        },
      ),
    );
  });
});
