import { parentPort, workerData } from "node:worker_threads";
import type { ListenerMessage, WorkGiven, WorkMessage } from "./conversation.js";

/* The thread that works. It may be busy for as long as it likes: the main thread listens and prints. */

const port = parentPort!;
const stop = new AbortController();
const tell = (message: WorkMessage) => port.postMessage(message);

port.on("message", (message: ListenerMessage) => {
  if (message === "stop") {
    stop.abort();
  }
  tell({ kind: "heard" });
});
// It is the work that keeps the thread alive.
port.unref();

const { words, columns } = workerData as WorkGiven;
const { runCommand } = await import("./command.js");
const status = await runCommand(words, {
  columns,
  interrupt: stop.signal,
  print: (text) => tell({ kind: "print", text }),
  note: (text) => tell({ kind: "note", text }),
  progress: (text) => tell({ kind: "progress", text }),
  doing: (text) => tell({ kind: "doing", text }),
  known: (answer) => tell({ kind: "known", answer }),
});
tell({ kind: "end", status });
