import { type EngineName, machineEngines } from "../engines/index.js";
import type { Evaluator } from "../evaluate/index.js";
import { numbersOf } from "../observables/index.js";
import { isDifference, isFlow, type SpaceTime, sidesOf } from "../optimisers/index.js";
import { auto, defaultSeed } from "../runs/index.js";
import { EngineChoice } from "./engine-choice.js";
import { prepareSpecification } from "./estimates.js";
import type { NumberOfRun } from "./judged-run.js";
import { Keeper } from "./keeper.js";
import { type Measured, withoutError } from "./measured.js";
import type { MeasuredNumbers } from "./measured-numbers.js";
import type { VerifyOptions } from "./options.js";
import type { Outlooks } from "./outlook.js";
import { evaluatorFor, ordersPredicted, predict, refuseMissing } from "./predict.js";
import { refuseTrials, refuseUntried } from "./refusals.js";
import { RunEngines, unlessAborted } from "./run-engines.js";
import { trialsOf, type VerifySpecification } from "./specification.js";
import { findStartOfLosses } from "./start-losses.js";
import { trialledOf } from "./trialled.js";

/** What the learning rates of one verification share. */
export interface Verification {
  readonly specification: VerifySpecification;
  /** What its trials are of. */
  readonly trialled: VerifySpecification;
  readonly options: VerifyOptions;
  /** Absent where nothing is predicted. */
  readonly evaluator: Evaluator | undefined;
  readonly engines: RunEngines;
  readonly keeper: Keeper;
  readonly numbers: MeasuredNumbers;
  readonly trials: number;
  readonly seed: number;
}

/**
 * Makes a verification ready for its learning rates, and has it used.
 * @returns nothing when the signal has stopped it before.
 * @throws EvaluationError, LandscapeError, SimulationError with one line for the user.
 */
export async function withVerification<Result>(
  specification: VerifySpecification,
  options: VerifyOptions,
  use: (verification: Verification) => Promise<Result>,
): Promise<Result | undefined> {
  refuseUntried(specification);
  options.onPhase?.({ doing: "predicting", verify: specification.name });
  const evaluator =
    specification.prediction === undefined ? undefined : (options.evaluator ?? evaluatorFor(specification));
  const { workers, signal } = options;
  const source = options.engines ?? machineEngines(workers === undefined ? {} : { workers });
  // Engines serve all learning rates, and so keep their workers and compiled kernels.
  const engines = new RunEngines(
    new EngineChoice(source, options.backend ?? auto.name, specification.etas.length),
    specification.name,
    options.onEngine,
  );
  try {
    const trialled = trialledOf(specification);
    const opened = (name: EngineName) => {
      options.onPhase?.({ doing: "choosing", verify: specification.name });
      return engines.opened(name, signal);
    };
    await refuseTrials(trialled, options, opened).catch(unlessAborted(signal));
    if (evaluator?.isEstimate) {
      // What is estimated now, and not by whoever gave the evaluator, may need what an engine holds.
      if (options.evaluator === undefined) {
        await engines.close();
      }
      options.onPhase?.({ doing: "estimating", verify: specification.name });
      await prepareSpecification(evaluator, specification, {
        ...{ backend: options.backend, engines: source, workers, signal },
        ...{ onEstimate: options.onEstimate, onNote: options.onEstimateNote },
      });
    }
    await findStartOfLosses(trialled.specification, signal);
    if (signal?.aborted) {
      return undefined;
    }
    const trials = trialsOf(specification, options.trials);
    const seed = options.seed ?? specification.seed ?? defaultSeed;
    const { numbers } = trialled;
    const keeper = await Keeper.open(trialled.specification, seed, numbers, options);
    return await use({
      ...{ specification, options, evaluator, engines, keeper, numbers, trials, seed },
      trialled: trialled.specification,
    });
  } finally {
    await engines.close();
  }
}

/** What is predicted of each number at a learning rate. @throws EvaluationError of one line. */
export function predictionsAt(
  { specification, options, evaluator }: Pick<Verification, "specification" | "options" | "evaluator">,
  eta: number,
): NumberOfPoint[] {
  options.onPhase?.({ doing: "predicting", verify: specification.name, eta });
  const { landscape, observables } = specification;
  const isTotal = specification.measure === "total";
  return observables.flatMap((observable) => {
    const numbers = numbersOf(observable, landscape);
    if (evaluator === undefined) {
      return numbers.map((number): NumberOfPoint => ({ number, label: number.label }));
    }
    const predicted = predict(evaluator, specification, observable, eta);
    refuseMissing(evaluator, specification, observable, eta, predicted);
    const orders = isTotal ? undefined : ordersPredicted(evaluator, specification, observable, eta);
    return predicted.map(
      (prediction, component): NumberOfPoint => ({
        ...(orders === undefined ? {} : { orders: orders[component]! }),
        number: numbers[component]!,
        label: numbers[component]!.label,
        prediction,
      }),
    );
  });
}

/** A number of a run, without what is looked up when it is judged. */
export type NumberOfPoint = Omit<NumberOfRun, "outlook">;

/** The numbers of a learning rate as they are judged: each with an outlook, where there is a prediction. */
export function withOutlooks(
  { observables, landscape }: Pick<VerifySpecification, "observables" | "landscape">,
  outlooks: Outlooks,
  eta: number,
  numbers: readonly NumberOfPoint[],
): NumberOfRun[] {
  const places = observables.flatMap((observable) =>
    numbersOf(observable, landscape).map((_, component) => ({ observable, component })),
  );
  return numbers.map((one, at) => {
    const { observable, component } = places[at]!;
    return one.prediction === undefined ? one : { ...one, outlook: outlooks.of(observable, component, eta) };
  });
}

/** Whether it is a difference in which a descent is a flow, which is followed. */
function isOfFlow(spacetime: SpaceTime): boolean {
  return isDifference(spacetime) && sidesOf(spacetime).some(isFlow);
}

/** What is measured at a learning rate, as it is judged. */
export function judgedAs(spacetime: SpaceTime, trialled: Measured): Measured {
  const found = isFlow(spacetime) ? withoutError(trialled) : trialled;
  return isOfFlow(spacetime) ? { ...found, isOfFlow: true as const } : found;
}
