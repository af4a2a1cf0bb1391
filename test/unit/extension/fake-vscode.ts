import { FakeItem, FakeItems } from "./fake-tests.js";

/** As much of `vscode` as the tests of the Test Explorer need, with what was asked of it. */

export class EventEmitter<Value> {
  private readonly listeners = new Set<(value: Value) => unknown>();
  readonly event = (listener: (value: Value) => unknown) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(value: Value): void {
    for (const listener of [...this.listeners]) {
      listener(value);
    }
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class CancellationTokenSource {
  private readonly cancelled = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.cancelled.event };
  cancel(): void {
    if (this.token.isCancellationRequested) {
      return;
    }
    this.token.isCancellationRequested = true;
    this.cancelled.fire();
  }
  dispose(): void {}
}

export class CancellationError extends Error {}

interface Position {
  readonly line: number;
  readonly character: number;
}

export class Range {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  constructor(...ends: readonly [Position, Position] | readonly [number, number, number, number]) {
    [this.startLine, this.startCharacter, this.endLine, this.endCharacter] =
      ends.length === 4 ? ends : [ends[0].line, ends[0].character, ends[1].line, ends[1].character];
  }
  get start(): Position {
    return { line: this.startLine, character: this.startCharacter };
  }
  get end(): Position {
    return { line: this.endLine, character: this.endCharacter };
  }
}

/** An edit of one text in one line, whose characters are offsets. */
export class WorkspaceEdit {
  private readonly edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  insert(_: Uri, { character }: { readonly character: number }, text: string): void {
    this.edits.push({ start: character, end: character, text });
  }
  replace(_: Uri, { start, end }: Range, text: string): void {
    this.edits.push({ start: start.character, end: end.character, text });
  }
  appliedTo(text: string): string {
    return [...this.edits]
      .sort((one, other) => other.start - one.start)
      .reduce((so, one) => so.slice(0, one.start) + one.text + so.slice(one.end), text);
  }
}

export class Selection {}
export enum EndOfLine {
  LF = 1,
  CRLF = 2,
}
export enum ProgressLocation {
  Window = 10,
  Notification = 15,
}
export const ViewColumn = { Active: -1 };
export const TextEditorRevealType = { InCenterIfOutsideViewport: 2 };

export class Location {
  constructor(
    readonly uri: Uri,
    readonly range: Range,
  ) {}
}

export class Uri {
  private constructor(private readonly text: string) {}
  static parse(text: string): Uri {
    return new Uri(text);
  }
  static file(path: string): Uri {
    return new Uri(`file://${path}`);
  }
  static joinPath(uri: Uri, path: string): Uri {
    return new Uri(path === ".." ? uri.text.replace(/\/[^/]*$/, "") : new URL(path, `${uri.text}/`).href);
  }
  get authority(): string {
    return "";
  }
  get scheme(): string {
    return this.text.split(":")[0]!;
  }
  get path(): string {
    return this.text.replace(/^\w+:(\/\/)?/, "");
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return this.text;
  }
}

export class TestMessage {
  location: Location | undefined;
  expectedOutput: string | undefined;
  actualOutput: string | undefined;
  constructor(readonly message: string) {}
  static diff(message: string, expected: string, actual: string): TestMessage {
    return Object.assign(new TestMessage(message), { expectedOutput: expected, actualOutput: actual });
  }
}

export class TestRunRequest {
  constructor(
    readonly include?: readonly FakeItem[],
    readonly exclude?: readonly FakeItem[],
    readonly profile?: unknown,
    readonly continuous = false,
    readonly preserveFocus = true,
  ) {}
}

export const TestRunProfileKind = { Run: 1 };

/** A test run, and what was reported to it. */
export class FakeRun {
  readonly source = new CancellationTokenSource();
  readonly token = this.source.token;
  readonly told: string[] = [];
  readonly messages: TestMessage[] = [];
  readonly output: { text: string; item: string | undefined }[] = [];
  ended = false;

  constructor(
    readonly request: TestRunRequest,
    readonly name: string | undefined,
  ) {}

  enqueued = (item: FakeItem) => this.tell("enqueued", item);
  started = (item: FakeItem) => this.tell("started", item);
  skipped = (item: FakeItem) => this.tell("skipped", item);
  passed = (item: FakeItem, duration?: number) => this.tell(`passed in ${duration}`, item);
  failed = (item: FakeItem, messages: TestMessage[], duration?: number) => {
    this.messages.push(...messages);
    this.tell(`failed in ${duration}`, item);
  };
  errored = (item: FakeItem, message: TestMessage) => {
    this.messages.push(message);
    this.tell("errored", item);
  };
  appendOutput = (text: string, _location?: unknown, item?: FakeItem) => {
    this.output.push({ text, item: item?.id });
  };
  end = () => {
    this.tell("end");
    this.ended = true;
  };

