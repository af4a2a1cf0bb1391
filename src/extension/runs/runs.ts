import * as vscode from "vscode";
import type { Description, EnumerateParameters, RunOrder, RunSource } from "../../runner/index.js";
import type { RunEvent, RunRecord } from "../../runs/index.js";

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

  /** All diagrams asked for, in short form. @throws as `describe`. */
  enumerate(parameters: EnumerateParameters, token?: vscode.CancellationToken): Promise<readonly string[]>;
}

/** A run that did not start; its message is one line for the user. */
export class RunRefused extends Error {
  override readonly name = "RunRefused";
}

/**
 * A document as the runner is told of it: with its present text, saved or not, and those of all others that are open,
 * since what it imports counts as it stands in the editor.
 */
export function sourceOf(document: vscode.TextDocument): RunSource {
  const uri = document.uri.toString();
  const path =
    document.uri.scheme === "file" ? document.uri.fsPath : `/${document.uri.path.replace(/^\/+/, "")}`;
  // The language server knows these, and so do hovers and checks.
  const open = vscode.workspace.textDocuments
    .filter((other) => other.languageId === "diag" && other.uri.toString() !== uri)
    .map((other) => ({ uri: other.uri.toString(), text: other.getText() }));
  return { uri, path, text: document.getText(), ...(open.length === 0 ? {} : { open }) };
}
