import * as vscode from "vscode";
import { Addresses } from "../../language/loader/addresses.js";
import { auto, processor, type RunRecord, type RunSummary, worstVerdict } from "../../runs/index.js";
import { amendVerify, isResumable, resumeRun, runAgain } from "../commands/index.js";
import type { TabPlace } from "../gpu/index.js";
import type { LanguageServer } from "../language-server.js";
import { fileName } from "../preview/places.js";
import { saveFile } from "../preview/save-export.js";
import { type RunHistory, type Runs, sourceAt } from "../runs/index.js";
import { ChangedFiles } from "./changed-files.js";
import { openFolder, openLog } from "./cluster-files.js";
import { type Action, type PanelActions, ResultsPanel, resultsType } from "./results-panel.js";
import { reveal } from "./reveal.js";

const kinds = {
  svg: { label: "SVG", extension: "svg" },
  png: { label: "PNG", extension: "png" },
  csv: { label: "CSV", extension: "csv" },
  json: { label: "JSON", extension: "json" },
} as const;

/** What questions of one moment share; later, links may lead elsewhere and texts mean something else. */
interface Moment {
  readonly addresses: Addresses;
  readonly meanings: Map<string, Promise<string>>;
}

const calm = 300; // milliseconds without changes before the list is told anew

/**
 * The results: one panel whose page (`webview/results`) shows the kept runs and those under way. It comes back when
 * the window is loaded again.
 */
