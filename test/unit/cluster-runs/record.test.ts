import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isRunId, shardOf, shardsOf, shardsOfPoint } from "../../../src/cluster-runs/index.js";
import { pointOf } from "./made.js";

/** Points of a run: up to so many trials, in no more shards than there are of them. */
const points = fc.array(
  fc
    .integer({ min: 1, max: 10 ** 12 })
    .chain((trials) => fc.tuple(fc.constant(trials), fc.integer({ min: 1, max: Math.min(trials, 50) })))
    .map(([trials, shards]) => pointOf(trials, shards)),
  { minLength: 1, maxLength: 6 },
);

describe("shards of a run", () => {
  test("cut each point's trials without gap or overlap, into parts that differ by one at most", () => {
    fc.assert(
      fc.property(points, (points) => {
        const all = Array.from({ length: shardsOf({ points }) }, (_, number) => shardOf({ points }, number));
        expect(all.map(({ number }) => number)).toEqual([...all.keys()]);
        for (const [point, { trials, shards }] of points.entries()) {
          const { first, end } = shardsOfPoint({ points }, point);
          const own = all.slice(first, end);
          expect(own).toEqual(all.filter((shard) => shard.point === point));
          expect(own).toHaveLength(shards);
          let next = 0;
          for (const shard of own) {
            expect(shard.first).toBe(next);
            next += shard.trials;
          }
          expect(next).toBe(trials);
          const sizes = own.map((shard) => shard.trials);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          expect(Math.min(...sizes)).toBeGreaterThan(0);
        }
      }),
    );
  });

  test("are numbered through all points, and others are none", () => {
    const run = { points: [pointOf(10, 3), pointOf(5, 2)] };
    expect(shardOf(run, 2)).toEqual({ number: 2, point: 0, first: 7, trials: 3 });
    expect(shardOf(run, 3)).toEqual({ number: 3, point: 1, first: 0, trials: 3 });
    expect(() => shardOf(run, 5)).toThrow(RangeError);
  });
});

test("a run's name leaves room for a number behind it, and can be no path", () => {
  expect(["run-1", "a".repeat(56)].every(isRunId)).toBe(true);
  expect(["", "a/b", "..", "-x", "a b", "a".repeat(57)].some(isRunId)).toBe(false);
});
