import type * as vscode from "vscode";
import type { RunnerRequests } from "../../runner/index.js";
import { askPatiently, type ProcessSettings, RunnerProcess, type RunnerServer } from "../runs/index.js";

/** What a task's process is started with. */
export interface TaskMeans {
  /** How the process is started. */
  process(): ProcessSettings;
  readonly log: (line: string) => void;
}

export interface TaskOptions {
  readonly token?: vscode.CancellationToken;
  /** How long the process may take to stop by itself when the token is cancelled, in milliseconds; at once when absent. */
  readonly patience?: number;
  /** Hears what the process asks and tells. */
  readonly serve?: RunnerServer;
}

/**
 * Asks a runner's process of its own, which ends with the answer, so that runs neither wait nor are disturbed.
 * @throws CancellationError, and errors of one line.
 */
export async function askOnce<Name extends keyof RunnerRequests>(
  { process, log }: TaskMeans,
  name: Name,
  parameters: RunnerRequests[Name]["parameters"],
  { token, patience = 0, serve = () => ({ dispose: () => undefined }) }: TaskOptions = {},
): Promise<RunnerRequests[Name]["answer"]> {
  const runner = new RunnerProcess(process, serve, log);
  try {
    return await askPatiently(runner, name, parameters, token, patience);
  } finally {
    runner.dispose();
  }
}
