import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  type AnyRequest,
  type Controls,
  controlsOfRun,
  type ObservableStatistics,
} from "../simulate/index.js";
import { centersOf, withCenters } from "./centers.js";
import { controlledNumbers, isCovarianceNumber } from "./covariances.js";
import type { MeasuredNumbers } from "./measured-numbers.js";
import { labels } from "./number-parts.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";
import { short } from "./words.js";

/** The controls of a run's numbers at one learning rate. */
export interface RunControls {
  readonly fits: Controls;
  /** Of the fits: trials with another are not of this run. */
  readonly digest: string;
}

/**
 * Finds the controls of a run: from its specification and seed alone, so that it is the same on every machine and whenever it goes on.
 * Undefined where none help, where finding them takes more than the trials do, and when the signal has stopped it.
 */
export async function controlsOfSpecification(
  specification: VerifySpecification,
  request: AnyRequest,
  signal?: AbortSignal,
): Promise<RunControls | undefined> {
  const observed = observedNumbers(specification);
  const numbers = controlledNumbers(
    observed.filter((number) => !isCovarianceNumber(number)),
    observed.filter(isCovarianceNumber),
  );
  const steps = controlsOfRun(request, withCenters(numbers, centersOf(request.numbers)));
  // What stops a run is heard of between steps only.
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) {
      return step.value && { fits: step.value, digest: digestOf(step.value) };
    }
    await setImmediate();
    if (signal?.aborted) {
      return undefined;
    }
  }
}

function digestOf({ controls, minusControls }: Controls): string {
  const fits = minusControls === undefined ? controls : { controls, minusControls };
  return createHash("sha256").update(JSON.stringify(fits)).digest("hex");
}

/** A request that measures its observed numbers less their controls too. */
export function withControls<Request extends AnyRequest>(
  request: Request,
  { controlled }: MeasuredNumbers,
  controls: RunControls | undefined,
): Request {
  return controls === undefined || controlled === undefined
    ? request
    : { ...request, numbers: controlled, ...controls.fits };
}

/** How many errors of both the mean of controlled trials may be off that of the plain ones. */
const mostErrors = 5;

/** What trials tell of a number's expectation. */
export interface Estimate {
  /** The most precise that there is. */
  readonly best: ObservableStatistics;
  /** Of the number itself. */
  readonly plain: ObservableStatistics;
  /** Why the best is the plain one though there are controls, as part of a line. */
  readonly note?: string;
}

/**
 * The expectation of a number: by its controls where there are any, else by the mean over trials. The mean of a control is 0 over
 * all trials only, so trials that are in no mean leave the plain one.
 */
export function estimateOf(
  label: string,
  { statistics }: { readonly statistics: readonly ObservableStatistics[] },
  isWhole: boolean,
): Estimate {
  const plain = statistics.find((one) => one.label === label)!;
  const less = statistics.find((one) => one.label === labels.controlled(label));
  if (less === undefined || !isWhole || !(less.standardError < plain.standardError)) {
    return { best: plain, plain };
  }
  const apart = Math.abs(less.mean - plain.mean);
  if (apart <= mostErrors * (less.standardError + plain.standardError) + plain.origin.resolution) {
    return { best: less, plain };
  }
  const note = `measured without controls, whose mean is off that of all trials by ${short(apart)}, more than ${mostErrors} errors`;
  return { best: plain, plain, note };
}
