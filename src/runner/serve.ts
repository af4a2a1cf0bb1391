import {
  type CancellationToken,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
} from "vscode-jsonrpc/node";
import { describeFile } from "../cli/verbs/describe.js";
import { enumerateDiagrams, formatShortForm } from "../diagram/index.js";
import { printableLine } from "../printable/index.js";
import type { RunEvent } from "../runs/index.js";
import { editorEngines, examineEngines } from "./engines.js";
import { areParameters } from "./parameters.js";
import {
  type RunnerEvent,
  type RunnerRequests,
  type RunParameters,
  runnerEvent,
  runnerMethods,
} from "./protocol.js";
import { meaningNow, oneLine, type RunContext, runTarget } from "./run.js";
import { analyzeSource } from "./sources.js";

/* What a runner does wherever it is, in a process or in a worker of a browser. */

type Served<Name extends keyof RunnerRequests> = (
  parameters: RunnerRequests[Name]["parameters"],
  signal: AbortSignal,
) => Promise<RunnerRequests[Name]["answer"]>;

/** Has a connection answer a request; whatever goes wrong is one line. */
export function serve<Name extends keyof RunnerRequests>(
  to: MessageConnection,
  name: Name,
  answer: Served<Name>,
): void {
  to.onRequest(
    runnerMethods[name],
    async (parameters: unknown, token: CancellationToken): Promise<unknown> => {
      if (!areParameters(name, parameters)) {
        throw new ResponseError(ErrorCodes.InvalidParams, `the parameters of ${name} are malformed`);
      }
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      try {
        return await answer(parameters as RunnerRequests[Name]["parameters"], abort.signal);
      } catch (error) {
        throw new ResponseError(ErrorCodes.InternalError, oneLine(error));
      }
    },
  );
}

/** Tells of a run. */
export function tellRun(connection: MessageConnection, id: string, event: RunEvent): void {
  void connection.sendNotification(runnerEvent, { id, event } satisfies RunnerEvent);
}

/** What a run is carried out with. */
export function contextOf(
  connection: MessageConnection,
  parameters: RunParameters,
  signal: AbortSignal,
): RunContext {
  return {
    signal,
    engines: editorEngines(connection, parameters.engines),
    tell: (event) => tellRun(connection, parameters.id, event),
    note: (line) => process.stderr.write(`${printableLine(line)}\n`),
  };
}

/** Serves all that needs no process but the runner's own. */
export function serveRuns(connection: MessageConnection): void {
  serve(connection, "run", async (parameters, signal) => {
    await runTarget(parameters, contextOf(connection, parameters, signal));
    return null;
  });

  serve(connection, "describe", async ({ source }) => {
    const file = await analyzeSource(source);
    const problem = file.diagnostics.find(({ severity }) => severity === "error");
    const { line, character } = problem?.range.start ?? { line: 0, character: 0 };
    const error = problem && `line ${line + 1}, column ${character + 1}: ${problem.message}`;
    return { ...describeFile(file), ...(error === undefined ? {} : { error }) };
  });

  serve(connection, "meaning", async (order) => ({ meaning: await meaningNow(order) }));

  serve(connection, "enumerate", async ({ edges, irreducible, pathCondition }) => ({
    diagrams: [...enumerateDiagrams(edges, { irreducible, pathCondition })].map(({ diagram }) =>
      formatShortForm(diagram),
    ),
  }));

  serve(connection, "examine", ({ only, ...settings }) => examineEngines(connection, settings, only));
}