  private tell(what: string, item?: FakeItem): void {
    if (this.ended) {
      throw new Error(`${what} after the end`);
    }
    this.told.push(item === undefined ? what : `${item.id.slice("file:///w/".length)} ${what}`);
  }
}

type RunHandler = (request: TestRunRequest, token: CancellationTokenSource["token"]) => Promise<void>;

export class FakeController {
  readonly items = new FakeItems();
  readonly runs: FakeRun[] = [];
  resolveHandler: ((item?: FakeItem) => Promise<void>) | undefined;
  refreshHandler: (() => Promise<void>) | undefined;
  readonly profiles = new Map<string, { readonly label: string; readonly handler: RunHandler }>();

  createRunProfile(label: string, kind: number, handler: RunHandler, ...rest: unknown[]): unknown {
    const profile = { label, kind, rest, handler, dispose: () => this.profiles.delete(label) };
    this.profiles.set(label, profile);
    return profile;
  }
  /** Runs by the first profile. */
  get handler(): RunHandler | undefined {
    return this.profiles.get("CPU")?.handler;
  }
  /** What was told to be outdated. */
  readonly outdated: string[] = [];
  invalidateTestResults(items: readonly FakeItem[]): void {
    this.outdated.push(...items.map(({ id }) => id));
  }
  createTestItem = (id: string, label: string, uri?: Uri) => new FakeItem(id, label, uri);
  createTestRun(request: TestRunRequest, name?: string): FakeRun {
    const run = new FakeRun(request, name);
    this.runs.push(run);
    return run;
  }
  dispose(): void {}
}

/** A document that is open. */
export interface FakeDocument {
  readonly uri: Uri;
  readonly isDirty?: boolean;
  readonly languageId?: string;
  readonly version?: number;
  readonly getText?: () => string;
}

/** Files of the disk, by their addresses; `mtime` tells editions apart. */
export const files = new Map<
  string,
  { readonly text: string; readonly mtime: number; readonly size: number }
>();

function fileAt(uri: Uri) {
  const file = files.get(uri.toString());
  if (file === undefined) {
    throw new Error(`there is no ${uri}`);
  }
  return file;
}

/** What the window was asked to do. */
export const asked: unknown[][] = [];
export const saved = new EventEmitter<{ uri: Uri; languageId: string }>();
export const edited = new EventEmitter<{ document: FakeDocument; contentChanges: readonly unknown[] }>();
export const configured = new EventEmitter<void>();
export const trusted = new EventEmitter<void>();
export const closed = new EventEmitter<{ uri: Uri }>();
export const created = new EventEmitter<Uri>();
export const deleted = new EventEmitter<Uri>();
export let controller: FakeController;

export const tests = {
  createTestController: (): FakeController => {
    controller = new FakeController();
    return controller;
  },
};

/** What stands in files of settings, below `diag`. */
export const settings = new Map<string, unknown>();

export const workspace = {
  isTrusted: true,
  textDocuments: [] as FakeDocument[],
  fs: {
    stat: async (uri: Uri) => ({ ...fileAt(uri), type: FileType.File }),
    readFile: async (uri: Uri) => new TextEncoder().encode(fileAt(uri).text),
  },
  createFileSystemWatcher: () => ({
    onDidCreate: created.event,
    onDidDelete: deleted.event,
    dispose: () => undefined,
  }),
  getConfiguration: () => ({
    get: <Value>(name: string, usual: Value): Value => (settings.get(name) as Value | undefined) ?? usual,
    inspect: (name: string) => ({ globalValue: settings.get(name) }),
  }),
  onDidChangeConfiguration: configured.event,
  onDidSaveTextDocument: saved.event,
  onDidChangeTextDocument: edited.event,
  onDidGrantWorkspaceTrust: trusted.event,
  onDidCloseTextDocument: closed.event,
  onDidChangeWorkspaceFolders: new EventEmitter<void>().event,
  getWorkspaceFolder: (uri: Uri) =>
    /^file:\/\/\/w(\/|$)/.test(uri.toString()) ? { uri: Uri.parse("file:///w"), name: "w" } : undefined,
  asRelativePath: (uri: Uri) => uri.path.replace(/^\/w\//, ""),
  openTextDocument: async (uri: Uri) => ({ uri, getText: () => `the text of ${uri}` }),
};

export const window = {
  showWarningMessage: async (...words: unknown[]) => void asked.push(["warning", ...words]),
  showInformationMessage: async (...words: unknown[]) => void asked.push(["information", ...words]),
  showErrorMessage: async (...words: unknown[]) => void asked.push(["error", ...words]),
  setStatusBarMessage: (...words: unknown[]) => void asked.push(["status", ...words]),
  visibleTextEditors: [],
  tabGroups: { all: [] },
  showTextDocument: async () => ({ revealRange: () => undefined }),
  withProgress: async (_: unknown, work: (...given: unknown[]) => unknown) =>
    work({ report: () => undefined }, new CancellationTokenSource().token),
};

export const commands = {
  executeCommand: async (...words: unknown[]) => void asked.push(words),
};

export enum FilePermission {
  Readonly = 1,
}

export enum FileType {
  Unknown = 0,
  File = 1,
  Directory = 2,
}

export class TabInputText {
  constructor(readonly uri: Uri) {}
}

export class TabInputWebview {
  constructor(readonly viewType: string) {}
}
