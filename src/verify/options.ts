import type { EngineSource } from "../engines/index.js";
import type { Evaluator } from "../evaluate/index.js";
import type { BackendChoice, Measurement, Run, RunEstimating, RunProgress } from "../runs/index.js";
import type { KeeperOptions } from "./keeper.js";
import type { EngineNote } from "./run-engines.js";

/** What a verification does, which may take long before anything can be said of it. */
export interface VerifyPhase {
  /** Expanding the landscape and summing diagrams, estimating these, looking for what simulates, fitting controls, simulating. */
  readonly doing: "predicting" | "estimating" | "choosing" | "fitting" | "simulating";
  readonly verify: string;
  /** Absent where it is for all learning rates. */
  readonly eta?: number;
}

export interface VerifyOptions extends KeeperOptions {
  /** `auto` when absent. */
  readonly backend?: BackendChoice;
  /** This machine's when absent. */
  readonly engines?: EngineSource;
  /** Instead of the specification's. */
  readonly trials?: number;
  readonly seed?: number;
  readonly workers?: number;
  /** Made by {@link evaluatorFor}, when there is one already. */
  readonly evaluator?: Evaluator;
  /**
   * Takes what is to be done in the end, with whether something that belongs to this run was stopped: what is known is kept
   * then, and forgotten otherwise. Absent: it is done with the run.
   */
  readonly onSettle?: (settle: (isStopped: boolean) => Promise<void>) => void;
  readonly signal?: AbortSignal;
  /** Called when trials of an earlier run are taken over. */
  readonly onResume?: (eta: number, trials: number) => void;
  /** Called when trials of an earlier run are not taken over, with a line that says why. */
  readonly onSetAside?: (eta: number, reason: string) => void;
  /** Called when something begins that may take long. */
  readonly onPhase?: (phase: VerifyPhase) => void;
  /** Called while predictions are estimated: before the first sample, after each, and when it turns out that more are needed. */
  readonly onEstimate?: (estimating: RunEstimating) => void;
  /** Called when what estimates has failed and others go on, with a line that says why. */
  readonly onEstimateNote?: (line: string) => void;
  /** Called when it is known what simulates, and when that changes. */
  readonly onEngine?: (note: EngineNote) => void;
  /**
   * Called now and then while trials are simulated.
   * @param partial what is measured so far at the learning rate under way.
   * @param secondsHere until its trials are done, at the present rate; infinite while unknown.
   */
  readonly onProgress?: (progress: RunProgress, partial: readonly Measurement[], secondsHere: number) => void;
  readonly onRun?: (run: Run) => void;
}
