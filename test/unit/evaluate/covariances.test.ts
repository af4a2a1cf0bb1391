import { describe, expect, test } from "vitest";
import { Evaluator, type Selection } from "../../../src/evaluate/index.js";
import type { Landscape } from "../../../src/landscape/index.js";
import type { Observable, Operand } from "../../../src/observables/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";
import { analyze } from "../../language/workspace.js";
import { written } from "../../written.js";
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
  return written((await analyze(text)).landscapes.get("saddle"));
}

describe.each(spaceTimes)("with %s", (_, spacetime, carried) => {
  const eta = 0.3;
  const order = carried.points === 4 && carried.isReshuffled ? 3 : 4;

  const [plain, kept] = [ends(carried, order), endsOfRvalues(carried, order, eta, curvature)];

  test.each(of)("%s has the series of all training sets together", async (__, observable, one, other) => {
    const evaluator = new Evaluator(await saddle(), { order });
    const selection: Selection = { kind: "series", order };
    const { series } = evaluator.evaluate({ spacetime, eta: 0.1, observable, selection, sum: "exact" });
    covarianceOf(plain, one, other).forEach((coefficient, k) => {
      expect(Math.abs(series[k]![0]! - coefficient), `order ${k}`).toBeLessThan(
        1e-12 * Math.max(1, Math.abs(coefficient)),
      );
    });
  });

  test.each(of)("%s has the orders of rvalues", async (__, observable, one, other) => {
    const evaluator = new Evaluator(await saddle(), { order });
    const selection: Selection = { kind: "order", order };
    const request = { spacetime, eta, observable, selection, sum: "exact" } as const;
    const expected = covarianceOf(kept, one, other);
    for (let k = 1; k <= order; k++) {
      expect(Math.abs(evaluator.orderTotal(request, k)[0]! - expected[k]!), `order ${k}`).toBeLessThan(1e-13);
    }
  });
});

/** Mandt, Hoffman and Blei (2017): `S H + H S − η H S H = (η/B) C` where descent on a quadratic loss comes to rest. */
test.each([
  ["sgd", { N: 800, E: 1, B: 2, shuffle: "same" }, 0.1],
  ["sgd", { N: 800, E: 1, B: 2, shuffle: "same" }, 0.3],
  ["sgd", { N: Number.POSITIVE_INFINITY, E: 1, B: 1, shuffle: "same" }, 0.2],
] as const)(
  "%s of %o at eta = %d comes to rest in the stationary covariance",
  async (optimiser, parameters, eta) => {
    const { landscapes } = await analyze(`landscape valley {
    weights u = 1, v = -1
    data x ~ normal(0, 1), y ~ discrete(-1: 2/3, 2: 1/3)
    loss u^2 + u*v + 3/2*v^2 + x*u + (x + y)*v
  }`);
    const evaluator = new Evaluator(written(landscapes.get("valley")), { order: 2 });
    const selection: Selection = { kind: "order", order: 2 };
    const among = (one: number, other: number): number => {
      const operands = one === other ? [{ weight: one }] : [{ weight: one }, { weight: other }];
      const observable = { name: one === other ? "variance" : "covariance", weights: [], operands };
      const spacetime: SpaceTime = { optimiser, parameters };
      return evaluator.evaluate({ spacetime, eta, observable, selection, sum: "exact" }).total[0]!;
    };
    const S = [0, 1].map((one) => [0, 1].map((other) => among(one, other)));
    const H = [
      [2, 1],
      [1, 3],
    ];
    const C = [
      [1, 1],
      [1, 3],
    ];
    const product = (a: number[][], b: number[][]) =>
      a.map((row) => [0, 1].map((column) => row[0]! * b[0]![column]! + row[1]! * b[1]![column]!));
    const [SH, HS, HSH] = [product(S, H), product(H, S), product(product(H, S), H)];
    C.forEach((row, i) => {
      row.forEach((entry, j) => {
        const rest = SH[i]![j]! + HS[i]![j]! - eta * HSH[i]![j]!;
        expect(rest).toBeCloseTo((eta / parameters.B) * entry, 12);
      });
    });
  },
);
