import { errorRate } from "../observables/index.js";
import { isFlow, sidesOf } from "../optimisers/index.js";
import type { ErrorRate } from "../runs/index.js";
import { planTrials } from "../simulate/difference.js";
import type { AnyRequest, SimulationResult } from "../simulate/request.js";
import { costOfTest } from "../simulate/tensors/index.js";
import { classifierOf } from "../tensors/index.js";
import { onTensors } from "./trialled.js";

/** Operations that the trials take which error rates are measured in, about: some seconds. They are counted, never timed. */
const mostOperations = 2 ** 32;

/** All rows stand for the error rate of a trial where they take no more than this; else as many points as take as long as descent. */
const mostOfAllRows = 2 ** 26;

/**
 * How often the classes that the largest logits say are wrong where trials end, with its error; undefined where the loss is no cross entropy of
 * tensors, and where no trial was done or stayed finite. It is measured by the first of a run's trials, by the processor's programs on tensors whatever
 * carries the run out, and predicted by nothing.
 * @param run what is measured otherwise; its test points, if it has any, stand for the error rate too.
 */
export async function errorRateOf(
  run: AnyRequest,
  simulate: (request: AnyRequest) => Promise<SimulationResult>,
): Promise<ErrorRate | undefined> {
  const landscape = onTensors(run.landscape);
  if (
    landscape === undefined ||
    classifierOf(landscape.whole) === undefined ||
    sidesOf(run.spacetime).some(isFlow)
  ) {
    return undefined;
  }
  const { spacetime, eta, seed, testPoints } = run;
  const numbers = [{ label: "error rate", combination: [{ factor: 1, quantity: errorRate }] }];
  const asked = { landscape, spacetime, eta, seed, numbers, trials: 1 };
  const { trial, rows, row, point } = costOfTest(asked);
  const few = Math.max(1, Math.floor(Math.min(mostOfAllRows, trial) / point));
  const points = testPoints ?? (rows * row <= mostOfAllRows ? undefined : few);
  const request = { ...asked, ...(points === undefined || points >= rows ? {} : { testPoints: points }) };
  const { plan, other } = planTrials(request);
  const operations = [plan, ...(other === undefined || "flow" in other.of ? [] : [other.of])].reduce(
    (sum, one) => sum + ("kind" in one ? one.trialOperations : 0),
    0,
  );
  const trials = Math.min(run.trials, Math.max(2, Math.floor(mostOperations / operations)));
  const { statistics } = await simulate({ ...request, trials });
  const { mean, standardError, count } = statistics[0]!;
  return count === 0
    ? undefined
    : {
        measured: mean,
        // One trial has none.
        standardError: Number.isFinite(standardError) ? standardError : null,
        trials: count,
        ...("testPoints" in request ? { testPoints: request.testPoints } : {}),
      };
}
