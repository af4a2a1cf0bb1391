import { describe, expect, test } from "vitest";
import type { Landscape } from "../../../../src/landscape/index.js";
import type { Descent } from "../../../../src/optimisers/index.js";
import type { ControlFit } from "../../../../src/simulate/controls/model.js";
import { discrete, landscapeOf } from "../../landscape/read.js";
import { type Case, controlled, enumerated, expectation } from "./enumerated.js";

const three = discrete("x", { "-1": 0.2, "0.5": 0.5, "2": 0.3 });
const two = discrete("k", { "0": 0.4, "1": 0.6 });
const pairs = { kind: "rows", names: ["p", "q"], values: [1, -0.5, 0.25, 1, -1.5, 0.75] } as const;

const sgd = (N: number, E = 1, B = 1): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle: "same" },
});
const gd = (N: number, T: number): Descent => ({ optimiser: "gd", parameters: { N, T } });

const square = landscapeOf("(h + x^2*exp(-h))/2", { h: 0 }, [three]);
const landscapes: Record<string, Landscape> = {
  "a feature": square,
  "features of one source": landscapeOf("u^2/2 + x*sin(u) + x^2*cos(u)/3", { u: 0.3 }, [three]),
  "two weights, two sources": landscapeOf(
    "(u^2 + v^2 + u^2*v^2)/2 + x*(u + v^2) + k*u*v",
    { u: 0.2, v: -0.1 },
    [three, two],
  ),
  "a product of data": landscapeOf("u^2/2 + x*k*sin(u) + x*u", { u: 0.3 }, [three, two]),
  rows: landscapeOf("u^2/2 + p*sin(u) + q*u^2 + p*q*u", { u: 0.3 }, [pairs]),
};
const mixed = landscapeOf("u^2/2 + log(1 + exp(-(2*k-1)*u*p)) + q*u", { u: 0.3 }, [two, pairs]);

const observables = [
  { name: "test_loss", weights: [] },
  { name: "displacement", weights: [0] },
];
const gap = [{ name: "gen_gap", weights: [] }];

const cases: Record<string, Case> = {
  ...Object.fromEntries(
    Object.entries(landscapes).flatMap(([name, landscape]) => [
      [`${name}, one point a batch`, { landscape, spacetime: sgd(4), eta: 0.2, observables, degree: 3 }],
      [`${name}, the gap`, { landscape, spacetime: sgd(3), eta: 0.2, observables: gap, degree: 2 }],
      [`${name}, batches`, { landscape, spacetime: sgd(4, 1, 2), eta: 0.2, observables, degree: 3 }],
      [`${name}, several epochs`, { landscape, spacetime: sgd(3, 3), eta: 0.2, observables, degree: 2 }],
      [`${name}, all points`, { landscape, spacetime: gd(4, 5), eta: 0.2, observables, degree: 4 }],
    ]),
  ),
  "data that do not factor": { landscape: mixed, spacetime: sgd(4), eta: 0.2, observables, degree: 3 },
};

/** A box that many trials leave on their way. */
function narrow(fit: ControlFit): ControlFit {
  return {
    ...fit,
    box: fit.box.map(({ low, high }) => ({
      low: (low + high) / 2 - (high - low) / 12,
      high: (low + high) / 2 + (high - low) / 12,
    })),
  };
}

describe("over all sequences of data the mean of controls is 0", () => {
  test.each(Object.entries(cases))("%s", (_, own) => {
    for (const change of [(fit: ControlFit) => fit, narrow]) {
      const plan = controlled(own, change);
      const { probabilities, states } = enumerated(plan, own.landscape);
      for (const register of plan.controls) {
        const control = states[register]!;
        const size = Math.sqrt(
          expectation(
            probabilities,
            control.map((value) => value * value),
          ),
        );
        expect(size).toBeGreaterThan(1e-4);
        expect(Math.abs(expectation(probabilities, control))).toBeLessThan(1e-12 * Math.max(1, size));
      }
    }
  });

  test("a narrow box is left by some trials at each time and kept by others", () => {
    const own = cases["a feature, one point a batch"]!;
    const plan = controlled(own, narrow);
    const { states } = enumerated(plan, own.landscape);
    const inside = states[plan.controls[0]! - 1]!;
    expect(new Set(inside)).toEqual(new Set([0, 1]));
  });

  test("data of another law would be noticed", () => {
    const own = cases["a feature, one point a batch"]!;
    const plan = controlled(own, (fit) => ({
      ...fit,
      law: { ...fit.law, values: fit.law.values.map((points) => points.map((point) => point + 1e-6)) },
    }));
    const { probabilities, states } = enumerated(plan, own.landscape);
    expect(Math.abs(expectation(probabilities, states[plan.controls[0]!]!))).toBeGreaterThan(1e-9);
  });
});
