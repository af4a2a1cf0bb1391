import { equal } from "node:assert/strict";
import * as vscode from "vscode";

/** Tests by name. They run one after the other, in one window. */
export type Tests = Readonly<Record<string, () => Promise<void>>>;

const patience = 60_000; // milliseconds

/** Asks again and again until the answer is there. */
export async function until<Value>(
  what: string,
  ask: () => Value | undefined | false | Thenable<Value | undefined | false>,
): Promise<Value> {
  const end = Date.now() + patience;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The folder that is open in the window. */
export function workspaceFolder(): vscode.Uri {
  return vscode.workspace.workspaceFolders![0]!.uri;
}

/** Writes a file of the workspace. */
export async function writeFile(name: string, text: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(workspaceFolder(), name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** Waits until the workbench notices what happens to files: its watcher starts when it can, which may be long after a window. */
export async function filesAreWatched(): Promise<void> {
  const watcher = vscode.workspace.createFileSystemWatcher("**/watched.txt");
  let count = 0;
  let isHeard = false;
  const hear = (): void => {
    isHeard = true;
  };
  watcher.onDidCreate(hear);
  watcher.onDidChange(hear);
  try {
    await until("an event of a file", async () => {
      await writeFile("watched.txt", String(count++));
      return isHeard;
    });
  } finally {
    watcher.dispose();
  }
}

/** Writes a file and shows it in an editor. */
export async function openFile(name: string, text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(await writeFile(name, text));
  await vscode.window.showTextDocument(document, { preview: false, viewColumn: vscode.ViewColumn.One });
  equal(document.languageId, "diag");
  return document;
}

/** Where a text first stands in a document, or that far behind its start. */
export function positionOf(document: vscode.TextDocument, text: string, behind = 0): vscode.Position {
  const offset = document.getText().indexOf(text);
  if (offset === -1) {
    throw new Error(`${JSON.stringify(text)} is not in ${document.fileName}`);
  }
  return document.positionAt(offset + behind);
}

/** Changes a document as a person who types. */
export async function replaceText(document: vscode.TextDocument, old: string, text: string): Promise<void> {
  const start = positionOf(document, old);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(start, positionOf(document, old, old.length)), text);
  equal(await vscode.workspace.applyEdit(edit), true);
}

/** The document's diagnostics, once they are exactly of these codes. */
export async function diagnosticsOnce(
  uri: vscode.Uri,
  codes: readonly string[],
): Promise<vscode.Diagnostic[]> {
  const wanted = [...codes].sort().join();
  let found: string[] = [];
  return until(`diagnostics ${wanted} of ${uri.path}`, () => {
    const diagnostics = vscode.languages.getDiagnostics(uri);
    found = diagnostics.map(codeOf).sort();
    return found.join() === wanted && diagnostics;
  }).catch((error: Error) => {
    throw new Error(`${error.message}; there are ${found.join() || "none"}`);
  });
}

/** A diagnostic's code, with or without a link to its explanation. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

/** Asks one of the editor's providers, as a feature of the editor would. */
export async function ask<Answer>(command: string, ...words: unknown[]): Promise<Answer> {
  return vscode.commands.executeCommand<Answer>(command, ...words);
}

/** The hover at a place, as Markdown. */
export async function hoverAt(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await ask<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, position);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === "string" ? content : content.value))
    .join("\n");
}

/** Lines to print beside the result of the test that runs. */
export const notes: string[] = [];
