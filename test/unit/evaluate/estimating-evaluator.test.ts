import { describe, expect, test } from "vitest";
import { rowWords } from "../../../src/compile/index.js";
import {
  directionalTensors,
  EstimatingEvaluator,
  type EvaluationRequest,
  Evaluator,
} from "../../../src/evaluate/index.js";
import type { Expression } from "../../../src/landscape/index.js";
import type { Observable } from "../../../src/observables/index.js";
import { type Descent, isDifference, type SpaceTime } from "../../../src/optimisers/index.js";
import { unfoldLandscape } from "../../../src/tensors/index.js";
import { nets } from "../tensors/networks.js";

const sgd = (N: number, E: number, B: number): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle: "same" },
});

const cases: [string, SpaceTime][] = [
  ["one epoch", sgd(4, 1, 2)],
  ["two epochs", sgd(3, 2, 1)],
  ["a difference", { first: sgd(4, 1, 1), minus: { optimiser: "gd", parameters: { N: 4, T: 4 } } }],
];

const square = (name: string): Expression =>
  ({
    kind: "power",
    base: { kind: "symbol", name },
    exponent: { kind: "number", value: 2 },
  }) as Expression;

const observables = (first: string): Observable[] => [
  { name: "test_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights: [0, 2] },
  { name: "covariance", weights: [], operands: [{ name: "test_loss" }, { weight: 0 }] },
  { name: "variance", weights: [], operands: [{ weight: 1 }] },
  { name: "bump", weights: [], value: square(first) },
];

describe.each([nets[0]!, nets[1]!])("estimates on %s", (_, make) => {
  const net = make();
  const scalars = unfoldLandscape(net);
  const exact = new Evaluator(scalars, { order: 3 });
  const directional = directionalTensors(net);
  const evaluator = new EstimatingEvaluator(
    { name: net.name, weights: directional.weights as never },
    directional,
    { order: 3 },
    {
      words: rowWords(0),
      samples: 2000,
    },
  );

  test("of many rows are the means of all draws, held in few samples", () => {
    const of = (held: number) =>
      new EstimatingEvaluator(
        { name: net.name, weights: directional.weights as never },
        directional,
        { order: 2 },
        { words: rowWords(0), samples: 4096, held },
      );
    const [few, many] = [of(16), of(64)];
    for (const observable of observables(scalars.weights[0]!.name)) {
      const request: EvaluationRequest = {
        ...{ spacetime: sgd(4, 1, 2), eta: 0.1, observable, sum: "exact" },
        selection: { kind: "series", order: 2 },
      };
      const [one, other] = [few.evaluate(request), many.evaluate(request)];
      expect([one.estimate.samples, one.estimate.rows]).toEqual([16, 256]);
      expect([other.estimate.samples, other.estimate.rows]).toEqual([64, 64]);
      expect(one.estimate.gradients).toBe(other.estimate.gradients);
      one.series.forEach((values, order) => {
        values.forEach((value, entry) => {
          const size = Math.abs(other.series[order]![entry]!) + other.estimate.series[order]![entry]!;
          expect(Math.abs(value - other.series[order]![entry]!)).toBeLessThan(1e-10 * size + 1e-15);
        });
      });
      expect(one.estimate.total[0]! / other.estimate.total[0]!).toBeGreaterThan(0.4);
      expect(one.estimate.total[0]! / other.estimate.total[0]!).toBeLessThan(2.5);
    }
  });

  test.each(cases)("are as far from exact values as their errors say, %s", (__, spacetime) => {
    const far: number[] = [];
    for (const observable of observables(scalars.weights[0]!.name)) {
      if (observable.operands !== undefined && isDifference(spacetime)) {
        // There is none of a difference.
        continue;
      }
      const request: EvaluationRequest = {
        spacetime,
        eta: 0.3,
        observable,
        selection: { kind: "series", order: 3 },
        sum: "exact",
      };
      const found = evaluator.evaluate(request);
      const right = exact.evaluate(request);
      expect(found.terms.length).toBe(right.terms.length);
      far.push(
        ...found.total.map(
          (value, index) => (value - right.total[index]!) / (found.estimate!.total[index]! || 1e-12),
        ),
        ...found.series.flatMap((own, order) =>
          own.map(
            (value, index) =>
              (value - right.series[order]![index]!) / (found.estimate!.series[order]![index]! || 1e-12),
          ),
        ),
      );
    }
    expect(far.length).toBeGreaterThan(20);
    expect(Math.max(...far.map(Math.abs))).toBeLessThan(5);
    const spread = Math.sqrt(far.reduce((sum, one) => sum + one ** 2, 0) / far.length);
    expect(spread).toBeGreaterThan(0.4);
    expect(spread).toBeLessThan(1.7);
  });
});
