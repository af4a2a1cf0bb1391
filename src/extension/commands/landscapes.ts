import * as vscode from "vscode";
import { asLabel } from "../../markdown/index.js";
import type { Description } from "../../runner/index.js";
import { declarationsOf } from "../declarations.js";
import { fileName, isSame } from "../preview/places.js";
import { importedPaths } from "./imports.js";

/** A landscape to evaluate on. */
export interface LandscapeChoice {
  readonly name: string;
  /** The file that declares it, when the diagrams' file neither does nor imports it. */
  readonly uri?: vscode.Uri;
}

const mostFiles = 500;
const largestFile = 2 * 2 ** 20; // bytes

/**
 * The only landscape that a file sees, or the one that the user chooses among those and the workspace's.
 * @returns `undefined` when the user changed their mind.
 * @throws in one line when there is none.
 */
export async function chooseLandscape(
  document: vscode.TextDocument,
  { landscapes }: Description,
  title: string,
): Promise<LandscapeChoice | undefined> {
  const [only, ...others] = landscapes;
  if (only !== undefined && others.length === 0) {
    return { name: only.name };
  }
  const file = fileName(document.uri);
  const seen = [...landscapes]
    .sort((one, other) => Number(other.own) - Number(one.own))
    .map(({ name, own }) => itemOf({ name }, own ? file : `imported by ${file}`));
  const source = new vscode.CancellationTokenSource();
  const items = landscapesElsewhere(document, source.token).then((found) => [
    ...seen,
    ...found.map((one) => itemOf(one, vscode.workspace.asRelativePath(one.uri) || fileName(one.uri))),
  ]);
  try {
    const choice =
      only === undefined && (await items).length === 0
        ? undefined
        : vscode.window.showQuickPick(items, {
            title: `${title}: Landscape`,
            placeHolder: "Choose a landscape of this file or of another",
            matchOnDescription: true,
            ignoreFocusOut: true,
          });
    if (choice === undefined) {
      throw new Error("there is no landscape in the workspace; write one first");
    }
    return (await choice)?.landscape;
  } finally {
    source.cancel();
    source.dispose();
  }
}

function itemOf(landscape: LandscapeChoice, place: string) {
  return { label: landscape.name, description: asLabel(place), landscape };
}

/**
 * The landscapes of other `.diag` files of the workspace, without those that a document imports. They are found by their
 * keywords alone, so some may have errors.
 */
async function landscapesElsewhere(
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<Required<LandscapeChoice>[]> {
  const folder = vscode.Uri.joinPath(document.uri, "..");
  const imported = importedPaths(document.getText()).map((path) => vscode.Uri.joinPath(folder, path));
  const files = await vscode.workspace.findFiles("**/*.diag", "**/node_modules/**", mostFiles, token);
  files.sort((one, other) => one.path.localeCompare(other.path));
  const landscapes: Required<LandscapeChoice>[] = [];
  for (const uri of files) {
    const isSeen = isSame(uri, document.uri) || imported.some((one) => isSame(one, uri));
    const text = isSeen || token.isCancellationRequested ? "" : await textOf(uri);
    const declared = declarationsOf(text).filter(({ kind }) => kind === "landscape");
    landscapes.push(...declared.map(({ name }) => ({ name, uri })));
  }
  return landscapes;
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
