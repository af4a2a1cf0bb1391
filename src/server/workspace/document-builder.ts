import {
  type AstNode,
  type BuildOptions,
  type Cancellation,
  DefaultDocumentBuilder,
  type Disposable,
  type DocumentPhaseListener,
  DocumentState,
  isOperationCancelled,
  type LangiumDocument,
  OperationCancelled,
  URI,
} from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import { LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { type DataUse, type Loaded, urisOf } from "../../language/read-sources.js";
import { dataUses } from "../../language/references/data-uses.js";
import type { DiagLspServices } from "../services.js";
import { importedUris } from "./import-index.js";

/** Imported files are loaded up to this many. */
const mostFiles = 10_000;

/** Milliseconds that a question waits for the text it is about to be read, before it is answered as things are. */
const longestWait = 10_000;

/** Milliseconds in which an editor asks about what was just typed, before other files are checked again. */
const answering = 40;

/** Waits, or less long when the build is given up. */
async function pause(milliseconds: number, token: Cancellation.CancellationToken): Promise<void> {
  // Listening to one that is cancelled throws where Langium's copy of the protocol's library is not set up.
  if (token.isCancellationRequested) {
    throw OperationCancelled;
  }
  let stop: (() => void) | undefined;
  const timer = new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, milliseconds);
    stop = () => {
      clearTimeout(timeout);
      resolve();
    };
  });
  const subscription = token.onCancellationRequested(() => stop?.());
  await timer;
  subscription.dispose();
  if (token.isCancellationRequested) {
    throw OperationCancelled;
  }
}

/** Loads what documents import and the data they read before they are checked. */
export class DiagDocumentBuilder extends DefaultDocumentBuilder {
  private readonly services: LangiumSharedServices;
  /** Documents whose turn comes after those that are edited. */
  private later: ReadonlySet<LangiumDocument> = new Set();
  /** What came late, also why nothing did: it is not asked for again before its file is told to have changed. */
  private readonly late = new WeakSet<Loaded<DataUse>>();
  /** Has those go on who wait for a state of the whole workspace, if it is reached, or for a text to be read. */
  private readonly waiters = new Set<() => void>();
  /** Ways to tell those who wait for a document that it is gone. */
  private readonly refusals = new WeakMap<LangiumDocument, Set<() => void>>();

  constructor(services: LangiumSharedServices) {
    super(services);
    this.services = services;
    this.updateBuildOptions = { validation: true };
  }

  override onDocumentPhase(state: DocumentState, listener: DocumentPhaseListener): Disposable {
    return super.onDocumentPhase(state, async (...given) => {
      try {
        await listener(...given);
      } catch (thrown) {
        this.tell(`following ${given[0].uri}`, thrown);
      }
    });
  }

  /** @throws what was thrown, when it says only that the work was given up. */
  private tell(place: string, thrown: unknown): void {
    if (isOperationCancelled(thrown)) {
      throw thrown;
    }
    (this.services.ServiceRegistry.all[0] as DiagLspServices).validation.Faults.tell(place, thrown);
  }

  protected override shouldRelink(document: LangiumDocument, changedUris: Set<string>): boolean {
    return this.indexManager.isAffected(document, changedUris);
  }

  protected override async buildDocuments(
    documents: LangiumDocument[],
    options: BuildOptions,
    cancelToken: Cancellation.CancellationToken,
  ): Promise<void> {
    const fresh = new Set(documents.filter((document) => document.state <= DocumentState.Changed));
    // What is being edited is checked first, and what imports it after that.
    documents.sort(
      (one, other) => Number(one.state > DocumentState.Changed) - Number(other.state > DocumentState.Changed),
    );
    this.prepareBuild(documents, options);
    await this.runCancelable(documents, DocumentState.Parsed, cancelToken, (document) =>
      this.langiumDocumentFactory.update(document, cancelToken),
    );
    const all = [...documents];
    for (const document of all) {
      try {
        const imported = await this.loadImports(document);
        for (const one of imported) {
          fresh.add(one);
        }
        all.push(...imported);
      } catch (thrown) {
        this.tell(`reading what ${document.uri} imports`, thrown);
      }
    }
    try {
      await this.loadAllData(all, fresh);
    } catch (thrown) {
      this.tell("reading tables", thrown);
    }
    // What was looked up while the new texts were not yet read is out of date.
    await this.emitUpdate(
      all.map((document) => document.uri),
      [],
    );
    // Who edits a file waits for that file only: requests about it are answered before its importers are looked at.
    const [edited, others] = [all.filter((one) => fresh.has(one)), all.filter((one) => !fresh.has(one))];
    this.later = new Set(others);
    if (edited.length > 0 && others.length > 0) {
      await super.buildDocuments(edited, options, cancelToken);
      await pause(answering, cancelToken);
    }
    await super.buildDocuments(others.length > 0 ? others : edited, options, cancelToken);
    this.later = new Set();
  }

