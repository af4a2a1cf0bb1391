import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import type { EngineSettings } from "../../runner/index.js";
import { auto, type BackendChoice, choiceNamed } from "../../runs/index.js";

/** What simulates, as the settings wish it. */
export function wishedBackend(): BackendChoice {
  const wish = vscode.workspace.getConfiguration("diag").get("engine.backend");
  return (choiceNamed(wish) ?? auto).name;
}

/** Where the native runtime of tfjs is installed, below the extension's own storage. */
export function runtimeFolder(storage: vscode.Uri): string {
  return join(storage.fsPath, "tensorflow-runtime");
}

/** What an engine is told of the window. @param storage the extension's, which all windows share. */
export function engineSettings(storage: vscode.Uri): EngineSettings {
  return {
    runtimes: runtimeFolder(storage),
    folders: namedFolders(),
    ...namedCompiler(),
    ...(isVirtual() ? { isVirtual: true } : {}),
    ...(vscode.workspace.isTrusted ? {} : { isUntrusted: true }),
    hasPages: true,
  };
}

/**
 * Folders that the user has named. Those of the workspace are not among them, trusted or not: who trusts a folder's texts has not
 * asked for its programs. Of a setting for machines no workspace has a value; it is looked at as if one could.
 */
function namedFolders(): readonly string[] {
  const values = vscode.workspace.getConfiguration("diag").inspect<unknown>("engine.runtimeFolders");
  const named = values?.globalValue;
  return Array.isArray(named)
    ? named.filter((folder): folder is string => typeof folder === "string" && isAbsolute(folder))
    : [];
}

/** The compiler that the user has named; of a workspace's values none counts, as above. */
function namedCompiler(): Pick<EngineSettings, "compiler"> {
  const named = vscode.workspace.getConfiguration("diag").inspect<unknown>("engine.compiler")?.globalValue;
  return typeof named === "string" && isAbsolute(named) ? { compiler: named } : {};
}

/** Whether a folder of the workspace is on no disk of this machine. */
export function isVirtual(): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => uri.scheme !== "file");
}
