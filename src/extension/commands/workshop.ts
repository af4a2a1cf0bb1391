import type * as vscode from "vscode";
import type { RunHistory, Runs } from "../runs/index.js";

/** What the commands share. */
export interface Workshop {
  readonly runs: Runs;
  readonly history: RunHistory;
  /** Keeps what the user chose, for each file of the workspace. */
  readonly memento: vscode.Memento;
  /** Shows the results panel, on a run if one is named. */
  showResults(id?: string): void;
}
