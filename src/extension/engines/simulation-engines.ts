import * as vscode from "vscode";
import type { EngineFinding } from "../../engines/index.js";
import { installProgress, isInstallProgress } from "../../runner/index.js";
import { gpu } from "../../runs/index.js";
import { PageGpu, type TabPlace } from "../gpu/index.js";
import { confirms, showMessage } from "../messages.js";
import { trustedTo } from "../target.js";
import { withProgress } from "../working.js";
import { engineSettings, runtimeFolder, wishedBackend } from "./engine-wishes.js";
import { enginesText, installQuestion, installRefusal } from "./engines-text.js";
import { GpuFinder, type GpuMemory } from "./gpu-finder.js";
import { askOnce, type TaskMeans } from "./one-task.js";

const scheme = "diag-engines";
const address = vscode.Uri.parse(`${scheme}:Simulation Engines.txt`);

export interface EnginesSurroundings extends TaskMeans {
  /** The extension's folder, and its storage, which all windows share. */
  readonly extension: vscode.Uri;
  readonly storage: vscode.Uri;
  readonly memory: GpuMemory;
  /** Where a tab with a GPU goes. */
  place(): TabPlace;
  /** Whatever was known of engines is out of date. */
  changed(): void;
}

/** What simulates in this window: what there is, what the user wishes, and how one more is installed. */
export class SimulationEngines implements vscode.Disposable {
  readonly finder: GpuFinder;
  private readonly texts = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];
  private text = "";
  private isInstalling = false;

  constructor(private readonly surroundings: EnginesSurroundings) {
    this.finder = new GpuFinder(
      () => this.searchQuietly(),
      surroundings.memory,
      () => vscode.workspace.getConfiguration("diag").get("engine.acceptSoftwareGpu") === true,
    );
    this.subscriptions = [
      this.texts,
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.texts.event,
        provideTextDocumentContent: () => this.text,
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("diag.engine.acceptSoftwareGpu")) {
          this.finder.tell();
        }
      }),
    ];
  }

  /** The commands by name. */
  get commands(): Readonly<Record<string, (...words: unknown[]) => unknown>> {
    return { "diag.showEngines": () => this.show(), "diag.installTensorFlow": () => this.install() };
  }

  dispose(): void {
    for (const one of this.subscriptions) {
      one.dispose();
    }
  }

  /**
   * `diag.showEngines`: tries all engines and shows what was found.
   * @returns that; `undefined` when the user has changed their mind, or knows what went wrong.
   */
  private async show(): Promise<readonly EngineFinding[] | undefined> {
    if (!trustedTo("simulate")) {
      return undefined;
    }
    const findings = await withProgress("Trying the simulation engines", (token) => this.examine(token));
    if (findings === undefined) {
      return undefined;
    }
    this.finder.learn(findings);
    this.surroundings.changed();
    this.text = enginesText(findings, wishedBackend());
    this.texts.fire(address);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(address));
    return findings;
  }

  /** `diag.installTensorFlow`: installs tfjs's native runtime, once the user is sure, and shows what there is then. */
  private async install(): Promise<void> {
    const refusal = installRefusal(process.platform, process.arch);
    if (refusal !== undefined) {
      return void showMessage("error", `${refusal}.`);
    }
    if (!trustedTo("install packages")) {
      return;
    }
    if (this.isInstalling) {
      return void showMessage("information", "It is being installed already.");
    }
    const folder = runtimeFolder(this.surroundings.storage);
    const { message, detail } = installQuestion(folder);
    const install = "Install";
    if (!(await confirms("information", message, detail, install)) || this.isInstalling) {
      return;
    }
    this.isInstalling = true;
    try {
      const done = await withProgress("Installing TensorFlow's GPU runtime", async (token, report) => {
        await askOnce(
          this.surroundings,
          "installRuntime",
          { folder },
          {
            token,
            patience: 10_000,
            serve: (connection) =>
              connection.onNotification(installProgress, (told: unknown) => {
                if (isInstallProgress(told)) {
                  report(told.line);
                }
              }),
          },
        );
        return true;
      });
      if (done) {
        await this.show();
      }
    } finally {
      this.isInstalling = false;
    }
  }

  private examine(token: vscode.CancellationToken): Promise<readonly EngineFinding[]> {
    const { extension, storage, place } = this.surroundings;
    const { serve } = new PageGpu(extension, place);
    return askOnce(this.surroundings, "examine", engineSettings(storage), { token, serve });
  }

  /** Looks for the GPU that a process can use. A page is not asked: a tab would open that nobody has wished for. */
  private searchQuietly(): Promise<readonly EngineFinding[]> {
    const settings = { ...engineSettings(this.surroundings.storage), hasPages: false, only: gpu.name };
    return askOnce(this.surroundings, "examine", settings);
  }
}
