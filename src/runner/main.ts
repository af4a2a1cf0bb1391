import { constants, getPriority, setPriority } from "node:os";
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { slurmScheduler } from "../cluster-runs/index.js";
import { installRuntime } from "../engines/tensors/install.js";
import { type InstallProgress, installProgress } from "./protocol.js";
import { sendTarget } from "./send.js";
import { contextOf, serve, serveRuns, tellRun } from "./serve.js";
import { Watches } from "./watch.js";

/* The runner's process: it serves the parent that forked it, and ends when that is gone. */

// A person who types goes before trials. Threads that are started later are as modest.
if (getPriority() < constants.priority.PRIORITY_BELOW_NORMAL) {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
process.on("disconnect", () => process.exit(0));
// Ctrl-C in a terminal that the editor was started from is for the editor.
process.on("SIGINT", () => undefined);

serveRuns(connection);

serve(connection, "send", async (parameters, signal) => {
  const folder = await sendTarget(parameters, contextOf(connection, parameters, signal));
  return folder === undefined ? {} : { folder };
});

const watches = new Watches({
  scheduler: slurmScheduler(),
  tell: (id, event) => tellRun(connection, id, event),
});
serve(connection, "watch", async (parameters, signal) => {
  await watches.watch(parameters, signal);
  return null;
});
serve(connection, "cancelWatched", (parameters) => watches.cancel(parameters));

serve(connection, "installRuntime", async ({ folder }, signal) => {
  const onProgress = (line: string) => {
    void connection.sendNotification(installProgress, { line } satisfies InstallProgress);
  };
  await installRuntime(folder, { signal, onProgress });
  return null;
});

connection.listen();
