import { constants, getPriority, setPriority } from "node:os";
import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
} from "vscode-jsonrpc/node";
import { describeFile } from "../cli/verbs/describe.js";
import { slurmScheduler } from "../cluster-runs/index.js";
import { enumerateDiagrams, formatShortForm } from "../diagram/index.js";
import { installRuntime } from "../engines/tensors/install.js";
import { printableLine } from "../printable/index.js";
import type { RunEvent } from "../runs/index.js";
import { editorEngines, examineEngines } from "./engines.js";
import {
  type InstallProgress,
  installProgress,
  type RunnerEvent,
  type RunnerRequests,
  type RunParameters,
  runnerEvent,
  runnerMethods,
} from "./protocol.js";
import { oneLine, type RunContext, runTarget } from "./run.js";
import { sendTarget } from "./send.js";
import { analyzeSource } from "./sources.js";
import { Watches } from "./watch.js";

/* The runner's process: it serves the parent that forked it, and ends when that is gone. */

type Served<Name extends keyof RunnerRequests> = (
  parameters: RunnerRequests[Name]["parameters"],
  signal: AbortSignal,
) => Promise<RunnerRequests[Name]["answer"]>;

// A person who types goes before trials. Threads that are started later are as modest.
if (getPriority() < constants.priority.PRIORITY_BELOW_NORMAL) {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
process.on("disconnect", () => process.exit(0));
// Ctrl-C in a terminal that the editor was started from is for the editor.
process.on("SIGINT", () => undefined);

serve(connection, "run", async (parameters, signal) => {
  await runTarget(parameters, contextOf(parameters, signal));
  return null;
});

serve(connection, "send", async (parameters, signal) => {
  const folder = await sendTarget(parameters, contextOf(parameters, signal));
  return folder === undefined ? {} : { folder };
});

const watches = new Watches({ scheduler: slurmScheduler(), tell });
serve(connection, "watch", async (parameters, signal) => {
  await watches.watch(parameters, signal);
  return null;
});
serve(connection, "cancelWatched", (parameters) => watches.cancel(parameters));

serve(connection, "describe", async ({ source }) => {
  const file = await analyzeSource(source);
  const problem = file.diagnostics.find(({ severity }) => severity === "error");
  const { line, character } = problem?.range.start ?? { line: 0, character: 0 };
  const error = problem && `line ${line + 1}, column ${character + 1}: ${problem.message}`;
  return { ...describeFile(file), ...(error === undefined ? {} : { error }) };
});

serve(connection, "enumerate", async ({ edges, irreducible, pathCondition }) => ({
  diagrams: [...enumerateDiagrams(edges, { irreducible, pathCondition })].map(({ diagram }) =>
    formatShortForm(diagram),
  ),
}));

serve(connection, "examine", ({ only, ...settings }) => examineEngines(connection, settings, only));

serve(connection, "installRuntime", async ({ folder }, signal) => {
  const onProgress = (line: string) => {
    void connection.sendNotification(installProgress, { line } satisfies InstallProgress);
  };
  await installRuntime(folder, { signal, onProgress });
  return null;
});

connection.listen();

function contextOf(parameters: RunParameters, signal: AbortSignal): RunContext {
  return {
    signal,
    engines: editorEngines(connection, parameters.engines),
    tell: (event) => tell(parameters.id, event),
    note: (line) => process.stderr.write(`${printableLine(line)}\n`),
  };
}

function tell(id: string, event: RunEvent): void {
  void connection.sendNotification(runnerEvent, { id, event } satisfies RunnerEvent);
}

function serve<Name extends keyof RunnerRequests>(
  to: MessageConnection,
  name: Name,
  answer: Served<Name>,
): void {
  to.onRequest(
    runnerMethods[name],
    async (parameters: unknown, token: CancellationToken): Promise<unknown> => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      try {
        // The parent that forked this process is of the same version.
        return await answer(parameters as RunnerRequests[Name]["parameters"], abort.signal);
      } catch (error) {
        throw new ResponseError(ErrorCodes.InternalError, oneLine(error));
      }
    },
  );
}
