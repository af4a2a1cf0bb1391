import { join } from "node:path";
import * as vscode from "vscode";
import type { LanguageClient, LanguageClientOptions, State } from "vscode-languageclient/node";
import { type PreviewRequests, previewMethods } from "../preview/index.js";
import { type VerifiesChange, verifiesMethods } from "../server/verifies/protocol.js";
import { RestartBudget } from "../work/restarts.js";
import { showMessage } from "./messages.js";
import { readsOutside } from "./settings.js";
import { themeKind } from "./theme.js";

/** What the server is doing, as the status bar shows it. */
export type ServerState = "starting" | "ready" | "restarting" | "stopped";

const crashes = { times: 3, within: 3 * 60_000 };
const farewell = 2000; // milliseconds for the server to end by itself
const focusRest = 600; // milliseconds in which the editor hears that the keyboard has left a text

/** The server cannot be asked now; its message is one line for the user. */
export class ServerUnavailable extends Error {}

/**
 * The language server as the editor sees it: a process of its own, started when first needed, started again
 * after a crash a few times, and told of trust and colour themes.
 */
export class LanguageServer implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly budget = new RestartBudget(crashes);
  private readonly changed = new vscode.EventEmitter<ServerState>();
  private readonly hovered = new vscode.EventEmitter<void>();
  private readonly previewChanged = new vscode.EventEmitter<string>();
  private readonly verifiesChanged = new vscode.EventEmitter<string>();
  private readonly subscriptions: vscode.Disposable[];
  private current: ServerState = "stopped";
  private refreshing: ReturnType<typeof setTimeout> | undefined;
  private queue: Promise<void> = Promise.resolve();

  /** Fires with the new state. */
  readonly onDidChangeState = this.changed.event;
  /** A hover has something to show. */
  readonly onDidHover = this.hovered.event;

  /** Fires with the address of a file when what previews show of it may have changed. */
  readonly onDidChangePreview = this.previewChanged.event;

  /** Fires with the address of a file when its `verify` blocks may have changed. */
  readonly onDidChangeVerifies = this.verifiesChanged.event;

  /**
   * @param module the server's bundle.
   * @param channel where the server's messages and what it prints go.
   */
  constructor(
    private readonly module: string,
    private readonly channel: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      this.changed,
      this.previewChanged,
      this.verifiesChanged,
      vscode.window.onDidChangeActiveColorTheme(() => this.notify("diag/theme", { kind: themeKind() })),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.notify("diag/trust", { trusted: true })),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("diag.files")) {
          this.notify("diag/reading", { outside: readsOutside() });
        }
      }),
    ];
  }

  get state(): ServerState {
    return this.current;
  }

  /** Starts the server unless it runs. Failure is shown to the user, not thrown. */
  start(): Promise<void> {
    return this.inTurn(() => this.startNow());
  }

  /** Ends the server, if it runs, and starts a new one. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      this.budget.reset();
      await this.stopNow();
      await this.startNow();
    });
  }

  /** Tells the server something, when there is one that listens. */
  notify(method: string, parameters: object): void {
    if (this.current !== "ready") {
      return;
    }
    this.client
      ?.sendNotification(method, parameters)
      .catch((error: unknown) => this.channel.warn(`${method} could not be sent: ${error}`));
  }

  /**
   * Asks the server something for a preview.
   * @throws ServerUnavailable when there is no server that answers; errors of one line when it refuses.
   */
  request<Name extends keyof PreviewRequests>(
    name: Name,
    parameters: PreviewRequests[Name]["parameters"],
    token?: vscode.CancellationToken,
  ): Promise<PreviewRequests[Name]["answer"]> {
    return this.ask<PreviewRequests[Name]["answer"]>(previewMethods[name], parameters, token);
  }

  /**
   * Asks the server something, by the method's name.
   * @throws as {@link request}.
   */
  async ask<Answer>(method: string, parameters: object, token?: vscode.CancellationToken): Promise<Answer> {
    const client = this.client;
    if (this.current !== "ready" || client === undefined) {
      throw new ServerUnavailable(this.lack);
    }
    try {
      // An absent token would be sent along, as a parameter.
      return await (token === undefined
        ? client.sendRequest<Answer>(method, parameters)
        : client.sendRequest<Answer>(method, parameters, token));
    } catch (error) {
      if (client !== this.client || this.state !== "ready") {
        throw new ServerUnavailable(this.lack);
      }
      throw new Error(firstLine(error).replace(/^Request \S+ failed with message: /, ""));
    }
  }

  /** Ends the server; resolves when it is gone. */
  async stop(): Promise<void> {
    await this.inTurn(() => this.stopNow());
  }

  dispose(): void {
    clearTimeout(this.refreshing);
    for (const one of this.subscriptions) {
      one.dispose();
    }
  }

  /**
   * Has the editor ask anew for the code lenses of a text that the keyboard has left: it drops the question that the last
   * change had it ask, and lenses were missing then, such as behind an undo that a preview had made.
   */
  refreshCodeLenses(uri: vscode.Uri): void {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => {
      const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
      if (this.current === "ready" && document !== undefined) {
        const lenses = this.client?.getFeature("textDocument/codeLens").getProvider(document);
        lenses?.onDidChangeCodeLensEmitter.fire();
      }
    }, focusRest);
  }

  /** Why the server cannot be asked, in one line. */
  private get lack(): string {
    if (this.current === "stopped") {
      return "the language server is stopped; restart it from the status bar";
    }
    return this.current === "starting"
      ? "the language server is starting"
      : "the language server stopped and is starting again";
  }

  /** One start or stop at a time, in the order in which they were asked for. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }

  private async startNow(): Promise<void> {
    if (this.client?.isRunning()) {
      return;
    }
    await this.stopNow();
    this.become("starting");
    try {
      // Loaded only now, so that activation costs next to nothing.
      const library = await import("vscode-languageclient/node");
      const client = new library.LanguageClient("diag", "Diag", this.process(library), this.options(library));
      this.client = client;
      client.onNotification(previewMethods.changed, ({ uri }: { readonly uri: string }) =>
        this.previewChanged.fire(uri),
      );
      client.onNotification(verifiesMethods.changed, ({ uri }: VerifiesChange) =>
        this.verifiesChanged.fire(uri),
      );
      client.onDidChangeState(({ newState }) => this.follow(client, newState, library.State));
      await client.start();
    } catch (error) {
      this.become("stopped");
      this.channel.error(error instanceof Error ? error : String(error));
      this.offerRestart(`The language server did not start: ${firstLine(error)}.`);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.become("stopped");
    // A server that does not answer is killed by the client after this time.
    await client?.dispose(farewell).catch(() => undefined);
  }

  private process({ TransportKind }: typeof import("vscode-languageclient/node")) {
    // A small nursery: parsing many files would else fill a large one, and the process keep it.
    const execArgv = ["--max-semi-space-size=4"];
    const run = { module: this.module, transport: TransportKind.ipc, options: { execArgv } };
    return { run, debug: { ...run, options: { execArgv: [...execArgv, "--nolazy", "--inspect=6019"] } } };
  }

  private options({
    CloseAction,
    ErrorAction,
    RevealOutputChannelOn,
  }: typeof import("vscode-languageclient/node")): LanguageClientOptions {
    return {
      // Any scheme: files, unsaved files and files of virtual workspaces.
      documentSelector: [{ language: "diag" }],
      outputChannel: this.channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: "diag",
      synchronize: { configurationSection: "diag" },
      markdown: { isTrusted: { enabledCommands: ["diag.copyText"] } },
      // A function, so that a server that is started again hears how things are then.
      initializationOptions: () => ({
        commandLinks: true,
        trusted: vscode.workspace.isTrusted,
        readsOutside: readsOutside(),
        theme: themeKind(),
      }),
      initializationFailedHandler: () => false,
      middleware: {
        provideHover: async (document, position, token, next) => {
          const hover = await next(document, position, token);
          if (hover) {
            this.hovered.fire();
          }
          return hover;
        },
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          if (this.budget.allows(performance.now())) {
            this.become("restarting");
            return {
              action: CloseAction.Restart,
              message: "The server stopped; starting it again.",
              handled: true,
            };
          }
          const often = `The language server stopped ${crashes.times + 1} times in ${crashes.within / 60_000} minutes`;
          this.offerRestart(`${often} and is not started again.`);
          return { action: CloseAction.DoNotRestart, message: often, handled: true };
        },
      },
    };
  }

  private follow(client: LanguageClient, state: State, states: typeof State): void {
    if (client !== this.client) {
      return;
    }
    if (state === states.Running) {
      this.become("ready");
    } else if (state === states.Starting) {
      this.become(this.current === "restarting" ? "restarting" : "starting");
    } else if (this.current !== "restarting" || state === states.StartFailed) {
      this.become("stopped");
    }
  }

  private become(state: ServerState): void {
    if (state === this.current) {
      return;
    }
    this.current = state;
    this.channel.info(`server ${state}`);
    this.changed.fire(state);
  }

  private offerRestart(message: string): void {
    const answers = ["Restart", "Show Output"] as const;
    void showMessage("error", message, ...answers).then((answer) => {
      if (answer === "Restart") {
        void this.restart();
      }
      if (answer === "Show Output") {
        this.channel.show();
      }
    });
  }
}

/** Where the build puts the server's bundle. */
export function serverModule(context: vscode.ExtensionContext): string {
  return context.asAbsolutePath(join("dist", "language-server.js"));
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? "").replace(/\.$/, "");
}
