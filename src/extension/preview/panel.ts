import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import {
  elementAt,
  type FromPage,
  type PlacedElement,
  type PreviewDiagram,
  type PreviewFile,
  parseFromPage,
  type TextRange,
  type ToPage,
  textOf,
} from "../../preview/index.js";
import type { LanguageServer } from "../language-server.js";
import { previewPage } from "./page.js";
import { panelTitle } from "./panel-title.js";
import { fileName, isSame, revealText, toRange, visibleEditor } from "./places.js";
import { answerPage } from "./relay.js";
import { type HistoryStep, stepInHistory } from "./text-history.js";

export const previewType = "diag.preview";

/** What a page is to show: one diagram by its name or its id, or all. */
export type Wanted = { readonly name: string } | { readonly id: string } | "gallery";

/** What panels share. */
export interface PanelSurroundings {
  readonly server: LanguageServer;
  readonly extension: vscode.Uri;
  /** Called when a panel's title, lock, file or what it shows has changed. */
  changed(): void;
}

/**
 * A preview: a panel whose page shows the diagrams of one file, and the talk between that page, the text and the
 * language server. While the panel is hidden there is no page; a new one says that it is ready when it is shown
 * again, and is told how things are then.
 */
export class PreviewPanel implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private file: PreviewFile | undefined;
  private wanted: { readonly what: Wanted; readonly settle: (shown: boolean) => void } | undefined;
  /** The name that an edit made, to be selected when the language server knows it. */
  private made: { readonly id: string; readonly name: string } | undefined;
  private sentCursor = "";
  /** What was selected by a click on an element: its text alone does not tell which element it was. */
  private clicked: { readonly range: TextRange; readonly placed: PlacedElement } | undefined;
  private htmlFor: string | undefined;
  private listening = false;
  /** Counts pages: an answer to an earlier one is not for the present one, whose numbers begin anew. */
  private pages = 0;
  private stale = false;
  private loading: Promise<void> | undefined;
  private loadAgain = false;
  private closed = false;

  /** The diagram that is shown alone; `undefined` for the gallery. */
  shown: string | undefined;
  /** The element that was chosen last in the page, or its diagram. */
  chosen: string | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly surroundings: PanelSurroundings,
    private source: vscode.Uri,
    private lock: boolean,
    shown: string | undefined,
  ) {
    this.shown = shown;
    panel.iconPath = {
      light: vscode.Uri.joinPath(surroundings.extension, "media", "file-light.svg"),
      dark: vscode.Uri.joinPath(surroundings.extension, "media", "file-dark.svg"),
    };
    panel.webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [this.pageFolder],
    };
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => this.hear(message)),
      panel.onDidChangeViewState(() => this.followView()),
      panel.onDidDispose(() => this.end()),
    ];
    this.retitle();
    this.writePage();
  }

  get uri(): vscode.Uri {
    return this.source;
  }

  get locked(): boolean {
    return this.lock;
  }

  set locked(locked: boolean) {
    this.lock = locked;
    this.retitle();
  }

  /** The diagrams of the file, as far as they are known. */
  get diagrams(): readonly PreviewDiagram[] {
    return this.file?.diagrams ?? [];
  }

  /** Shows another file, all its diagrams. */
  turnTo(uri: vscode.Uri): void {
    if (!isSame(uri, this.source)) {
      this.change(uri, "gallery");
    }
  }

  /** Shows the same file under its new address. */
  moveTo(uri: vscode.Uri): void {
    this.change(uri, this.shown === undefined ? "gallery" : { id: this.shown });
  }

  private change(uri: vscode.Uri, what: Wanted): void {
    this.source = uri;
    this.file = undefined;
    this.shown = typeof what === "object" && "id" in what ? what.id : undefined;
    this.chosen = undefined;
    this.clicked = undefined;
    this.made = undefined;
    this.wanted?.settle(false);
    this.wanted = { what, settle: () => undefined };
    this.retitle();
    if (!this.panel.visible) {
      this.writePage();
    }
    void this.refresh();
  }

  /**
   * Has the page show a diagram alone, or the gallery.
   * @returns whether it is shown, once the page was told; false when the file has no such diagram.
   */
  show(what: Wanted | undefined): Promise<boolean> {
    return new Promise((settle) => {
      this.wanted?.settle(false);
      this.wanted = { what: what ?? (this.shown === undefined ? "gallery" : { id: this.shown }), settle };
      void this.refresh();
    });
  }

  /** Runs one of the page's commands. */
  command(command: Extract<ToPage, { readonly type: "command" }>["command"]): void {
    this.post({ type: "command", command });
  }

  /** Has the page ask for a new name of a diagram, or of the one that it shows alone. */
  askName(id: string | undefined): void {
    this.post({ type: "rename", ...(id === undefined ? {} : { id }) });
  }

  /** Has the page delete a diagram, or the one that it shows alone. */
  deleteDiagram(id: string | undefined): void {
    this.post({ type: "delete", ...(id === undefined ? {} : { id }) });
  }

  /** Has the page shown what the language server knows now. */
  refresh(): Promise<void> {
    if (this.loading !== undefined) {
      this.loadAgain = true;
      return this.loading;
    }
    this.loading = this.loadUntilLatest().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  /** The text changed: what is shown is older now, until the language server says more. */
  textChanged(): void {
    if (this.stale || this.file === undefined) {
      return;
    }
    this.stale = true;
    this.post({ type: "stale" });
  }

  /** The cursor moved in an editor of the file. */
  cursorMoved(): void {
    if (!this.listening || this.file === undefined || this.stale) {
      return;
    }
    const placed = this.cursor(this.file);
    const words = JSON.stringify(placed);
    if (words === this.sentCursor) {
      return;
    }
    this.sentCursor = words;
    this.post({ type: "cursor", ...placed });
  }

  dispose(): void {
    this.panel.dispose();
  }

  private get pageFolder(): vscode.Uri {
    return vscode.Uri.joinPath(this.surroundings.extension, "dist", "webview");
  }

  private writePage(): void {
    const { webview } = this.panel;
    const address = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.pageFolder, name)).toString();
    this.htmlFor = this.source.toString();
    this.listening = false;
    webview.html = previewPage(this.htmlFor, {
      script: address("preview.js"),
      style: address("preview.css"),
      origin: webview.cspSource,
      nonce: randomBytes(16).toString("base64"),
    });
  }

  private followView(): void {
    if (!this.panel.visible) {
      // The page is gone; the next one must be of the present file.
      this.listening = false;
      if (this.htmlFor !== this.source.toString()) {
        this.writePage();
      }
    }
    this.surroundings.changed();
  }

  private hear(words: unknown): void {
    const message = parseFromPage(words);
    switch (message?.type) {
      case "ready":
        this.listening = true;
        this.pages++;
        this.sentCursor = "";
        void this.refresh();
        break;
      case "shows":
        this.shown = message.id;
        this.retitle();
        break;
      case "focused":
        this.surroundings.server.refreshCodeLenses(this.uri);
        break;
      case "select":
        this.chosen = message.id;
        void this.select(message);
        break;
      case "request":
        void this.answer(message);
        break;
      case undefined:
        this.refuse(words);
        break;
    }
  }

  /** Answers what is not understood, if it has a number that waits for an answer. */
  private refuse(words: unknown): void {
    const number =
      typeof words === "object" && words !== null && "number" in words ? words.number : undefined;
    if (typeof number === "number") {
      this.post({ type: "failure", number, message: "the editor does not understand this request" });
    }
  }

  private async answer({ number, request }: Extract<FromPage, { readonly type: "request" }>): Promise<void> {
    const page = this.pages;
    const post = (message: ToPage): void => {
      if (page === this.pages) {
        this.post(message);
      }
    };
    const asker = {
      uri: this.source,
      made: (id: string, name: string) => {
        this.made = { id, name };
        void this.refresh();
      },
      step: (step: HistoryStep) => stepInHistory(this.source, step, this.panel),
    };
    try {
      const answer = await answerPage(this.surroundings.server, asker, request);
      post({ type: "answer", number, answer });
    } catch (error) {
      post({ type: "failure", number, message: oneLine(error) });
    }
  }

  private async select({ id, element, focus }: PlacedElement & { readonly focus: boolean }): Promise<void> {
    const uri = this.source;
    const version = await vscode.workspace.openTextDocument(uri).then(
      (document) => document.version,
      () => undefined,
    );
    if (version === undefined) {
      return;
    }
    // Places of an older text would be somewhere else by now.
    if (version !== this.file?.version) {
      await this.refresh();
    }
    const diagram = this.file?.diagrams.find((one) => one.id === id);
    const range = diagram && textOf(diagram, element);
    if (range === undefined || !isSame(uri, this.source)) {
      return;
    }
    this.clicked = { range, placed: { id, element } };
    await revealText(uri, toRange(range), { focus, panelColumn: this.panel.viewColumn });
  }

  private async loadUntilLatest(): Promise<void> {
    do {
      this.loadAgain = false;
      await this.load();
    } while (this.loadAgain && !this.closed);
  }

  private async load(): Promise<void> {
    if (!this.listening) {
      return;
    }
    const uri = this.source;
    let document: vscode.TextDocument;
    try {
      // The language server knows the unsaved text of open documents only.
      document = await vscode.workspace.openTextDocument(uri);
    } catch {
      return this.fail(`${fileName(uri)} cannot be read; it may have been moved or deleted`);
    }
    let file: PreviewFile | null;
    try {
      file = await this.surroundings.server.request("file", { uri: uri.toString() });
    } catch (error) {
      return this.fail(oneLine(error));
    }
    if (!isSame(uri, this.source) || !this.listening) {
      this.loadAgain = this.listening;
      return;
    }
    if (file === null) {
      return this.fail(`${fileName(uri)} is no .diag file`);
    }
    this.file = file;
    this.stale = file.version < document.version;
    this.post({ type: "file", title: fileName(uri), file });
    if (this.stale) {
      this.post({ type: "stale" });
    }
    this.showWanted(file);
    this.retitle();
    this.cursorMoved();
    void this.selectMade(file);
  }

  private fail(reason: string): void {
    this.stale = true;
    this.post({ type: "stale", reason });
    // While the server starts, the wish stands.
    const { state } = this.surroundings.server;
    if (state !== "starting" && state !== "restarting") {
      this.wanted?.settle(false);
      this.wanted = undefined;
    }
  }

  private showWanted(file: PreviewFile): void {
    const { wanted } = this;
    if (wanted === undefined) {
      return;
    }
    const { what, settle } = wanted;
    const diagram =
      what === "gallery"
        ? undefined
        : file.diagrams.find((one) => ("id" in what ? one.id === what.id : one.name === what.name));
    // A diagram that was just written is in the next file.
    if (what !== "gallery" && diagram === undefined && this.stale) {
      return;
    }
    this.wanted = undefined;
    if (what === "gallery" || diagram !== undefined) {
      this.shown = diagram?.id;
      this.post({ type: "show", ...(diagram === undefined ? {} : { id: diagram.id }) });
    }
    settle(what === "gallery" || diagram !== undefined);
  }

  private async selectMade(file: PreviewFile): Promise<void> {
    const { made } = this;
    if (made === undefined || this.stale) {
      return;
    }
    this.made = undefined;
    const index = file.diagrams
      .find(({ id }) => id === made.id)
      ?.nodes.findIndex(({ name }) => name === made.name);
    if (index === undefined || index === -1) {
      return;
    }
    const placed: PlacedElement = { id: made.id, element: { kind: "node", index } };
    await this.select({ ...placed, focus: false });
    if (visibleEditor(this.source) === undefined) {
      this.post({ type: "cursor", ...placed });
    }
  }

  private cursor(file: PreviewFile): Partial<PlacedElement> {
    const follows = vscode.workspace
      .getConfiguration("diag", this.source)
      .get<unknown>("preview.followCursor");
    const selection = follows !== false ? visibleEditor(this.source)?.selection : undefined;
    if (selection === undefined) {
      return {};
    }
    const { clicked } = this;
    if (clicked && toRange(clicked.range).isEqual(selection)) {
      return clicked.placed;
    }
    this.clicked = undefined;
    return elementAt(file, selection) ?? {};
  }

  private retitle(): void {
    const { shown } = this;
    const diagram =
      shown === undefined ? undefined : (this.file?.diagrams.find(({ id }) => id === shown)?.name ?? shown);
    const title = panelTitle(fileName(this.source), diagram, this.lock);
    if (this.panel.title !== title) {
      this.panel.title = title;
    }
    this.surroundings.changed();
  }

  private post(message: ToPage): void {
    if (this.listening && !this.closed) {
      void this.panel.webview.postMessage(message);
    }
  }

  private end(): void {
    this.closed = true;
    this.listening = false;
    this.wanted?.settle(false);
    for (const one of this.subscriptions) {
      one.dispose();
    }
    this.surroundings.changed();
  }

  get isClosed(): boolean {
    return this.closed;
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
