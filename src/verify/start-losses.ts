import { setImmediate } from "node:timers/promises";
import { isWritten } from "../evaluate/any-landscape.js";
import type { ObservedNumber } from "../observables/index.js";
import type { AnyRequest } from "../simulate/index.js";
import { findingLossAtStart } from "../simulate/tensors/index.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";

/** So long others may have to wait for a turn, in milliseconds, but for one batch of rows. */
const turnAfter = 50;

/**
 * Finds where losses of a large landscape start, which is a mean over all of its rows, where any is observed: whatever makes trials ready knows it
 * then. In between it is heard whether the run is to stop.
 * @throws LandscapeError where that is not finite.
 */
export function findStartOfLosses(
  specification: VerifySpecification,
  signal: AbortSignal | undefined,
): Promise<void> {
  return findStart(specification, observedNumbers(specification), signal);
}

/** The same of a request's own landscape, which another process may have made ready. */
export function findStartOfRequest(request: AnyRequest, signal: AbortSignal | undefined): Promise<void> {
  return findStart(
    request,
    request.numbers.flatMap((number) => ("combination" in number ? [number] : [])),
    signal,
  );
}

async function findStart(
  { landscape }: Pick<AnyRequest, "landscape">,
  observed: readonly ObservedNumber[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const observesLoss = observed.some(({ combination, covariedWith = [] }) =>
    [...combination, ...covariedWith].some(
      ({ quantity: { kind } }) => kind === "expected_loss" || kind === "training_loss",
    ),
  );
  if (isWritten(landscape) || !observesLoss) {
    return;
  }
  let turn = performance.now();
  for (const _ of findingLossAtStart(landscape)) {
    if (performance.now() - turn > turnAfter) {
      await setImmediate();
      turn = performance.now();
    }
    if (signal?.aborted) {
      return;
    }
  }
}
