import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import type { Landscape } from "../../../src/landscape/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { Observable } from "../../../src/observables/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";
import { simulated } from "../../written.js";
import {
  type Carried,
  ends,
  endsOfRvalues,
  exponential,
  mean,
  plus,
  type Series,
  scaled,
  times,
} from "./carried.js";

const text = `landscape saddle {
  param c = 2
  weights u = 0.3, v = -0.2
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss (u^2 + v^2 + u*v)/2 + x*(u - v^2 + c*u*v)/3 + x^2*u^3/20
}`;

/** Its gradient by hand. */
const slope: Carried["slope"] = ([u, v], x) => {
  const one = u!.map((_, k) => (k === 0 ? 1 : 0));
  return [
    plus(
      u!,
      scaled(1 / 2, v!),
      scaled(x / 3, one),
      scaled((2 * x) / 3, v!),
      scaled((3 * x * x) / 20, times(u!, u!)),
    ),
    plus(v!, scaled(1 / 2, u!), scaled((-2 * x) / 3, v!), scaled((2 * x) / 3, u!)),
  ];
};
/** `E x = 0` and `E x² = 2`. */
const curvature = [
  [1 + (12 / 20) * 0.3, 1 / 2],
  [1 / 2, 1],
];
const data = {
  starts: [0.3, -0.2],
  outcomes: [
    { value: -1, probability: 2 / 3 },
    { value: 2, probability: 1 / 3 },
  ],
  slope,
};

const spaceTimes: [SpaceTime, Carried][] = [
  [sgd(3, 1, 1), { ...data, points: 3, epochs: 1, batch: 1 }],
  [sgd(2, 2, 1), { ...data, points: 2, epochs: 2, batch: 1 }],
  [sgd(4, 1, 2), { ...data, points: 4, epochs: 1, batch: 2 }],
  [sgd(2, 2, 1, "reshuffled"), { ...data, points: 2, epochs: 2, batch: 1, isReshuffled: true }],
  [
    { optimiser: "gd", parameters: { N: 2, T: 3 } },
    { ...data, points: 2, epochs: 3, batch: 2 },
  ],
];

function sgd(N: number, E: number, B: number, shuffle: "same" | "reshuffled" = "same"): SpaceTime {
  return { optimiser: "sgd", parameters: { N, E, B, shuffle } };
}

const functions: [string, (weights: readonly Series[]) => Series][] = [
  ["u^2 + v^2", ([u, v]) => plus(times(u!, u!), times(v!, v!))],
  ["exp(c*u) * v - u", ([u, v]) => plus(times(exponential(scaled(2, u!)), v!), scaled(-1, u!))],
];

async function observed(formula: string): Promise<{ landscape: Landscape; observable: Observable }> {
  const { verifies, diagnostics } = await analyzeText(
    `${text} verify it { landscape saddle gd(N = 1, T = 1) eta = 1 observe f = ${formula} predict order 4 }`,
  );
  expect(diagnostics).toEqual([]);
  const { landscape, observables } = simulated(verifies.get("it"));
  return { landscape, observable: observables[0]! };
}

describe.each(functions)("the function %s of the weights", (formula, value) => {
  const order = 4;

  test.each(spaceTimes)("has the series of descent itself, in %o", async (spacetime, carried) => {
    const { landscape, observable } = await observed(formula);
    const evaluator = new Evaluator(landscape, { order });
    const request = {
      spacetime,
      eta: 0.1,
      observable,
      selection: { kind: "series", order },
      sum: "exact",
    } as const;
    const { series, total } = evaluator.evaluate(request);
    const expected = mean(ends(carried, order), value);
    expected.forEach((coefficient, k) => {
      expect(Math.abs(series[k]![0]! - coefficient)).toBeLessThan(1e-13 * Math.max(1, Math.abs(coefficient)));
    });
    expect(total[0]).toBeCloseTo(
      expected.reduce((sum, one, k) => sum + one * 0.1 ** k, 0),
      12,
    );
  });

  test.each(spaceTimes)("has the orders of rvalues, in %o", async (spacetime, carried) => {
    const { landscape, observable } = await observed(formula);
    const evaluator = new Evaluator(landscape, { order });
    const eta = 0.3;
    const request = {
      spacetime,
      eta,
      observable,
      selection: { kind: "order", order },
      sum: "exact",
    } as const;
    const expected = mean(endsOfRvalues(carried, order, eta, curvature), value);
    for (let k = 1; k <= order; k++) {
      expect(Math.abs(evaluator.orderTotal(request, k)[0]! - expected[k]!)).toBeLessThan(1e-13);
    }
  });
});

test("what is not smooth where descent starts is refused", async () => {
  const { landscape, observable } = await observed("u + v");
  const value = { kind: "call", name: "log", argument: { kind: "symbol", name: "v" } } as const;
  const evaluator = new Evaluator(landscape, { order: 1 });
  expect(() =>
    evaluator.terms({
      spacetime: sgd(1, 1, 1),
      eta: 0.1,
      observable: { ...observable, value },
      selection: { kind: "order", order: 1 },
      sum: "exact",
    }),
  ).toThrow(/^f or a derivative of it is not finite at u = 0.3, v = -0.2; start elsewhere/);
});
