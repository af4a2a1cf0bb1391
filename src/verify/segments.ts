import { availableThreads, EngineLost, type Simulator } from "../engines/index.js";
import { isWritten } from "../evaluate/any-landscape.js";
import { updatesOf } from "../optimisers/index.js";
import type { SimulationProgress } from "../simulate/index.js";
import { type AnyRequest, mergeResults, noneOf, type SimulationResult } from "../simulate/index.js";

/** Seconds of work between two checkpoints: what a crash may cost. */
const segmentSeconds = 2;

/** Fewer trials for each thread do not keep it busy, however slow they are. */
const fewestForThread = 8;

/** Updates of the first segment, when the machine's speed is not known yet. Those on a large landscape take up to a second each. */
const firstSegmentUpdates = 2 ** 22;

export interface SegmentOptions {
  /** Trials done before, all numbers from the request's first. */
  readonly done?: SimulationResult;
  /** Threads that the simulator has: as many as this process may use when absent. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SimulationProgress) => void;
  /** Called after each segment, and when the signal has stopped one, with all trials done so far: none from the request's first on is left out. */
  readonly keep: (result: SimulationResult) => Promise<void>;
  /**
   * What goes on, with the same streams, when the simulator's device is lost; else the run fails. It may be the same simulator, which is
   * lost for good when it is lost again before it has done a piece.
   */
  readonly fallback?: (reason: string) => Promise<Simulator>;
}

/**
 * Simulates piece after piece and hands out what is known after each. Sums are exact, so the result has the same
 * bits however the trials are cut. When the signal aborts, it resolves with what was handed out, marked `cancelled`. Of
 * the piece under way that is all that was done, unless numbers are missing among its trials; then it is none of it.
 */
export async function simulateInSegments(
  first: Simulator,
  request: AnyRequest,
  options: SegmentOptions,
): Promise<SimulationResult> {
  let simulator = first;
  let triedAgain: Simulator | undefined;
  const perTrial = updatesOf(request.spacetime);
  let known = options.done;
  const firstOfRequest = request.firstTrial ?? 0;
  const fewestTrials = fewestForThread * (options.threads ?? availableThreads().threads);
  let size = isWritten(request.landscape)
    ? Math.max(fewestTrials, Math.ceil(firstSegmentUpdates / perTrial))
    : fewestTrials;
  while ((known?.trials ?? 0) < request.trials) {
    if (options.signal?.aborted && known !== undefined) {
      return { ...known, cancelled: true };
    }
    const before = known;
    const trialsBefore = before?.trials ?? 0;
    const trials = Math.min(size, request.trials - trialsBefore);
    let piece: SimulationResult;
    try {
      piece = await simulator.simulate(
        { ...request, firstTrial: firstOfRequest + trialsBefore, trials },
        {
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          onProgress: (progress) => options.onProgress?.(joined(before, progress, request.trials)),
        },
      );
    } catch (error) {
      if (!(error instanceof EngineLost) || options.fallback === undefined) {
        throw error;
      }
      // What the lost piece had done is done again; what was handed out stands.
      const next = await options.fallback(error.message);
      if (next === simulator && next === triedAgain) {
        throw error;
      }
      triedAgain = next === simulator ? next : undefined;
      simulator = next;
      continue;
    }
    triedAgain = undefined;
    if (piece.scattered || piece.trials === 0) {
      return { ...(before ?? noneOf(piece)), cancelled: true };
    }
    known = before === undefined ? piece : mergeResults(before, piece);
    await options.keep(known);
    if (piece.cancelled) {
      return { ...known, cancelled: true };
    }
    options.onProgress?.({ ...known, total: request.trials });
    size = Math.max(fewestTrials, Math.ceil((piece.trials / Math.max(piece.seconds, 1e-3)) * segmentSeconds));
  }
  return known!;
}

/** Progress of a piece as progress of the whole. */
function joined(
  before: SimulationResult | undefined,
  piece: SimulationProgress,
  total: number,
): SimulationProgress {
  if (before === undefined) {
    return { ...piece, total };
  }
  // What a result has beside a progress does not matter to their sum.
  const { statistics, trials, diverged } = mergeResults(before, { ...before, ...piece });
  return { statistics, trials, diverged, total };
}
