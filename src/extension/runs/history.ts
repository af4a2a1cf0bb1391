import type * as vscode from "vscode";
import type { RunOrder } from "../../runner/index.js";
import type { RunRecord } from "../../runs/index.js";

/** Runs that are kept in the workspace's storage, the newest first. */
export interface RunHistory extends vscode.Disposable {
  /** Fires when a run was added, changed, deleted or all were. */
  readonly onDidChange: vscode.Event<void>;
  /** All kept runs without terms and curves, the newest first. */
  list(): Promise<readonly RunRecord[]>;
  /** A whole run; `undefined` when it is not kept or its file is damaged. */
  get(id: string): Promise<RunRecord | undefined>;
  /** Keeps a run as it is now, with what was ordered, so that it can be run again or go on. */
  put(record: RunRecord, order: RunOrder): Promise<void>;
  /** What was ordered, without the text of its sources. */
  order(id: string): Promise<RunOrder | undefined>;
  delete(id: string): Promise<void>;
  clear(): Promise<void>;
}
