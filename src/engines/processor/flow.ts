import { setImmediate as nextTurn } from "node:timers/promises";
import { updatesOf } from "../../optimisers/index.js";
import { followFlows } from "../../simulate/difference.js";
import { sumsOf } from "../../simulate/exact-sum.js";
import {
  type AnyRequest,
  type Backend,
  type SimulationResult,
  statisticsOf,
} from "../../simulate/request.js";

/** A flow as if it were trials, of which all measure the same. */
export async function flowResult(request: AnyRequest, backend: Backend): Promise<SimulationResult> {
  // Whoever waits hears of it before a longer computation.
  await nextTurn();
  const started = performance.now();
  const { columns, differences } = followFlows(request);
  const { trials } = request;
  const many = BigInt(trials);
  return {
    statistics: columns.map(({ label, center, origin }, index) => {
      const { sum, squares, count, ...rest } = sumsOf(differences === undefined ? [] : [differences[index]!]);
      const moments = { center, count: count * trials, sum: sum * many, squares: squares * many, ...rest };
      return statisticsOf(label, moments, origin);
    }),
    trials,
    diverged: differences === undefined ? trials : 0,
    steps: trials * updatesOf(request.spacetime),
    seconds: (performance.now() - started) / 1000,
    backend,
  };
}

/** What each trial measures, less the column's center. */
export function flowValues(request: AnyRequest): readonly (readonly number[])[] {
  const { columns, differences } = followFlows(request);
  return columns.map((_, index) =>
    new Array<number>(request.trials).fill(differences?.[index] ?? Number.NaN),
  );
}
