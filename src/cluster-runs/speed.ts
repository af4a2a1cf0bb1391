import { openSimulator } from "../engines/index.js";
import { isFlow } from "../optimisers/index.js";
import type { AnyRequest } from "../simulate/index.js";

/** Trials are timed for about so long, and first so few. */
const secondsTimed = 0.1;
const firstTrials = 4;
const growth = 4;

/** About how long a trial of a request takes on one processor of this machine, in seconds; 0 where the signal has stopped it. */
export async function secondsOfTrial(request: AnyRequest, signal?: AbortSignal): Promise<number> {
  if (isFlow(request.spacetime)) {
    return 0;
  }
  const simulator = openSimulator(0);
  try {
    // What is made ready at first is not counted.
    for (
      let trials = 1, isFirst = true;
      ;
      trials = isFirst ? firstTrials : trials * growth, isFirst = false
    ) {
      const own = Math.min(trials, request.trials);
      const began = performance.now();
      await simulator.simulate({ ...request, trials: own }, signal === undefined ? {} : { signal });
      const seconds = (performance.now() - began) / 1000;
      if (signal?.aborted) {
        return 0;
      }
      if (seconds > secondsTimed || (!isFirst && own === request.trials)) {
        return seconds / own;
      }
    }
  } finally {
    await simulator.close();
  }
}
