import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { constantApart, type DataSource, type Landscape } from "../../../src/landscape/index.js";
import { numbersOf, type Observable } from "../../../src/observables/index.js";
import type { Descent } from "../../../src/optimisers/index.js";
import type { PlanForm } from "../../../src/simulate/descent.js";
import { lossesOf } from "../../../src/simulate/losses.js";
import { expandDescent, expandOrders } from "../evaluate/oracle.js";
import { landscape, observables, spacetime } from "../evaluate/random-landscapes.js";
import { landscapeOf } from "../landscape/read.js";
import { type MeanOrders, meanOrders } from "./trial-orders.js";

const last = 3;

/** The mean orders of an observable: for each order its numbers. */
function observed(land: Landscape, observable: Observable, means: MeanOrders): number[][] {
  const { constant } = constantApart(land.loss);
  const { testConstant } = lossesOf(land).expected().atStart(0);
  return Array.from({ length: last + 1 }, (_, order) =>
    numbersOf(observable, land).map(({ combination }) =>
      combination.reduce((sum, { factor, quantity }) => {
        const value =
          quantity.kind === "expected_loss"
            ? means.expected[order]! + (order === 0 ? constant + testConstant : 0)
            : quantity.kind === "training_loss"
              ? means.training[order]! + (order === 0 ? constant : 0)
              : quantity.kind === "weight_displacement"
                ? means.displacements[quantity.weight]![order]!
                : Number.NaN;
        return sum + factor * value;
      }, 0),
    ),
  );
}

/** What the diagrams of each number of edges say together, and the sum of their magnitudes. */
function predicted(
  land: Landscape,
  grid: Descent,
  observable: Observable,
  eta: number,
  kind: "order" | "series",
) {
  const evaluator = new Evaluator(land, { order: last });
  const { terms } = evaluator.evaluate({
    spacetime: grid,
    eta,
    observable,
    selection: { kind, order: last },
    sum: "exact",
  });
  return Array.from({ length: last + 1 }, (_, order) => {
    const own = terms.filter(({ edges }) => edges === order);
    const numbers = numbersOf(observable, land);
    return {
      total: numbers.map((_, i) => own.reduce((sum, { value }) => sum + value[i]!, 0)),
      size: Math.max(
        0,
        ...numbers.map((_, i) => own.reduce((sum, { value }) => sum + Math.abs(value[i]!), 0)),
      ),
    };
  });
}

const discrete = (name: string, ...outcomes: readonly (readonly [number, number])[]): DataSource => ({
  kind: "finite",
  name,
  outcomes: outcomes.map(([value, probability]) => ({ value, probability })),
});

const sgd = (parameters: Descent["parameters"]): Descent => ({
  optimiser: "sgd",
  parameters: { shuffle: "same", ...parameters },
});

function compare(land: Landscape, grid: Descent, eta: number, form: PlanForm): void {
  const seen = observables(land.weights.length);
  for (const kind of ["order", "series"] as const) {
    const means = meanOrders(land, grid, { order: last, keepsCurvature: kind === "order" }, eta, form);
    const oracle = seen.map((observable) =>
      kind === "order"
        ? expandOrders(land, grid, observable, last, eta)
        : expandDescent(land, grid, observable, last).map((row, order) => row.map((c) => c * eta ** order)),
    );
    seen.forEach((observable, index) => {
      const found = observed(land, observable, means);
      const diagrams = predicted(land, grid, observable, eta, kind);
      found.forEach((numbers, order) => {
        // Losses may cancel in an observable, and diagrams in an order: digits are those of the larger.
        const size = Math.max(0.1, ...oracle.map((rows) => Math.max(...rows[order]!.map(Math.abs))));
        numbers.forEach((value, i) => {
          const where = `${observable.name}, ${kind} ${order}`;
          const { total, size: terms } = diagrams[order]!;
          expect(Math.abs(value - oracle[index]![order]![i]!), where).toBeLessThanOrEqual(1e-12 * size);
          expect(Math.abs(value - total[i]!), where).toBeLessThanOrEqual(1e-12 * size + 1e-10 * terms);
        });
      });
    });
  }
}

describe("a trial's orders are, on the average over all training sets, those that diagrams predict", () => {
  test("on random landscapes and space-times, for every observable, as rvalues and as uvalues", () => {
    const eta = fc.constantFrom(0.05, 0.1, 0.3);
    const form = fc.constantFrom<PlanForm>("instructions", "calls");
    fc.assert(fc.property(landscape, spacetime, eta, form, compare), { numRuns: 10 });
  });

  const softmax = landscapeOf("log(exp(u*x) + exp(v*y)) - x*u/2 + sin(u - v) * x", { u: 0.3, v: -0.2 }, [
    discrete("x", [-1, 0.25], [2, 0.75]),
    discrete("y", [0.5, 0.5], [-1, 0.5]),
  ]);
  const gauss = landscapeOf("(h + x^2 * exp(-h)) / 2", { h: 0 }, [discrete("x", [-1, 0.5], [2, 0.5])]);

  test.each<[string, Landscape, Descent]>([
    ["a softmax, a point a batch", softmax, sgd({ N: 2, E: 1, B: 1 })],
    ["a softmax, batches", softmax, sgd({ N: 4, E: 1, B: 2 })],
    ["a softmax, descent on all points", softmax, { optimiser: "gd", parameters: { N: 2, T: 2 } }],
    ["from a minimum, epochs", gauss, sgd({ N: 3, E: 2, B: 1 })],
    ["from a minimum, shuffled epochs", gauss, sgd({ N: 3, E: 2, B: 1, shuffle: "reshuffled" })],
  ])("%s", (_, land, grid) => {
    compare(land, grid, 0.2, "instructions");
    compare(land, grid, 0.2, "calls");
  });
});
