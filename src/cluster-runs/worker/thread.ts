import { hostname } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { roundAs } from "./rounding.js";
import { doTask } from "./task.js";
import type { TaskWords, WorkerMessage } from "./words.js";

/* The thread that works. It may be busy for as long as it likes: the main thread listens and prints. */

const port = parentPort!;
const stop = new AbortController();
const tell = (message: WorkerMessage) => port.postMessage(message);

port.on("message", () => {
  stop.abort();
  tell({ kind: "stopping" });
});
// It is the work that keeps the thread alive.
port.unref();

const status = await doTask(workerData as TaskWords, {
  signal: stop.signal,
  say: (text) => tell({ kind: "line", text }),
  environment: process.env,
  host: hostname(),
  roundAs,
});
tell({ kind: "end", status });
