import * as vscode from "vscode";
import { asLabel } from "../../markdown/index.js";
import { declarationsOf } from "../declarations.js";
import { fileName, isSame } from "../preview/places.js";
import { importedPaths } from "./imports.js";

/** A landscape to evaluate on. */
export interface LandscapeChoice {
  readonly name: string;
  /** The address of the file that declares it, when the diagrams' file neither does nor imports it. */
  readonly uri?: string;
}

const mostFiles = 500;
const largestFile = 2 * 2 ** 20; // bytes

/**
 * The landscapes of other `.diag` files of the workspace, file by file as they are found, without those that a
 * document imports. They are found by their keywords alone, so some may have errors.
 */
export async function findLandscapes(
  document: vscode.TextDocument,
  found: (landscapes: readonly LandscapeChoice[], file: vscode.Uri) => void,
  token: vscode.CancellationToken,
): Promise<void> {
  const folder = vscode.Uri.joinPath(document.uri, "..");
  const imported = importedPaths(document.getText()).map((path) => vscode.Uri.joinPath(folder, path));
  const files = await vscode.workspace.findFiles("**/*.diag", "**/node_modules/**", mostFiles, token);
  files.sort((one, other) => one.path.localeCompare(other.path));
  for (const file of files) {
    if (token.isCancellationRequested) {
      return;
    }
    if (isSame(file, document.uri) || imported.some((one) => isSame(one, file))) {
      continue;
    }
    const text = await textOf(file);
    const landscapes = declarationsOf(text)
      .filter(({ kind }) => kind === "landscape")
      .map(({ name }) => ({ name, uri: file.toString() }));
    if (landscapes.length > 0 && !token.isCancellationRequested) {
      found(landscapes, file);
    }
  }
}

/** Where a file is, as short as a person would say it. */
export function shownPath(file: vscode.Uri): string {
  return asLabel(vscode.workspace.asRelativePath(file) || fileName(file));
}

/** The file's text as the editor has it; nothing when it is too long or cannot be read. */
async function textOf(file: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find(({ uri }) => isSame(uri, file));
  if (open !== undefined) {
    return open.getText();
  }
  try {
    const { size, type } = await vscode.workspace.fs.stat(file);
    // A pipe or a device would be waited for.
    const isReadable = (type & vscode.FileType.File) !== 0 && size <= largestFile;
    return isReadable ? new TextDecoder().decode(await vscode.workspace.fs.readFile(file)) : "";
  } catch {
    return "";
  }
}
