import { join } from "node:path";
import * as vscode from "vscode";
import type { EngineSettings } from "../../engine/index.js";
import { type BackendChoice, backendChoices } from "../../verify/backend.js";

/** What simulates, as the settings wish it. */
export function wishedBackend(): BackendChoice {
  const wish = vscode.workspace.getConfiguration("diag").get("engine.backend");
  return backendChoices.find((choice) => choice === wish) ?? "auto";
}

/** Where the native runtime of tfjs is installed, below the extension's own storage. */
export function runtimeFolder(storage: vscode.Uri): string {
  return join(storage.fsPath, "tensorflow-runtime");
}

/** What an engine is told of the window. @param storage the extension's, which all windows share. */
export function engineSettings(storage: vscode.Uri): EngineSettings {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return {
    runtimes: runtimeFolder(storage),
    // Packages of a stranger's folder are a stranger's programs.
    folders: vscode.workspace.isTrusted
      ? folders.filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath)
      : [],
    hasPages: true,
  };
}
