import { join } from "node:path";
import * as vscode from "vscode";
import type { RunRecord } from "../runs/index.js";
import { clusterSettings, isClusterOffered } from "./cluster-settings.js";
import {
  ClusterContext,
  knownRuns,
  offerUnfinished,
  runCommands,
  type Workshop,
  watchAgain,
} from "./commands/index.js";
import { copyText } from "./copy-text.js";
import { engineSettings, SimulationEngines, wishedBackend } from "./engines/index.js";
import { FirstSteps, newFile, openExample, showWalkthrough } from "./first-use/index.js";
import { PageGpu, type TabPlace } from "./gpu/index.js";
import { LanguageServer, serverModule } from "./language-server.js";
import { toldAsMessages } from "./messages.js";
import { Previews } from "./preview/index.js";
import { printableChannel } from "./printable-channel.js";
import { ChangedFiles, Results } from "./results/index.js";
import {
  type ProcessSettings,
  type RunHistory,
  type RunnerMeans,
  RunnerRuns,
  type Runs,
  StoredHistory,
} from "./runs/index.js";
import { countSetting } from "./settings.js";
import { createStatusItem, showServerMenu } from "./status-item.js";
import { VerifyTests } from "./tests/index.js";

/** What other extensions, and tests, may use of this one. */
export interface DiagApi {
  readonly runs: Runs;
  readonly history: RunHistory;
  readonly tests: VerifyTests;
}

let server: LanguageServer | undefined;

/**
 * Called when the first `.diag` file is opened or a command of ours is run. It registers the commands and lets
 * the language server start, for which it does not wait.
 */
export function activate(context: vscode.ExtensionContext): DiagApi {
  const channel = printableChannel(vscode.window.createOutputChannel("Diag", { log: true }));
  const running = new LanguageServer(serverModule(context), channel);
  server = running;
  const previews = new Previews(running, context.extensionUri);
  const storage = (context.storageUri ?? context.globalStorageUri).fsPath;
  const history = new StoredHistory(join(storage, "runs"), (line) => channel.warn(line));
  const process = (): ProcessSettings => ({
    module: context.asAbsolutePath(join("dist", "runner.js")),
    memory: countSetting("engine.memory"),
  });
  // The panel of results and the runs that it shows need each other.
  const place = (): TabPlace => results.placeOfGpu();
  const gpu = new PageGpu(context.extensionUri, place, ({ name, software }) =>
    engines.finder.learnOfPage({ device: name, software }),
  );
  const engines: SimulationEngines = new SimulationEngines({
    ...{ process, place, extension: context.extensionUri, storage: context.globalStorageUri },
    memory: context.globalState,
    log: (line) => channel.info(line),
    changed: () => gpu.forget(),
  });
  const means: RunnerMeans = {
    ...{ process, serve: gpu.serve, backend: wishedBackend, cluster: clusterSettings },
    engines: () => engineSettings(context.globalStorageUri),
  };
  const runs = new RunnerRuns(means, channel, history, join(storage, "checkpoints"));
  const results: Results = new Results(context.extensionUri, running, runs, history);
  const tests = new VerifyTests(running, runs, engines.finder, isClusterOffered);
  const workshop: Workshop = {
    runs,
    history,
    showResults: (id) => results.show(id),
    isShown: (id) => results.isShown(id),
  };

  const steps = new FirstSteps();

  const commands: Readonly<Record<string, (...words: unknown[]) => unknown>> = {
    "diag.copyText": copyText,
    ...previews.commands,
    ...runCommands(workshop),
    ...tests.commands,
    ...engines.commands,
    "diag.getStarted": () => showWalkthrough(context.extension.id),
    "diag.newFile": () => newFile(context.extensionUri),
    "diag.openExample": (wanted) => openExample(context.extensionUri, wanted),
    "diag.trust": () => vscode.commands.executeCommand("workbench.trust.manage"),
    "diag.restartServer": () => running.restart(),
    "diag.showOutput": () => channel.show(),
    "diag.serverMenu": () => showServerMenu(running, channel),
  };
  context.subscriptions.push(
    channel,
    runs,
    history,
    results,
    tests,
    engines,
    previews,
    running,
    createStatusItem(running),
    new ClusterContext(workshop, isClusterOffered),
    steps,
    running.onDidHover(() => steps.happened("hover")),
    runs.onDidChange(({ record, event }) => steps.heard(record, event)),
    // Hovers show the last verdicts, whoever asked for them.
    runs.onDidChange(({ record, event }) => {
      if (event.type === "ended" && record.points.length > 0) {
        running.notify("diag/runs", { uri: record.uri, runs: knownRuns(record) });
      }
    }),
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(name, toldAsMessages(run)),
    ),
  );
  // After the editor has had its turn: loading the client takes longer than all of the above.
  setImmediate(() => void running.start().then(() => goOnInTrust(context, workshop, tests)));
  return { runs, history, tests };
}

/** Called when the window closes; resolves when the language server has ended. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** As soon as the workspace is trusted, watches what goes on without a window, and offers to go on with what stopped before its end. */
function goOnInTrust(context: vscode.ExtensionContext, workshop: Workshop, tests: VerifyTests): void {
  const goOn = (): void => {
    void watchAgain(workshop, (record) => void reportFound(tests, record));
    void offerUnfinished(workshop);
  };
  if (vscode.workspace.isTrusted) {
    goOn();
  } else {
    context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(goOn));
  }
}

/** A test is as its text is: a run of another says nothing of it. */
async function reportFound(tests: VerifyTests, record: RunRecord): Promise<void> {
  if (!(await new ChangedFiles().isChanged(record))) {
    await tests.report(record);
  }
}
