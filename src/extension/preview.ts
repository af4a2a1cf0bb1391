import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Engine } from "./engine.js";
import { type PreviewContent, previewPage } from "./preview-page.js";
import { currentSource } from "./source-file.js";
import { findTarget } from "./target.js";

const viewType = "diag.preview";
const rest = 250; // milliseconds without a keystroke before drawing anew

/** The previews of diagrams: one panel for each diagram, beside the editor, drawn anew as its text changes. */
export class Previews implements vscode.Disposable {
  private readonly open = new Map<string, Preview>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly engine: Engine) {
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.changed(document.uri);
      }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.changed(uri)),
    ];
  }

  /**
   * `diag.preview`: shows a diagram's drawing.
   * @returns once the drawing is there: whether there is one.
   */
  async show(uri?: unknown, name?: unknown): Promise<boolean> {
    const target = await findTarget(["diagram"], uri, name);
    if (target === undefined) return false;
    const { document, declared } = target;
    const key = `${document.uri}#${declared.name}`;
    let preview = this.open.get(key);
    if (preview === undefined) {
      preview = new Preview(this.engine, document.uri, declared.name, () => this.open.delete(key));
      this.open.set(key, preview);
    } else {
      preview.reveal();
    }
    return preview.draw();
  }

  dispose(): void {
    for (const one of [...this.subscriptions, ...this.open.values()]) one.dispose();
  }

  private changed(uri: vscode.Uri): void {
    for (const preview of this.open.values()) if (preview.shows(uri)) preview.drawSoon();
  }
}

class Preview implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private content: PreviewContent;
  private shown: PreviewContent | undefined;
  private timer: NodeJS.Timeout | undefined;
  private drawing: vscode.CancellationTokenSource | undefined;
  private latest = Promise.resolve(false);
  private closed = false;

  constructor(
    private readonly engine: Engine,
    private readonly uri: vscode.Uri,
    private readonly name: string,
    onClosed: () => void,
  ) {
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.panel = vscode.window.createWebviewPanel(viewType, name, place, {
      enableScripts: false,
      enableCommandUris: false,
      localResourceRoots: [],
    });
    this.content = { name };
    this.panel.onDidDispose(() => {
      this.closed = true;
      clearTimeout(this.timer);
      this.drawing?.cancel();
      onClosed();
    });
  }

  shows(uri: vscode.Uri): boolean {
    return uri.toString() === this.uri.toString();
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  drawSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), rest);
  }

  /** Draws the present text; whether there is a drawing of it. A drawing under way gives way to this one. */
  draw(): Promise<boolean> {
    this.latest = this.drawNow();
    return this.latest;
  }

  private async drawNow(): Promise<boolean> {
    this.drawing?.cancel();
    const drawing = new vscode.CancellationTokenSource();
    this.drawing = drawing;
    try {
      const svg = await this.render(drawing.token);
      if (drawing.token.isCancellationRequested) return this.closed ? false : this.latest;
      this.update({ name: this.name, svg });
      return true;
    } catch (error) {
      // Who waits for a drawing that gave way waits for the one in its place.
      if (drawing.token.isCancellationRequested) return this.closed ? false : this.latest;
      const fault = error instanceof Error ? error.message : String(error);
      this.update({ ...this.content, fault });
      return false;
    } finally {
      drawing.dispose();
    }
  }

  dispose(): void {
    this.panel.dispose();
  }

  private async render(token: vscode.CancellationToken): Promise<string> {
    const source = await currentSource(await vscode.workspace.openTextDocument(this.uri));
    try {
      const words = ["render", source.path, this.name, "--to", "svg"];
      return (await this.engine.run<{ readonly drawing: string }>(words, token)).result.drawing;
    } finally {
      await source.release();
    }
  }

  private update(content: PreviewContent): void {
    this.content = content;
    if (this.closed || (this.shown?.svg === content.svg && this.shown?.fault === content.fault)) return;
    this.shown = content;
    this.panel.webview.html = previewPage(content, randomBytes(16).toString("base64"));
  }
}
