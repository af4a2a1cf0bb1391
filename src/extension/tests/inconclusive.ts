import * as vscode from "vscode";

/** Tests whose last run was inconclusive and that a certain means would decide. */
export class InconclusiveTests<Means> {
  private readonly means = new Map<string, { readonly item: vscode.TestItem; readonly means: Means }>();
  private told = "[]";

  /** @param contextKey by which menus know these tests, and what is above them. */
  constructor(private readonly contextKey: string) {}

  /** Keeps what would decide a test; nothing when it is decided or this would not do. */
  set(item: vscode.TestItem, means: Means | undefined): void {
    if (means === undefined) {
      this.means.delete(item.id);
    } else {
      this.means.set(item.id, { item, means });
    }
    this.tell();
  }

  /** Forgets tests that are no more. */
  keepOnly(isThere: (item: vscode.TestItem) => boolean): void {
    for (const [id, { item }] of this.means) {
      if (!isThere(item)) {
        this.means.delete(id);
      }
    }
    this.tell();
  }

  /** What would decide a test. */
  meansFor({ id }: vscode.TestItem): Means | undefined {
    return this.means.get(id)?.means;
  }

  /** These tests among the given ones and all below; all of them when none are given. */
  among(items: readonly { readonly id: string }[]): vscode.TestItem[] {
    const all = [...this.means.values()].map(({ item }) => item);
    if (items.length === 0) {
      return all;
    }
    const ids = new Set(items.map(({ id }) => id));
    return all.filter((item) => lineage(item).some(({ id }) => ids.has(id)));
  }

  /** Tells menus, when something has changed for them. */
  private tell(): void {
    const ids = [...this.means.values()].flatMap(({ item }) => lineage(item).map(({ id }) => id));
    const distinct = [...new Set(ids)];
    const text = JSON.stringify(distinct);
    if (text === this.told) {
      return;
    }
    this.told = text;
    void vscode.commands.executeCommand("setContext", this.contextKey, distinct);
  }
}

/** An item and all above it. */
function lineage(item: vscode.TestItem): vscode.TestItem[] {
  return item.parent === undefined ? [item] : [item, ...lineage(item.parent)];
}
