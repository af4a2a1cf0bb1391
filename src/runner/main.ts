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
import { enumerateDiagrams, formatShortForm } from "../diagram/index.js";
import { installRuntime } from "../engines/tensors/install.js";
import { printableLine } from "../printable/index.js";
import { editorEngines, examineEngines } from "./engines.js";
import {
  type InstallProgress,
  installProgress,
  type RunnerEvent,
  type RunnerRequests,
  runnerEvent,
  runnerMethods,
} from "./protocol.js";
import { oneLine, runTarget } from "./run.js";
import { analyzeSource } from "./sources.js";

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
  await runTarget(parameters, {
    signal,
    engines: editorEngines(connection, parameters.engines),
    tell: (event) => {
      void connection.sendNotification(runnerEvent, { id: parameters.id, event } satisfies RunnerEvent);
    },
    note: (line) => process.stderr.write(`${printableLine(line)}\n`),
  });
  return null;
});

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