export class Results implements vscode.Disposable, vscode.WebviewPanelSerializer, PanelActions {
  private readonly subscriptions: vscode.Disposable[];
  private readonly changedFiles = new ChangedFiles();
  private current: ResultsPanel | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: LanguageServer,
    private readonly runs: Runs,
    private readonly history: RunHistory,
  ) {
    const { workspace } = vscode;
    const later = (): void => this.refreshLater();
    // What other programs write.
    const watcher = workspace.createFileSystemWatcher("**/*");
    const ifOurs = (uri: vscode.Uri): void => {
      if (this.changedFiles.mayBeOne(uri.toString())) {
        later();
      }
    };
    this.subscriptions = [
      vscode.window.registerWebviewPanelSerializer(resultsType, this),
      runs.onDidChange(({ record, event }) => {
        this.panel?.tell(event, record);
        if (event.type === "started" || event.type === "ended") {
          later();
        }
      }),
      history.onDidChange(later),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.languageId === "diag" && contentChanges.length > 0) {
          later();
        }
      }),
      workspace.onDidOpenTextDocument(later),
      workspace.onDidCloseTextDocument(later),
      workspace.onDidSaveTextDocument(later),
      workspace.onDidDeleteFiles(later),
      workspace.onDidRenameFiles(({ files }) => void this.follow(files).finally(later)),
      watcher,
      watcher.onDidChange(ifOurs),
      watcher.onDidCreate(ifOurs),
      watcher.onDidDelete(ifOurs),
    ];
  }

  /** Shows the panel, on a run; on the latest one when the panel is opened and none is named. */
  show(id?: string): void {
    const { panel } = this;
    if (panel !== undefined) {
      panel.panel.reveal(undefined, true);
    }
    const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const shown = panel ?? this.take(vscode.window.createWebviewPanel(resultsType, "Diag Results", options));
    if (id !== undefined) {
      shown.show(id);
    } else if (panel === undefined) {
      void this.showLatest(shown);
    }
  }

  /** Whether the panel is in view, with a run on its page. */
  isShown(id: string): boolean {
    const { panel } = this;
    return panel?.panel.visible === true && panel.isOn(id);
  }

  /** Where a tab may go that needs no eyes: over the panel, which is then shown again. */
  placeOfGpu(): TabPlace {
    const shown = this.panel?.panel.visible ? this.panel : undefined;
    return {
      column: shown?.panel.viewColumn ?? vscode.ViewColumn.Beside,
      uncover: () => {
        if (shown !== undefined && !shown.isClosed) {
          shown.panel.reveal(undefined, true);
        }
      },
    };
  }

  /** Takes a panel over that was there before the window was loaded again. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel !== undefined) {
      panel.dispose();
    } else {
      this.take(panel);
    }
  }

  async summaries(): Promise<readonly RunSummary[]> {
    const kept = await this.history.list();
    const { running } = this.runs;
    const records = [
      ...running.filter(({ id }) => !kept.some((one) => one.id === id)),
      ...kept.map((one) => running.find(({ id }) => id === one.id) ?? one),
    ];
    const moment: Moment = { addresses: new Addresses(), meanings: new Map() };
    return Promise.all(records.map((record) => this.summaryOf(record, moment)));
  }

  async record(id: string): Promise<RunRecord | undefined> {
    return this.runs.running.find((one) => one.id === id) ?? (await this.history.get(id));
  }

  async act(message: Action, panel: vscode.WebviewPanel): Promise<string | undefined> {
    const workshop = {
      runs: this.runs,
      history: this.history,
      showResults: (id?: string) => this.show(id),
      isShown: (id: string) => this.isShown(id),
    };
    switch (message.type) {
      case "delete":
        this.runs.cancel(message.id);
        await this.history.delete(message.id);
        return undefined;
      case "clear":
        await this.history.clear();
        return undefined;
      case "cancel":
        this.runs.cancel(message.id);
        return undefined;
      case "rerun": {
        const { id, precise } = message;
        await runAgain(workshop, id, {
          ...(precise ? { backend: processor.name } : {}),
        });
        return undefined;
      }
      case "amend":
        await amendVerify({ ...workshop, server: this.server }, message.id, message.amendment);
        return undefined;
      case "resume":
        await resumeRun(workshop, message.id);
        return undefined;
      case "reveal": {
        const record = await this.known(message.id);
        await reveal({ server: this.server, runs: this.runs }, record, message, panel.viewColumn);
        return undefined;
      }
      case "openLog":
        await openLog(await this.known(message.id), message);
        return undefined;
      case "openFolder":
        await openFolder(await this.known(message.id));
        return undefined;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        return "Copied";
      case "save":
        return this.save(message);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const one of this.subscriptions) {
      one.dispose();
    }
    this.current?.dispose();
  }

  private get panel(): ResultsPanel | undefined {
    return this.current?.isClosed ? undefined : this.current;
  }

  private take(webview: vscode.WebviewPanel): ResultsPanel {
    this.current = new ResultsPanel(webview, this.extension, this);
    return this.current;
  }

  private async showLatest(panel: ResultsPanel): Promise<void> {
    const latest = this.runs.running.at(-1) ?? (await this.history.list())[0];
    if (latest !== undefined) {
      panel.show(latest.id);
    }
  }

  private refreshLater(): void {
    if (this.panel === undefined) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.panel?.refresh(), calm);
  }

  /** @throws when the run is not kept. */
  private async known(id: string): Promise<RunRecord> {
    const record = await this.record(id);
    if (record === undefined) {
      throw new Error("this run is not kept any more");
    }
    return record;
  }

  /** What a run would be now, by its digest. Runs of one block are asked for once. */
  private async meaningNow({ id, uri }: RunRecord, { meanings }: Moment): Promise<string | undefined> {
    const order = await this.history.order(id);
    if (order === undefined) {
      return undefined;
    }
    const { kind, target, trials, seed } = order;
    const key = JSON.stringify([uri, kind, target, trials, seed]);
    const known =
      meanings.get(key) ?? this.runs.meaning({ ...order, source: sourceAt(vscode.Uri.parse(uri, true)) });
    meanings.set(key, known);
    return known;
  }

  /** Runs of files that were renamed in the editor are of these by their new names. */
  private async follow(
    files: readonly { readonly oldUri: vscode.Uri; readonly newUri: vscode.Uri }[],
  ): Promise<void> {
    for (const { id, uri } of await this.history.list()) {
      const moved = files.flatMap(({ oldUri, newUri }) => movedAddress(uri, oldUri, newUri) ?? [])[0];
      const [record, order] =
        moved === undefined ? [] : [await this.history.get(id), await this.history.order(id)];
      if (moved === undefined || record === undefined || order === undefined || record.state === "running") {
        continue;
      }
      const place = vscode.Uri.parse(moved, true);
      const source = { ...order.source, uri: moved, path: sourceAt(place).path };
      await this.history.put({ ...record, uri: moved, file: fileName(place) }, { ...order, source });
    }
  }

  private async summaryOf(record: RunRecord, moment: Moment): Promise<RunSummary> {
    const { id, kind, title, uri, file, started, state, points, backend } = record;
    const verdict = worstVerdict(points);
    const changed = await this.changedFiles.isChanged(record, moment.addresses, () =>
      this.meaningNow(record, moment),
    );
    const isKnown = backend !== "" && backend !== auto.name;
    const whole = {
      ...{ id, kind, title, uri, file, started, state, changed, resumable: isResumable(record) },
      ...(isKnown ? { backend } : {}),
    };
    return verdict === undefined ? whole : { ...whole, verdict };
  }

  private async save({
    suggestedName,
    format,
    content,
  }: Extract<Action, { readonly type: "save" }>): Promise<string | undefined> {
    const bytes = Buffer.from(content, format === "png" ? "base64" : "utf8");
    const { shown } = this.current ?? {};
    const record = shown === undefined ? undefined : await this.record(shown);
    const source = vscode.Uri.parse(record?.uri ?? "untitled:run");
    const target = await saveFile(source, suggestedName, kinds[format], bytes);
    return target && `Saved ${fileName(target)}`;
  }
}

/** The address of a file when it, or a folder that it is in, has another; `undefined` where it has not. */
function movedAddress(uri: string, before: vscode.Uri, after: vscode.Uri): string | undefined {
  const [from, to] = [before.toString(), after.toString()];
  return uri === from || uri.startsWith(`${from}/`) ? `${to}${uri.slice(from.length)}` : undefined;
}
