import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { times } from "../../times.js";
import { expandDescent, expectDescent } from "./oracle.js";
import { landscape, observables, spacetime } from "./random-landscapes.js";

describe("series of uvalues", () => {
  test("equal the direct expansion of descent, for every observable and orders 0 to 4", () => {
    fc.assert(
      fc.property(landscape, spacetime, (land, grid) => {
        const evaluator = new Evaluator(land, { order: 4 });
        const all = observables(land.weights.length).map((seen) => ({
          seen,
          expected: expandDescent(land, grid, seen, 4),
        }));
        for (const { seen, expected } of all) {
          const { series, terms } = evaluator.evaluate({
            spacetime: grid,
            eta: 1,
            observable: seen,
            selection: { kind: "series", order: 4 },
            sum: "exact",
          });
          expected.forEach((components, d) => {
            // Terms may cancel; a coefficient keeps the digits of the largest.
            const scale = Math.max(
              ...terms.filter((one) => one.edges === d).flatMap((one) => one.value.map(Math.abs)),
              0,
            );
            // The oracle subtracts observables for the gap, and keeps the digits of the larger.
            const rounding = 1e-12 * Math.max(...all.flatMap((one) => one.expected[d]!.map(Math.abs)), 0.1);
            components.forEach((value, i) => {
              const error = Math.abs(series[d]![i]! - value);
              expect(error, `${seen.name}, coefficient ${d}`).toBeLessThanOrEqual(
                1e-9 * Math.max(Math.abs(value), scale) + rounding,
              );
            });
          });
        }
      }),
      { numRuns: times(20) },
    );
  });
});

describe("sums of rvalues", () => {
  test("approach the exact expectation as eta^(d+1) at orders 1 to 4, for every observable", () => {
    let judged = 0;
    fc.assert(
      fc.property(landscape, spacetime, fc.integer({ min: 1, max: 4 }), (land, grid, order) => {
        const evaluator = new Evaluator(land, { order });
        for (const seen of observables(land.weights.length)) {
          const errorsAt = [4, 5, 6, 7, 8, 9, 10].map((halvings) => {
            const eta = 2 ** -halvings;
            const exact = expectDescent(land, grid, seen, eta);
            const { total } = evaluator.evaluate({
              spacetime: grid,
              eta,
              observable: seen,
              selection: { kind: "order", order },
              sum: "exact",
            });
            return total.map((value, i) => Math.abs(value - exact[i]!));
          });
          errorsAt[0]!.forEach((_, i) => {
            // Judged at the smallest eta whose error is well above rounding.
            const errors = errorsAt.map((error) => error[i]!);
            const last = errors.findLastIndex((error) => error > 1e-11);
            if (last >= 3) {
              judged++;
              // Two halvings and more; the larger of two, since an error may pass through zero.
              const before = Math.max(errors[last - 2]!, errors[last - 3]!);
              expect(before / errors[last]!, `${seen.name}, order ${order}`).toBeGreaterThan(
                0.7 * 4 ** (order + 1),
              );
            }
          });
        }
      }),
      { numRuns: times(10), seed: 20200 },
    );
    expect(judged).toBeGreaterThan(times(10));
  });
});
