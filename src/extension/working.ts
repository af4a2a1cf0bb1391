import * as vscode from "vscode";

/**
 * Does work with a notification that shows it and can cancel it. Errors are shown to the user.
 * @returns `undefined` when the work failed or was cancelled.
 */
export async function withProgress<Result>(
  title: string,
  work: (token: vscode.CancellationToken, report: (message: string) => void) => Promise<Result>,
): Promise<Result | undefined> {
  const location = vscode.ProgressLocation.Notification;
  try {
    return await vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) =>
      work(token, (message) => progress.report({ message })),
    );
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) showFault(`${title} failed`, error);
    return undefined;
  }
}

/** Shows an error as one line. */
export function showFault(what: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(`${what}: ${reason.split("\n")[0]}`);
}
