import { SimulationError } from "../compile/index.js";
import { type EngineName, type EngineSource, engineRecord } from "../engines/index.js";
import { EvaluationError, type Evaluator } from "../evaluate/index.js";
import { auto, type BackendChoice, defaultSeed } from "../runs/index.js";
import { type AnyRequest, requestProblem } from "../simulate/index.js";
import { simulationProblem, trialsOf, type VerifySpecification } from "./specification.js";
import { testPointsProblem } from "./test-points.js";
import { type Trialled, trialledOf } from "./trialled.js";

/*
 * What is refused of a block's trials is told before anything is predicted, which may take minutes. Of an engine that was asked for by name that
 * is all that is known without trials: that it has none of such a landscape or descent, that it is not there, that no program can be made.
 */

/** What a run asks for. */
export interface AskedOfRun {
  /** `auto` when absent. */
  readonly backend?: BackendChoice | undefined;
  /** Instead of the specification's. */
  readonly trials?: number | undefined;
  readonly seed?: number | undefined;
}

/** @throws EvaluationError of one line where a block has no trials at all. */
export function refuseUntried(specification: VerifySpecification): void {
  const problem =
    simulationProblem(specification) ??
    (specification.testPoints === undefined ? undefined : testPointsProblem(specification));
  if (problem !== undefined) {
    throw new EvaluationError(`verify ${specification.name}: ${problem}`);
  }
}

/** The trials at the smallest and the largest learning rate: what numbers out of reach have, those have. */
function requestsOf({ specification, numbers }: Trialled, { trials, seed }: AskedOfRun): AnyRequest[] {
  const { landscape, spacetime, etas } = specification;
  return [...new Set([Math.min(...etas), Math.max(...etas)])].map((eta) => ({
    ...{ landscape, spacetime, eta, numbers: numbers.numbers },
    trials: trialsOf(specification, trials),
    seed: seed ?? specification.seed ?? defaultSeed,
    ...(numbers.expansion === undefined ? {} : { expansion: numbers.expansion }),
  }));
}

/**
 * @param trialled what is carried out of a block.
 * @param opened has an engine opened that was asked for by name, or finds that it is not there.
 * @throws SimulationError of one line of what no trials can be made, or none by the engine that was asked for.
 */
export async function refuseTrials(
  trialled: Trialled,
  asked: AskedOfRun,
  opened: (name: EngineName) => ReturnType<EngineSource["open"]>,
): Promise<void> {
  const requests = requestsOf(trialled, asked);
  const { backend = auto.name } = asked;
  for (const request of requests) {
    const problem =
      requestProblem(request) ??
      (backend === auto.name ? undefined : engineRecord(backend).refusal?.(request));
    if (problem !== undefined) {
      throw new SimulationError(problem);
    }
  }
  if (backend === auto.name) {
    return;
  }
  const engine = await opened(backend);
  for (const request of requests) {
    await engine.admit?.(request);
  }
}

/**
 * Where what a block predicts is to be estimated: refuses beforehand what would be refused of its trials. An engine is opened for that, and closed
 * again, since an estimate may need what it holds.
 * @throws EvaluationError, SimulationError with one line for the user; nothing when the signal has stopped it.
 */
export async function refuseBeforeEstimate(
  evaluator: Evaluator | undefined,
  specification: VerifySpecification,
  engines: EngineSource,
  asked: AskedOfRun,
  signal?: AbortSignal,
): Promise<void> {
  if (!evaluator?.isEstimate || signal?.aborted) {
    return;
  }
  refuseUntried(specification);
  const opened: Awaited<ReturnType<EngineSource["open"]>>[] = [];
  try {
    await refuseTrials(trialledOf(specification), asked, async (name) => {
      const engine = await engines.open(name, signal);
      opened.push(engine);
      return engine;
    });
  } catch (error) {
    if (!signal?.aborted) {
      throw error;
    }
  } finally {
    await Promise.all(opened.map((engine) => engine.close()));
  }
}
