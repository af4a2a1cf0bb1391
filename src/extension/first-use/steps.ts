import * as vscode from "vscode";
import type { RunEvent, RunRecord } from "../../runs/index.js";
import { declarationsOf } from "../declarations.js";

/** The steps of the walkthrough, as its manifest names what completes them. */
export type FirstStep = "write" | "preview" | "hover" | "verify" | "read";

/**
 * `diag.getStarted`: opens the walkthrough.
 * @param extension the identifier of this extension.
 */
export async function showWalkthrough(extension: string): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extension}#first`, false);
}

/** Tells the walkthrough what has happened, each step once in a window. */
export class FirstSteps implements vscode.Disposable {
  private readonly done = new Set<FirstStep>();
  private readonly registrations: readonly vscode.Disposable[];

  constructor() {
    const look = (document: vscode.TextDocument | undefined): void => {
      if (
        !this.done.has("write") &&
        document?.languageId === "diag" &&
        declarationsOf(document.getText()).length > 0
      ) {
        this.happened("write");
      }
    };
    this.registrations = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)),
      vscode.window.onDidChangeActiveTextEditor((editor) => look(editor?.document)),
      vscode.window.tabGroups.onDidChangeTabs(() => this.lookAtTabs()),
    ];
    look(vscode.window.activeTextEditor?.document);
  }

  /** A drawing is in view, or results are with the keyboard, once there is a verdict to read. */
  private lookAtTabs(): void {
    const { all, activeTabGroup } = vscode.window.tabGroups;
    if (all.some(({ activeTab }) => isPage(activeTab, "diag.preview"))) {
      this.happened("preview");
    }
    if (this.done.has("verify") && isPage(activeTabGroup.activeTab, "diag.results")) {
      this.happened("read");
    }
  }

  /** A run has something to say: a verdict completes a step. */
  heard(record: RunRecord, event: RunEvent): void {
    if (event.type === "ended" && record.points.some(({ verdict }) => verdict !== undefined)) {
      this.happened("verify");
    }
  }

  happened(step: FirstStep): void {
    if (!this.done.has(step)) {
      this.done.add(step);
      void vscode.commands.executeCommand("setContext", `diag.firstUse.${step}`, true);
    }
  }

  dispose(): void {
    for (const registration of this.registrations) {
      registration.dispose();
    }
  }
}

function isPage(tab: vscode.Tab | undefined, type: string): boolean {
  // The workbench puts words of its own before the type.
  return tab?.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith(type);
}
