import type { AnyRequest, LargeRequest } from "../request.js";
import { descentsOf } from "../sides.js";
import { planTensors, rowsOf } from "./plan.js";

/** Operations that a trial on a large landscape takes, of all its descents. */
export interface CostOfTest {
  /** But for its expected loss. */
  readonly trial: number;
  /** For it, of each row where all of them stand for it, and of each test point. */
  readonly row: number;
  readonly point: number;
  readonly rows: number;
}

/** What the expected loss of a request adds to its trials, with its controls. Throws one line when the request is wrong. */
export function costOfTest(request: AnyRequest): CostOfTest {
  const rows = rowsOf(request.landscape as LargeRequest["landscape"]);
  const costs = descentsOf({ ...request, testPoints: 1 }).map((asked) => {
    const { trialOperations, testOperations, pointOperations } = planTensors(asked as LargeRequest);
    return {
      trial: trialOperations - testOperations,
      row: testOperations - pointOperations,
      point: testOperations,
    };
  });
  const sum = (of: (cost: (typeof costs)[number]) => number) =>
    costs.reduce((total, cost) => total + of(cost), 0);
  return {
    trial: sum(({ trial }) => trial),
    row: sum(({ row }) => row),
    point: sum(({ point }) => point),
    rows,
  };
}
