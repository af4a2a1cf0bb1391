import * as vscode from "vscode";
import type { TestTree } from "./test-tree.js";

/**
 * Has results shown as outdated once a text that they were made from is another, saved or not: the file's own, or that
 * of what it imports.
 */
export class OutdatedResults implements vscode.Disposable {
  /** Files whose results are shown as outdated already. */
  private readonly marked = new Set<string>();
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly controller: Pick<vscode.TestController, "items" | "invalidateTestResults">,
    private readonly tree: Pick<TestTree, "madeOf">,
  ) {
    this.subscription = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.languageId === "diag" && contentChanges.length > 0) {
        void this.mark(document.uri.toString());
      }
    });
  }

  /** A test of a file has a result of the present texts. */
  renewed({ uri }: vscode.TestItem): void {
    if (uri !== undefined) {
      this.marked.delete(uri.toString());
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async mark(uri: string): Promise<void> {
    const fresh = (await this.tree.madeOf(uri)).filter((file) => !this.marked.has(file));
    const items = fresh.flatMap((file) => this.controller.items.get(file) ?? []);
    if (items.length === 0) {
      return;
    }
    for (const file of fresh) {
      this.marked.add(file);
    }
    this.controller.invalidateTestResults(items);
  }
}
