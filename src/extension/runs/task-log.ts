import { join } from "node:path";
import * as vscode from "vscode";
import type { ClusterTask, OnCluster } from "../../runs/index.js";

/** The file of what a task of a run printed. */
export function logOfTask(
  { folder }: Pick<OnCluster, "folder">,
  { array, index }: Pick<ClusterTask, "array" | "index">,
): vscode.Uri {
  return vscode.Uri.file(join(folder, "logs", `${array}_${index}.log`));
}
