import * as vscode from "vscode";
import { parsePageState } from "../../preview/index.js";
import { findDiagramFile } from "../diagram-file.js";
import type { LanguageServer } from "../language-server.js";
import { findTarget } from "../target.js";
import { showFault } from "../working.js";
import { chooseDiagram } from "./choose-diagram.js";
import { exportDiagram } from "./export-command.js";
import { insertFromInput } from "./insert-command.js";
import { PreviewPanel, previewType } from "./panel.js";
import { wasLocked } from "./panel-title.js";
import { columnOf, fileName, isSame, visibleEditor } from "./places.js";
import { saveText } from "./text-history.js";

type Place = "here" | "beside";

/**
 * All previews. At most one follows the active editor from file to file; the others are locked to theirs. Panels
 * come back, with what they showed, when the window is loaded again.
 */
export class Previews implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Set<PreviewPanel>();
  private readonly subscriptions: vscode.Disposable[];
  /** The panel that was active last. */
  private latest: PreviewPanel | undefined;
  private alone = false;

  constructor(
    private readonly server: LanguageServer,
    private readonly extension: vscode.Uri,
  ) {
    const { window, workspace } = vscode;
    this.subscriptions = [
      window.registerWebviewPanelSerializer(previewType, this),
      window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        for (const panel of this.of(textEditor.document.uri)) {
          panel.cursorMoved();
        }
      }),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          for (const panel of this.of(document.uri)) {
            panel.textChanged();
          }
        }
      }),
      workspace.onDidOpenTextDocument(({ uri }) => this.refresh(uri)),
      workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) {
          this.moved(oldUri, newUri);
        }
      }),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("diag.preview")) {
          for (const panel of this.panels) {
            panel.cursorMoved();
          }
        }
      }),
      server.onDidChangePreview((address) => this.refresh(vscode.Uri.parse(address))),
      server.onDidChangeState(() => {
        for (const panel of this.panels) {
          void panel.refresh();
        }
      }),
    ];
  }

  /** The commands by name. */
  get commands(): Readonly<Record<string, (...words: unknown[]) => unknown>> {
    return {
      "diag.preview": (uri, name) =>
        typeof name === "string" ? this.showOne(uri, name) : this.open(uri, "here"),
      "diag.previewToSide": (uri, name) =>
        typeof name === "string" ? this.showOne(uri, name) : this.open(uri, "beside"),
      "diag.preview.pin": (words) => this.pin(words),
      "diag.preview.gallery": () => this.active?.show("gallery"),
      "diag.preview.toggleLock": () => this.toggleLock(),
      "diag.preview.showSource": () => this.showSource(),
      "diag.preview.zoomIn": () => this.active?.command("zoomIn"),
      "diag.preview.zoomOut": () => this.active?.command("zoomOut"),
      "diag.preview.fit": () => this.active?.command("fit"),
      "diag.preview.find": () => this.active?.command("find"),
      "diag.preview.rename": (words) => this.active?.askName(idOf(words)),
      "diag.preview.delete": (words) => this.active?.deleteDiagram(idOf(words)),
      "diag.preview.undo": () => this.active?.command("undo"),
      "diag.preview.redo": () => this.active?.command("redo"),
      "diag.preview.save": () => this.save(),
      "diag.preview.export": () => this.active?.command("export"),
      "diag.exportDiagram": (uri, name) => exportDiagram(this.server, uri ?? this.activeFile, name),
      "diag.insertShortForm": (uri, shortForm) =>
        insertFromInput(this.server, uri ?? this.activeFile, shortForm),
    };
  }

  /** Takes a panel over that was there before the window was loaded again. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = parsePageState(state);
    const uri = kept && parseUri(kept.uri);
    if (uri === undefined) {
      panel.dispose();
      return;
    }
    const locked = this.follower !== undefined || wasLocked(panel.title);
    this.add(panel, uri, locked, kept?.id);
  }

  dispose(): void {
    for (const one of [...this.subscriptions, ...this.panels]) {
      one.dispose();
    }
  }

  private get follower(): PreviewPanel | undefined {
    return [...this.panels].find(({ locked }) => !locked);
  }

  /** The panel that commands are for: the one with the keyboard, else the last that had it. */
  private get active(): PreviewPanel | undefined {
    const panels = [...this.panels];
    return panels.find(({ panel }) => panel.active) ?? this.latest ?? panels.at(-1);
  }

  /** The file of the panel with the keyboard. */
  private get activeFile(): vscode.Uri | undefined {
    return [...this.panels].find(({ panel }) => panel.active)?.uri;
  }

  private of(uri: vscode.Uri): PreviewPanel[] {
    return [...this.panels].filter((panel) => isSame(panel.uri, uri));
  }

  private refresh(uri: vscode.Uri): void {
    for (const panel of this.of(uri)) {
      void panel.refresh();
    }
  }

  /** A preview of a file, of the active editor's when none is named. */
  private async open(uri: unknown, place: Place): Promise<boolean> {
    const file = uri instanceof vscode.Uri ? uri : typeof uri === "string" ? parseUri(uri) : undefined;
    const chosen = file ?? (await findDiagramFile())?.uri;
    return chosen !== undefined && this.panelFor(chosen, place).show(undefined);
  }

  /** A preview of one diagram: the named one, or that at the cursor. */
  private async showOne(uri?: unknown, name?: unknown): Promise<boolean> {
    const target = await findTarget(["diagram"], uri, name);
    if (target === undefined) {
      return false;
    }
    return this.panelFor(target.document.uri, "beside").show({ name: target.declared.name });
  }

  /** Shows one diagram alone: from a text the one at the cursor, in a preview the one chosen last. */
  private async pin(words: unknown): Promise<boolean> {
    const preview = [...this.panels].find(({ panel }) => panel.active);
    if (preview === undefined) {
      return this.showOne();
    }
    const meant = idOf(words) ?? preview.chosen;
    if (meant !== undefined && (await preview.show({ id: meant }))) {
      return true;
    }
    const diagram = await chooseDiagram(preview.diagrams, "Which diagram?", preview.shown);
    return diagram !== undefined && preview.show({ id: diagram.id });
  }

  /** The following panel, with this file, where it is wanted. */
  private panelFor(uri: vscode.Uri, place: Place): PreviewPanel {
    const { follower } = this;
    if (follower === undefined) {
      return this.create(uri, place, undefined);
    }
    const { viewColumn } = follower.panel;
    const editorColumn = vscode.window.activeTextEditor?.viewColumn ?? viewColumn;
    const isHere = editorColumn === viewColumn;
    const isElsewhere = vscode.window.activeTextEditor !== undefined && isHere === (place === "beside");
    if (isElsewhere) {
      // A panel that is moved would have the tab of a passing editor, which the next one takes.
      const shown = isSame(uri, follower.uri) ? follower.shown : undefined;
      follower.dispose();
      return this.create(uri, place, shown);
    }
    follower.turnTo(uri);
    follower.panel.reveal(undefined, place === "beside");
    return follower;
  }

  private create(uri: vscode.Uri, place: Place, shown: string | undefined): PreviewPanel {
    const viewColumn = place === "here" ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    const options = { viewColumn, preserveFocus: place === "beside" };
    return this.add(vscode.window.createWebviewPanel(previewType, "", options), uri, false, shown);
  }

  private add(
    webview: vscode.WebviewPanel,
    uri: vscode.Uri,
    locked: boolean,
    shown: string | undefined,
  ): PreviewPanel {
    const surroundings = {
      server: this.server,
      extension: this.extension,
      changed: () => this.panelChanged(),
    };
    const panel = new PreviewPanel(webview, surroundings, uri, locked, shown);
    this.panels.add(panel);
    this.panelChanged();
    return panel;
  }

  /** The active editor changed; the following panel goes along to other `.diag` files. */
  private follow(editor: vscode.TextEditor | undefined): void {
    if (editor === undefined || editor.document.languageId !== "diag") {
      return;
    }
    const { uri } = editor.document;
    this.follower?.turnTo(uri);
    for (const panel of this.of(uri)) {
      panel.cursorMoved();
    }
  }

  private moved(from: vscode.Uri, to: vscode.Uri): void {
    for (const panel of this.panels) {
      const inside = panel.uri.path.startsWith(`${from.path}/`) && panel.uri.scheme === from.scheme;
      if (isSame(panel.uri, from)) {
        panel.moveTo(to);
      } else if (inside) {
        panel.moveTo(to.with({ path: to.path + panel.uri.path.slice(from.path.length) }));
      }
    }
  }

  private toggleLock(): void {
    const panel = this.active;
    if (panel === undefined) {
      return;
    }
    if (panel.locked) {
      // There is one that follows; what it showed is what this one will show.
      this.follower?.dispose();
      panel.locked = false;
      this.follow(visibleEditor(panel.uri) ?? vscode.window.activeTextEditor);
    } else {
      panel.locked = true;
    }
  }

  private async showSource(): Promise<void> {
    const preview = this.active;
    if (preview === undefined) {
      return;
    }
    const { uri, panel } = preview;
    const column = visibleEditor(uri)?.viewColumn ?? columnOf(uri) ?? panel.viewColumn;
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, column ?? vscode.ViewColumn.Active);
    } catch (error) {
      showFault(`${fileName(uri)} cannot be shown`, error);
    }
  }

  private async save(): Promise<void> {
    const uri = this.active?.uri;
    if (uri === undefined) {
      return;
    }
    try {
      await saveText(uri);
    } catch (error) {
      showFault(`${fileName(uri)} cannot be saved`, error);
    }
  }

  /** Forgets closed panels, and tells the editor what menus depend on. */
  private panelChanged(): void {
    for (const panel of this.panels) {
      if (panel.isClosed) {
        this.panels.delete(panel);
      }
    }
    if (this.latest?.isClosed) {
      this.latest = undefined;
    }
    this.latest = [...this.panels].find(({ panel }) => panel.active) ?? this.latest;
    // Of the panel that commands are for, also while the keyboard is elsewhere: menus ask when it comes back.
    const alone = this.active?.shown !== undefined;
    if (alone === this.alone) {
      return;
    }
    this.alone = alone;
    void vscode.commands.executeCommand("setContext", "diag.preview.alone", alone);
  }
}

/** The diagram that a menu over an element of the page is for. */
function idOf(words: unknown): string | undefined {
  if (typeof words !== "object" || words === null || !("diagram" in words)) {
    return undefined;
  }
  return typeof words.diagram === "string" ? words.diagram : undefined;
}

function parseUri(text: string): vscode.Uri | undefined {
  try {
    return vscode.Uri.parse(text, true);
  } catch {
    return undefined;
  }
}
