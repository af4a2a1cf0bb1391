import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type * as vscode from "vscode";
import { EngineError } from "./engine.js";

/** A document as a file that a child process can read. */
export interface SourceFile {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * The document as a file with exactly its present text. A changed file on the disk is saved first, since its
 * imports and data are relative to it; what has no place on the disk is copied to a temporary folder.
 */
export async function savedSource(document: vscode.TextDocument): Promise<SourceFile> {
  if (document.uri.scheme !== "file") return temporarySource(document);
  if (document.isDirty && !(await document.save()))
    throw new EngineError(`${basename(document.fileName)} could not be saved; save it and try again`);
  return { path: document.uri.fsPath, release: async () => {} };
}

/** The same without saving: a changed document is copied, and what it imports is not found from there. */
export async function currentSource(document: vscode.TextDocument): Promise<SourceFile> {
  if (document.uri.scheme === "file" && !document.isDirty)
    return { path: document.uri.fsPath, release: async () => {} };
  return temporarySource(document);
}

async function temporarySource(document: vscode.TextDocument): Promise<SourceFile> {
  const folder = await mkdtemp(join(tmpdir(), "diag-"));
  const name = basename(document.uri.path).replace(/(\.diag)?$/, ".diag");
  const path = join(folder, name);
  await writeFile(path, document.getText(), { mode: 0o600 });
  return { path, release: () => rm(folder, { recursive: true, force: true }) };
}
