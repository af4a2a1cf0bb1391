import * as vscode from "vscode";
import type { Description } from "../../runner/index.js";
import { type Runs, sourceOf } from "../runs/index.js";

/**
 * What a document declares. That takes no time that is worth more than a word in the status bar, unless the runner
 * has to start first.
 * @throws RunRefused in one line.
 */
export async function describeSoon(
  runs: Pick<Runs, "describe">,
  document: vscode.TextDocument,
): Promise<Description> {
  const location = vscode.ProgressLocation.Window;
  return vscode.window.withProgress({ location, title: "Diag: reading the file" }, (_, token) =>
    runs.describe(sourceOf(document), token),
  );
}
