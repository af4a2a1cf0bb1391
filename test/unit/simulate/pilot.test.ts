import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { weightDisplacement } from "../../../src/observables/index.js";
import { boxAround, pilotEnds } from "../../../src/simulate/pilot.js";
import { planSimulation } from "../../../src/simulate/plan.js";
import { landscapeOf, normal } from "../landscape/read.js";

describe("a pilot", () => {
  const plan = (N: number, loss = "(u - x)^2/2") =>
    planSimulation({
      landscape: landscapeOf(loss, { u: 1 }, [normal("x")]),
      spacetime: { optimiser: "sgd", parameters: { N, E: 1, B: 1, shuffle: "same" } },
      eta: 0.5,
      numbers: [{ label: "u", combination: [{ factor: 1, quantity: weightDisplacement(0) }] }],
      trials: 1,
      seed: 9,
    });

  test("ends where trials end: mean and spread are descent's own", () => {
    // u ← u/2 + x/2: after N updates the mean is 2^−N, the variance (1/4)(1 − 4^−N)/(1 − 1/4)
    const ends = pilotEnds(plan(3), 9).map(([end]) => end!);
    expect(ends).toHaveLength(64);
    const mean = ends.reduce((sum, end) => sum + end, 0) / 64;
    const variance = (1 / 3) * (1 - 1 / 64);
    expect(Math.abs(mean - 1 / 8)).toBeLessThan(4 * Math.sqrt(variance / 64));
    expect(new Set(ends).size).toBe(64);
    expect(pilotEnds(plan(3), 9)).toEqual(pilotEnds(plan(3), 9));
    expect(pilotEnds(plan(3), 10)).not.toEqual(pilotEnds(plan(3), 9));
  });

  test("has fewer trials where they are long, and leaves out those that diverge", () => {
    expect(pilotEnds(plan(200_000), 9).length).toBeLessThan(64);
    expect(pilotEnds(plan(400, "u^4 + x*u"), 9).length).toBeLessThan(64);
    expect(pilotEnds(plan(20_000_000), 9)).toEqual([[1]]);
  });

  test("is boxed with room around it", () => {
    const place = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 9 }), (ends) => {
        const box = boxAround(ends);
        box.forEach(({ low, high }, weight) => {
          const values = ends.map((end) => end[weight]!);
          const spread = Math.max(...values) - Math.min(...values);
          expect(low).toBeLessThan(Math.min(...values));
          expect(high).toBeGreaterThan(Math.max(...values));
          expect(high - low).toBeGreaterThanOrEqual(2.99 * spread);
        });
      }),
    );
    const [none] = boxAround([]);
    expect(none!.low).toBeGreaterThan(none!.high);
  });
});
