import * as vscode from "vscode";
import { showMessage, shownText } from "./messages.js";

/** Says how far work has come: in words, and as a share from 0 to 1 where that is known. */
export type Report = (message: string, share?: number) => void;

/**
 * Does work with a notification that shows it and can cancel it. Errors are shown to the user.
 * @returns `undefined` when the work failed or was cancelled.
 */
export async function withProgress<Result>(
  title: string,
  work: (token: vscode.CancellationToken, report: Report) => Promise<Result>,
): Promise<Result | undefined> {
  const location = vscode.ProgressLocation.Notification;
  let percent = 0;
  try {
    const options = { location, title: shownText(title), cancellable: true };
    return await vscode.window.withProgress(options, (progress, token) =>
      work(token, (words, share) => {
        const message = shownText(words);
        const increment = share === undefined ? 0 : Math.max(0, 100 * share - percent);
        percent += increment;
        progress.report(increment > 0 ? { message, increment } : { message });
      }),
    );
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) {
      showFault(`${title} failed`, error);
    }
    return undefined;
  }
}

/** Shows an error as one line. */
export function showFault(what: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  void showMessage("error", `${what}: ${reason.split("\n")[0]}`);
}
