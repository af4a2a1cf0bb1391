import type { PreviewDiagram } from "../../src/preview/index.js";
import { type Change, changed } from "../kit/kept-state.js";
import type { PageView, Store } from "./page.js";

/** Keeps what the page shows, and tells of changes once for all of a task. */
export class PageStore implements Store {
  private readonly listeners = new Set<(now: PageView, before: PageView) => void>();
  private told: PageView;
  private telling = false;
  private byId = new Map<string, PreviewDiagram>();

  constructor(private current: PageView) {
    this.told = current;
  }

  get view(): PageView {
    return this.current;
  }

  update(change: Change<PageView>): void {
    this.current = changed(this.current, change);
    if (change.file) {
      this.byId = new Map(change.file.diagrams.map((diagram) => [diagram.id, diagram]));
    }
    if (this.telling) {
      return;
    }
    this.telling = true;
    queueMicrotask(() => this.tell());
  }

  subscribe(listener: (now: PageView, before: PageView) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  diagram(id: string): PreviewDiagram | undefined {
    return this.byId.get(id);
  }

  private tell(): void {
    this.telling = false;
    const before = this.told;
    this.told = this.current;
    for (const listener of this.listeners) {
      listener(this.told, before);
    }
  }
}
