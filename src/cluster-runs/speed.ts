import { openSimulator } from "../engines/index.js";
import { isFlow } from "../optimisers/index.js";
import type { AnyRequest } from "../simulate/index.js";

/** Trials are timed for about so long. */
const secondsTimed = 0.1;
const growth = 4;

/** Times in seconds, from any beginning on. */
export interface Timer {
  /** That have passed. */
  passed(): number;
  /** That processors have worked for this process. */
  worked(): number;
}

const ownTimer: Timer = {
  passed: () => performance.now() / 1000,
  worked: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

/** About how long a trial of a request takes on one processor of this machine, in seconds; 0 where the signal has stopped it. */
export async function secondsOfTrial(request: AnyRequest, signal?: AbortSignal): Promise<number> {
  if (isFlow(request.spacetime)) {
    return 0;
  }
  const simulator = openSimulator(0);
  try {
    const simulate = async (trials: number): Promise<void> => {
      await simulator.simulate({ ...request, trials }, signal === undefined ? {} : { signal });
    };
    return await timedTrial(simulate, request.trials, signal);
  } finally {
    await simulator.close();
  }
}

/**
 * About how long one of many trials takes, in seconds; 0 where the signal has stopped it. Neither what is made ready before the first one nor
 * that others had the processor meanwhile is counted: of a trial that takes a microsecond it would make one that takes milliseconds.
 * @param simulate carries so many trials out.
 * @param most trials at a time; at least 1.
 */
export async function timedTrial(
  simulate: (trials: number) => Promise<void>,
  most: number,
  signal?: AbortSignal,
  timer: Timer = ownTimer,
): Promise<number> {
  await simulate(1);
  for (let trials = 1; !signal?.aborted; trials = Math.min(trials * growth, most)) {
    const [passed, worked] = [timer.passed(), timer.worked()];
    await simulate(trials);
    const seconds = Math.min(timer.passed() - passed, timer.worked() - worked);
    if (!signal?.aborted && (seconds > secondsTimed || trials === most)) {
      return seconds / trials;
    }
  }
  return 0;
}
