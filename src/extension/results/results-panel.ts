import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import {
  type FromResultsPage,
  parseFromResultsPage,
  type RunEvent,
  type RunRecord,
  type RunSummary,
  type ToResultsPage,
} from "../../runs/index.js";
import { webviewPage } from "../preview/page.js";

export const resultsType = "diag.results";

/** What the panel's page may ask for; each says itself what goes wrong. */
export interface PanelActions {
  summaries(): Promise<readonly RunSummary[]>;
  /** `undefined` when it is not kept. */
  record(id: string): Promise<RunRecord | undefined>;
  /** @returns a line for the page, if there is something to say. */
  act(message: Action, panel: vscode.WebviewPanel): Promise<string | undefined>;
}

/** What a page asks for that is not about what it shows. */
export type Action = Exclude<FromResultsPage, { readonly type: "ready" | "load" | "shows" }>;

/**
 * The panel of results, and the talk with its page. While the panel is hidden there is no page; a new one says that
 * it is ready when it is shown again, and is told how things are then.
 */
export class ResultsPanel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private listening = false;
  private closed = false;
  /** The run that the page shows. */
  shown: string | undefined;
  /** The run to show once the page listens. */
  private wanted: string | undefined;
  /** Lists that are asked for later overtake earlier ones. */
  private lists = 0;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly extension: vscode.Uri,
    private readonly actions: PanelActions,
  ) {
    panel.iconPath = {
      light: vscode.Uri.joinPath(extension, "media", "file-light.svg"),
      dark: vscode.Uri.joinPath(extension, "media", "file-dark.svg"),
    };
    panel.title = "Diag Results";
    panel.webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [this.pageFolder],
    };
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => this.hear(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) {
          this.listening = false;
        }
      }),
      panel.onDidDispose(() => this.end()),
    ];
    this.writePage();
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Has the page show a run, now or when it is ready. */
  show(id: string): void {
    // A page that is only just told of the runs is not to be sent back to an earlier wish.
    this.wanted = this.listening ? undefined : id;
    this.post({ type: "show", id });
  }

  /** Whether the page shows a run, or is about to. */
  isOn(id: string): boolean {
    return this.wanted === undefined ? this.shown === id : this.wanted === id;
  }

  /** Tells the page of a run that grows. */
  tell(event: RunEvent, record: RunRecord): void {
    if (event.type === "started") {
      this.post({ type: "record", record });
    } else {
      this.post({ type: "event", id: record.id, event });
    }
  }

  /** Has the page list the runs as they are now. */
  async refresh(): Promise<void> {
    if (!this.listening) {
      return;
    }
    const list = ++this.lists;
    const runs = await this.actions.summaries();
    if (list === this.lists) {
      this.post({ type: "runs", runs });
    }
  }

  dispose(): void {
    this.panel.dispose();
  }

  private get pageFolder(): vscode.Uri {
    return vscode.Uri.joinPath(this.extension, "dist", "webview");
  }

  private writePage(): void {
    const { webview } = this.panel;
    const address = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.pageFolder, name)).toString();
    webview.html = webviewPage(
      { title: "Results", facts: {} },
      {
        script: address("results.js"),
        style: address("results.css"),
        origin: webview.cspSource,
        nonce: randomBytes(16).toString("base64"),
      },
    );
  }

  private hear(words: unknown): void {
    const message = parseFromResultsPage(words);
    if (message === undefined) {
      return;
    }
    switch (message.type) {
      case "ready":
        this.listening = true;
        void this.begin();
        break;
      case "shows":
        this.shown = message.id;
        break;
      case "load":
        void this.load(message.id);
        break;
      default:
        void this.act(message);
    }
  }

  private async begin(): Promise<void> {
    await this.refresh();
    const { wanted } = this;
    if (wanted === undefined || !this.listening) {
      return;
    }
    this.wanted = undefined;
    this.post({ type: "show", id: wanted });
  }

  private async load(id: string): Promise<void> {
    try {
      const record = await this.actions.record(id);
      if (record !== undefined) {
        return this.post({ type: "record", record });
      }
      this.post({ type: "missing", id, message: "this run is not kept any more" });
    } catch (error) {
      this.post({ type: "missing", id, message: oneLine(error) });
    }
  }

  private async act(message: Action): Promise<void> {
    try {
      const said = await this.actions.act(message, this.panel);
      if (said !== undefined) {
        this.post({ type: "notice", message: said, failed: false });
      }
    } catch (error) {
      this.post({ type: "notice", message: oneLine(error), failed: true });
    }
  }

  private post(message: ToResultsPage): void {
    if (this.listening && !this.closed) {
      void this.panel.webview.postMessage(message);
    }
  }

  private end(): void {
    this.closed = true;
    this.listening = false;
    for (const one of this.subscriptions) {
      one.dispose();
    }
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
