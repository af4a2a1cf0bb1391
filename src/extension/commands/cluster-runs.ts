import * as vscode from "vscode";
import { asLabel } from "../../markdown/index.js";
import type { RunRecord } from "../../runs/index.js";
import { showMessage } from "../messages.js";
import { progressWords } from "./run-words.js";
import type { Workshop } from "./workshop.js";

/** `diag.showClusterRuns`: the kept runs that were sent to a cluster, with how they stand; the one that the user chooses is shown. */
export async function showClusterRuns({
  runs,
  history,
  showResults,
}: Pick<Workshop, "runs" | "history" | "showResults">): Promise<void> {
  const kept = await history.list();
  const now = kept.map((one) => runs.running.find(({ id }) => id === one.id) ?? one);
  const items = now.flatMap((record) => {
    const { cluster, title, file, id } = record;
    return cluster === undefined
      ? []
      : [
          {
            label: title,
            description: asLabel(`${file}, ${standing(record)}`),
            detail: asLabel(cluster.name),
            id,
          },
        ];
  });
  if (items.length === 0) {
    void showMessage("information", "No run that is kept here was sent to a cluster.");
    return;
  }
  const choice = await vscode.window.showQuickPick(items, { title: "Runs on a Cluster" });
  if (choice !== undefined) {
    showResults(choice.id);
  }
}

/** Tells the editor whether there is anything to show of clusters: they are on here, or a kept run was sent to one. */
export class ClusterContext implements vscode.Disposable {
  private readonly registrations: readonly vscode.Disposable[];
  private told: boolean | undefined;

  constructor(
    private readonly workshop: Pick<Workshop, "runs" | "history">,
    private readonly isOffered: () => boolean,
  ) {
    const look = (): void => void this.look();
    this.registrations = [
      vscode.workspace.onDidChangeConfiguration(look),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
      workshop.history.onDidChange(look),
      workshop.runs.onDidChange(({ record, event }) => {
        if (event.type === "started" && record.cluster !== undefined) {
          look();
        }
      }),
    ];
    look();
  }

  dispose(): void {
    for (const registration of this.registrations) {
      registration.dispose();
    }
  }

  private async look(): Promise<void> {
    const { runs, history } = this.workshop;
    const isKnown =
      this.isOffered() ||
      [...runs.running, ...(await history.list())].some(({ cluster }) => cluster !== undefined);
    if (isKnown !== this.told) {
      this.told = isKnown;
      await vscode.commands.executeCommand("setContext", "diag.clusterRuns", isKnown);
    }
  }
}

function standing(record: RunRecord): string {
  return record.state === "running" ? progressWords(record) : record.state;
}
