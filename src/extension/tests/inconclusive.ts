import * as vscode from "vscode";

/** The key by which menus know the tests that more trials would decide, and what is above them. */
const contextKey = "diag.inconclusiveTests";

/** The tests whose last run was inconclusive and that more trials would decide. */
export class InconclusiveTests {
  private readonly trials = new Map<string, { readonly item: vscode.TestItem; readonly trials: number }>();
  private told = "[]";

  /** Keeps how many trials would decide a test; none when it is decided or nothing would. */
  set(item: vscode.TestItem, trials: number | undefined): void {
    if (trials === undefined) this.trials.delete(item.id);
    else this.trials.set(item.id, { item, trials });
    this.tell();
  }

  /** Forgets tests that are no more. */
  keepOnly(isThere: (item: vscode.TestItem) => boolean): void {
    for (const [id, { item }] of this.trials) if (!isThere(item)) this.trials.delete(id);
    this.tell();
  }

  /** The trials that would decide a test. */
  trialsFor({ id }: vscode.TestItem): number | undefined {
    return this.trials.get(id)?.trials;
  }

  /** These tests among the given ones and all below; all of them when none are given. */
  among(items: readonly { readonly id: string }[]): vscode.TestItem[] {
    const all = [...this.trials.values()].map(({ item }) => item);
    if (items.length === 0) return all;
    const ids = new Set(items.map(({ id }) => id));
    return all.filter((item) => lineage(item).some(({ id }) => ids.has(id)));
  }

  /** Tells menus, when something has changed for them. */
  private tell(): void {
    const ids = [...this.trials.values()].flatMap(({ item }) => lineage(item).map(({ id }) => id));
    const distinct = [...new Set(ids)];
    const text = JSON.stringify(distinct);
    if (text === this.told) return;
    this.told = text;
    void vscode.commands.executeCommand("setContext", contextKey, distinct);
  }
}

/** An item and all above it. */
function lineage(item: vscode.TestItem): vscode.TestItem[] {
  return item.parent === undefined ? [item] : [item, ...lineage(item.parent)];
}
