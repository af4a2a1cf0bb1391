import type { RunHistory, Runs } from "../runs/index.js";

/** What the commands share. */
export interface Workshop {
  readonly runs: Runs;
  readonly history: RunHistory;
  /** Shows the results panel, on a run if one is named. */
  showResults(id?: string): void;
  /** Whether the results panel shows a run to whoever looks at the window. */
  isShown(id: string): boolean;
}
