import { type ChildProcess, fork } from "node:child_process";
import type * as vscode from "vscode";
import type { MessageConnection } from "vscode-languageclient/node";
import { type RunnerRequests, runnerMethods } from "../../runner/index.js";

/** How much of what the process prints is kept to tell why it ended. */
const keptNotes = 10_000; // characters

/** The library that speaks JSON-RPC, which is loaded late. */
export type RpcLibrary = Pick<
  typeof import("vscode-languageclient/node"),
  "createMessageConnection" | "ErrorCodes" | "IPCMessageReader" | "IPCMessageWriter" | "ResponseError"
>;

/** What the engine may ask and tell; what is returned is disposed of when the process has ended. */
export type EngineServer = (connection: MessageConnection, library: RpcLibrary) => vscode.Disposable;

/** How the engine's process is started. */
export interface ProcessSettings {
  /** The bundle. */
  readonly module: string;
  /** The most memory that its data may take, in MiB. */
  readonly memory: number;
}

/** What others need of the engine's process. */
export type AskedProcess = Pick<EngineProcess, "ask" | "kill" | "dispose" | "processId">;

/** The process ended while something was asked of it; its message is one line that says why. */
export class EngineGone extends Error {
  override readonly name = "EngineGone";
}

/**
 * The engine as a process: started when first asked, started anew by the first request after it ended. It is killed,
 * not asked, to stop work that does not let it listen.
 */
export class EngineProcess implements vscode.Disposable {
  private child: ChildProcess | undefined;
  private connection: Promise<MessageConnection> | undefined;
  private notes = "";
  private memory = 0;
  private readonly waiting = new Set<(reason: EngineGone) => void>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param settings asked at each start.
   * @param serve hears what the process asks and tells, from each start on.
   * @param log told what the process prints, line by line.
   * @param idle milliseconds after which a process that nothing is asked of is let go; never when absent.
   */
  constructor(
    private readonly settings: () => ProcessSettings,
    private readonly serve: EngineServer,
    private readonly log: (line: string) => void,
    private readonly idle?: number,
  ) {}

  /** The process's number, while there is one. */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Asks the engine something.
   * @throws EngineGone when the process ends before it answers; errors of one line when it refuses.
   */
  async ask<Name extends keyof RunnerRequests>(
    name: Name,
    parameters: RunnerRequests[Name]["parameters"],
    token?: vscode.CancellationToken,
  ): Promise<RunnerRequests[Name]["answer"]> {
    clearTimeout(this.timer);
    if (this.waiting.size === 0 && this.isSpent) {
      this.retire();
    }
    this.connection ??= this.start().catch((error: unknown) => {
      this.connection = undefined;
      throw error;
    });
    const connection = await this.connection;
    let leave: (reason: EngineGone) => void = () => undefined;
    const gone = new Promise<never>((_, reject) => {
      leave = reject;
    });
    this.waiting.add(leave);
    try {
      const method = runnerMethods[name];
      // An absent token would be sent along, as a parameter.
      const answer = (
        token === undefined
          ? connection.sendRequest(method, parameters)
          : connection.sendRequest(method, parameters, token)
      ) as Promise<RunnerRequests[Name]["answer"]>;
      return await Promise.race([answer, gone]);
    } finally {
      this.waiting.delete(leave);
      if (this.waiting.size === 0 && this.idle !== undefined) {
        this.timer = setTimeout(() => this.retire(), this.idle);
      }
    }
  }

  /** Ends the process at once; what waits for it is told so. The next request starts a new one. */
  kill(): void {
    this.child?.kill("SIGKILL");
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.kill();
  }

  /** Whether the process is on its way out, or was started with other settings. */
  private get isSpent(): boolean {
    const { child } = this;
    if (child === undefined) {
      return false;
    }
    const ends = child.killed || child.exitCode !== null || child.signalCode !== null;
    return ends || this.settings().memory !== this.memory;
  }

  /** Lets the process go without a word to anybody. */
  private retire(): void {
    const { child } = this;
    this.child = undefined;
    this.connection = undefined;
    child?.kill("SIGKILL");
  }

  private async start(): Promise<MessageConnection> {
    const { module, memory } = this.settings();
    this.memory = memory;
    this.notes = "";
    const library = await import("vscode-languageclient/node");
    const child = fork(module, [], {
      execArgv: [`--max-old-space-size=${memory}`],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.hear(text));
    }
    const connection = library.createMessageConnection(
      new library.IPCMessageReader(child),
      new library.IPCMessageWriter(child),
    );
    const served = this.serve(connection, library);
    // Errors of the channel come with the process's end, which is told below.
    connection.onError(() => undefined);
    const end = (reason: string): void => {
      served.dispose();
      if (this.child !== child) {
        return;
      }
      this.child = undefined;
      this.connection = undefined;
      // First why it ended: disposing says only that there is no answer.
      const error = new EngineGone(reason);
      for (const leave of [...this.waiting]) {
        leave(error);
      }
      connection.dispose();
    };
    child.on("error", (error) => end(`the engine could not be started: ${error.message}`));
    // Once all that it printed has come, which tells the reason.
    child.on("close", (status, signal) => end(this.reasonOf(status, signal)));
    connection.listen();
    return connection;
  }

  private hear(text: string): void {
    this.notes = (this.notes + text).slice(-keptNotes);
    const lines = text.trim();
    if (lines !== "") {
      this.log(lines);
    }
  }

  /** Why the process ended, in one line. */
  private reasonOf(status: number | null, signal: string | null): string {
    if (/heap out of memory|Array buffer allocation failed/.test(this.notes)) {
      return `the engine needed more than ${this.memory} MiB of memory; raise diag.engine.memory, or ask for a lower order`;
    }
    const how = signal === null ? `with status ${status}` : `by ${signal}`;
    return `the engine's process was ended ${how}`;
  }
}
