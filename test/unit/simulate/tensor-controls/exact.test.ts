import { describe, expect, test } from "vitest";
import { controlledRequest, type Enumerated, everyWay, observed, sgd } from "./enumerated.js";

/** Controls of networks, tried in every way in which a trial may go. */

const gd = { optimiser: "gd", parameters: { N: 2, T: 3 } };
const gdc = { optimiser: "gdc", parameters: { N: 2, T: 2 } };

const cases: readonly (Enumerated & { readonly what: string })[] = [
  { what: "points met once, one after the other", spacetime: sgd({}) },
  { what: "three points and a test point", spacetime: sgd({ N: 3 }), testPoints: 1 },
  { what: "test points", spacetime: sgd({}), testPoints: 2 },
  { what: "batches", spacetime: sgd({ B: 2 }), testPoints: 1 },
  { what: "two epochs", spacetime: sgd({ E: 2 }), testPoints: 1 },
  { what: "two epochs in batches", spacetime: sgd({ E: 2, B: 2 }) },
  { what: "reshuffled epochs", spacetime: sgd({ E: 2, shuffle: "reshuffled" }), testPoints: 1 },
  { what: "a metric", spacetime: sgd({ E: 2 }), testPoints: 1, hasMetric: true },
  { what: "descent with all points", spacetime: gd, testPoints: 1 },
  { what: "descent with a penalty", spacetime: gdc, testPoints: 1 },
  { what: "a difference", spacetime: { first: sgd({}), minus: gd }, testPoints: 1 },
  { what: "a difference of penalties, with a metric", spacetime: { first: gdc, minus: gd }, hasMetric: true },
];

describe("controls of networks", () => {
  test.each(cases)("have no part in any expectation: $what", (one) => {
    const { ways, plain, controlled } = everyWay(controlledRequest(one));
    const mean = (numbers: readonly number[]) =>
      ways.reduce((sum, { probability }, way) => sum + probability * numbers[way]!, 0);
    expect(ways.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    observed.forEach((_, number) => {
      const [own, less] = [plain[number]!, controlled[number]!];
      expect(own.concat(less).every(Number.isFinite)).toBe(true);
      expect(Math.abs(mean(own) - mean(less))).toBeLessThan(1e-12);
      expect(Math.max(...own.map((value, way) => Math.abs(value - less[way]!)))).toBeGreaterThan(1e-6);
    });
  });

  test.each([sgd({}), sgd({ B: 2 }), sgd({ E: 2 }), gd, gdc])(
    "take off the more, the smaller the rate is: $optimiser $parameters",
    (spacetime) => {
      const leftAt = (eta: number) => {
        const { ways, plain, controlled } = everyWay(controlledRequest({ spacetime, testPoints: 1, eta }));
        const spread = (numbers: readonly number[]) => {
          const mean = ways.reduce((sum, { probability }, way) => sum + probability * numbers[way]!, 0);
          return ways.reduce(
            (sum, { probability }, way) => sum + probability * (numbers[way]! - mean) ** 2,
            0,
          );
        };
        return observed.map((_, number) => spread(controlled[number]!) / spread(plain[number]!));
      };
      const [one, half] = [leftAt(0.002), leftAt(0.001)];
      // To first order nothing is left: halving the rate divides variances by four more than it divides those of plain trials.
      one.forEach((share, number) => {
        // Where an entry of the weights has moved by one update all of its variance is of first order.
        expect(half[number]! < 1e-20 ? 4 : share / half[number]!).toBeGreaterThan(3.5);
        expect(half[number]!).toBeLessThan(1e-3);
      });
    },
  );
});
