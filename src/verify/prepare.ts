import { updatesOf } from "../optimisers/index.js";
import { processor, type Run } from "../runs/index.js";
import { columnsOf, type SimulationResult } from "../simulate/index.js";
import { engineKey } from "./engine-keys.js";
import { judgedRuns } from "./judged-run.js";
import { errorsExist } from "./moments.js";
import type { VerifyOptions } from "./options.js";
import { Outlooks } from "./outlook.js";
import type { PreparedPoint, PreparedVerification } from "./prepared.js";
import { covarying } from "./run.js";
import type { VerifySpecification } from "./specification.js";
import { factsOfTrials, trialsAt } from "./trials-at.js";
import {
  judgedAs,
  predictionsAt,
  type Verification,
  withOutlooks,
  withVerification,
} from "./verification.js";

/** What may be said of a verification that is prepared; its trials are the processor's, and nothing is kept. */
export type PrepareOptions = Omit<
  VerifyOptions,
  | "backend"
  | "checkpoints"
  | "resume"
  | "onSettle"
  | "onKept"
  | "onResume"
  | "onSetAside"
  | "onProgress"
  | "onRun"
>;

/**
 * Does all of a verification but its trials, which are those that `runVerification` would have on the processor, to the last bit.
 * @returns nothing when the signal has stopped it.
 * @throws EvaluationError, LandscapeError, SimulationError with one line for the user.
 */
export function prepareVerification(
  specification: VerifySpecification,
  options: PrepareOptions = {},
): Promise<PreparedVerification | undefined> {
  return withVerification(specification, { ...options, backend: processor.name }, async (verification) => {
    const points: PreparedPoint[] = [];
    for (const eta of specification.etas) {
      const point = await pointAt(verification, eta);
      if (options.signal?.aborted) {
        return undefined;
      }
      points.push(point);
    }
    return { specification, seed: verification.seed, points };
  });
}

async function pointAt(verification: Verification, eta: number): Promise<PreparedPoint> {
  const { specification, evaluator, engines, options } = verification;
  const predictions = predictionsAt(verification, eta);
  const trials = await trialsAt(verification, eta, predictions);
  const { exact, request, engine, floors } = trials;
  const facts = await factsOfTrials(verification, trials);
  const { testPoints } = facts;
  const errorRate = await engines.errorRateFor(
    { ...exact, ...(testPoints === undefined ? {} : { testPoints }) },
    options.signal,
  );
  return {
    ...{ eta, request, predictions },
    arithmetic: engineKey(engine, request),
    kind: { columns: columnsOf(request), updates: updatesOf(request.spacetime) },
    note: evaluator?.divergence(eta, specification.spacetime),
    facts: { floors, ...facts, ...(errorRate === undefined ? {} : { errorRate }) },
  };
}

/** What judges the points of a prepared verification when their trials are there. */
export class PreparedJudge {
  private readonly outlooks: Outlooks;
  private readonly errorExists: ReturnType<typeof errorsExist>;

  constructor(private readonly verification: PreparedVerification) {
    const { specification } = verification;
    this.outlooks = new Outlooks(specification);
    this.errorExists = errorsExist(specification.landscape, specification.spacetime);
  }

  /**
   * What is told of a point's numbers, as `runVerification` tells it.
   * @param result of its trials, or of some of them: then it is told as a run that was stopped.
   * @param device that they were carried out on, for people.
   */
  runsOf(point: PreparedPoint, result: SimulationResult, device: string): Run[] {
    const { specification, seed } = this.verification;
    const { eta, request, arithmetic, predictions, note, facts } = point;
    const measured = judgedAs(specification.spacetime, {
      result: covarying(result, request),
      engines: [arithmetic],
      device,
      ...facts,
    });
    const rate = { specification, eta, seed, wanted: request.trials, note, errorExists: this.errorExists };
    return judgedRuns(rate, withOutlooks(specification, this.outlooks, eta, predictions), measured);
  }
}
