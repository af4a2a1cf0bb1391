import { describe, expect, test } from "vitest";
import { Evaluator, type Selection } from "../../../src/evaluate/index.js";
import type { Landscape } from "../../../src/landscape/index.js";
import type { Observable, Operand } from "../../../src/observables/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";
import { analyze } from "../../language/workspace.js";
import {
  type Carried,
  type End,
  ends,
  endsOfRvalues,
  mean,
  plus,
  type Series,
  scaled,
  times,
} from "./carried.js";

const text = `landscape saddle {
  weights u = 0.3, v = -0.2
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss (u^2 + v^2 + u*v)/2 + x*(u - v^2 + 2*u*v)/3 + x^2*u^3/20
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
const loss = ([u, v]: readonly Series[]): Series =>
  plus(scaled(1 / 2, plus(times(u!, u!), times(v!, v!), times(u!, v!))), scaled(1 / 10, times(u!, u!, u!)));
const data = {
  starts: [0.3, -0.2],
  outcomes: [
    { value: -1, probability: 2 / 3 },
    { value: 2, probability: 1 / 3 },
  ],
  slope,
};

const spaceTimes: [string, SpaceTime, Carried][] = [
  ["one epoch", sgd(3, 1, 1), { ...data, points: 3, epochs: 1, batch: 1 }],
  ["two epochs", sgd(2, 2, 1), { ...data, points: 2, epochs: 2, batch: 1 }],
  ["batches", sgd(4, 1, 2), { ...data, points: 4, epochs: 1, batch: 2 }],
  ["shuffles", sgd(3, 2, 1, "reshuffled"), { ...data, points: 3, epochs: 2, batch: 1, isReshuffled: true }],
  [
    "shuffled batches",
    sgd(4, 2, 2, "reshuffled"),
    { ...data, points: 4, epochs: 2, batch: 2, isReshuffled: true },
  ],
  [
    "gradient descent",
    { optimiser: "gd", parameters: { N: 2, T: 3 } },
    { ...data, points: 2, epochs: 3, batch: 2 },
  ],
];

function sgd(N: number, E: number, B: number, shuffle: "same" | "reshuffled" = "same"): SpaceTime {
  return { optimiser: "sgd", parameters: { N, E, B, shuffle } };
}

type Quantity = (weights: readonly Series[]) => Series;
const [u, v]: Quantity[] = [([one]) => one!, ([, other]) => other!];
const ofLoss: Operand = { name: "test_loss" };
const of: [string, Observable, Quantity, Quantity][] = [
  ["variance(u)", { name: "variance", weights: [], operands: [{ weight: 0 }] }, u, u],
  ["covariance(u, v)", { name: "covariance", weights: [], operands: [{ weight: 0 }, { weight: 1 }] }, u, v],
  ["variance(test_loss)", { name: "variance", weights: [], operands: [ofLoss] }, loss, loss],
  [
    "covariance(v, test_loss)",
    { name: "covariance", weights: [], operands: [{ weight: 1 }, ofLoss] },
    v,
    loss,
  ],
];

function covarianceOf(all: readonly End[], one: Quantity, other: Quantity): Series {
  const product = mean(all, (weights) => times(one(weights), other(weights)));
  return plus(product, scaled(-1, times(mean(all, one), mean(all, other))));
}

async function saddle(): Promise<Landscape> {
  return (await analyze(text)).landscapes.get("saddle")!;
}

describe.each(spaceTimes)("with %s", (_, spacetime, carried) => {
  const order = carried.points === 4 && carried.isReshuffled ? 3 : 4;

  test.each(of)("%s has the series of all training sets together", async (__, observable, one, other) => {
    const evaluator = new Evaluator(await saddle(), { order });
    const selection: Selection = { kind: "series", order };
    const { series } = evaluator.evaluate({ spacetime, eta: 0.1, observable, selection, sum: "exact" });
    covarianceOf(ends(carried, order), one, other).forEach((coefficient, k) => {
      expect(Math.abs(series[k]![0]! - coefficient), `order ${k}`).toBeLessThan(
        1e-12 * Math.max(1, Math.abs(coefficient)),
      );
    });
  });

  test.each(of)("%s has the orders of rvalues", async (__, observable, one, other) => {
    const evaluator = new Evaluator(await saddle(), { order });
    const eta = 0.3;
    const selection: Selection = { kind: "order", order };
    const request = { spacetime, eta, observable, selection, sum: "exact" } as const;
    const expected = covarianceOf(endsOfRvalues(carried, order, eta, curvature), one, other);
    for (let k = 1; k <= order; k++) {
      expect(Math.abs(evaluator.orderTotal(request, k)[0]! - expected[k]!), `order ${k}`).toBeLessThan(1e-13);
    }
  });
});
