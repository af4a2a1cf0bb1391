import { type ChildProcess, fork } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import {
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
} from "vscode-jsonrpc/node";
import {
  DeviceEnd,
  type DeviceLink,
  DeviceLost,
  type DeviceMethod,
  type DeviceRequests,
} from "../device/index.js";
import { sourceProgramArguments } from "./module-worker.js";
import { findNode } from "./node-program.js";
import { withToken } from "./signals.js";

/** What a device does for each request; `signal` stops a run. During long work `alive` is to be called now and then. */
export type DeviceHandlers = {
  readonly [Name in DeviceMethod]: (
    parameters: DeviceRequests[Name]["parameters"],
    signal: AbortSignal,
    alive: () => void,
  ) => Promise<DeviceRequests[Name]["answer"]>;
};

/** Least time between two signs of life, in milliseconds. */
const aliveEvery = 1000;

const aliveNotice = "device/alive";

/** How much of what a process prints is kept to tell why it ended, in characters. */
const keptNotes = 4000;

const methodOf = (name: DeviceMethod) => `device/${name}`;

/** Serves the process that forked this one, until that is gone. */
export function serveDevice(handlers: DeviceHandlers): void {
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  // Drivers may hang in their own clean-up; nothing here needs one.
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  // Nor may one that hangs in the middle of its work outlive who waits for it.
  new Worker(parentWatch, { eval: true, execArgv: [], workerData: process.ppid }).unref();
  // Who stops a whole group of processes is answered by the parent, which may want what is done here.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => undefined);
  }
  let told = 0;
  const alive = () => {
    const now = performance.now();
    if (now - told < aliveEvery) {
      return;
    }
    told = now;
    void connection.sendNotification(aliveNotice);
  };
  for (const name of Object.keys(handlers) as DeviceMethod[]) {
    connection.onRequest(methodOf(name), async (parameters: unknown, token): Promise<unknown> => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      if (token.isCancellationRequested) {
        abort.abort();
      }
      try {
        // The parent that forked this process is of the same version.
        return await handlers[name](parameters as never, abort.signal, alive);
      } catch (error) {
        const line = (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
        const code = error instanceof DeviceLost ? lostCode : ErrorCodes.InternalError;
        throw new ResponseError(code, line);
      }
    });
  }
  connection.listen();
}

/**
 * A thread's program that ends the process when its parent is gone, even if the main thread never comes back. It is told
 * who that is: on a busy machine the parent may be gone before the thread begins.
 */
const parentWatch = `
  const { pid } = process;
  const ppid = require("node:worker_threads").workerData;
  setInterval(() => {
    try {
      process.kill(ppid, 0);
      if (process.ppid === ppid) return;
    } catch {
      // There is no such process any more.
    }
    process.kill(pid, "SIGKILL");
  }, 1000);`;

/** Tells the parent that a refusal is the device's end. */
const lostCode = 1;

/** A program of ours that serves a device, beside the module that starts it. */
export interface DeviceProgram {
  /** The starting module's `import.meta.url`. */
  readonly asking: string;
  /** Its file beside a bundle, and beside sources. */
  readonly bundle: string;
  readonly source: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it may do without native modules, which an editor that plays Node's part cannot load. */
  readonly plain?: boolean;
}

/**
 * Starts a device's process. It is disposable: whatever its driver does (spin, hang, crash), the link's `close` ends it.
 * @throws in one line when there is no Node that can run it.
 */
export function startDevice({ asking, bundle, source, environment, plain }: DeviceProgram): DeviceLink {
  const fromSource = asking.endsWith(".ts");
  const program = fileURLToPath(new URL(fromSource ? source : bundle, asking));
  const child = fork(program, [], {
    // Native libraries may be looked for in the working folder, where a stranger's may lie.
    cwd: dirname(program),
    execPath: plain ? process.execPath : findNode(),
    execArgv: fromSource ? sourceProgramArguments() : [],
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
  return new ProcessLink(child);
}

class ProcessLink implements DeviceLink {
  private readonly child: ChildProcess;
  private readonly connection: MessageConnection;
  private readonly ending = new DeviceEnd();
  private notes = "";
  private lastHeard = performance.now();

  constructor(child: ChildProcess) {
    this.child = child;
    this.connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.notes = (this.notes + text).slice(-keptNotes);
      });
    }
    this.connection.onNotification(aliveNotice, () => {
      this.lastHeard = performance.now();
    });
    // Errors of the channel come with the process's end.
    this.connection.onError(() => undefined);
    child.on("error", (error) => this.end(`the device's process could not be started: ${error.message}`));
    child.on("close", (status, signal) => {
      const why = lastWords(this.notes);
      const how = signal === null ? `with status ${status}` : `by ${signal}`;
      this.end(`the device's process was ended ${how}${why === undefined ? "" : `: ${why}`}`);
    });
    this.connection.listen();
  }

  get heard(): number {
    return this.lastHeard;
  }

  async ask<Name extends DeviceMethod>(
    name: Name,
    parameters: DeviceRequests[Name]["parameters"],
    signal?: AbortSignal,
  ): Promise<DeviceRequests[Name]["answer"]> {
    if (this.ending.reason !== undefined) {
      throw this.ending.reason;
    }
    type Answer = DeviceRequests[Name]["answer"];
    try {
      return await withToken(signal, (token) =>
        this.ending.before(this.connection.sendRequest<Answer>(methodOf(name), parameters, token)),
      );
    } catch (error) {
      throw error instanceof ResponseError && error.code === lostCode ? new DeviceLost(error.message) : error;
    }
  }

  close(): void {
    this.end("the device was let go");
    this.child.kill("SIGKILL");
  }

  private end(reason: string): void {
    if (this.ending.reason !== undefined) {
      return;
    }
    this.ending.end(reason);
    this.connection.dispose();
  }
}

/** The line among what a process printed that tells best why it ended; undefined when none does. */
function lastWords(notes: string): string | undefined {
  const lines = notes.split("\n").map((line) => line.trim());
  const error = lines.findLast((line) => /^(\w*Error\b|FATAL|fatal|terminate)/.test(line));
  const last = lines.findLast((line) => line !== "" && !/^(Warning|Node\.js v|at )/.test(line));
  return (error ?? last)?.slice(0, 200);
}