  /** What throws for one document, in reading or checking it, keeps no other from being served. */
  protected override async runCancelable(
    documents: LangiumDocument[],
    targetState: DocumentState,
    cancelToken: Cancellation.CancellationToken,
    callback: (document: LangiumDocument) => unknown,
  ): Promise<void> {
    await super.runCancelable(documents, targetState, cancelToken, async (document) => {
      try {
        return await callback(document);
      } catch (thrown) {
        this.tell(`reading ${document.uri}`, thrown);
      }
    });
    for (const waiter of this.waiters) {
      waiter();
    }
  }

  /**
   * Goes on when the state is reached, also by a build in which there was nothing to do, and nothing that is open was
   * changed meanwhile.
   */
  protected override awaitBuilderState(
    state: DocumentState,
    cancelToken: Cancellation.CancellationToken,
  ): Promise<void> {
    const isOpenBehind = () =>
      (this.services.workspace.TextDocuments.keys() as string[]).some((uri) => this.isBehind(URI.parse(uri)));
    let isPatient = true;
    const isReached = () => this.currentState >= state && !(isPatient && isOpenBehind());
    if (isReached()) {
      return Promise.resolve();
    }
    if (cancelToken.isCancellationRequested) {
      return Promise.reject(OperationCancelled);
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.waiters.delete(goOn);
        cancelling.dispose();
      };
      const goOn = () => {
        if (isReached()) {
          leave();
          resolve();
        }
      };
      const timer = setTimeout(() => {
        isPatient = false;
        goOn();
      }, longestWait);
      const cancelling = cancelToken.onCancellationRequested(() => {
        leave();
        reject(OperationCancelled);
      });
      this.waiters.add(goOn);
    });
  }

  /**
   * A question about a text that was changed while a build ran waits until it is read: its places are those of the new text.
   * While the edited documents are done and the others are not, a question about one of those waits for its turn. One
   * about a document that goes meanwhile is refused.
   */
  protected override async awaitDocumentState(
    state: DocumentState,
    uri: URI,
    cancelToken: Cancellation.CancellationToken,
  ): Promise<URI> {
    if (this.isBehind(uri) && !cancelToken.isCancellationRequested) {
      await this.whenRead(uri, cancelToken);
    }
    return this.awaitState(state, uri, cancelToken);
  }

  /** Whether a text is open of which nothing was read yet, or an earlier state. */
  private isBehind(uri: URI): boolean {
    const open = this.textDocuments?.get(uri.toString());
    const { $cstNode } = this.langiumDocuments.getDocument(uri)?.parseResult.value ?? {};
    return open !== undefined && open.getText() !== ($cstNode?.root.fullText ?? "");
  }

  /** Waits until a document is as its text is, or nobody has it open any more, or a while. */
  private whenRead(uri: URI, cancelToken: Cancellation.CancellationToken): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.waiters.delete(goOn);
        cancelling.dispose();
        resolve();
      };
      const goOn = () => {
        if (!this.isBehind(uri)) {
          end();
        }
      };
      const timer = setTimeout(end, longestWait);
      const cancelling = cancelToken.onCancellationRequested(end);
      this.waiters.add(goOn);
    });
  }

  private awaitState(
    state: DocumentState,
    uri: URI,
    cancelToken: Cancellation.CancellationToken,
  ): Promise<URI> {
    const document = this.langiumDocuments.getDocument(uri);
    if (!document || !this.later.has(document)) {
      return this.unlessDeleted(document, super.awaitDocumentState(state, uri, cancelToken));
    }
    const reached = this.currentState;
    this.currentState = DocumentState.Changed;
    const awaited = super.awaitDocumentState(state, uri, cancelToken);
    this.currentState = reached;
    return this.unlessDeleted(document, awaited);
  }

  protected override cleanUpDeleted<T extends AstNode>(document: LangiumDocument<T>): void {
    super.cleanUpDeleted(document);
    for (const refuse of this.refusals.get(document) ?? []) {
      refuse();
    }
    this.refusals.delete(document);
  }

  private unlessDeleted(document: LangiumDocument | undefined, awaited: Promise<URI>): Promise<URI> {
    if (!document) {
      return awaited;
    }
    const refusals = this.refusals.get(document) ?? new Set();
    this.refusals.set(document, refusals);
    return new Promise((resolve, reject) => {
      const refuse = () =>
        reject(new ResponseError(LSPErrorCodes.ServerCancelled, `there is no document ${document.uri}`));
      refusals.add(refuse);
      awaited.then(resolve, reject).finally(() => refusals.delete(refuse));
    });
  }

  private async loadImports(document: LangiumDocument): Promise<LangiumDocument[]> {
    const loaded: LangiumDocument[] = [];
    const { workspace, editor } = this.services.ServiceRegistry.all[0] as DiagLspServices;
    for (const uri of importedUris(document).values()) {
      if (this.langiumDocuments.hasDocument(uri) || this.langiumDocuments.all.count() > mostFiles) {
        continue;
      }
      const content = await editor.Loader.load(uri);
      if (this.langiumDocuments.hasDocument(uri)) {
        continue;
      }
      if ("problem" in content) {
        workspace.MissingSources.set(uri, content);
      } else {
        const imported = this.langiumDocumentFactory.fromString(content.text, uri);
        this.langiumDocuments.addDocument(imported);
        loaded.push(imported);
      }
    }
    return loaded;
  }

  /** Loads the data of all documents that somebody sees, and adds those to be built which lacked them. */
  private async loadAllData(all: LangiumDocument[], fresh: Set<LangiumDocument>): Promise<void> {
    const seen = this.seen();
    let came = false;
    for (const document of seen) {
      if (!(await this.loadData(document))) {
        continue;
      }
      came = true;
      if (!all.includes(document)) {
        this.resetToState(document, DocumentState.Linked);
        all.push(document);
        fresh.add(document);
      }
    }
    if (came) {
      const { workspace } = this.services.ServiceRegistry.all[0] as DiagLspServices;
      workspace.DataTables.retain(seen.flatMap(dataUses));
    }
  }

  /** The documents that somebody sees: those that are open, and what they import, and so on. */
  private seen(): LangiumDocument[] {
    const found = new Set<LangiumDocument>();
    const open = (this.services.workspace.TextDocuments.keys() as string[]).map((uri) => URI.parse(uri));
    for (const uri of open) {
      const document = this.langiumDocuments.getDocument(uri);
      if (document) {
        found.add(document);
      }
    }
    for (const document of found) {
      for (const uri of importedUris(document).values()) {
        const imported = this.langiumDocuments.getDocument(uri);
        if (imported) {
          found.add(imported);
        }
      }
    }
    return [...found];
  }

  /**
   * Loads the data that a document reads; what takes long is there later.
   * @returns whether anything came.
   */
  private async loadData(document: LangiumDocument): Promise<boolean> {
    const { workspace, editor } = this.services.ServiceRegistry.all[0] as DiagLspServices;
    let came = false;
    for (const use of dataUses(document)) {
      const known = workspace.DataTables.known(use);
      const isRead = known !== undefined && known !== "unread" && !("problem" in known);
      if (known === "unread" || isRead || (known !== undefined && this.late.has(known))) {
        continue;
      }
      if (await editor.Loader.takesLong(use)) {
        workspace.DataTables.set(use, "unread");
        void this.loadLater(use);
      } else {
        workspace.DataTables.set(use, await editor.Loader.data(use));
      }
      came = true;
    }
    return came;
  }

  private async loadLater(use: DataUse): Promise<void> {
    const { workspace, editor } = this.services.ServiceRegistry.all[0] as DiagLspServices;
    const turn = workspace.DataTables.turn(use);
    // It may be read anew meanwhile, or nobody may want it any more.
    const isWanted = () => workspace.DataTables.turn(use) === turn;
    const data = await editor.Loader.data(use, isWanted);
    if (!isWanted()) {
      return;
    }
    this.late.add(data);
    workspace.DataTables.set(use, data);
    const files = new Set(urisOf(use).map(String));
    const readers = this.langiumDocuments.all
      .filter((document) =>
        dataUses(document)
          .flatMap(urisOf)
          .some((uri) => files.has(uri.toString())),
      )
      .map((document) => document.uri)
      .toArray();
    await this.services.workspace.WorkspaceLock.write((token) => this.update(readers, [], token)).catch(
      (error: unknown) => {
        // An update that is cancelled is taken up by the one that cancelled it.
        if (!isOperationCancelled(error)) {
          this.tell("taking up what was read of a table", error);
        }
      },
    );
  }
}
