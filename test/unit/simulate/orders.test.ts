import { describe, expect, test } from "vitest";
import type { DataSource, Landscape } from "../../../src/landscape/index.js";
import { numbersOf, type Observable } from "../../../src/observables/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";
import { columnsOf } from "../../../src/simulate/columns.js";
import { simulateTrials } from "../../../src/simulate/kernel.js";
import { withOrders } from "../../../src/simulate/orders.js";
import { planSimulation, requestProblem } from "../../../src/simulate/plan.js";
import type { SimulationRequest } from "../../../src/simulate/request.js";
import { TwinKernel } from "../../../src/simulate/twin.js";
import { landscapeOf } from "../landscape/read.js";

const normal = (name: string): DataSource => ({
  kind: "continuous",
  name,
  distribution: "normal",
  parameters: [0, 1],
});

/** Its expected loss has a constant, a closed part and one that is found by points. */
const landscape = landscapeOf(
  "(h + x^2*exp(-h)) / 2 + log(1 + exp(h*x + v)) + v^2 + 7 + x^2",
  { h: 0.2, v: 0 },
  [normal("x")],
);

const sgd = (N: number, E: number, B: number): SpaceTime => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle: "reshuffled" },
});

const last = 2;
const lanes = 12;

function requestOf(
  observable: Observable,
  spacetime: SpaceTime,
  eta: number,
  keepsCurvature = true,
  land: Landscape = landscape,
): SimulationRequest {
  const numbers = numbersOf(observable, land).flatMap((number) => {
    const { whole, orders, remainder } = withOrders(number, last);
    return [whole, ...orders, remainder];
  });
  return {
    landscape: land,
    spacetime,
    eta,
    numbers,
    trials: lanes,
    seed: 3,
    expansion: { order: last, keepsCurvature },
  };
}

/** What trials measure: for each number of the observable the whole, its orders and its remainder, a value a trial. */
function measured(request: SimulationRequest) {
  const plan = planSimulation(request);
  const kernel = new TwinKernel(plan, request.seed, lanes);
  simulateTrials(kernel, plan, 0, lanes, () => false);
  const columns = plan.columns.map((_, column) => kernel.values(column, 0, lanes));
  const width = last + 3;
  return Array.from({ length: columns.length / width }, (_, number) => {
    const [whole, ...rest] = columns.slice(number * width, (number + 1) * width);
    return { whole: whole!, orders: rest.slice(0, -1), remainder: rest.at(-1)! };
  });
}

const observables: readonly Observable[] = [
  { name: "test_loss", weights: [] },
  { name: "train_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights: [0, 1] },
];

describe.each(observables)("orders of $name", (observable) => {
  test.each([sgd(5, 1, 1), sgd(4, 2, 2)])("leave a remainder that is smaller by the orders", (spacetime) => {
    const etas = [0.04, 0.02, 0.01];
    const results = etas.map((eta) => measured(requestOf(observable, spacetime, eta)));
    results[0]!.forEach((_, number) => {
      const rests = results.map((result) => {
        const { whole, orders, remainder } = result[number]!;
        remainder.forEach((rest, trial) => {
          const sum = orders.reduce((total, order) => total + order[trial]!, rest);
          expect(Math.abs(sum - whole[trial]!)).toBeLessThan(1e-14);
        });
        return Math.sqrt(remainder.reduce((total, rest) => total + rest ** 2, 0));
      });
      const slopes = rests.slice(1).map((rest, index) => Math.log2(rests[index]! / rest));
      expect(slopes[1]).toBeGreaterThan(last + 0.9);
      expect(slopes[1]).toBeLessThan(last + 1.1);
    });
  });

  test("as those of uvalues go with powers of eta, trial by trial", () => {
    const [one, two] = [0.05, 0.1].map((eta) => measured(requestOf(observable, sgd(4, 2, 2), eta, false)));
    one!.forEach(({ orders }, number) => {
      orders.forEach((values, order) => {
        values.forEach((value, trial) => {
          expect(two![number]!.orders[order]![trial]).toBeCloseTo(value * 2 ** order, 12);
        });
      });
    });
  });
});

describe("columns of orders", () => {
  test("have the constants of the whole at order 0, and nothing beyond", () => {
    const request = requestOf(observables[0]!, sgd(4, 1, 1), 0.1);
    const [whole, zeroth, first, second, remainder] = columnsOf(request);
    expect(zeroth!.origin).toEqual(whole!.origin);
    expect(whole!.origin.offset).toBe(8);
    for (const column of [first!, second!]) {
      expect(column.origin).toEqual({ offset: 0, start: 0, resolution: 0 });
    }
    expect(remainder!.origin).toEqual({ ...whole!.origin, offset: 0, start: 0 });
    // an order is found wherever a trial ends; the whole, and what is left of it, may not be
    expect([whole, zeroth, first, second, remainder].map((column) => column!.isExpectation)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  test("are of losses where trials start, when nothing is carried along", () => {
    const request: SimulationRequest = {
      ...requestOf(observables[1]!, sgd(4, 1, 1), 0.1),
      numbers: numbersOf(observables[1]!, landscape).flatMap((number) => {
        const { whole, orders } = withOrders(number, 0);
        return [whole, ...orders];
      }),
      expansion: { order: 0, keepsCurvature: true },
    };
    const plan = planSimulation(request);
    expect(plan.states).toHaveLength(2);
    const small = planSimulation({ ...request, eta: 1e-12 });
    const values = [plan, small].map((one) => {
      const kernel = new TwinKernel(one, 3, lanes);
      simulateTrials(kernel, one, 0, lanes, () => false);
      return [kernel.values(0, 0, lanes), kernel.values(1, 0, lanes)];
    });
    values[0]![1]!.forEach((atStart, trial) => {
      expect(values[1]![0]![trial]).toBeCloseTo(atStart, 9);
      expect(values[0]![0]![trial]).not.toBeCloseTo(atStart, 4);
    });
  });

  test("are refused beyond what trials are expanded to", () => {
    const request = requestOf(observables[0]!, sgd(4, 1, 1), 0.1);
    const { expansion: _, ...plain } = request;
    expect(requestProblem(request)).toBeUndefined();
    expect(requestProblem(plain)).toMatch(/^order 0 is asked for, and trials are not expanded/);
    expect(requestProblem({ ...request, expansion: { order: 1, keepsCurvature: true } })).toMatch(
      /^order 2 is asked for, and trials are expanded to order 1/,
    );
    expect(requestProblem({ ...request, expansion: { order: 1.5, keepsCurvature: true } })).toMatch(
      /order 1.5/,
    );
  });
});
