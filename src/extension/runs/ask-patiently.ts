import * as vscode from "vscode";
import type { RunnerRequests } from "../../runner/index.js";
import type { AskedRunner } from "./runner-process.js";

/**
 * Asks a runner's process; a cancellation that it does not follow soon ends it.
 * @param patience how long it may take to stop by itself when the token is cancelled, in milliseconds.
 * @throws CancellationError when it was cancelled, and errors of one line.
 */
export async function askPatiently<Name extends keyof RunnerRequests>(
  runner: Pick<AskedRunner, "ask" | "kill">,
  name: Name,
  parameters: RunnerRequests[Name]["parameters"],
  token: vscode.CancellationToken | undefined,
  patience: number,
): Promise<RunnerRequests[Name]["answer"]> {
  if (token === undefined) {
    return runner.ask(name, parameters);
  }
  const abort = new AbortController();
  let deadline: NodeJS.Timeout | undefined;
  const stop = (): void => {
    abort.abort();
    deadline = setTimeout(() => runner.kill(), patience);
  };
  const listener = token.onCancellationRequested(stop);
  try {
    return await runner.ask(name, parameters, abort.signal);
  } catch (error) {
    throw token.isCancellationRequested ? new vscode.CancellationError() : error;
  } finally {
    clearTimeout(deadline);
    listener.dispose();
  }
}
