import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  type AnyRequest,
  type Controls,
  controlsOfRun,
  isWrittenRequest,
  type LargeRequest,
  type ObservableStatistics,
} from "../simulate/index.js";
import { centersOf, withCenters } from "./centers.js";
import { controlledNumbers, isCovarianceNumber } from "./covariances.js";
import type { MeasuredNumbers } from "./measured-numbers.js";
import { type ControlSearch, controlsOfNetwork } from "./network-controls.js";
import { labels } from "./number-parts.js";
import type { Floors } from "./rounding.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";
import { short } from "./words.js";

/** The controls of a run's numbers at one learning rate. */
export interface RunControls {
  readonly fits: Controls;
  /** Of the fits: trials with another are not of this run. */
  readonly digest: string;
  /** Present on large landscapes, where controls have a number of test points of their own; all rows where it is undefined. */
  readonly test?: { readonly points: number | undefined };
}

/**
 * Finds the controls of a run: from its specification and seed alone, so that it is the same on every machine and whenever it goes on.
 * Undefined where none help, where finding them takes more than the trials do, and when the signal has stopped it.
 * @param search how trials of large landscapes are judged, which have none where it is absent.
 */
export async function controlsOfSpecification(
  specification: VerifySpecification,
  request: AnyRequest,
  signal?: AbortSignal,
  search?: Pick<ControlSearch, "simulate"> & Pick<MeasuredNumbers, "controlled">,
): Promise<RunControls | undefined> {
  const observed = observedNumbers(specification);
  const numbers = controlledNumbers(
    observed.filter((number) => !isCovarianceNumber(number)),
    observed.filter(isCovarianceNumber),
  );
  if (!isWrittenRequest(request)) {
    const found =
      search?.controlled &&
      (await controlsOfNetwork(request as LargeRequest, numbers, search.controlled, {
        simulate: search.simulate,
        signal,
        mayChoose: specification.testPoints === undefined,
      }));
    return (
      found && {
        fits: found.fits,
        digest: digestOf(found.fits, found.testPoints),
        test: { points: found.testPoints },
      }
    );
  }
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

/** Arrays of numbers count with their bytes, which are as many as a text of them has digits for a few. */
function digestOf({ controls, minusControls }: Controls, testPoints?: number): string {
  const fits = minusControls === undefined ? controls : { controls, minusControls };
  const whole = testPoints === undefined ? fits : { fits, testPoints };
  const hash = createHash("sha256");
  const text = JSON.stringify(whole, (_, value: unknown) => {
    if (!(value instanceof Float64Array)) {
      return value;
    }
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return { numbers: value.length };
  });
  return hash.update(text).digest("hex");
}

/** A request that measures its observed numbers less their controls too. */
export function withControls<Request extends AnyRequest>(
  request: Request,
  { controlled }: MeasuredNumbers,
  controls: RunControls | undefined,
): Request {
  if (controls === undefined || controlled === undefined) {
    return request;
  }
  const { fits, test } = controls;
  const { testPoints, ...rest } = request;
  const points = test === undefined ? testPoints : test.points;
  return {
    ...(rest as Request),
    numbers: controlled,
    ...fits,
    ...(points === undefined ? {} : { testPoints: points }),
  };
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
  floors: Floors = new Map(),
): Estimate {
  const plain = statistics.find((one) => one.label === label)!;
  const less = statistics.find((one) => one.label === labels.controlled(label));
  if (less === undefined || !isWhole || !(less.standardError < plain.standardError)) {
    return { best: plain, plain };
  }
  const apart = Math.abs(less.mean - plain.mean);
  const rounding =
    plain.origin.resolution + (floors.get(label)?.floor ?? 0) + (floors.get(less.label)?.floor ?? 0);
  if (apart <= mostErrors * (less.standardError + plain.standardError) + rounding) {
    return { best: less, plain };
  }
  const note = `measured without controls, whose mean is off that of all trials by ${short(apart)}, more than ${mostErrors} errors`;
  return { best: plain, plain, note };
}
