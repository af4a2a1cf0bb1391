import * as vscode from "vscode";
import type { Description, EnumerateParameters, RunOrder, RunSource } from "../../runner/index.js";
import type { RunEvent, RunRecord } from "../../runs/index.js";
import { readsOutside } from "../settings.js";

export interface RunOptions {
  readonly token?: vscode.CancellationToken;
  /** Called with every event of the run, the record as it is then beside it; `started` comes first. */
  readonly onEvent?: (event: RunEvent, record: RunRecord) => void;
}

/**
 * Runs in processes of the runner, the verifications one after the other, the evaluations beside them; every run is kept
 * in the history.
 */
export interface Runs extends vscode.Disposable {
  /** Fires for all events of all runs. */
  readonly onDidChange: vscode.Event<{ readonly record: RunRecord; readonly event: RunEvent }>;
  /** The runs under way, once they have begun; those that wait for their turn are not in it. */
  readonly running: readonly RunRecord[];
  /** How many runs wait for their turn. */
  readonly waiting: number;
  /** The number of the process that verifies, while there is one. */
  readonly processId: number | undefined;

  /**
   * Runs what is ordered when its turn comes.
   * @returns the run as it ended, also when it failed or was cancelled: its `state` and `message` say so.
   * @throws RunRefused in one line when it did not start (errors in the file, untrusted workspace), and
   * CancellationError when it was cancelled before it did.
   */
  start(order: RunOrder, options?: RunOptions): Promise<RunRecord>;

  /**
   * Goes on watching a kept run on a cluster.
   * @returns the run as it ended; as it is, when it is watched already.
   * @throws RunRefused in one line when it cannot be watched at all.
   */
  watch(id: string): Promise<RunRecord>;

  /**
   * Goes on watching all kept runs on a cluster that were under way when their window closed.
   * @param ended called with each when it has ended.
   */
  watchAgain(ended?: (record: RunRecord) => void): Promise<void>;

  /**
   * Cancels a run, or all of them, those that wait among them; within a second it has ended, but on a cluster, which takes its time to
   * end tasks.
   */
  cancel(id?: string): void;

  /**
   * What a text declares.
   * @throws RunRefused in one line; CancellationError.
   */
  describe(source: RunSource, token?: vscode.CancellationToken): Promise<Description>;

  /** A digest of what an order would run now. @throws as `describe`, also where it could not be run. */
  meaning(order: RunOrder, token?: vscode.CancellationToken): Promise<string>;

  /** All diagrams asked for, in short form. @throws as `describe`. */
  enumerate(parameters: EnumerateParameters, token?: vscode.CancellationToken): Promise<readonly string[]>;
}

/** A run that did not start; its message is one line for the user. */
export class RunRefused extends Error {
  override readonly name = "RunRefused";
}

/**
 * The addresses of the folders in which imports and data are read, as the language server has them; `undefined` where the user allows more. Those that are of
 * no disk count for nothing, unless a runner in a browser sees them as one.
 */
function readableFolders(place: vscode.Uri): string[] | undefined {
  if (readsOutside()) {
    return undefined;
  }
  const others = vscode.workspace.textDocuments.filter(({ languageId }) => languageId === "diag");
  const opened = [place, ...others.map(({ uri }) => uri)].map((uri) =>
    uri.toString().replace(/\/[^/]*$/, ""),
  );
  const named = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
  return [...new Set([...named, ...opened])];
}

/**
 * A document as the runner is told of it: with its present text, saved or not, and those of all others that are open,
 * since what it imports counts as it stands in the editor.
 */
export function sourceOf(document: vscode.TextDocument): RunSource {
  return { ...sourceAt(document.uri), text: document.getText() };
}

/** A file as the runner is told of it: as the editor has it where it is open, else as it is on the disk. */
export function sourceAt(place: vscode.Uri): RunSource {
  const uri = place.toString();
  const path = place.scheme === "file" ? place.fsPath : `/${place.path.replace(/^\/+/, "")}`;
  // The language server knows these, and so do hovers and checks.
  const texts = vscode.workspace.textDocuments.filter(({ languageId }) => languageId === "diag");
  const own = texts.find((other) => other.uri.toString() === uri);
  const open = texts
    .filter((other) => other !== own)
    .map((other) => ({ uri: other.uri.toString(), text: other.getText() }));
  const folders = readableFolders(place);
  return {
    ...{ uri, path },
    ...(own === undefined ? {} : { text: own.getText() }),
    ...(open.length === 0 ? {} : { open }),
    ...(folders === undefined ? {} : { folders }),
  };
}
