import type * as vscode from "vscode";
import type { RunOrder } from "../../runner/index.js";
import { isId, type RunRecord, withoutUnkept } from "../../runs/index.js";
import type { RunHistory } from "./history.js";
import { type KeptRun, readKeptRun, withoutTexts, writeKeptRun } from "./kept-run.js";
import { RunFiles } from "./run-files.js";

/** More runs than these are not kept; the oldest goes first. */
const mostRuns = 200;

/** A run as the list has it. */
interface Listed {
  readonly record: RunRecord;
  readonly order: RunOrder;
}

/**
 * {@link RunHistory} in a folder: one file for each run. Terms and curves stay in the files until they are asked
 * for. A run that was under way when its window went is listed as interrupted.
 */
export class StoredHistory implements RunHistory {
  private readonly files: RunFiles;
  private readonly listeners = new Set<() => void>();
  private readonly listed = new Map<string, Listed>();
  /** Deleted here: what a run under way has to say later is not kept. */
  private readonly deleted = new Set<string>();
  /** Of those that could not be written last the log has a line each. */
  private readonly unwritten = new Set<string>();
  /** Under way in this window. */
  private readonly running = new Set<string>();
  private loading: Promise<void> | undefined;

  readonly onDidChange: vscode.Event<void> = (listener, self, disposables) => {
    const call = (): void => {
      listener.call(self, undefined);
    };
    this.listeners.add(call);
    const registration = { dispose: () => this.listeners.delete(call) };
    disposables?.push(registration);
    return registration;
  };

  /**
   * @param folder where the files are; it is made when the first run is kept.
   * @param note takes lines for whoever looks into the log.
   * @param most runs that are kept.
   */
  constructor(
    folder: string,
    private readonly note: (line: string) => void,
    private readonly most = mostRuns,
  ) {
    this.files = new RunFiles(folder);
  }

  async list(): Promise<readonly RunRecord[]> {
    await this.load();
    return this.newestFirst().map(({ record }) => record);
  }

  async get(id: string): Promise<RunRecord | undefined> {
    if (!isId(id)) {
      return undefined;
    }
    await this.load();
    const listed = this.listed.get(id);
    if (listed === undefined) {
      return undefined;
    }
    const kept = await this.read(id);
    // The list knows more than the file of how a run ended.
    return kept && { ...listed.record, terms: kept.record.terms, curves: kept.record.curves };
  }

  async put(record: RunRecord, order: RunOrder): Promise<void> {
    await this.load();
    const { id, state } = record;
    if (!isId(id) || this.deleted.has(id)) {
      return;
    }
    if (state === "running") {
      this.running.add(id);
    } else {
      this.running.delete(id);
    }
    this.listed.set(id, { record: withoutBulk(record), order: withoutTexts(order) });
    const pruned = this.newestFirst()
      .slice(this.most)
      .filter((one) => !this.running.has(one.record.id));
    for (const one of pruned) {
      this.listed.delete(one.record.id);
    }
    this.tell();
    try {
      await this.files.write(id, writeKeptRun({ record, order }));
      this.unwritten.delete(id);
      // A deletion that came while the file was written.
      if (this.deleted.has(id)) {
        await this.files.remove(id);
      }
    } catch (error) {
      if (!this.unwritten.has(id)) {
        this.note(`the run ${record.title} could not be kept: ${oneLine(error)}`);
      }
      this.unwritten.add(id);
    }
    for (const one of pruned) {
      await this.remove(one.record.id);
    }
  }

  async order(id: string): Promise<RunOrder | undefined> {
    await this.load();
    return this.listed.get(id)?.order;
  }

  async delete(id: string): Promise<void> {
    if (!isId(id)) {
      return;
    }
    await this.load();
    this.deleted.add(id);
    this.running.delete(id);
    if (this.listed.delete(id)) {
      this.tell();
    }
    await this.remove(id);
  }

  /** Deletes all runs but those under way. */
  async clear(): Promise<void> {
    await this.load();
    const ids = [...this.listed.keys()].filter((id) => !this.running.has(id));
    for (const id of ids) {
      this.deleted.add(id);
      this.listed.delete(id);
    }
    this.tell();
    for (const id of ids) {
      await this.remove(id);
    }
  }

  dispose(): void {
    this.listeners.clear();
  }

  private load(): Promise<void> {
    this.loading ??= this.readAll();
    return this.loading;
  }

  private async readAll(): Promise<void> {
    for (const id of await this.files.ids()) {
      const kept = await this.read(id);
      if (kept === undefined) {
        continue;
      }
      // On a cluster it goes on without a window.
      const isStopped = kept.record.state === "running" && kept.record.cluster === undefined;
      const record = isStopped ? interrupted(kept.record) : kept.record;
      this.listed.set(id, { record: withoutBulk(record), order: kept.order });
    }
    const tooMany = this.newestFirst().slice(this.most);
    for (const { record } of tooMany) {
      this.listed.delete(record.id);
      await this.remove(record.id);
    }
  }

  private async read(id: string): Promise<KeptRun | undefined> {
    const text = await this.files.read(id);
    // Another window has deleted it meanwhile.
    if (text === undefined && !(await this.files.ids()).includes(id)) {
      return undefined;
    }
    let why = "it cannot be read";
    const kept = text === undefined ? undefined : readKeptRun(text, (line) => (why = line));
    if (kept?.record.id === id) {
      return kept;
    }
    if (kept !== undefined) {
      why = "it is another run's";
    }
    this.note(`the file of run ${id} is damaged or from another version, and left out where it is: ${why}`);
    return undefined;
  }

  private async remove(id: string): Promise<void> {
    try {
      await this.files.remove(id);
    } catch (error) {
      this.note(`the file of run ${id} could not be deleted: ${oneLine(error)}`);
    }
  }

  private newestFirst(): Listed[] {
    return [...this.listed.values()].sort((one, other) => other.record.started - one.record.started);
  }

  private tell(): void {
    for (const listener of [...this.listeners]) {
      listener();
    }
  }
}

function withoutBulk(record: RunRecord): RunRecord {
  return { ...record, terms: [], curves: [] };
}

function interrupted(record: RunRecord): RunRecord {
  return { ...withoutUnkept(record), state: "interrupted", message: "the window was closed before it ended" };
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
