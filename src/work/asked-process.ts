import type { ChildProcess } from "node:child_process";
import type { MessageConnection } from "vscode-jsonrpc/node";
import { DeviceEnd } from "../device/index.js";
import { type ChildEnd, watchProcess } from "./child.js";
import { tokenOf } from "./patience.js";

/** What speaks JSON-RPC. It is loaded late, and by the extension from a bundle of its own. */
export type RpcLibrary = typeof import("./rpc-library.js");

/** What a process may ask and tell, from its start on; what is returned is disposed of when it has ended. */
export type ProcessServer = (connection: MessageConnection, library: RpcLibrary) => { dispose(): void };

/** How a process is started and supervised. */
export interface AskedOptions {
  /** Starts it, with a channel and pipes for what it prints; called at each start. @throws in one line. */
  readonly start: () => ChildProcess;
  readonly serve?: ProcessServer;
  /** Hears what it prints, as it comes. */
  readonly printed?: (text: string) => void;
  /** What those are told who wait for an answer of a process that has ended. */
  readonly reasonOf: (end: ChildEnd) => Error;
  /** Milliseconds after which a process that nothing is asked of is let go; never when absent. */
  readonly idle?: number;
  /** Whether one that runs is to be another by now. */
  readonly isStale?: () => boolean;
  /** Whether there is one only: what it ended for is the answer from then on. Else the next question starts another. */
  readonly once?: boolean;
}

/** A process from its start to its end. */
interface Life {
  readonly connection: MessageConnection;
  readonly ending: DeviceEnd;
}

/**
 * A process that is asked questions by JSON-RPC: started when first asked, let go when it is idle, killed to stop work that
 * does not let it listen, and started anew by the first question after it has ended.
 */
export class AskedProcess {
  private child: ChildProcess | undefined;
  private life: Promise<Life> | undefined;
  private end: ((reason: Error) => void) | undefined;
  private over: Error | undefined;
  private waiting = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: AskedOptions) {}

  /** The process's number, while there is one. */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Asks it something.
   * @param signal asks it to give up; it then still answers.
   * @throws the reason when it ends before it answers, what it refuses with, and in one line why it cannot be started.
   */
  async ask<Answer>(method: string, parameters: unknown, signal?: AbortSignal): Promise<Answer> {
    if (this.over !== undefined) {
      throw this.over;
    }
    clearTimeout(this.timer);
    if (this.waiting === 0 && this.isSpent) {
      this.retire();
    }
    this.waiting++;
    try {
      this.life ??= this.start().catch((error: unknown) => {
        this.life = undefined;
        throw error;
      });
      const { connection, ending } = await this.life;
      // An absent token would be sent along, as a parameter.
      return await ending.before(
        signal === undefined
          ? connection.sendRequest<Answer>(method, parameters)
          : connection.sendRequest<Answer>(method, parameters, tokenOf(signal)),
      );
    } finally {
      this.waiting--;
      if (this.waiting === 0 && this.options.idle !== undefined) {
        this.timer = setTimeout(() => this.retire(), this.options.idle);
      }
    }
  }

  /** Ends the process at once; what waits for it is told so when it is gone. */
  kill(): void {
    clearTimeout(this.timer);
    this.child?.kill("SIGKILL");
  }

  /** Ends the process at once and for good; what waits for it is told this reason. */
  close(reason: Error): void {
    const { child } = this;
    this.over ??= reason;
    this.end?.(this.over);
    child?.kill("SIGKILL");
  }

  /** Whether the process is on its way out, or is to be another. */
  private get isSpent(): boolean {
    const { child } = this;
    if (child === undefined) {
      return false;
    }
    const ends = child.killed || child.exitCode !== null || child.signalCode !== null;
    return ends || this.options.isStale?.() === true;
  }

  /** Lets the process go without a word to anybody. */
  private retire(): void {
    if (this.options.once) {
      return;
    }
    const { child } = this;
    this.child = undefined;
    this.life = undefined;
    child?.kill("SIGKILL");
  }

  private async start(): Promise<Life> {
    const { start, serve, printed = () => undefined, reasonOf, once } = this.options;
    const library: RpcLibrary = await import("./rpc-library.js");
    if (this.over !== undefined) {
      throw this.over;
    }
    const child = start();
    this.child = child;
    const connection = library.createMessageConnection(
      new library.IPCMessageReader(child),
      new library.IPCMessageWriter(child),
    );
    const ending = new DeviceEnd();
    const served = serve?.(connection, library);
    const end = (reason: Error): void => {
      if (ending.reason !== undefined) {
        return;
      }
      // First why it ended: disposing says only that there is no answer.
      ending.end(reason);
      served?.dispose();
      connection.dispose();
      if (this.child === child) {
        this.child = undefined;
        this.life = undefined;
      }
    };
    this.end = end;
    // Errors of the channel come with the process's end.
    connection.onError(() => undefined);
    watchProcess(child, printed, (how) => {
      const reason = reasonOf(how);
      if (once) {
        this.over ??= reason;
      }
      end(reason);
    });
    connection.listen();
    return { connection, ending };
  }
}
