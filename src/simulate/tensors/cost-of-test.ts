import { sidesOf } from "../../optimisers/index.js";
import type { AnyRequest, LargeRequest } from "../request.js";
import { operationsOf, planTensors, rowsOf } from "./plan.js";

/** Operations that a trial on a large landscape takes, of all its descents. */
interface CostOfTest {
  /** But for its expected loss. */
  readonly trial: number;
  /** For it, of each row where all of them stand for it, and of each test point. */
  readonly row: number;
  readonly point: number;
  readonly rows: number;
}

/** What the expected loss of a request adds to its trials. Throws one line when the request is wrong. */
export function costOfTest(request: AnyRequest): CostOfTest {
  const rows = rowsOf(request.landscape as LargeRequest["landscape"]);
  const { controls: _, minusControls: __, ...plain } = request;
  const costs = sidesOf(request.spacetime).map((spacetime) => {
    const asked = { ...plain, spacetime, testPoints: 1 } as LargeRequest;
    const { test, loss, measures, trialOperations, testOperations } = planTensors(asked);
    const atStart = test !== undefined && "points" in test && measures.test ? operationsOf(loss) : 0;
    return {
      trial: trialOperations - testOperations,
      row: testOperations - atStart,
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
