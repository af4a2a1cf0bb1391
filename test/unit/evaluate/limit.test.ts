import { describe, expect, test } from "vitest";
import { enumerateDiagrams, formatShortForm } from "../../../src/diagram/index.js";
import { Evaluator } from "../../../src/evaluate/index.js";
import type { Landscape } from "../../../src/landscape/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";
import { planEmbeddings } from "../../../src/spacetime/index.js";
import { discrete, landscapeOf, normal } from "../landscape/read.js";

/* Updates without end (the paper's Theorem 2). */

const unending = Number.POSITIVE_INFINITY;
const descents: readonly ((updates: number) => SpaceTime)[] = [
  (T) => ({ optimiser: "gd", parameters: { N: 3, T } }),
  (N) => ({ optimiser: "sgd", parameters: { N, E: 1, B: 1, shuffle: "same" } }),
];

function evaluated(landscape: Landscape, spacetime: SpaceTime, eta = 0.1, observed = "test_loss") {
  return new Evaluator(landscape, { order: 4 }).evaluate({
    spacetime,
    eta,
    observable: { name: observed, weights: observed === "displacement" ? [0] : [] },
    selection: { kind: "order", order: 4 },
    sum: "exact",
  });
}

describe("the sum over embeddings", () => {
  const decays = [0.3, 0.11, 1.7, 0.05, 0.9, 0];
  test.each(["exact", "integral"] as const)("comes near its limit: %s", (mode) => {
    for (let edges = 1; edges <= 4; edges++) {
      for (const { diagram } of enumerateDiagrams(edges)) {
        for (const [points, batch, epochs] of [
          [2, 2, 1500],
          [1500, 1, 1],
        ] as const) {
          const shape = { batch, order: "same" } as const;
          const long = planEmbeddings(diagram, { ...shape, points, epochs }, mode);
          const isDescent = points === batch;
          const limit = planEmbeddings(
            diagram,
            { ...shape, points: isDescent ? points : unending, epochs: isDescent ? unending : epochs },
            mode,
          );
          const own = decays.slice(0, edges + 1);
          const expected = long.sum(own);
          // The root's part is averaged over the points: of infinitely many none counts.
          const isShared = diagram.parts.indexOf(diagram.parts[edges]!) < edges;
          const found = isShared && !isDescent ? 0 : expected;
          expect(Math.abs(limit.sum(own) - found), formatShortForm(diagram)).toBeLessThanOrEqual(
            1e-10 * Math.abs(expected),
          );
        }
      }
    }
  });
});

describe("an evaluation", () => {
  const skewed = landscapeOf("t^2/2 + t*x + t^3/6", { t: 0.3 }, [discrete("x", { "-1": 2 / 3, "2": 1 / 3 })]);

  test.each(descents)("has the limit that long descents come near %#", (descent) => {
    for (const observed of ["test_loss", "displacement"]) {
      const limit = evaluated(skewed, descent(unending), 0.1, observed);
      const long = evaluated(skewed, descent(3000), 0.1, observed);
      expect(limit.total[0]).toBeCloseTo(long.total[0]!, 13);
      expect(limit.terms.map(({ diagram }) => diagram)).toEqual(long.terms.map(({ diagram }) => diagram));
      expect(limit).toMatchObject({ isLimit: true, series: [] });
    }
  });

  test("of mean estimation by descent has Takeuchi's gap", () => {
    // Of (t − x)² the curvature is 2 and the noise 4: Tr(C H⁻¹)/N = 2/3 for N = 3.
    const mean = landscapeOf("(t - x)^2", { t: 0 }, [normal("x", 0, 1)]);
    expect(evaluated(mean, descents[0]!(unending), 0.1, "gen_gap").total[0]).toBeCloseTo(2 / 3, 14);
  });

  test("says which direction does not contract", () => {
    const valley = landscapeOf("(u^2 + u*x)/2 + v*x", { u: 1, v: 0 }, [normal("x", 1, 1)]);
    expect(() => evaluated(valley, descents[1]!(unending))).toThrow(
      /^\(.*\) has no limit as N goes to infinity: along v the curvature is 0, and each update multiplies what is off by 1; write a whole number instead of inf$/,
    );
    expect(() => evaluated(skewed, descents[0]!(unending), 1.9)).toThrow(
      /as T goes to infinity: along t the curvature is 1.3, and each update multiplies what is off by -1.47/,
    );
  });

  test("has one where nothing reaches the direction that does not contract", () => {
    const beside = landscapeOf("(u - x)^2/2 + v^4", { u: 0, v: 0 }, [normal("x", 0, 1)]);
    expect(evaluated(beside, descents[1]!(unending)).total[0]).toBeCloseTo(0.5 + 0.1 / (2 * 1.9), 13);
  });

  test("has no series", () => {
    const ask = () =>
      new Evaluator(skewed, { order: 2 }).evaluate({
        spacetime: descents[0]!(unending),
        eta: 0.1,
        observable: { name: "test_loss", weights: [] },
        selection: { kind: "series", order: 2 },
        sum: "exact",
      });
    expect(ask).toThrow(
      "coefficients of a Taylor series grow without end as T goes to infinity; ask for order 2",
    );
  });
});
