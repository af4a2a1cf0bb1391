import * as vscode from "vscode";
import { copyText } from "./copy-text.js";
import { Engine } from "./engine.js";
import { evaluate, type Workshop } from "./evaluate.js";
import { LanguageServer, serverModule } from "./language-server.js";
import { Previews } from "./preview/index.js";
import { ResultDocuments } from "./result-documents.js";
import { createStatusItem, showServerMenu } from "./status-item.js";
import { verify } from "./verify.js";

let server: LanguageServer | undefined;

/**
 * Called when the first `.diag` file is opened or a command of ours is run. It registers the commands and lets
 * the language server start, for which it does not wait.
 */
export function activate(context: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel("Diag", { log: true });
  const engine = new Engine(context, channel);
  const results = new ResultDocuments();
  const workshop: Workshop = { engine, results, memento: context.workspaceState };
  const running = new LanguageServer(serverModule(context), channel);
  server = running;
  const previews = new Previews(running, context.extensionUri);

  const commands: Readonly<Record<string, (...words: unknown[]) => unknown>> = {
    "diag.copyText": copyText,
    ...previews.commands,
    "diag.evaluate": (uri, name) => evaluate(workshop, uri, name),
    "diag.verify": (uri, name) => verify(workshop, running, channel, uri, name),
    "diag.restartServer": () => running.restart(),
    "diag.showOutput": () => channel.show(),
    "diag.serverMenu": () => showServerMenu(running, channel),
  };
  context.subscriptions.push(
    channel,
    engine,
    results,
    previews,
    running,
    createStatusItem(running),
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
  // After the editor has had its turn: loading the client takes longer than all of the above.
  setImmediate(() => void running.start());
}

/** Called when the window closes; resolves when the language server has ended. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
