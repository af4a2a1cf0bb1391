import { realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import * as vscode from "vscode";
import { type ClusterTask, type RunRecord, taskName } from "../../runs/index.js";
import { logOfTask } from "../runs/index.js";

/**
 * Shows what a task of a run on a cluster printed, in an editor that does not write.
 * @throws in one line when there is no such file in the run's folder.
 */
export async function openLog(
  { cluster }: Pick<RunRecord, "cluster">,
  task: Pick<ClusterTask, "array" | "index">,
): Promise<void> {
  if (cluster === undefined) {
    throw new Error("this run is on no cluster");
  }
  const uri = logOfTask(cluster, task);
  await refuseOutside(cluster.folder, uri.fsPath, taskName(task));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
  await vscode.commands.executeCommand("workbench.action.files.setActiveEditorReadonlyInSession");
}

/** Opens the folder of a run on a cluster in a window of its own, which a window of another machine can, too. */
export async function openFolder({ cluster }: Pick<RunRecord, "cluster">): Promise<void> {
  if (cluster === undefined) {
    throw new Error("this run is on no cluster");
  }
  const found = await stat(cluster.folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new Error(`the run's folder is not there any more: ${cluster.folder}`);
  }
  await vscode.commands.executeCommand("vscode.openFolder", vscode.Uri.file(cluster.folder), {
    forceNewWindow: true,
  });
}

/** A link in a run's folder may lead anywhere, and what it leads to may be no file. */
async function refuseOutside(folder: string, path: string, name: string): Promise<void> {
  const places = await Promise.all([realpath(path), realpath(folder)]).catch(() => undefined);
  if (places === undefined) {
    throw new Error(`task ${name} has no log: it has printed nothing yet, or its run was removed`);
  }
  const [real, home] = places;
  const isInside = relative(join(home, "logs"), real) === `${name}.log`;
  if (!isInside || !(await stat(real)).isFile()) {
    throw new Error(`the log of task ${name} is no file of the run's folder`);
  }
}
