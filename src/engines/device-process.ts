import { Worker } from "node:worker_threads";
import {
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
} from "vscode-jsonrpc/node";
import { type DeviceLink, DeviceLost, type DeviceMethod, type DeviceRequests } from "../device/index.js";
import { AskedProcess, type Beside, startProcess } from "../work/index.js";
import { findNode } from "./node-program.js";

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

const methodOf = (name: DeviceMethod) => `device/${name}`;

/** What a process does for requests that not all devices have, by their methods. */
export type MoreHandlers = Readonly<
  Record<string, (parameters: unknown, signal: AbortSignal, alive: () => void) => Promise<unknown>>
>;

/** Serves the process that forked this one, until that is gone. */
export function serveDevice(handlers: DeviceHandlers, more: MoreHandlers = {}): void {
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
  const all: [string, MoreHandlers[string]][] = [
    ...(Object.keys(handlers) as DeviceMethod[]).map((name): [string, MoreHandlers[string]] => [
      methodOf(name),
      // The parent that forked this process is of the same version.
      (parameters, ...rest) => handlers[name](parameters as never, ...rest),
    ]),
    ...Object.entries(more),
  ];
  for (const [method, handle] of all) {
    connection.onRequest(method, async (parameters: unknown, token): Promise<unknown> => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      if (token.isCancellationRequested) {
        abort.abort();
      }
      try {
        return await handle(parameters, abort.signal, alive);
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

/** A way to a device in a process of its own, which may be asked for more than others. */
export interface ProcessLink extends DeviceLink {
  /** @throws DeviceLost when there is no process any more; errors of one line when it refuses. */
  askMore(method: string, parameters: unknown, signal?: AbortSignal): Promise<unknown>;
}

/** A program of ours that serves a device, beside the module that starts it. */
export interface DeviceProgram extends Beside {
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it may do without native modules, which an editor that plays Node's part cannot load. */
  readonly plain?: boolean;
}

/**
 * Starts a device's process. It is disposable: whatever its driver does (spin, hang, crash), the link's `close` ends it.
 * @throws in one line when there is no Node that can run it.
 */
export function startDevice(program: DeviceProgram): ProcessLink {
  const node = program.plain ? process.execPath : findNode();
  let heard = performance.now();
  const asked = new AskedProcess({
    start: () => startProcess(program, node, program.environment),
    once: true,
    serve: (connection) =>
      connection.onNotification(aliveNotice, () => {
        heard = performance.now();
      }),
    reasonOf: ({ words, failure, lastWords }) => {
      const why = failure === undefined && lastWords !== undefined ? `: ${lastWords}` : "";
      return new DeviceLost(`the device's process ${words}${why}`);
    },
  });
  const askMore = async <Answer>(
    method: string,
    parameters: unknown,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    try {
      return await asked.ask<Answer>(method, parameters, signal);
    } catch (error) {
      throw error instanceof ResponseError && error.code === lostCode ? new DeviceLost(error.message) : error;
    }
  };
  return {
    get heard() {
      return heard;
    },
    ask: (name, parameters, signal) => askMore(methodOf(name), parameters, signal),
    askMore,
    close: () => asked.close(new DeviceLost("the device was let go")),
  };
}
