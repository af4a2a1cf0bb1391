import * as vscode from "vscode";
import { Repeating } from "./repeating.js";
import type { TestTree } from "./test-tree.js";

/**
 * Runs tests again when a file that they are made of is saved, until the token is cancelled. A save while tests
 * run has those of its file run afterwards, once.
 * @param run runs the tests of these files; it must not fail.
 */
export function watchSaves(
  tree: Pick<TestTree, "madeOf" | "refresh">,
  token: vscode.CancellationToken,
  run: (uris: readonly string[]) => Promise<void>,
): void {
  if (token.isCancellationRequested) {
    return;
  }
  const repeating = new Repeating<string>(run);
  const saves = vscode.workspace.onDidSaveTextDocument(async ({ uri, languageId }) => {
    const address = uri.toString();
    // What is run is what the text says now. Without a server it is what the text said last.
    if (languageId === "diag") {
      await tree.refresh(address).catch(() => undefined);
    }
    const uris = await tree.madeOf(address);
    if (uris.length > 0) {
      await repeating.ask(uris);
    }
  });
  token.onCancellationRequested(() => {
    saves.dispose();
    repeating.stop();
  });
}
